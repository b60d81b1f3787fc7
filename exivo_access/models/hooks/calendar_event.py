# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import nullcontext

from odoo import fields, models

from ...pure import calendar_file
from ..mails import letter
from .calendar_attendee_readers import READER


class CalendarEvent(models.Model):
    """An event that is moved or deleted changes its bookings."""

    _inherit = "calendar.event"

    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )

    # What is to come is found among all meetings that there ever were.
    _exivo_stop_idx = models.Index("(stop)")

    def _compute_exivo_access_count(self):
        accesses = self.env["exivo.access"]
        for event in self:
            bookings = event._get_exivo_bookings()
            counts = accesses._count_by("booking_id", bookings) if bookings else {}
            event.exivo_access_count = sum(counts.values())

    def action_open_exivo_accesses(self):
        """Show the accesses of the event's bookings."""
        bookings = self._get_exivo_bookings()
        return self.env["exivo.access"]._action_for(
            [("booking_id", "in", bookings.ids)]
        )

    def write(self, vals):
        with self._exivo_guarded():
            result = super().write(vals)
        self.env["exivo.collector"]._events_changed(self)
        return result

    def unlink(self):
        bookings = self._get_exivo_bookings()
        with self._exivo_guarded():
            result = super().unlink()
        self.env["exivo.collector"]._bookings_changed(bookings)
        return result

    def _get_ics_file(self):
        """Override of `calendar` to bring the one entry that our mails keep.

        Odoo's files are a new entry each time, with everybody's address.
        """
        booked = self.filtered(lambda one: one._has_exivo_room_rules())
        files = super(CalendarEvent, self - booked)._get_ics_file()
        reader = self.env["res.partner"].browse(READER.get_from(self.env))
        for event in booked:
            booking = event._get_exivo_bookings()[:1]
            entry = booking._get_exivo_entry_for(reader)
            files[event.id] = calendar_file.build(entry)
            theirs = booking.exivo_access_ids.filtered(
                lambda one: one.partner_id == reader
            )
            theirs._note_calendar_entry(entry)
            if not theirs and reader in booking.partner_ids:
                answers = self.env["exivo.awaited.answer"].sudo()
                answers._note_invitation(booking.sudo(), reader)
        return files

    def _notify_by_email_get_headers(self, headers=None):
        """Override of `mail` to say that mails about a booked room are automatic."""
        headers = super()._notify_by_email_get_headers(headers=headers)
        if READER.get_from(self.env):
            headers.update(letter.AUTOMATIC)
        return headers

    def _exivo_guarded(self):
        """Guard a change of these events, or of who attends them.

        :return: a context manager, see ``resource.booking``.
        """
        if not self.env["exivo.collector"]._is_needed():
            return nullcontext()
        return self._get_exivo_bookings().with_env(self.env)._exivo_guarded()

    def _get_exivo_bookings(self):
        """Return the bookings of these events, archived ones included, for anybody."""
        return self.sudo().with_context(active_test=False).resource_booking_ids

    def _has_exivo_room_rules(self):
        """Tell whether any booked room of these events has an access rule.

        Or whether it had one: who has the booking in a calendar from us has it there as
        the same entry from then on.
        """
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        bookings = self.sudo().resource_booking_ids
        if any(one in rules for one in bookings.combination_id.resource_ids.ids):
            return True
        entries = bookings.exivo_access_ids.mapped("calendar_stop")
        entries += bookings._get_exivo_awaited().mapped("is_in_calendar")
        return any(entries)

    def _has_exivo_doors(self):
        """Tell whether any of these events is a booking of a room with doors."""
        return self._get_exivo_bookings()._has_exivo_doors()
