# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Orders are sent, confirmed, locked and cancelled although a room was closed since.

A fault of `sale_resource_booking` 19.0.1.0.0: the state of a booking follows its
order's, and `resource_booking` refuses that if the room is closed by then. So nobody
can cancel the order, and its payment never gets through: the money is there, and the
order is not confirmed. This file can go once ``write`` there unschedules first.
"""

from odoo import models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    """A booking whose time is no longer to be had waits for another one."""

    _inherit = "sale.order"

    def write(self, vals):
        if vals.get("state") == "cancel":
            self.order_line.sudo().resource_booking_ids.action_unschedule()
        elif vals.get("state") == "sale":
            new = self.filtered(lambda one: one.state != "sale")
            new.order_line.sudo().resource_booking_ids._unschedule_exivo_closed()
        elif self._stays_exivo_order(vals):
            carts = self.filtered(lambda one: one._is_exivo_cart())
            carts.order_line.sudo().resource_booking_ids._unschedule_exivo_closed()
            # whether another is locked, or was sent, says nothing about its bookings
            bookings = (self - carts).order_line.sudo().resource_booking_ids
            with self.env.protecting([bookings._fields["state"]], bookings):
                return super().write(vals)
        return super().write(vals)

    def _stays_exivo_order(self, vals):
        """Tell whether orders stay the orders, or quotations, that they are."""
        if "state" not in vals:
            return "locked" in vals
        return {vals["state"], *self.mapped("state")} <= {"draft", "sent"}


class ResourceBooking(models.Model):
    """A booking lets go of a time that is no longer to be had."""

    _inherit = "resource.booking"

    def _unschedule_exivo_closed(self):
        """Take their time from those whose room was closed, or taken, since."""
        for booking in self:
            try:
                booking._check_scheduling()
            except ValidationError:
                booking.action_unschedule()
