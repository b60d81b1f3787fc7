# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells customers on pages and in mails about an order when its doors open."""

from odoo import models
from odoo.http import request

from odoo.addons.exivo_access.models.portal.resource_booking_doors import DoorLine


class SaleOrder(models.Model):
    """An order tells of its doors, without what opens them: no PIN, no link."""

    _inherit = "sale.order"

    def _get_exivo_door_lines(self):
        """Return what there is to say of the bookings that are still to come.

        Who has ordered reads it, and need not be who comes.

        :rtype: list[DoorLine]
        """
        self.ensure_one()
        bookings = self.order_line.sudo().resource_booking_ids.sorted("start")
        told = [one._tell_exivo_doors(self.partner_id) for one in bookings]
        if self.state == "sale":
            without_time = bookings.filtered(lambda one: one.state == "pending")
            told += [self._tell_exivo_choice(one) for one in without_time]
        return [line for line in told if line]

    def _tell_exivo_choice(self, booking):
        """Return the line of a booking without a time: it may have lost the one it had.

        Only who has ordered is led there without a login.
        """
        # the page of an order reads it in superuser mode, as another user
        user = (request or self).env.user
        logins = self.partner_id.sudo().user_ids
        way = f"{booking.access_url}/schedule"
        if user in logins or (user._is_public() and not logins):
            way = booking.get_portal_url(suffix="/schedule")
        names = booking._get_exivo_rooms().mapped("name") or [booking.type_id.name]
        return DoorLine(", ".join(names), "", "choose", way=way)

    def _name_exivo_holders(self, partners):
        """Return how an order calls those for whom the doors open.

        :rtype: str
        """
        return ", ".join(one.name or one.email or "" for one in partners)

    def _has_exivo_login(self):
        """Tell whether who has ordered can look at *My doors*."""
        return bool(self.partner_id.sudo().user_ids)
