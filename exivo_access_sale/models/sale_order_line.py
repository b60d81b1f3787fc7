# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class SaleOrderLine(models.Model):
    """A line of an order has bookings, and leaves them alone where nothing changes."""

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

    @api.model
    def _add_or_cancel_bookings(self, bookings, qty, values):
        """Override of `sale_resource_booking` to write on bookings only what changes.

        It writes on all of them each time that a line is written. Each write on a
        booking writes its meeting's time anew, and then the calendar takes back what
        the organiser has accepted: for a booking from the shop, that is the customer.
        """
        wanted = {**values, "active": True}
        ranked = bookings.sorted(self._bookings_usefulness_index)
        useful = ranked[: max(qty, 0)]
        same = useful.filtered(
            lambda one: all(
                one._fields[name].convert_to_write(one[name], one) == value
                for name, value in wanted.items()
            )
        )
        gone = (ranked - useful).filtered(
            lambda one: not (one.active or one.meeting_id)
        )
        others = ranked - same - gone
        qty -= len(same)
        return bookings | super()._add_or_cancel_bookings(others, qty, values)
