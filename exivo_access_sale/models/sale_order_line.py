# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The bookings of a line that is deleted go with their meetings.

A fault of `sale_resource_booking` 19.0.1.0.0: it leaves them to PostgreSQL, so that
nothing hears of it, and the meetings stay. This file, and ``_unlink_exivo_bookings`` of
orders, can go once bookings are deleted there.
"""

from odoo import api, models


class SaleOrderLine(models.Model):
    """A line of an order takes its bookings along."""

    _inherit = "sale.order.line"

    @api.ondelete(at_uninstall=True)
    def _unlink_exivo_bookings(self):
        """Delete the bookings first; PostgreSQL would, without a word.

        It also deletes the lines that go with these.
        """
        lines = self.sudo().with_context(active_test=False)
        while more := lines.linked_line_ids - lines:
            lines |= more
        lines.resource_booking_ids.unlink()
