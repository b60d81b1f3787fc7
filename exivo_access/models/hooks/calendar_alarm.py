# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError


class CalendarAlarm(models.Model):
    """An alarm writes about attendees only, and those of bookings are the house's.

    Every employee makes, changes and deletes alarms.
    """

    _inherit = "calendar.alarm"

    @api.constrains("mail_template_id")
    def _check_exivo_template(self):
        for alarm in self.sudo():
            if alarm.mail_template_id.model not in (False, "calendar.attendee"):
                raise ValidationError(
                    self.env._("Choose a template about an attendee of a meeting.")
                )

    def write(self, vals):
        self._check_exivo_house()
        return super().write(vals)

    def unlink(self):
        self._check_exivo_house()
        return super().unlink()

    def _check_exivo_house(self):
        """Let only who may change types of bookings change what reminds of them.

        :raise AccessError: the user may not.
        """
        types = self.env["resource.booking.type"]
        if self.env.su or types.has_access("write"):
            return
        types = types.sudo().with_context(active_test=False)
        if types.search_count([("alarm_ids", "in", self.ids)], limit=1):
            raise AccessError(
                self.env._(
                    "This reminder belongs to a type of bookings. Who looks after "
                    "bookings changes it."
                )
            )
