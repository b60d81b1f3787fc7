# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .exivo_alarm import ACTIVITY_TYPES


class ResUsers(models.Model):
    """Somebody who leaves has taken note of no alarm: it goes to who is responsible.

    If nobody is, or who leaves was, it waits for whoever follows.
    """

    _inherit = "res.users"

    def action_archive(self):
        """Override of `mail`, which deletes what they had to do, to leave alarms."""
        self._leave_exivo_alarms()
        return super().action_archive()

    def write(self, vals):
        """Override to leave alarms, also when `action_archive` is not asked."""
        if "active" in vals and not vals["active"]:
            self._leave_exivo_alarms()
        return super().write(vals)

    def unlink(self):
        """Override to leave alarms, which the database would delete with the user."""
        self._leave_exivo_alarms()
        return super().unlink()

    def _leave_exivo_alarms(self):
        types = self.env["ir.model.data"].sudo()
        types = types.search(
            [("module", "=", "exivo_access"), ("model", "=", "mail.activity.type")]
        )
        alarms = self.env["mail.activity"].sudo()
        alarms = alarms.search(
            [
                ("user_id", "in", self.ids),
                ("activity_type_id", "in", types.mapped("res_id")),
                ("automated", "=", True),
            ]
        )
        alarms.user_id = False
        alarm = self.env["exivo.alarm"].sudo()
        for one in alarms and alarms & alarm._find_all(*ACTIVITY_TYPES):
            place = alarm.env[one.res_model].browse(one.res_id).exists()
            user = alarm._get_responsible(alarm._get_site(place)) - self
            one.with_context(mail_activity_quick_update=True).user_id = user
