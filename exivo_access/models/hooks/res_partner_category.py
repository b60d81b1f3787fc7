# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command

from .companies import check_communities


class ResPartnerCategory(models.Model):
    """A tag can be a community: its members hold the standing accesses of its rules."""

    _inherit = "res.partner.category"

    exivo_rule_ids = fields.One2many(
        comodel_name="exivo.access.rule",
        inverse_name="category_id",
        string="Access Rules",
        groups="exivo_access.group_user",
    )
    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )
    exivo_rule_effect = fields.Char(
        compute="_compute_exivo_rule_effect", groups="exivo_access.group_user"
    )
    exivo_member_count = fields.Integer(
        compute="_compute_exivo_member_count", groups="exivo_access.group_user"
    )

    # The planner still has to look at some of the members, after a rule was changed.
    exivo_to_plan = fields.Boolean(
        string="Being Planned",
        readonly=True,
        copy=False,
        groups="exivo_access.group_user",
    )
    exivo_planned_up_to = fields.Integer(
        readonly=True,
        copy=False,
        groups="exivo_access.group_user",
        help="The id of the last contact that was planned.",
    )
    exivo_left = fields.Integer(
        string="Left to Do",
        compute="_compute_exivo_left",
        groups="exivo_access.group_user",
    )
    exivo_progress = fields.Float(
        string="Progress",
        compute="_compute_exivo_left",
        groups="exivo_access.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("active", "exivo_rule_ids")
    def _compute_exivo_rule_effect(self):
        for category in self:
            before = category._origin
            rules = category.exivo_rule_ids._origin
            stay = rules if category.active else rules.browse()
            lost = before.exivo_rule_ids - stay
            category.exivo_rule_effect = (
                category != before and before.active and lost.describe_loss()
            )

    def _compute_exivo_access_count(self):
        counts = self.env["exivo.access"]._count_by("category_ids", self)
        for category in self:
            category.exivo_access_count = counts.get(category.id, 0)

    def _compute_exivo_member_count(self):
        partners = self.env["res.partner"]
        for category in self:
            category.exivo_member_count = partners.search_count(
                category._get_exivo_member_domain()
            )

    def _compute_exivo_left(self):
        """Compute what is left to do for a community, at Exivo or before."""
        for category in self:
            groups = self.env["exivo.access"]._read_group(
                [("category_ids", "in", category.ids)], ["state"], ["__count"]
            )
            counts = dict(groups)
            left = counts.get("in_progress", 0) + category._count_exivo_left()
            done = counts.get("created", 0)
            category.exivo_left = left
            category.exivo_progress = 100 * done / (left + done) if left else 100

    def _count_exivo_left(self):
        """Count how many contacts are still to be planned."""
        self.ensure_one()
        category = self.sudo()
        if not category.exivo_to_plan:
            return 0
        planner = category.env["exivo.community.planner"]
        return len(planner._get_concerned_ids(category, category.exivo_planned_up_to))

    # === CRUD METHODS === #

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
        if not collector._knows_communities():
            return super().write(vals)
        before = self.sudo().partner_ids if "partner_ids" in vals else None
        if "parent_id" in vals:
            self._exivo_tree_changed()
        result = super().write(vals)
        if "parent_id" in vals:
            check_communities(self.env, self)
        if before is not None:
            after = self.sudo().partner_ids
            collector._members_changed((before | after) - (before & after))
        if {"active", "parent_id"} & vals.keys():
            self._exivo_tree_changed()
        return result

    def unlink(self):
        """Override to plan members of a tag, who may have belonged to one above it."""
        if self.env["exivo.collector"]._knows_communities():
            check_communities(self.env, self)
            self._exivo_tree_changed()
        return super().unlink()

    def _exivo_tree_changed(self):
        """Plan whoever may have begun or ceased to be a member of these tags."""
        self.env["exivo.collector"]._communities_changed(
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "parent_of", self.ids)])
        )

    # === ACTIONS === #

    def action_open_exivo_accesses(self):
        """Show the accesses of the community's members."""
        return self.env["exivo.access"]._action_for([("category_ids", "in", self.ids)])

    def action_open_exivo_members(self):
        """Open the contacts of the community, where its tag can be given and taken."""
        self.ensure_one()
        own_list = self.env.ref("exivo_access.res_partner_view_list_members")
        own_search = self.env.ref("exivo_access.res_partner_view_search_members")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Members of %(community)s", community=self.name),
            "res_model": "res.partner",
            "views": [(own_list.id, "list"), (False, "form")],
            "search_view_id": [own_search.id, "search"],
            "domain": self._get_exivo_member_domain(),
            "context": {
                "default_category_id": [Command.set(self.ids)],
                "exivo_community_id": self.id,
            },
            "help": self._get_exivo_no_members(),
        }

    def _get_exivo_no_members(self):
        """Return what stands in the list of members while there are none."""
        return Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (
            self.env._("No members yet"),
            self.env._(
                "Press Add members, or New; or open a contact and give it the tag "
                "“%(community)s”.",
                community=self.name,
            ),
        )

    def _get_exivo_member_domain(self):
        """Return the domain of the members, including child tags if a rule does."""
        self.ensure_one()
        below = self.exivo_rule_ids.filtered("with_children")
        return [("category_id", "child_of" if below else "in", self.ids)]
