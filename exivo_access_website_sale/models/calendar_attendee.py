# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class CalendarAttendee(models.Model):
    """Nobody answers for what is in a cart: an order confirms it."""

    _inherit = "calendar.attendee"

    def _holds_up_exivo_booking(self):
        """Override to have no answer asked for that could not confirm anything."""
        orders = self.event_id._get_exivo_bookings().sale_order_id
        is_in_cart = any(one._is_exivo_cart() for one in orders)
        return not is_in_cart and super()._holds_up_exivo_booking()
