# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class CalendarEvent(models.Model):
    """An event has accesses, by its bookings."""

    _inherit = "calendar.event"

    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )

    def _compute_exivo_access_count(self):
        accesses = self.env["exivo.access"]
        for event in self:
            bookings = event._get_exivo_bookings()
            counts = accesses._count_by("booking_id", bookings) if bookings else {}
            event.exivo_access_count = sum(counts.values())

    def action_open_exivo_accesses(self):
        """Show the accesses of the event's bookings."""
        bookings = self._get_exivo_bookings()
        return self.env["exivo.access"]._action_for(
            [("booking_id", "in", bookings.ids)]
        )

    def _get_exivo_bookings(self):
        """Return the bookings of these events, archived ones included, for anybody."""
        return self.sudo().with_context(active_test=False).resource_booking_ids
