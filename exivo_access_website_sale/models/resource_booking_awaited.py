# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking is kept while its money is on the way, or is there.

A fault of `website_sale_resource_booking` 19.0.1.0.1: after the time-out of the
product, an hour, its job cancels the booking of an order that is not confirmed, also
when the customer has ordered a transfer that takes days, or has just paid. Then the
order is confirmed, and the room is somebody else's. It even cancels one of an order
that is confirmed, if nobody was named for it before. This file can go once
``_cron_cancel_expired`` there looks at the order and its transactions.
"""

from odoo import models
from odoo.fields import Domain


class ResourceBooking(models.Model):
    """A booking does not expire once its order is confirmed, nor while it is paid.

    Customers may say how much they pay: what would not confirm the order keeps nothing.
    """

    _inherit = "resource.booking"

    def _cron_cancel_expired(self, domain=None):
        """Override to keep what money is on the way for, or has come.

        Odoo confirms the order minutes later, unless somebody looks at a page.
        """
        order = "sale_order_line_id.order_id"
        states = ("pending", "authorized", "done")
        begun = self.sudo().search(
            [
                ("expiration", "!=", False),
                (f"{order}.state", "in", ("draft", "sent")),
                (f"{order}.transaction_ids.state", "in", states),
            ]
        )
        coming = ("pending", "authorized")
        kept = begun.filtered(lambda one: one.sale_order_id._has_exivo_money(*coming))
        expiring = ~Domain(f"{order}.state", "=", "sale")
        expiring &= Domain("id", "not in", kept.ids)
        return super()._cron_cancel_expired([*(domain or []), *expiring])
