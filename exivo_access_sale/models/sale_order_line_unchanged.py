# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Bookings are left alone when a line of their order is edited.

A fault of `sale_resource_booking` 19.0.1.0.0: it writes on all bookings of a line each
time that the line is written, whatever was: it cancels them where the product sells no
rooms any more, gives them the type that it sells by now, and takes up what was
cancelled. Each write on a booking writes its meeting's time anew, and then the calendar
takes back what the organiser has accepted, who may be the customer; and where the room
was closed since, it is refused. A lower quantity takes the earliest booking, also while
people are in the room, or once it is over: the latest falls away here, and what has
begun only if nothing else is left. This file can go once ``write`` there asks what is
written, and ``_add_or_cancel_bookings`` writes only what changes, and ranks by time.
"""

from odoo import fields, models

from odoo.addons.exivo_access.tools.mark import Mark

#: Says that what is ordered stays as it is.
SAME_ORDER = Mark("exivo_same_order")


class SaleOrderLine(models.Model):
    """A line of an order writes on its bookings only what is to be different."""

    _inherit = "sale.order.line"

    def write(self, vals):
        is_same = all(
            one._fields[name].convert_to_write(one[name], one) == vals[name]
            for name in {"order_id", "product_id", "product_uom_qty"} & vals.keys()
            for one in self
        )
        lines = self.with_context(**SAME_ORDER.on(is_same))
        return super(SaleOrderLine, lines).write(vals)

    def _sync_resource_bookings(self):
        """Override to leave confirmed bookings alone; the time of carts is extended."""
        if SAME_ORDER.get_from(self.env):
            self = self.filtered(lambda one: one.state != "sale")
        return super()._sync_resource_bookings()

    def _bookings_usefulness_index(self, booking):
        """Override to keep who is in the room, and then what nobody can give back."""
        if booking._has_exivo_begun():
            return int(self.env["exivo.planner"]._is_over(booking))
        return super()._bookings_usefulness_index(booking)

    def _add_or_cancel_bookings(self, bookings, qty, values):
        """Override to write on bookings only what changes.

        What the product sells by now is not what was ordered.
        """
        line = bookings.sale_order_line_id
        is_ordered = line.state == "sale"
        if is_ordered and not values:
            qty = min(int(line.product_uom_qty), len(bookings.filtered("active")))
        wanted = {**values, "active": True}
        bookings = bookings.sorted("start")
        ranked = bookings.sorted(self._bookings_usefulness_index)
        useful = ranked[: max(qty, 0)]
        same = useful.filtered(
            lambda one: one._has_exivo_begun()
            or (is_ordered and one.active)
            or all(
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


class ResourceBooking(models.Model):
    """A booking that has begun is left alone."""

    _inherit = "resource.booking"

    def _has_exivo_begun(self):
        """Tell whether people are in the room, or were.

        :rtype: bool
        """
        self.ensure_one()
        if not self.meeting_id or self.state not in ("confirmed", "scheduled"):
            return False
        return self._get_exivo_period()[0] <= fields.Datetime.now()
