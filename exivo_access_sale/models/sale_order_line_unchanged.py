# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Bookings are left alone when a line of their order is edited.

A fault of `sale_resource_booking` 19.0.1.0.0: it writes on all bookings of a line each
time that the line is written. Each write on a booking writes its meeting's time anew,
and then the calendar takes back what the organiser has accepted, who may be the
customer; and where the room was closed since, it is refused. A lower quantity takes the
earliest booking, also while people are in the room, or once it is over: the latest
falls away here, and what has begun only if nothing else is left. This file can go once
``_add_or_cancel_bookings`` there writes only what changes, and ranks by time.
"""

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """A line of an order writes on its bookings only what is to be different."""

    _inherit = "sale.order.line"

    @api.model
    def _bookings_usefulness_index(self, booking):
        """Override to keep who is in the room, and then what nobody can give back."""
        now = fields.Datetime.now()
        if booking.state in ("confirmed", "scheduled") and booking.start <= now:
            return 0 if booking.stop > now else 1
        return super()._bookings_usefulness_index(booking)

    @api.model
    def _add_or_cancel_bookings(self, bookings, qty, values):
        """Override to write on bookings only what changes."""
        wanted = {**values, "active": True}
        bookings = bookings.sorted("start")
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
