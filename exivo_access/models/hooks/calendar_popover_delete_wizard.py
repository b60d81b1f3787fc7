# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

#: The form of a meeting says of a series what the dialog calls otherwise.
KINDS = {"future_events": "next", "all_events": "all"}


class CalendarPopoverDeleteWizard(models.TransientModel):
    """A deleted meeting with doors is told by our own mails to whoever comes to it."""

    _inherit = "calendar.popover.delete.wizard"

    def action_delete(self):
        """Override of `calendar`, which does not know the words of its own form."""
        if self._get_exivo_deleted()._has_exivo_doors():
            self = self.with_context(default_recurrence=self._get_exivo_kind())
        return super().action_delete()

    def _get_exivo_kind(self):
        """Return how much of a series is deleted, as the dialog says it."""
        kind = self.env.context.get("default_recurrence")
        return KINDS.get(kind, kind)

    def action_send_mail_and_delete(self):
        """Override of `calendar`, whose mail goes out before anything is deleted.

        It would have gone to everybody, also where the deletion is then refused.
        """
        bookings = self._get_exivo_deleted()._get_exivo_bookings()
        if not bookings.meeting_id._has_exivo_room_rules():
            return super().action_send_mail_and_delete()
        self._note_exivo_others(bookings)
        return self.action_delete()

    def _get_exivo_deleted(self):
        """Return the meetings that :meth:`action_delete` deletes.

        :rtype: calendar.event
        """
        event = self.calendar_event_id.sudo()
        kind, series = self._get_exivo_kind(), event.recurrence_id
        if not event.recurrency or kind not in ("next", "all"):
            return event
        return series.calendar_event_ids.filtered(
            lambda one: kind == "all" or one.start >= event.start
        )

    def _note_exivo_others(self, bookings):
        """Have those told as well of whom no mail of ours knows, or an older one.

        :param bookings: ``resource.booking`` records in superuser mode.
        """
        answers = self.env["exivo.awaited.answer"].sudo()
        for booking in bookings:
            mailed = booking.meeting_id.attendee_ids.filtered(
                lambda one: one.email and one._should_notify_attendee()
            )
            mailed -= mailed._get_exivo_off()
            heard = booking.exivo_access_ids.filtered(
                lambda one: one._is_told() or one.calendar_stop
            )
            for partner in mailed.partner_id - heard.partner_id:
                answers._note_invitation(booking, partner)
