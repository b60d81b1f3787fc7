# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import SessionExpiredException, request, route

from odoo.addons.portal.controllers.portal import pager

from .portal import ExivoCustomerPortal
from .routes import is_form, portal_route


class ExivoSelfServicePortal(ExivoCustomerPortal):
    """*Book a room* lets customers begin bookings by themselves."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "exivo_bookable_count" in counters:
            values["exivo_bookable_count"] = len(self._get_types_within_reach())
        if "booking_count" in counters and (own_sudo := self._find_own_bookings()):
            values["booking_count"] = len(own_sudo)
        return values

    @route()
    def portal_my_bookings(self, page=1, **kwargs):
        """Override of `resource_booking` to name rooms and times, and to offer more."""
        page = page if str(page).isdecimal() else 1  # Odoo takes "²" for a number
        response = super().portal_my_bookings(page=page, **kwargs)
        response.qcontext["exivo_can_book"] = bool(self._get_types_within_reach())
        if own_sudo := self._find_own_bookings():
            step = self._items_per_page
            turner = pager("/my/bookings", len(own_sudo), page=page, step=step)
            shown = own_sudo[turner["offset"] : turner["offset"] + step]
            response.qcontext.update(bookings=shown, pager=turner)
        return response

    def _find_own_bookings(self):
        """Return the bookings that an employee is on who has no right to read any.

        Everybody else sees those of `resource_booking`.

        :rtype: resource.booking
        """
        bookings = request.env["resource.booking"].with_context(using_portal=True)
        if bookings.has_access("read"):
            return bookings
        domain = [("partner_ids", "in", self._get_partner().ids)]
        return bookings.sudo().search(domain)

    @portal_route("/my/bookings/new", auth="public")
    def portal_exivo_offers(self, **kwargs):
        """List what the visitor can book, and has begun to book.

        Who has no login sees what can be booked without one, if there is anything.
        """
        types, partner = self._get_bookable_types(), self._get_partner()
        is_public = request.env.user._is_public()
        if is_public and not types:
            self._ask_for_login()
        return self._render_page(
            "exivo_access.portal_book_a_room",
            "exivo_book",
            exivo_is_public=is_public,
            exivo_to_confirm=not is_public and types._get_exivo_to_confirm(partner),
            exivo_offers=types._get_exivo_offers(partner),
        )

    @portal_route("/my/bookings/new/<int:type_id>", "GET", "POST")
    def portal_exivo_begin(self, type_id, **kwargs):
        """Begin a booking, and go on to the choice of its slot.

        A visitor who has too many open ones is led back to them, as is who comes from
        the login.
        """
        if not is_form():
            return request.redirect("/my/bookings/new")
        booking_type = self._get_bookable_types().filtered(
            lambda one: one.id == type_id
        )
        if not booking_type:
            response = self.portal_exivo_offers()
            response.qcontext["exivo_notice"] = "not_offered"
            response.status_code = 404
            return response
        booking_sudo = booking_type._begin_exivo_booking(self._get_partner())
        if not booking_sudo:
            return request.redirect(f"/my/bookings/new#exivo_offer_{type_id}")
        return request.redirect(booking_sudo.get_portal_url(suffix="/schedule"))

    @portal_route("/my/exivo/address", "GET", "POST")
    def portal_exivo_ask_address(self, **kwargs):
        """Send the visitor a link that confirms the e-mail address.

        Whoever comes back there in another way than by the form is led to the form.
        """
        if not is_form():
            return request.redirect("/my/bookings/new")
        return self._render_address(request.env.user._send_exivo_address_link())

    @portal_route("/my/exivo/address/<string:address_token>", "GET", "POST")
    def portal_exivo_confirm_address(self, address_token, **kwargs):
        """Ask whether an address shall be confirmed; the form does it.

        Mail scanners follow addresses, and are not whom they were sent to.
        """
        user = request.env.user
        if is_form():
            done = user._confirm_exivo_address(address_token)
            return self._render_address("confirmed" if done else "wrong")
        email = user._read_exivo_address_link(address_token)
        return self._render_address("asks" if email else "wrong")

    def _render_address(self, notice):
        return self._render_page(
            "exivo_access.portal_address",
            "exivo_book",
            404 if notice == "wrong" else 200,
            notice=notice,
            email=self._get_partner().email,
        )

    def _get_bookable_types(self):
        types = request.env["resource.booking.type"]
        if request.env.user._is_public():
            return types._get_exivo_for_anybody()
        return types._get_exivo_bookable(self._get_partner())

    def _get_types_within_reach(self):
        types = request.env["resource.booking.type"]
        return types._get_exivo_within_reach(self._get_partner())

    def _ask_for_login(self):
        """Lead to the login and back, as a page does that nobody else may see."""
        raise SessionExpiredException("Who is it?")
