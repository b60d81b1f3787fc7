# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ResourceBookingCombination(models.Model):
    """Which rooms are booked together."""

    _inherit = "resource.booking.combination"

    def write(self, vals):
        """Other rooms in a combination mean other doors for its bookings to come."""
        result = super().write(vals)
        if "resource_ids" in vals:
            self.sudo().type_rel_ids.type_id.with_env(self.env)._check_exivo_rooms()
            self.env["exivo.collector"]._bookings_matching_changed(
                [("combination_id", "in", self.ids)]
            )
        return result
