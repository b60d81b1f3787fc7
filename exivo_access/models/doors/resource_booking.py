# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResourceBooking(models.Model):
    """Doors report of a booking."""

    _inherit = "resource.booking"

    exivo_event_count = fields.Integer(
        compute="_compute_exivo_event_count", groups="exivo_access.group_user"
    )

    def _compute_exivo_event_count(self):
        counts = self.env["exivo.door.event"]._count_by("booking_id", self)
        for booking in self:
            booking.exivo_event_count = counts.get(booking.id, 0)

    def action_open_exivo_events(self):
        """Show what doors report of the booking."""
        return self.env["exivo.door.event"]._action_for(
            [("booking_id", "in", self.ids)]
        )
