# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A line that gets a product of another room, or for another length, books that.

A fault of `sale_resource_booking` 19.0.1.0.0: its bookings get the other type, and stay
in the room that nobody has ordered any more, for as long as before. This file can go
once it takes them out of there.
"""

from datetime import timedelta

from odoo import models

from odoo.addons.exivo_access.models.hooks.resource_booking import ROUNDED


class SaleOrderLine(models.Model):
    """A line of an order takes its bookings to the room that is ordered."""

    _inherit = "sale.order.line"

    def write(self, vals):
        product = self.product_id.browse(vals.get("product_id"))
        changed = self.filtered(lambda one: product and one.product_id != product)
        bookings = changed.sudo().with_context(active_test=False).resource_booking_ids
        bookings._order_exivo_room(product.sudo())
        return super().write(vals)


class ResourceBooking(models.Model):
    """A booking is taken to another room, at its time if that is free."""

    _inherit = "resource.booking"

    def _order_exivo_room(self, product):
        """Book what a product sells, but for what has begun; else a time is to choose.

        :param product: what is booked is cancelled if it sells no room.
        """
        ordered = product.resource_booking_type_id
        if not ordered:
            self.filtered("active").action_cancel()
        fixed = product.resource_booking_type_combination_rel_id.combination_id
        rooms = fixed or ordered.combination_rel_ids.combination_id
        for booking in self if ordered else ():
            room = fixed or booking.combination_id & rooms
            is_auto = booking.combination_auto_assign
            has = (booking.type_id, booking.combination_id, is_auto)
            if booking._has_exivo_begun() or room and has == (ordered, room, not fixed):
                continue
            was, answers = booking.type_id, booking.meeting_id.attendee_ids
            accepted = answers.filtered(lambda one: one.state == "accepted")
            vals = {"type_id": ordered.id, "combination_id": room.id}
            # what nobody has typed in follows the type, which Odoo does in forms only
            names = ("location", "videocall_location")
            vals |= {one: ordered[one] for one in names if booking[one] == was[one]}
            if abs(timedelta(hours=booking.duration - was.duration)) < ROUNDED:
                vals["duration"] = ordered.duration
            if booking.start:
                hours = vals.get("duration", booking.duration)
                stop = booking.start + timedelta(hours=hours)
                times = {"start": booking.start, "stop": stop}
                draft = booking.new(vals | times, origin=booking)
                room = draft._get_best_combination()
                if not room or room not in rooms:
                    booking.action_unschedule()
                    room = fixed
            vals |= {"combination_id": room.id, "combination_auto_assign": not fixed}
            booking.write(vals)
            # another length takes back what was accepted
            accepted.exists().state = "accepted"
