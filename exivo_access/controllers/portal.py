# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request, route

from odoo.addons.resource_booking.controllers.portal import CustomerPortal


class ExivoCustomerPortal(CustomerPortal):
    def _booking_get_page_view_values(self, booking_sudo, access_token, **kwargs):
        """Override of `resource_booking` to show the visitor their own accesses.

        Whoever may see the page (followers, a parent company, the bearer of a
        forwarded link) is not thereby allowed to see PIN and link: only the holder of
        an access is.
        """
        values = super()._booking_get_page_view_values(
            booking_sudo, access_token, **kwargs
        )
        values["exivo_accesses"] = booking_sudo.exivo_access_ids.filtered(
            self._is_held_by_visitor
        ).sorted("start")
        return values

    @route(
        "/my/exivo/accesses/<int:access_id>/pin",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_exivo_pin(self, access_id):
        """Show the booking's page with the PIN; only to the holder, and recorded."""
        access_sudo = request.env["exivo.access"].sudo().browse(access_id).exists()
        if (
            not access_sudo.booking_id
            or access_sudo.state != "created"
            or not self._is_held_by_visitor(access_sudo)
        ):
            raise request.not_found()
        booking_sudo = self._get_booking_sudo(access_sudo.booking_id.id, None)
        access_sudo._reveal_pin(request.env.user)
        values = self._booking_get_page_view_values(booking_sudo, None)
        values["exivo_revealed"] = access_sudo
        return request.render("resource_booking.resource_booking_portal_form", values)

    def _is_held_by_visitor(self, access_sudo):
        return access_sudo.partner_id == request.env.user.partner_id
