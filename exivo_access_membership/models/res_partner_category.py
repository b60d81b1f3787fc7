# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.exivo_access.models.hooks.companies import check_communities
from odoo.addons.exivo_access.tools.mark import Mark
from odoo.addons.exivo_access.tools.notice import answer

USER = "exivo_access.group_user"
MANAGER = "exivo_access.group_manager"
#: These decide who is a member, and what members are told.
_CHOICE = {
    *("exivo_by_membership", "exivo_with_free", "exivo_with_invoiced"),
    *("exivo_product_ids", "exivo_seller_id", "exivo_remind_days", "exivo_renewal_url"),
}
#: Nobody follows a tag that follows a membership.
FOLLOWING = Mark("exivo_follows_memberships")


class ResPartnerCategory(models.Model):
    """The members of a community can be those with a paid membership."""

    _inherit = "res.partner.category"

    exivo_by_membership = fields.Boolean(
        string="By Paid Membership",
        groups=MANAGER,
        help="Whoever has a paid membership gets this tag by itself, and loses it when "
        "the membership ends. Who was tagged by hand keeps it.",
    )
    exivo_with_free = fields.Boolean(
        string="Free Members Too",
        groups=MANAGER,
        help="Contacts with the box Free Member, and memberships that are free.",
    )
    exivo_with_invoiced = fields.Boolean(
        string="Invoiced Members Too",
        groups=MANAGER,
        help="As soon as the invoice is posted, paid or not.",
    )
    exivo_product_ids = fields.Many2many(
        comodel_name="product.product",
        relation="exivo_membership_product_rel",
        string="Memberships",
        # a branch may sell what its parent does
        domain="[('membership', '=', True), '|', ('company_id', '=', False),"
        " '|', ('company_id', 'child_of', exivo_seller_id),"
        " ('company_id', 'parent_of', exivo_seller_id)]",
        # one that is archived goes on counting, and none gets lost: without any, all do
        context={"active_test": False},
        ondelete="restrict",
        groups=MANAGER,
        help="Only these count; all of them if left empty.",
    )
    exivo_seller_id = fields.Many2one(
        comodel_name="res.company",
        string="Sold by",
        compute="_compute_exivo_seller_id",
        store=True,
        readonly=False,
        groups=MANAGER,
        help="Memberships that other companies invoice do not count.",
    )
    exivo_remind_days = fields.Integer(
        string="Remind Before the End (Days)",
        default=14,
        groups=MANAGER,
        help="How many days before the last one members get a mail. 0: none.",
    )
    exivo_renewal_url = fields.Char(
        string="Page for Renewals",
        groups=MANAGER,
        help="Where members renew, such as a page of your shop. The mail leads there, "
        "or to the invoice if one is waiting; else they are asked to reply. An order "
        "makes a member once it is invoiced: see Automatic Invoice in the settings of "
        "Sales.",
    )
    exivo_paid_count = fields.Integer(compute="_compute_exivo_members", groups=USER)
    exivo_by_hand_count = fields.Integer(compute="_compute_exivo_members", groups=USER)
    exivo_ending_count = fields.Integer(compute="_compute_exivo_members", groups=USER)
    exivo_undecided_count = fields.Integer(
        compute="_compute_exivo_members",
        groups=USER,
        help="Tagged by hand although they have a paid membership.",
    )

    # === COMPUTE METHODS === #

    @api.depends("exivo_by_membership")
    def _compute_exivo_seller_id(self):
        for category in self:
            if category.exivo_by_membership and not category.exivo_seller_id:
                category.exivo_seller_id = self.env.company

    @api.depends("exivo_by_membership", "partner_ids")
    def _compute_exivo_members(self):
        last = fields.Date.end_of(fields.Date.context_today(self), "month")
        for category in self:
            known = category._origin.sudo()
            rows = self.env["exivo.paid.member"].sudo()
            rows = rows.search([("category_id", "=", known.id)])
            by_hand = set()
            if known.exivo_by_membership:
                by_hand = {*known.partner_ids.ids} - {*rows.partner_id.ids}
            paid = known._get_exivo_members() if by_hand else {}
            category.exivo_paid_count = len(rows)
            category.exivo_ending_count = len(
                rows.filtered(lambda one: one.stop and one.stop <= last)
            )
            category.exivo_by_hand_count = len(by_hand)
            category.exivo_undecided_count = len(by_hand & paid.keys())

    # === CONSTRAINTS === #

    @api.constrains("exivo_seller_id", "exivo_product_ids")
    def _check_exivo_product_ids(self):
        for category in self.sudo():
            seller = Domain("id", "child_of", category.exivo_seller_id.ids)
            seller |= Domain("id", "parent_of", category.exivo_seller_id.ids)
            companies = category.exivo_product_ids.company_id
            if companies != companies.filtered_domain(seller):
                raise ValidationError(
                    self.env._("Choose memberships of the company that sells them.")
                )

    @api.constrains("exivo_remind_days", "exivo_renewal_url")
    def _check_exivo_reminder(self):
        for category in self.sudo():
            scheme = (category.exivo_renewal_url or "https:").partition(":")[0]
            in_order = 0 <= category.exivo_remind_days <= 36500
            if not in_order or scheme not in ("http", "https"):
                raise ValidationError(
                    self.env._("Type 0 to 36,500 days, and a page with https://.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        categories.filtered(lambda one: one.sudo().exivo_by_membership)._choose_exivo()
        return categories

    def write(self, vals):
        """Override to follow another choice, and to let tags come back to members."""
        result = super().write(vals)
        if _CHOICE & vals.keys():
            self._choose_exivo()
        elif "partner_ids" in vals:
            followed = self.sudo().filtered("exivo_by_membership")
            followed._follow_exivo()
        return result

    def _check_exivo_choice(self):
        """Let only people choose who may, and to whose company the doors belong.

        :raise AccessError: it is not for the user to choose.
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Ask a manager of Exivo for this."))
        check_communities(self.env, self)

    def _choose_exivo(self):
        """Have members follow what was chosen, if that is for the user to choose.

        :raise AccessError: the doors or the memberships are another company's.
        """
        check_communities(self.env, self)
        sellers = self.sudo().exivo_seller_id
        if not self.env.su and sellers - self.env.user.company_ids:
            raise AccessError(self.env._("Ask somebody of the company that sells."))
        self.sudo()._follow_exivo()

    # === WHO IS A MEMBER === #

    def _get_exivo_today(self):
        """Return what day it is at the doors of the community.

        :rtype: date
        """
        self.ensure_one()
        rules = self.env["exivo.access.rule"].sudo()
        rules = rules.search([("category_id", "parent_of", self.ids)])
        site = rules.lock_ids.site_id[:1]
        zone = site._get_tz() if site else "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _get_exivo_membership_domain(self, today, more_states=()):
        """Return the domain of the memberships that count, from some day on.

        Memberships that nobody has invoiced belong to no company.

        :param more_states: of memberships that would count otherwise.
        :rtype: Domain
        """
        self.ensure_one()
        states = ["paid", *more_states]
        states += ["free"] if self.exivo_with_free else []
        states += ["invoiced"] if self.exivo_with_invoiced else []
        domain = Domain("state", "in", states)
        domain &= self._get_exivo_sold_domain("membership_id")
        domain &= Domain("date_from", "!=", False) & Domain("date_to", ">=", today)
        return domain

    def _get_exivo_sold_domain(self, product):
        """Return the domain of what the seller, or a branch of it, sells to members.

        :param str product: the field that has the membership.
        :rtype: Domain
        """
        domain = self._get_exivo_sellers_domain()
        if self.exivo_product_ids:
            domain &= Domain(product, "in", self.exivo_product_ids.ids)
        return domain

    def _get_exivo_sellers_domain(self):
        """Return the domain of what is of the seller, of a branch of it, or of nobody.

        :rtype: Domain
        """
        none = Domain("company_id", "=", False)
        return none | Domain("company_id", "child_of", self.exivo_seller_id.ids)

    def _tag_exivo_members(self, command, partner_ids):
        """Give contacts the tag, or take it from them; they and it may be archived.

        It is written on the contacts. Two who pay at the same moment would get in each
        other's way at the tag.

        :param command: function of ``Command`` that takes the id of the tag.
        """
        partners = self.env["res.partner"].with_context(
            active_test=False, **FOLLOWING.on()
        )
        partners.browse(partner_ids).write({"category_id": [command(self.id)]})

    # === ACTIONS === #

    def action_adopt_exivo_members(self):
        """Let memberships decide about those who were tagged by hand and have one.

        :raise AccessError: that is not for the user to choose.
        """
        self.ensure_one()
        self._check_exivo_choice()
        domain = [("category_id", "=", self.id)]
        members = self.env["exivo.paid.member"].sudo()
        before = members.search_count(domain)
        self.sudo()._follow_exivo(adopting=True)
        count = members.search_count(domain) - before
        if count <= 0:
            text = self.env._("Nobody who was tagged by hand has a membership.")
            return answer(text, "info")
        text = self.env._("Membership now decides about: %(count)s.", count=count)
        return answer(text)
