# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import suppress

from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.resource_booking.controllers.portal import CustomerPortal

from ..models.pins.handover import check_called_by_person, get_link_at_hand
from ..tools.secret_char import SecretError
from .routes import may_be_id


class ExivoCustomerPortal(CustomerPortal):
    """The page of a booking shows what opens its doors."""

    def _get_partner(self):
        return request.env.user.partner_id

    def _render_page(self, template, page_name, status=200, **values):
        """Show a page of ours in the portal's frame.

        :param str page_name: by which breadcrumbs and menus know it.
        """
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            **values,
        }
        return request.render(template, values, status=status)

    def _get_booking_sudo(self, booking_id, access_token):
        """Override of `resource_booking` to find no booking by what is no id or token.

        :raise MissingError: no booking can have this id.
        :raise AccessError: what stands for a token cannot even be compared.
        """
        if not may_be_id(booking_id):
            raise MissingError(request.env._("There is no such booking."))
        try:
            return super()._get_booking_sudo(booking_id, access_token)
        except TypeError:
            raise AccessError(request.env._("There is no such booking.")) from None

    def _booking_get_page_view_values(self, booking_sudo, access_token, **kwargs):
        """Override of `resource_booking` to show the visitor their own accesses.

        Whoever may see the page (followers, a parent company, the bearer of a
        forwarded link) is not thereby allowed to see PIN and link: only the holder of
        an access is.
        """
        values = super()._booking_get_page_view_values(
            booking_sudo, access_token, **kwargs
        )
        holder = request.env.user.partner_id
        values["exivo_accesses"] = booking_sudo.exivo_access_ids.filtered(
            lambda access: access.partner_id == holder
        ).sorted("start")
        promised = booking_sudo.exivo_access_ids.filtered(
            lambda access: request.env.user._is_public()
            and access.partner_id in booking_sudo.partner_ids
            and access._get_portal_standing()
        )
        values["exivo_way_in"] = promised._get_way_in()
        values["exivo_links"] = self._get_links(values["exivo_accesses"])
        values["exivo_page"] = "booking"
        explainer = request.env["exivo.booking.explainer"]
        reader = holder & booking_sudo.partner_ids
        requester = explainer._get_requester(explainer._as_planned(booking_sudo))
        waiting = reader or requester
        values["exivo_hindrances"] = explainer._get_hindrances_of(
            booking_sudo, waiting, reader
        )
        values["exivo_opens_some"] = explainer._opens_some(booking_sudo, waiting)
        values["exivo_way"] = lambda hindrance: (
            hindrance.record != booking_sudo and self._get_way(hindrance)
        )
        attendees = booking_sudo.meeting_id.attendee_ids
        values["exivo_answers"] = attendees._get_exivo_answer_urls(reader)
        self._keep_out_of_caches()
        return values

    def _get_free_url(self):
        """Return where a visitor without a login sees what is free.

        :return: nothing if all of it is for people with a login, as the visitor is.
        :rtype: str
        """
        if not request.env.user._is_public():
            return ""
        types = request.env["resource.booking.type"]._get_exivo_for_anybody()
        return "/my/bookings/new" if types else ""

    def _get_way(self, hindrance):
        """Return the address where the visitor can do something, if they may see it.

        :param Hindrance hindrance: see ``finding.py`` in ``explain``.
        :rtype: str | bool
        """
        record = hindrance.record
        if not record.with_user(request.env.user).has_access("read"):
            return False
        return record.access_url

    def _get_links(self, accesses_sudo):
        """Return the links of the visitor's own accesses, by their ids.

        A link that cannot be read must not keep all others from being shown.
        """
        check_called_by_person(request.env)
        links = {}
        for access in accesses_sudo.filtered(lambda one: one._is_at_hand()):
            with suppress(SecretError):
                if link := get_link_at_hand(access):
                    links[access.id] = link
        return links

    def _keep_out_of_caches(self):
        """Keep link and PIN out of the browser: the next visitor could press *Back*."""
        request.future_response.headers.set("Cache-Control", "no-store")
