# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.transactions import committed


class ExivoSite(models.Model):
    """A site whose doors have been heard is searched for who did not come."""

    _inherit = "exivo.site"

    def _cron_read_events(self):
        result = super()._cron_read_events()
        committed(self.env, self.env["exivo.trouble"]._watch_no_shows)
        return result
