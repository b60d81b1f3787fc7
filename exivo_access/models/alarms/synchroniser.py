# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.transactions import committed


class ExivoSynchroniser(models.AbstractModel):
    """After each run it is seen whether a trouble is over."""

    _inherit = "exivo.synchroniser"

    @api.model
    def _round_off(self):
        result = super()._round_off()
        committed(self.env, self.env["exivo.alarm"]._close_healed_sites)
        committed(self.env, self.env["exivo.trouble"]._wake_if_troubled)
        committed(self.env, self.env["exivo.trouble"]._watch_itself)
        return result
