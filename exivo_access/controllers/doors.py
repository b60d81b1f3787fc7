# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request, route

from ..models.exivo_pin_reveal import CUSTOMER_LOOKS
from ..secret_char import SecretError
from .portal import ExivoCustomerPortal


class ExivoDoorsPortal(ExivoCustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "exivo_door_count" in counters:
            values["exivo_door_count"] = len(self._get_my_accesses())
        return values

    @route("/my/doors", type="http", auth="user", website=True)
    def portal_my_doors(self, **kwargs):
        """List what the visitor may open, now or later."""
        return self._render_my_doors()

    @route(
        "/my/exivo/accesses/<int:access_id>/pin",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_exivo_pin(self, access_id, page=None, **kwargs):
        """Show the PIN on the page of the click; only to the holder, and recorded.

        :param str page: name of that page. There is no address to be led astray with.
        """
        access_sudo = self._get_my_accesses().filtered(
            lambda access: access.id == access_id and access.state == "created"
        )
        if not access_sudo:
            raise request.not_found()
        looks = request.env["exivo.pin.reveal"]
        if looks._has_looked_too_often(request.env.user, CUSTOMER_LOOKS):
            response = self._render_my_doors(exivo_notice="too_often")
            response.status_code = 429
            return response
        try:
            access_sudo._reveal_pin(request.env.user)
        except SecretError:
            return self._render_my_doors(exivo_notice="unreadable")
        booking = self._get_readable_bookings(access_sudo)
        if page != "booking" or not booking:
            return self._render_my_doors(exivo_revealed=access_sudo)
        booking_sudo = self._get_booking_sudo(booking.id, None)
        values = self._booking_get_page_view_values(booking_sudo, None)
        values["exivo_revealed"] = access_sudo
        return request.render("resource_booking.resource_booking_portal_form", values)

    def _get_my_accesses(self):
        service = request.env["exivo.self.service"]
        return service._get_current_accesses(request.env.user.partner_id)

    def _get_readable_bookings(self, accesses_sudo):
        """The bookings of accesses whose page the visitor can open."""
        bookings = accesses_sudo.booking_id.with_user(request.env.user)
        return bookings._filtered_access("read")

    def _render_my_doors(self, **values):
        service = request.env["exivo.self.service"]
        accesses = self._get_my_accesses()
        return request.render(
            "exivo_access.portal_my_doors",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "exivo_doors",
                "exivo_page": "doors",
                "exivo_accesses": accesses,
                "exivo_bookings": self._get_readable_bookings(accesses),
                "exivo_can_book": bool(service._get_bookable_types()),
                **values,
            },
        )
