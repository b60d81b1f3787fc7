# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A cart asks for as many times as there are bookings in it.

A fault of `website_sale_resource_booking` 19.0.1.0.1: it counts bookings that a lower
quantity has cancelled, takes them for expired, and leads the customer to them again and
again. This file can go once ``_get_bookings`` there leaves them out.
"""

from .chosen_time import ExivoWebsiteSaleTimes


class ExivoWebsiteSaleBookings(ExivoWebsiteSaleTimes):
    """A booking that a lower quantity has cancelled gets no time."""

    def _get_bookings(self):
        """Override to have cancelled ones only where they are to be taken up again."""
        bookings = super()._get_bookings()
        wanted = bookings.filtered("active")
        for line, theirs in bookings.grouped("sale_order_line_id").items():
            cancelled = theirs - wanted
            lacking = int(line.product_uom_qty) - len(theirs & wanted)
            wanted |= cancelled[: max(lacking, 0)]
        return wanted
