# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError


class MailActivity(models.Model):
    """Staff, and nobody else, see to the activities of records that they may only read.

    Odoo asks for the same right to an activity as to what was written about its record;
    the latter stays as it was written.
    """

    _inherit = "mail.activity"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not result or operation not in ("write", "unlink"):
            return result
        forbidden = result[0].filtered(
            lambda activity: not activity.sudo()._is_of_readable_alarm_record(self.env)
        )
        if not forbidden:
            return None
        return forbidden, lambda: forbidden._make_access_error(operation)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: see :meth:`_check_exivo_meetings`."""
        activities = super().create(vals_list)
        activities._check_exivo_meetings()  # values come from the context as well
        return activities

    def write(self, vals):
        """Override of `mail` to move no activity to where the user may make none.

        Odoo asks for no right to the record that it is moved to, shows its name, and
        writes in its chatter when the activity is done.
        """
        result = super().write(vals)
        if {"res_model_id", "res_model", "res_id"} & vals.keys():
            self.check_access("create")
        if {"booking_id", "calendar_event_id"} & vals.keys():
            self._check_exivo_meetings()
        return result

    def _check_exivo_meetings(self):
        """Check that activities lead to no meeting whose doors others decide about.

        When the booking of an activity is moved, its meeting is, too, as the superuser,
        and these may be two that have nothing to do with one another.

        :raise AccessError: doors would follow.
        """
        if self.env.su:
            return
        activities = self.sudo()
        bookings = activities.booking_id
        bookings |= activities.calendar_event_id.resource_booking_ids
        if bookings.with_env(self.env)._get_exivo_foreign():
            raise AccessError(
                self.env._(
                    "Doors open for this meeting; you may not change its time. Make "
                    "the activity without this meeting, or ask whoever looks after "
                    "bookings here."
                )
            )

    def _is_of_readable_alarm_record(self, env):
        """Tell whether it is about a record for alarms that somebody may read.

        :param odoo.api.Environment env: that person's.
        :rtype: bool
        """
        self.ensure_one()
        mixin = env.registry["exivo.alarm.mixin"]
        model = env.registry.get(self.res_model)
        if model is None or not issubclass(model, mixin):
            return False
        return env[self.res_model].browse(self.res_id).exists().has_access("read")
