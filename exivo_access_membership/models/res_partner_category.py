# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.exivo_access.models.hooks.companies import check_communities
from odoo.addons.exivo_access.tools.remembered import forget, remembered

USER = "exivo_access.group_user"
MANAGER = "exivo_access.group_manager"
#: These decide who is a member.
_CHOICE = {
    "exivo_by_membership",
    "exivo_with_free",
    "exivo_with_invoiced",
    "exivo_product_ids",
    "exivo_seller_id",
}
_FOLLOWING = "exivo_follows_memberships"


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
        domain="[('membership', '=', True),"
        " ('company_id', 'in', (False, exivo_seller_id))]",
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
        help="So many days before the last one, members get a mail. 0: none.",
    )
    exivo_renewal_url = fields.Char(
        string="Page for Renewals",
        groups=MANAGER,
        help="Where members renew, such as a page of your shop. The mail leads there, "
        "or to the invoice if one is waiting; else they are asked to reply.",
    )
    exivo_paid_count = fields.Integer(compute="_compute_exivo_members", groups=USER)
    exivo_by_hand_count = fields.Integer(compute="_compute_exivo_members", groups=USER)
    exivo_ending_count = fields.Integer(compute="_compute_exivo_members", groups=USER)
    exivo_undecided_count = fields.Integer(
        compute="_compute_exivo_undecided_count",
        groups=MANAGER,
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
        members = self.env["exivo.paid.member"].sudo()
        for category in self:
            known = category._origin.sudo()
            follows = known.exivo_by_membership
            theirs = Domain("category_id", "=", known.id)
            ending = follows and members.search(
                theirs & known._get_exivo_ending_domain()
            )
            by_hand = follows and known._search_exivo_by_hand()
            category.exivo_paid_count = members.search_count(theirs)
            category.exivo_by_hand_count = len(by_hand or ())
            category.exivo_ending_count = len(ending or ())

    def _compute_exivo_undecided_count(self):
        memberships = self.env["exivo.paid.memberships"].sudo()
        for category in self:
            known = category._origin.sudo()
            days = memberships._get_members(known)
            by_hand = known._search_exivo_by_hand() if days else ()
            category.exivo_undecided_count = len(days.keys() & set(by_hand))

    # === CONSTRAINTS === #

    @api.constrains("exivo_seller_id", "exivo_product_ids")
    def _check_exivo_product_ids(self):
        for category in self.sudo():
            if category.exivo_product_ids.company_id - category.exivo_seller_id:
                raise ValidationError(
                    self.env._("Choose memberships of the company that sells them.")
                )

    @api.constrains("exivo_remind_days", "exivo_renewal_url")
    def _check_exivo_reminder(self):
        for category in self.sudo():
            url = category.exivo_renewal_url or "https://"
            if category.exivo_remind_days < 0 or not url.startswith(
                ("https://", "http://")
            ):
                raise ValidationError(
                    self.env._(
                        "Days are not negative, and the page for renewals begins with "
                        "https://."
                    )
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
        elif "partner_ids" in vals and not self.env.context.get(_FOLLOWING):
            followed = self.sudo().filtered("exivo_by_membership")
            self.env["exivo.collector"]._membership_choice_changed(followed)
        return result

    def unlink(self):
        forget(self.env)
        return super().unlink()

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
            raise AccessError(
                self.env._(
                    "Members of this community are those of a company that you do not "
                    "work for. Ask somebody who works there."
                )
            )
        forget(self.env)
        self.env["exivo.collector"]._membership_choice_changed(self)

    # === WHO IS A MEMBER === #

    @api.model
    @remembered
    def _follow_exivo_memberships(self):
        """Tell whether any community does. Remembered: each membership asks for it.

        :rtype: bool
        """
        return bool(self.env["exivo.paid.memberships"]._get_communities())

    def _get_exivo_today(self):
        """Return what day it is at the doors of the community.

        :rtype: date
        """
        self.ensure_one()
        rules = self.env["exivo.access.rule"].sudo()
        rules = rules.search([("category_id", "parent_of", self.ids)])
        site = rules.lock_ids.site_id[:1]
        zone = pytz.timezone(site._get_tz() if site else "UTC")
        return pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()

    def _get_exivo_membership_domain(self, today):
        """Return the domain of the memberships that count, from some day on.

        Memberships that nobody has invoiced belong to no company.

        :rtype: Domain
        """
        self.ensure_one()
        states = ["paid"]
        states += ["free"] if self.exivo_with_free else []
        states += ["invoiced"] if self.exivo_with_invoiced else []
        domain = Domain("state", "in", states)
        domain &= Domain("company_id", "in", (False, self.exivo_seller_id.id))
        domain &= Domain("date_from", "!=", False) & Domain("date_to", ">=", today)
        if self.exivo_product_ids:
            domain &= Domain("membership_id", "in", self.exivo_product_ids.ids)
        return domain

    def _get_exivo_ending_domain(self):
        """Return the domain of members whose membership ends in this month."""
        today = self._get_exivo_today()
        last = today + relativedelta(day=31)
        return Domain("stop", ">=", today) & Domain("stop", "<=", last)

    def _get_exivo_by_hand_domain(self):
        """Return the domain of contacts who were tagged by hand."""
        self.ensure_one()
        return Domain("category_id", "in", self.ids) & Domain(
            "exivo_paid_member_ids", "not any", [("category_id", "in", self.ids)]
        )

    def _search_exivo_by_hand(self):
        """Return the ids of contacts who were tagged by hand."""
        return self.env["res.partner"]._search(self._get_exivo_by_hand_domain())

    def _tag_exivo_members(self, command, partner_ids):
        """Give contacts the tag, or take it from them, archived ones as well.

        :param command: function of ``Command`` that takes the id of a contact.
        """
        if partner_ids:
            context = {"active_test": False, _FOLLOWING: True}
            self.with_context(**context).partner_ids = [
                command(number) for number in partner_ids
            ]

    # === ACTIONS === #

    def action_open_exivo_paid_members(self):
        """Show who is a member by a membership."""
        return self._open_exivo_paid_members(self.env._("By Membership"), Domain.TRUE)

    def action_open_exivo_ending(self):
        """Show whose membership ends in this month."""
        domain = self._get_exivo_ending_domain()
        return self._open_exivo_paid_members(self.env._("End This Month"), domain)

    def _open_exivo_paid_members(self, name, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "exivo.paid.member",
            "view_mode": "list",
            "domain": list(domain & Domain("category_id", "=", self.id)),
        }

    def action_open_exivo_by_hand(self):
        """Show who was tagged by hand."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("By Hand"),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": list(self._get_exivo_by_hand_domain()),
        }

    def action_adopt_exivo_members(self):
        """Let memberships decide about those who were tagged by hand and have one.

        :raise AccessError: that is not for the user to choose.
        """
        self.ensure_one()
        self._check_exivo_choice()
        self.env["exivo.paid.memberships"].sudo()._adopt(self.sudo())
