# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""No customer organises the booking that they order, and nobody else hangs one on it.

Three faults of `sale_resource_booking` 19.0.1.0.0: it makes whoever orders the
organiser. When staff move an event, the calendar takes back its organiser's acceptance,
and with it the access. Whoever may change a booking may put it on any order. And one
that fell away with a lower quantity, and was paid back, can be taken up again. The
first part of ``create`` can go once customers organise nothing there, the rest of this
file once who may not change an order cannot put a booking on it, and nobody takes up
one that it has no place for.
"""

from odoo import api, models
from odoo.exceptions import ValidationError


class ResourceBooking(models.Model):
    """A booking that was ordered belongs to its order, and nobody organises it."""

    _inherit = "resource.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to make no customer the organiser of what they order.

        Staff who order for somebody else organise it.
        """
        user = self.env.user
        lines = self.env["sale.order.line"].sudo()
        ordered = []
        for vals in vals_list:
            customer = lines.browse(vals.get("sale_order_line_id")).order_id.partner_id
            is_theirs = customer and (user.share or customer == user.partner_id)
            ordered.append({"user_id": False, **vals} if is_theirs else vals)
        bookings = super().create(ordered)
        bookings._check_exivo_lines(dict.fromkeys(bookings))
        return bookings

    def write(self, vals):
        """Override to ask who puts a booking on an order, takes it off, or up again.

        :raise ValidationError: the order has no place for one that is taken up again.
        """
        is_hung = "sale_order_line_id" in vals
        before = {one: one.sudo().sale_order_line_id for one in self if is_hung}
        is_revived = vals.get("active") and not self.env.su
        revived = self.filtered(lambda one: is_revived and not one.active)
        result = super().write(vals)
        if is_hung:
            self._check_exivo_lines(before)
        for booking in revived:
            if surplus := booking._get_exivo_surplus():
                raise ValidationError(surplus)
        return result

    def _get_exivo_surplus(self):
        """Return that its order has no place for a cancelled booking; empty if it has.

        :rtype: str
        """
        line = self.sudo().sale_order_line_id
        taken = line.resource_booking_ids.filtered("active") | self
        if line.state != "sale" or len(taken) <= int(line.product_uom_qty):
            return ""
        return self.env._(
            "The booking is cancelled, and its order %(order)s is for no more "
            "bookings. Raise the quantity there to take one up again.",
            order=line.order_id.name,
        )

    def _check_exivo_lines(self, before):
        """Let only who may change an order say which bookings it is about.

        A line has so many bookings, and the one that is put on it takes the place, and
        the payment, of a customer's.

        :param dict before: the ``sale.order.line`` of each booking, if it had one.
        :raise AccessError: the user may not change the order.
        """
        for booking in self:
            line = booking.sudo().sale_order_line_id
            was = before[booking] or line.browse()
            if line != was:
                (line | was).with_env(self.env).check_access("write")
