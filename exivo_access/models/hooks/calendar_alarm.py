# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

#: What the templates of an alarm are about; that for SMS is of `calendar_sms`.
ABOUT = {"mail_template_id": "calendar.attendee", "sms_template_id": "calendar.event"}


class CalendarAlarm(models.Model):
    """An alarm writes about its meeting only, and those of bookings are the house's.

    Every employee makes, changes and deletes alarms.
    """

    _inherit = "calendar.alarm"

    @api.constrains(lambda self: [name for name in ABOUT if name in self._fields])
    def _check_exivo_template(self):
        for alarm in self.sudo():
            for name, model in ABOUT.items():
                if name in self._fields and alarm[name].model not in (False, model):
                    raise ValidationError(
                        self.env._("Choose a template about meetings and attendees.")
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
