# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""No customer organises the booking that they order.

A fault of `sale_resource_booking` 19.0.1.0.0: it makes whoever orders the organiser.
When staff move an event, the calendar takes back its organiser's acceptance, and with
it the access. This file can go once customers organise nothing there.
"""

from odoo import api, models


class ResourceBooking(models.Model):
    """A booking that was ordered belongs to its order, and nobody organises it."""

    _inherit = "resource.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to make no customer the organiser of what they order."""
        if self.env.user.share:
            vals_list = [
                {"user_id": False, **vals} if vals.get("sale_order_line_id") else vals
                for vals in vals_list
            ]
        return super().create(vals_list)
