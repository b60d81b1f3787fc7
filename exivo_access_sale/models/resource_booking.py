# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.exivo_access.tools.mark import Mark

#: What state a booking is in follows from others; nobody gives it a time or a room.
FOLLOWING = Mark("exivo_follows_state")


class ResourceBooking(models.Model):
    """A booking that was ordered belongs to its order, and nobody organises it."""

    _inherit = "resource.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to make no customer the organiser of what they order.

        When staff move an event, the calendar takes back its organiser's acceptance,
        and with it the access.
        """
        if self.env.user.share:
            vals_list = [
                {"user_id": False, **vals} if vals.get("sale_order_line_id") else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    def _compute_state(self):
        """Override to let an order be cancelled although a room was closed since."""
        following = self.with_context(**FOLLOWING.on())
        return super(ResourceBooking, following)._compute_state()

    @api.constrains("combination_id", "meeting_id", "type_id")
    def _check_scheduling(self):
        """Override for what only follows its cancelled order: it needs no free room."""
        if FOLLOWING.get_from(self.env):
            self = self.filtered(lambda one: one.sale_order_state != "cancel")
        return super()._check_scheduling()
