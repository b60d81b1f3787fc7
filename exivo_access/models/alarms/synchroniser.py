# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.transactions import isolated


class ExivoSynchroniser(models.AbstractModel):
    """After each run it is seen whether a trouble is over."""

    _inherit = "exivo.synchroniser"

    def _get_last_parts(self):
        return [*super()._get_last_parts(), self._look_for_what_is_over]

    def _look_for_what_is_over(self):
        alarms, troubles = self.env["exivo.alarm"], self.env["exivo.trouble"]
        isolated(self.env, type(alarms)._close_healed_sites, alarms)
        isolated(self.env, type(troubles)._wake_if_troubled, troubles)
        isolated(self.env, type(troubles)._watch_itself, troubles)
