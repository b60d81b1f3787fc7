# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import secrets

from odoo.exceptions import UserError
from odoo.http import request

from ..models.doors.exivo_opening import OpenedTooOften
from ..models.pins.exivo_pin_reveal import CUSTOMER_LOOKS
from ..models.pins.handover import look_at_pin
from ..tools.secret_char import SecretError
from .portal import ExivoCustomerPortal
from .routes import is_form, portal_route

FORM_TOKEN = re.compile(r"[0-9a-f]{32}")


class ExivoDoorsPortal(ExivoCustomerPortal):
    """*My doors* lists a visitor's doors, shows PINs, and opens a door by a click."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "exivo_door_count" in counters:
            values["exivo_door_count"] = len(self._get_my_accesses())
        return values

    @portal_route("/my/doors")
    def portal_my_doors(self, opening=None, **kwargs):
        """List what the visitor may open, now or later.

        :param str opening: the door just opened, to say how that went; 0: none was.
        """
        if opening is None:
            return self._render_my_doors()
        return self._render_my_doors(
            exivo_opening=self._get_my_opening(opening),
            exivo_not_opened=opening == "0",
        )

    @portal_route("/my/exivo/accesses/<int:access_id>/pin", "GET", "POST")
    def portal_exivo_pin(self, access_id, page=None, **kwargs):
        """Show the PIN on the page of the click.

        Only the holder sees it, and it is recorded. Whoever comes to the address of
        that page in another way, as by choosing another language, is led back.

        :param str page: name of that page. There is no address to be led astray with.
        """
        if not is_form():
            return request.redirect("/my/doors")
        access_sudo = self._get_my_accesses().filtered(
            lambda access: access.id == access_id and access._is_at_hand()
        )
        if not access_sudo:
            raise request.not_found()
        looks = request.env["exivo.pin.reveal"]
        if looks._has_looked_too_often(request.env.user, CUSTOMER_LOOKS):
            response = self._render_my_doors(
                exivo_notice="too_often", exivo_pin_way=access_sudo._get_known_pin_way()
            )
            response.status_code = 429
            return response
        try:
            pin = look_at_pin(access_sudo, request.env.user)
        except SecretError:
            return self._render_my_doors(
                exivo_notice="unreadable",
                exivo_pin_way=access_sudo._get_known_pin_way(),
            )
        booking = access_sudo.booking_id.with_user(request.env.user)
        if page != "booking" or not booking._filtered_access("read"):
            return self._render_my_doors(exivo_revealed=access_sudo, exivo_pin=pin)
        booking_sudo = self._get_booking_sudo(booking.id, None)
        values = self._booking_get_page_view_values(booking_sudo, None)
        values.update(exivo_revealed=access_sudo, exivo_pin=pin)
        return request.render("resource_booking.resource_booking_portal_form", values)

    @portal_route("/my/exivo/accesses/<int:access_id>/open/<int:lock_id>", "GET")
    def portal_exivo_confirm_open(self, access_id, lock_id, **kwargs):
        """Ask whether a door shall really be opened; changes nothing.

        Whoever has opened it very often hears when they may again.
        """
        access_sudo, lock_sudo = self._find_door(access_id, lock_id)
        return self._render_page(
            "exivo_access.portal_open_door",
            "exivo_doors",
            access=access_sudo,
            lock=lock_sudo,
            wait_seconds=lock_sudo._get_wait_of_holder(),
            form_token=secrets.token_hex(16),
        )

    @portal_route(
        "/my/exivo/accesses/<int:access_id>/open/<int:lock_id>/now", "GET", "POST"
    )
    def portal_exivo_open(self, access_id, lock_id, form_token="", **kwargs):
        """Open a door, once for each form; then lead away, so reloading opens nothing.

        Who comes from the login is asked once more.

        :param str form_token: of the page that asked.
        """
        if not is_form():
            return request.redirect(f"/my/exivo/accesses/{access_id}/open/{lock_id}")
        access_sudo, lock_sudo = self._find_door(access_id, lock_id)
        if not FORM_TOKEN.fullmatch(form_token):
            raise request.not_found()
        try:
            result = lock_sudo._open_by_holder(access_sudo, form_token)
        except OpenedTooOften:
            # That page says for how long; this form could open later, unseen.
            return request.redirect(
                f"/my/exivo/accesses/{access_sudo.id}/open/{lock_sudo.id}"
            )
        except UserError:
            return request.redirect("/my/doors?opening=0")
        return request.redirect(f"/my/doors?opening={result.opening_id}")

    def _find_door(self, access_id, lock_id):
        access_sudo = self._get_my_accesses().filtered(lambda one: one.id == access_id)
        lock_sudo = access_sudo and access_sudo._get_clickable_locks().filtered(
            lambda one: one.id == lock_id
        )
        if not lock_sudo:
            raise request.not_found()
        return access_sudo, lock_sudo

    def _get_my_opening(self, opening_id):
        """Return what became of a door that the visitor has just opened."""
        if not opening_id.isdecimal() or len(opening_id) > 9:
            return None
        domain = [("id", "=", int(opening_id)), ("user_id", "=", request.env.uid)]
        return request.env["exivo.opening"].sudo().search(domain)

    def _get_my_accesses(self):
        return self._get_partner()._get_exivo_current_accesses()

    def _get_readable_bookings(self, accesses_sudo):
        """Return the bookings of accesses whose page the visitor can open.

        Employees may have no right to read any, and open those that they are on.
        """
        partner, bookings_sudo = self._get_partner(), accesses_sudo.booking_id
        readable = bookings_sudo.with_user(request.env.user)._filtered_access("read")
        return readable.sudo() | bookings_sudo.filtered(
            lambda one: partner in one.partner_ids
        )

    def _render_my_doors(self, **values):
        self._keep_out_of_caches()
        types, partner = request.env["resource.booking.type"], self._get_partner()
        accesses = self._get_my_accesses()
        return self._render_page(
            "exivo_access.portal_my_doors",
            "exivo_doors",
            exivo_page="doors",
            exivo_accesses=accesses,
            exivo_links=self._get_links(accesses),
            exivo_bookings=self._get_readable_bookings(accesses),
            exivo_waiting=partner._get_exivo_waiting(),
            exivo_way=self._get_way,
            exivo_can_book=bool(types._get_exivo_within_reach(partner)),
            **values,
        )
