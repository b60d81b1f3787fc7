# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.exivo_access.models.hooks.companies import check_communities

from .res_partner_category import FOLLOWING

#: What makes somebody a member, beside what is paid.
_BY_HAND = {"free_member", "associate_member_id", "company_id"}


class ResPartner(models.Model):
    """A contact's membership gives it tags."""

    _inherit = "res.partner"

    exivo_paid_member_ids = fields.One2many(
        comodel_name="exivo.paid.member",
        inverse_name="partner_id",
        string="Communities by Membership",
        readonly=True,
        groups="exivo_access.group_user",
    )
    exivo_told_stop = fields.Date(
        string="Reminded of",
        readonly=True,
        copy=False,
        groups="exivo_access.group_user",
        help="The last day that the member was told of by mail; who leaves a community "
        "and comes back is not told again.",
    )
    exivo_told_category_ids = fields.Many2many(
        comodel_name="res.partner.category",
        relation="exivo_told_category_rel",
        string="Reminded for",
        readonly=True,
        copy=False,
        groups="exivo_access.group_user",
        help="The communities that this last day was told for.",
    )

    def _compute_membership_state(self):
        """Override to hear of it: what is computed does not pass through `write`."""
        result = super()._compute_membership_state()
        self.env["exivo.collector"]._memberships_changed(self)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        by_hand = partners.sudo().filtered(
            lambda one: one.free_member or one.associate_member_id
        )
        partners.browse(by_hand.ids)._follow_exivo_by_hand()
        return partners

    def copy_data(self, default=None):
        """Override to leave out tags that a membership gives: the copy has none."""
        vals_list = super().copy_data(default)
        for partner, vals in zip(self, vals_list, strict=True):
            if "category_id" in vals and "category_id" not in (default or {}):
                given = partner.sudo().exivo_paid_member_ids.category_id
                vals["category_id"] = [Command.set((partner.category_id - given).ids)]
        return vals_list

    def write(self, vals):
        """Override to let the tag come back that somebody took from a member."""
        result = super().write(vals)
        if "category_id" in vals and not FOLLOWING.get_from(self.env):
            self.env["exivo.collector"]._memberships_changed(self)
        if _BY_HAND & vals.keys():
            self._follow_exivo_by_hand()
        return result

    def _follow_exivo_by_hand(self):
        """Have tags follow memberships that somebody has just changed by hand.

        As with tags, only people of the company of a community's doors make members.
        Whoever sells memberships for that company is not asked.

        :raise AccessError: a community's doors belong to another company.
        """
        communities = self.env["res.partner.category"]._get_exivo_communities()
        check_communities(self.env, communities._follow_exivo(self))

    # === WHOSE MEMBERSHIP DECIDES === #

    def _get_exivo_heads(self):
        """Return whose memberships decide about contacts: nobody's in a ring.

        :rtype: res.partner
        """
        reached = more = self
        while more := more.associate_member_id - reached:
            reached |= more
        return reached.filtered(lambda one: not one.associate_member_id)
