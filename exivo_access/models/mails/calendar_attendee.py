# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlencode

from odoo import fields, models
from odoo.tools.urls import urljoin


class CalendarAttendee(models.Model):
    """An attendee accepts or declines a booking that waits for it, or comes off it."""

    _inherit = "calendar.attendee"

    # who is taken off a booking stays on its meeting
    exivo_taken_off = fields.Boolean(
        string="Is Taken Off", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    def get_base_url(self):
        """Override to lead to the same website as the other links to a booking."""
        booking = self.event_id._get_exivo_bookings()[:1]
        return booking.get_base_url() if booking else super().get_base_url()

    def _get_exivo_answer_urls(self, partner):
        """Return where a contact accepts or declines a booking that waits for it.

        :param partner: ``res.partner`` record, maybe among these attendees.
        :return: the addresses, by ``accept`` and ``decline``; none if nothing waits.
        :rtype: dict[str, str]
        """
        attendee = self.filtered(lambda one: one.partner_id == partner)[:1]
        if not attendee or not attendee._holds_up_exivo_booking():
            return {}
        query = urlencode({"token": attendee.access_token, "id": attendee.event_id.id})
        base_url = attendee.get_base_url()
        return {
            answer: urljoin(base_url, f"/calendar/meeting/{answer}?{query}")
            for answer in ("accept", "decline")
        }

    def _get_exivo_page_url(self):
        """Return where an invitation is read, for which no login is needed.

        :rtype: str
        """
        self.ensure_one()
        query = urlencode({"token": self.access_token, "id": self.event_id.id})
        return urljoin(self.get_base_url(), f"/calendar/meeting/view?{query}")

    def _get_exivo_video_url(self):
        """Return where whoever does not come in person takes part, if anywhere.

        :rtype: str
        """
        self.ensure_one()
        return self.event_id.videocall_location or ""

    def _holds_up_exivo_booking(self):
        """Tell whether a booking waits to be confirmed, and this one has to answer."""
        self.ensure_one()
        may_answer = self.state == "needsAction" and self.event_id.active
        return may_answer and any(
            booking.state == "scheduled" and not booking._waits_for_exivo_staff()
            for booking in self.event_id._get_exivo_bookings()
        )

    def _get_exivo_off(self):
        """Return those who were on the booking of their meeting and no longer are.

        Also who never held an access: the booking was not confirmed yet, say. Nobody is
        on one that is archived, which has its meeting still.

        :rtype: calendar.attendee
        """
        off = self.browse()
        for one in self:
            bookings = one.event_id._get_exivo_bookings()
            active = bookings.filtered("active")
            users = active.user_id | active.combination_id.resource_ids.user_id
            guests = map(self.env["exivo.planner"]._get_guests, active)
            staying = (users.partner_id | active.partner_ids).union(*guests)
            held = one.partner_id in bookings.exivo_access_ids.partner_id
            was_on = held or one.sudo().exivo_taken_off or (bookings and not active)
            if was_on and one.partner_id not in staying:
                off |= one
        return off
