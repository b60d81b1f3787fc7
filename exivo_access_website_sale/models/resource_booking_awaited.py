# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking is kept while its money is on the way, as with a wire transfer.

A fault of `website_sale_resource_booking` 19.0.1.0.1: after the time-out of the
product, an hour, its job cancels the booking of an order that is not confirmed, also
when the customer has ordered a transfer that takes days. Then the money comes, and the
room is somebody else's. This file can go once ``_cron_cancel_expired`` there looks at
the transactions of the order.
"""

from odoo import api, models


class ResourceBooking(models.Model):
    """A booking does not expire while a payment of its order is pending."""

    _inherit = "resource.booking"

    @api.model
    def _cron_cancel_expired(self, domain=None):
        awaited = [
            ("sale_order_line_id.order_id.state", "=", "sent"),
            ("sale_order_line_id.order_id.transaction_ids.state", "=", "pending"),
        ]
        kept = self.sudo().search([("expiration", "!=", False), *awaited])
        return super()._cron_cancel_expired(
            [*(domain or []), ("id", "not in", kept.ids)]
        )
