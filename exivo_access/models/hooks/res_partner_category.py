# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .companies import check_communities


class ResPartnerCategory(models.Model):
    """Another tag, or another one above it, changes who belongs to a community."""

    _inherit = "res.partner.category"

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        if categories.parent_id or categories.partner_ids:
            check_communities(self.env, categories)
        if self.env["exivo.collector"]._knows_communities():
            categories._exivo_tree_changed()
        return categories

    def write(self, vals):
        """Override to plan members who come or go, also those of tags above."""
        collector = self.env["exivo.collector"]
        if {"partner_ids", "active", "parent_id"} & vals.keys():
            check_communities(self.env, self)
        is_needed = collector._knows_communities()
        before = is_needed and "partner_ids" in vals and self.sudo().partner_ids
        if is_needed and "parent_id" in vals:
            self._exivo_tree_changed()
        result = super().write(vals)
        if "parent_id" in vals:
            check_communities(self.env, self)
        if not is_needed:
            return result
        if before is not False:
            after = self.sudo().partner_ids
            collector._members_changed((before | after) - (before & after))
        if {"active", "parent_id"} & vals.keys():
            self._exivo_tree_changed()
        return result

    def unlink(self):
        """Override to plan members of a tag, who may have belonged to one above it."""
        check_communities(self.env, self)
        if self.env["exivo.collector"]._knows_communities():
            self._exivo_tree_changed()
        return super().unlink()

    def _exivo_tree_changed(self):
        """Plan whoever may have begun or ceased to be a member of these tags."""
        self.env["exivo.collector"]._communities_changed(
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "parent_of", self.ids)])
        )
