# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .calendar_attendee import REMINDER


class CalendarAlarmManager(models.AbstractModel):
    """Reminders bring the access along."""

    _inherit = "calendar.alarm_manager"

    def _send_reminder(self):
        """Override of `calendar` to tell reminders from all its other mails.

        Their templates do not: every alarm may have its own, even the invitation's.
        """
        manager = self.with_context(**REMINDER.on())
        return super(CalendarAlarmManager, manager)._send_reminder()
