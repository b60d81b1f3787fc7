# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResPartnerCategory(models.Model):
    """A community knows whom a change of its rules concerns, and who is still left."""

    _inherit = "res.partner.category"

    # Some of the members are still to be planned, after a rule was changed.
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
    exivo_rule_effect = fields.Char(
        compute="_compute_exivo_rule_effect", groups="exivo_access.group_user"
    )
    exivo_progress = fields.Float(
        string="Progress",
        compute="_compute_exivo_left",
        groups="exivo_access.group_user",
    )

    @api.depends("active", "exivo_rule_ids")
    def _compute_exivo_rule_effect(self):
        for category in self:
            before = category._origin
            rules = category.exivo_rule_ids._origin
            stay = rules if category.active else rules.browse()
            effect = ""
            if category != before and before.active:
                effect = (before.exivo_rule_ids - stay).describe_loss()
            elif category != before and stay:
                effect = before._describe_exivo_gain()
            category.exivo_rule_effect = effect

    def _describe_exivo_gain(self):
        """Describe whom the doors open for once the community, or its rule, is back.

        :return: empty if it is nobody.
        :rtype: str
        """
        count = self.sudo().exivo_member_count
        if not count:
            return ""
        return self.env._(
            "Members of %(community)s, whom the doors then open for: %(count)s.",
            community=self.name,
            count=count,
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
