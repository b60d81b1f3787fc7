# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""An order that gets another customer gives that one its bookings.

A fault of `sale_resource_booking` 19.0.1.0.0: it leaves them with the former one, who
gets link and PIN of what somebody else has paid. This file can go once ``write`` there
gives them on.
"""

from odoo import models


class SaleOrder(models.Model):
    """An order takes its bookings along to another customer."""

    _inherit = "sale.order"

    def write(self, vals):
        """Override to give on also what is cancelled, and may be taken up again."""
        former = {one: one.partner_id for one in self if "partner_id" in vals}
        result = super().write(vals)
        for order, customer in former.items():
            # a guest of the shop says at the checkout who it is
            if order.partner_id != customer and not customer.is_public:
                lines = order.order_line.sudo().with_context(active_test=False)
                lines.resource_booking_ids._follow_exivo_customer(customer)
        return result


class ResourceBooking(models.Model):
    """A booking is for the customer of its order, unless somebody else was named."""

    _inherit = "resource.booking"

    def _follow_exivo_customer(self, former):
        """Give what is for the former customer of an order alone to the present one.

        :param former: a ``res.partner``; what has begun is left alone.
        """
        for booking in self:
            order = booking.sale_order_id
            if booking.partner_ids == former and not booking._has_exivo_begun():
                # nobody is invited to a cart
                quiet = booking.with_context(dont_notify=order._is_exivo_cart())
                quiet.partner_ids = order.partner_id
