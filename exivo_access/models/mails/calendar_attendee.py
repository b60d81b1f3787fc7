# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlencode

from odoo import fields, models
from odoo.tools.urls import urljoin


class CalendarAttendee(models.Model):
    """An attendee accepts or declines a booking that waits for it, or is taken off it."""

    _inherit = "calendar.attendee"

    # who is taken off a booking stays on its meeting
    exivo_taken_off = fields.Boolean(
        string="Is Taken Off", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

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
        return self.state == "needsAction" and any(
            booking.state == "scheduled" and not booking._waits_for_exivo_staff()
            for booking in self.event_id._get_exivo_bookings()
        )

    def _is_off_exivo_booking(self):
        """Tell whether somebody who was on the booking of the meeting no longer is.

        Also who never held an access: the booking was not confirmed yet, say.
        """
        self.ensure_one()
        planner, partner = self.env["exivo.planner"], self.partner_id
        bookings = self.event_id._get_exivo_bookings()
        staff = bookings.user_id.partner_id
        staff |= bookings.combination_id.resource_ids.user_id.partner_id
        held = partner in bookings.exivo_access_ids.partner_id
        return (
            (held or self.sudo().exivo_taken_off)
            and partner not in staff
            and not any(
                partner in booking.partner_ids | planner._get_guests(booking)
                for booking in bookings
            )
        )
