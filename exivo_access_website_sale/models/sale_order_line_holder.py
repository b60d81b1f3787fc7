# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whoever has paid holds a booking for which nobody was named.

A fault of `website_sale_resource_booking` 19.0.1.0.1: a guest's bookings are made for
the public user. Who pays before a time is chosen, on the cart's page, or after it was
lost, chooses it later for nobody. This file can go once ``_sync_resource_bookings``
there gives the customer what is left of an order that is confirmed.
"""

from odoo import models


class SaleOrderLine(models.Model):
    """A line of a guest's order gives its bookings to the customer."""

    _inherit = "sale.order.line"

    def _sync_resource_bookings(self):
        """Override to leave no booking of a confirmed order to the public user."""
        result = super()._sync_resource_bookings()
        for line in self.sudo().filtered(lambda one: one.order_id.state == "sale"):
            public = line.order_id.website_id.user_id.partner_id
            # the public user's contact is archived
            bookings = line.resource_booking_ids.with_context(active_test=False)
            of_nobody = bookings.filtered(
                lambda one, public=public: one.active and one.partner_ids == public
            )
            of_nobody.partner_ids = line.order_id.partner_id
        return result
