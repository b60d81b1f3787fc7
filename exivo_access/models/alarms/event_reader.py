# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.transactions import committed


class ExivoEventReader(models.AbstractModel):
    """Whoever did not come is looked for once the doors have been heard."""

    _inherit = "exivo.event.reader"

    @api.model
    def _cron_read(self):
        result = super()._cron_read()
        committed(self.env, self.env["exivo.lookout"]._watch_no_shows)
        return result
