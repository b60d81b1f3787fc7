# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoAccess(models.Model):
    """An access that fails, or is gone at Exivo, is an alarm until it is mended."""

    _inherit = "exivo.access"

    def _state_changed(self, before):
        if "failed" in (before, self.state):
            self.env["exivo.alarm"]._follow(self)
        return super()._state_changed(before)

    def _gone_at_exivo(self):
        self.env["exivo.alarm"]._raise_gone(self)
        return super()._gone_at_exivo()

    def _withdraw(self):
        self.env["exivo.alarm"]._close_gone(self)
        return super()._withdraw()

    def _decide_by_staff(self, withheld):
        self.check_access("read")
        alarms = self.env["exivo.alarm"].sudo()
        alarms._close_gone(self.sudo())
        result = super()._decide_by_staff(withheld)
        alarms._follow_gone(self.sudo().site_id)
        return result
