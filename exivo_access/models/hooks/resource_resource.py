# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..rule.exivo_access_rule import RULE_FIELDS


class ResourceResource(models.Model):
    """A room has rules, and accesses of its bookings."""

    _inherit = "resource.resource"

    exivo_rule_ids = fields.One2many(
        comodel_name="exivo.access.rule",
        inverse_name="resource_id",
        string="Access Rules",
        groups="exivo_access.group_user",
    )
    exivo_rule_effect = fields.Char(
        compute="_compute_exivo_rule_effect", groups="exivo_access.group_user"
    )
    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )

    @api.depends(*(f"exivo_rule_ids.{name}" for name in RULE_FIELDS))
    def _compute_exivo_rule_effect(self):
        for resource in self:
            rules = resource.exivo_rule_ids
            resource.exivo_rule_effect = (
                resource != resource._origin and rules._describe_effect(resource, rules)
            )

    def _compute_exivo_access_count(self):
        accesses = self.env["exivo.access"]
        for resource in self:
            resource.exivo_access_count = accesses.search_count(
                resource._get_exivo_access_domain()
            )

    def write(self, vals):
        """Override to plan anew: a room opens to no booking of another company."""
        result = super().write(vals)
        if "company_id" in vals:
            if not self.env.su:
                self.check_access("write")  # the room as it is now
                self.sudo().exivo_rule_ids._check_company()
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed(
                [("combination_id.resource_ids", "in", self.ids)]
            )
            if collector._is_needed():
                collector._plan_again_soon()
        return result

    def action_open_exivo_accesses(self):
        """Show the accesses of the room's bookings."""
        return self.env["exivo.access"]._action_for(self._get_exivo_access_domain())

    def _get_exivo_access_domain(self):
        """Return the domain of accesses whose bookings have, or had, this room."""
        return [("booking_id.combination_id.resource_ids", "in", self.ids)]
