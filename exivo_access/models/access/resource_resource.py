# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResourceResource(models.Model):
    """A room has accesses, by its bookings."""

    _inherit = "resource.resource"

    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )

    def _compute_exivo_access_count(self):
        accesses = self.env["exivo.access"]
        for resource in self:
            resource.exivo_access_count = accesses.search_count(
                resource._get_exivo_access_domain()
            )

    def action_open_exivo_accesses(self):
        """Show the accesses of the room's bookings."""
        return self.env["exivo.access"]._action_for(self._get_exivo_access_domain())

    def _get_exivo_access_domain(self):
        """Return the domain of accesses whose bookings have, or had, this room."""
        return [("booking_id.combination_id.resource_ids", "in", self.ids)]
