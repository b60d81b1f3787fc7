# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import content_disposition, request

from ..pure import calendar_file
from ..tools.serialise import serialise
from .booking_desk import ExivoBookingDeskPortal
from .routes import portal_route


class ExivoCalendarFilePortal(ExivoBookingDeskPortal):
    """A booking comes into the visitor's calendar, as the entry that our mails keep."""

    @portal_route("/my/bookings/<int:booking_id>/calendar.ics", "GET", auth="public")
    def portal_exivo_calendar_file(self, booking_id, access_token=None, **kwargs):
        """Hand out a calendar file to whoever may see the booking's page."""
        booking_sudo = self._find_booking(booking_id, access_token)
        if not booking_sudo:
            return self._render_notice("lost", 404)
        if not booking_sudo._has_exivo_time():
            raise request.not_found()
        people, visitor = booking_sudo.partner_ids, request.env.user
        reader = people if visitor._is_public() else people & visitor.partner_id
        entry = booking_sudo._get_exivo_calendar_entry(
            reader[:1] or people[:1], booking_sudo._get_exivo_page_url(access_token)
        )
        if len(reader) == 1:  # of several, a link does not say who has come
            serialise(reader)  # some browsers ask for a file twice at once
            booking_sudo._note_exivo_entry(reader, entry)
        response = request.make_response(
            calendar_file.build(entry),
            [
                (
                    "Content-Type",
                    f"text/calendar; charset=utf-8; method={entry.method}",
                ),
                ("Content-Disposition", content_disposition("booking.ics")),
                ("Cache-Control", "no-store"),
            ],
        )
        return response
