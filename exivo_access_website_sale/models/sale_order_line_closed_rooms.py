# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A cart can be edited and checked out although a room of it was closed since.

A fault of `website_sale_resource_booking` 19.0.1.0.1: it writes on the bookings of a
cart at each step of the checkout, and `resource_booking` refuses that if the room is
closed by then, so that the customer sees an error as long as the cart lives. This file,
and ``shop_checkout`` in ``chosen_time.py``, can go once ``_sync_resource_bookings``
there unschedules first.
"""

from odoo import models


class SaleOrderLine(models.Model):
    """A line of a cart keeps no time that is no longer to be had."""

    _inherit = "sale.order.line"

    def _sync_resource_bookings(self):
        carts = self.sudo().filtered(lambda one: one.order_id._is_exivo_cart())
        carts.resource_booking_ids._unschedule_exivo_closed()
        return super()._sync_resource_bookings()
