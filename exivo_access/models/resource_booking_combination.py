# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..waking import wake


class ResourceBookingCombination(models.Model):
    """Which rooms are booked together."""

    _inherit = "resource.booking.combination"

    def write(self, vals):
        """Other rooms in a combination mean other doors for its bookings to come.

        Those that are booked at this very moment are planned again afterwards.
        """
        result = super().write(vals)
        if "resource_ids" in vals:
            self.sudo().type_rel_ids.type_id.with_env(self.env)._check_exivo_rooms()
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed([("combination_id", "in", self.ids)])
            if collector._is_needed():
                wake(self.env, "ir_cron_plan_all")
        return result
