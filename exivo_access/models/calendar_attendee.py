# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

#: Calendar mails that the add-on's own mails replace for the holders of accesses.
REPLACED_TEMPLATES = (
    "calendar.calendar_template_meeting_invitation",
    "calendar.calendar_template_meeting_changedate",
)


class CalendarAttendee(models.Model):
    """Who accepts or declines changes the booking; holders get our mails instead."""

    _inherit = "calendar.attendee"

    @api.model_create_multi
    def create(self, vals_list):
        attendees = super().create(vals_list)
        self.env["exivo.collector"]._events_changed(attendees.event_id)
        return attendees

    def write(self, vals):
        """Accepting and declining changes the booking's state without a write on it."""
        result = super().write(vals)
        if "state" in vals:
            self.env["exivo.collector"]._events_changed(self.event_id)
        return result

    def unlink(self):
        events = self.event_id
        result = super().unlink()
        self.env["exivo.collector"]._events_changed(events)
        return result

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        """Override of `calendar` to leave the holders of accesses to our own mails.

        Who holds an access is only known once the transaction has been planned, so
        mails about rooms with rules wait until then. Reminders do not: they are sent
        long after the booking.
        """
        if self.env.context.get("exivo_reminder"):
            reminded = self.env["exivo.notifier"]._remind(self, notify_author)
            return super(CalendarAttendee, self - reminded)._notify_attendees(
                mail_template, notify_author=notify_author, force_send=force_send
            )
        waiting = self.filtered(
            lambda attendee: self._is_replaced_by_exivo(mail_template)
            and attendee.event_id._has_exivo_room_rules()
        )
        if waiting:
            self.env["exivo.collector"]._defer_invitations(
                waiting,
                lambda attendees: super(CalendarAttendee, attendees)._notify_attendees(
                    mail_template, notify_author=notify_author, force_send=force_send
                ),
            )
            self = self - waiting
        return super()._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )

    def _is_replaced_by_exivo(self, mail_template):
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        return mail_template and mail_template.id in map(to_id, REPLACED_TEMPLATES)
