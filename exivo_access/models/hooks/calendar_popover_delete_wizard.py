# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Command

from ..mails import letter
from ..mails.exivo_mail import LAST_WORDS


class CalendarPopoverDeleteWizard(models.TransientModel):
    """A deleted meeting with doors is told by our own mails to who has booked it."""

    _inherit = "calendar.popover.delete.wizard"

    def action_send_mail_and_delete(self):
        """Override of `calendar`, whose mail goes out before anything is deleted.

        It would have gone to everybody, also where the deletion is then refused.
        """
        bookings = self._get_exivo_deleted()._get_exivo_bookings()
        if not bookings.meeting_id._has_exivo_room_rules():
            return super().action_send_mail_and_delete()
        self._tell_exivo_others(bookings)
        return self.action_delete()

    def _get_exivo_deleted(self):
        """Return the meetings that :meth:`action_delete` deletes.

        :rtype: calendar.event
        """
        event = self.calendar_event_id.sudo()
        kind, series = self.env.context.get("default_recurrence"), event.recurrence_id
        if not event.recurrency or kind not in ("next", "all"):
            return event
        return series.calendar_event_ids.filtered(
            lambda one: kind == "all" or one.start >= event.start
        )

    def _tell_exivo_others(self, bookings):
        """Queue Odoo's mail for who comes along without being on one of the bookings.

        :param bookings: ``resource.booking`` records in superuser mode.
        """
        event, planner = self.calendar_event_id.sudo(), self.env["exivo.planner"]
        told = bookings.partner_ids.union(*map(planner._get_guests, bookings))
        others = event.attendee_ids.partner_id - told
        if not others:
            return
        values = {"recipient_ids": [Command.set(others.ids)]}
        sender = letter.get_sender(bookings.type_id.company_id[:1] or self.env.company)
        if sender:
            values["email_from"] = sender
        letter.queue(
            event,
            "calendar.calendar_template_delete_event",
            max(event.stop, fields.Datetime.now() + LAST_WORDS),
            email_values=values,
        )
