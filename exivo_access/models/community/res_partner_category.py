# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Command


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
    exivo_member_count = fields.Integer(
        compute="_compute_exivo_member_count", groups="exivo_access.group_user"
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

    def _has_exivo_member(self, partner, company):
        """Tell whether somebody belongs to one of these communities.

        :param partner: a ``res.partner`` record, in superuser mode as these are.
        :param company: by its rules child tags count; empty: by any.
        :rtype: bool
        """
        tags = partner.category_id
        above = {one for tag in tags for one in tag.parent_path.strip("/").split("/")}
        below = self.exivo_rule_ids.filtered(
            lambda rule: (
                rule.with_children and (not company or rule.company_id == company)
            )
        ).category_id
        return bool(tags & self) or any(str(one.id) in above for one in below)
