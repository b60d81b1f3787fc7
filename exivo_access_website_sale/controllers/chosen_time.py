# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A time in the shop is taken only by its form, and only if the page offers it.

A fault of `website_sale_resource_booking` 19.0.1.0.1: it takes any moment, also by an
address that somebody is sent, with somebody else's name and e-mail in it; once that is
paid, the doors open for them. This file can go once ``booking_confirm`` there asks for
a form, and for a time that the schedule has.
"""

from odoo.fields import Datetime
from odoo.http import request, route

from odoo.addons.exivo_access.controllers.routes import is_form
from odoo.addons.exivo_access.models.portal.resource_booking import read_moment

from .taken_slot import ExivoWebsiteSale


class ExivoWebsiteSaleTimes(ExivoWebsiteSale):
    """A time that is not offered leads back to those that are."""

    @route()
    def shop_checkout(self, try_skip_step=None, **query_params):
        """Override to say why another time is to be chosen, and for which booking.

        A time that is lost only because the cart has expired is told as the shop does.
        """
        bookings, now = self._get_bookings().sorted("id"), Datetime.now()
        kept = bookings.filtered(
            lambda one: one.start and not (one.expiration and one.expiration < now)
        )
        answer = super().shop_checkout(try_skip_step=try_skip_step, **query_params)
        for index, booking in enumerate(bookings, 1):
            if booking in kept and not booking.start:
                return self._refuse_exivo_time(index)
        return answer

    @route()
    def booking_confirm(self, index, partner_name, partner_email, when, **post):
        try:
            booking = self._get_indexed_booking(index).sudo()
        except IndexError:
            return request.redirect("/shop/checkout")
        moment = read_moment(when)
        zone = booking.type_id.resource_calendar_id.tz
        if booking.active and not (
            is_form()
            and moment
            and booking.with_context(tz=zone)._offers_exivo_time(moment)
        ):
            return self._refuse_exivo_time(index)
        return super().booking_confirm(index, partner_name, partner_email, when, **post)

    def _refuse_exivo_time(self, index):
        error = request.env._(
            "No room is free at that time, or it is not offered. Please choose "
            "another one."
        )
        return self._lead_to_exivo_times(index, error)
