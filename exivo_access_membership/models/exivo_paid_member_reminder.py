# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells members in time that their membership ends, and how they renew it."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.exivo_access.models.mails import letter
from odoo.addons.exivo_access.tools.transactions import isolated, tell_apart

from ..pure.spans import get_last_day


class ExivoPaidMember(models.Model):
    """A member gets one mail before the end, and none who has renewed.

    Who heard that there is nothing to do gets another one if that is true no longer.
    """

    _inherit = "exivo.paid.member"

    def _tell_in_time(self):
        """Send all mails that are due; in a copy of the database, the original does."""
        if self.env["exivo.site"]._is_any_in_copy():
            return
        communities = self.env["res.partner.category"]._get_exivo_communities()
        for community in communities.filtered("active"):
            today = community._get_exivo_today()
            ending = self.search(
                [
                    ("category_id", "=", community.id),
                    ("stop", ">", today),
                    ("stop", "<=", today + timedelta(days=community.exivo_remind_days)),
                    ("partner_id.active", "=", True),
                    ("partner_id.email", "!=", False),
                ]
            )
            for member in tell_apart(
                ending, lambda one: one.told_stop != one.stop or one._has_lost_renewal()
            ):
                isolated(self.env, type(self)._remind, member)

    def _remind(self):
        """Tell a member of the end, once for all that ends and is renewed together."""
        self.ensure_one()
        ending = self._get_ending_together()
        together = ending.filtered(lambda one: one._get_way() == self._get_way())
        if self._has_lost_renewal() or self.stop not in together.mapped("told_stop"):
            seller = self.category_id.exivo_seller_id
            lang = letter.get_language(self.partner_id, seller)
            letter.queue(
                self.with_context(lang=lang),
                "exivo_access_membership.mail_template_end",
                fields.Datetime.to_datetime(self.stop) + timedelta(days=1),
                seller,
            )
        renewed = self._is_being_renewed()
        together.write({"told_stop": self.stop, "told_as_renewed": renewed})
        partner = self.partner_id
        if partner.exivo_told_stop != self.stop:
            partner.exivo_told_category_ids = False
        partner.exivo_told_category_ids |= together.category_id
        partner.exivo_told_stop = self.stop

    def _has_lost_renewal(self):
        """Tell whether what was to come by itself comes no longer, nor has come."""
        if self.told_stop != self.stop or not self.told_as_renewed:
            return False
        heads = self.partner_id._get_exivo_heads()
        return not (self._is_being_renewed() or self._get_renewals(heads, "invoiced"))

    def _get_ending_together(self):
        """Return all by which the member loses a tag on the same day."""
        rows = self.partner_id.exivo_paid_member_ids
        return rows.filtered(lambda one: one.stop == self.stop)

    def _get_way(self):
        """Return who renews the membership, and on which page, if that is needed."""
        category = self.category_id
        way = self._get_invoice_url() or self._is_being_renewed()
        way = way or self._get_head().ids or category.exivo_renewal_url
        return category.exivo_seller_id, way

    def _get_renewals(self, partner, state):
        """Return the memberships of a contact in a state that continue this one."""
        last = self.stop
        if not last:
            return partner.member_line_ids.browse()
        counting = self.category_id._get_exivo_membership_domain(last, [state])
        return partner.member_line_ids.filtered_domain(counting).filtered(
            lambda one: one.state == state
            and get_last_day([(last, last), one._get_exivo_span()], last) > last
        )

    def _cron_follow(self):
        """Entry point of the scheduled action: memberships begin and end by the day."""
        self.env["res.partner.category"]._follow_all_exivo()
        self._tell_in_time()

    def _get_answer_address(self):
        """Return what a reply reaches; nothing if the house has no address."""
        return letter.get_sender(self.category_id.sudo().exivo_seller_id)

    # === WORDS FOR THE TEMPLATE, WHICH KEEP THEIR NAMES AND MEANINGS === #

    def _get_sender(self):
        """Return the address that the mail comes from, if need be that of the action.

        :rtype: str
        """
        return self._get_answer_address() or self.env.user.email_formatted

    def _has_name(self):
        """Tell whether the mail can call its reader by name.

        :rtype: bool
        """
        return letter.has_name(self.partner_id)

    def _can_be_answered(self):
        """Tell whether the mail may ask its reader to reply.

        :rtype: bool
        """
        return bool(self._get_answer_address())

    def _get_names(self):
        """Return what ends, if another mail is about what ends on the same day.

        :rtype: str
        """
        ending = self._get_ending_together()
        if all(one._get_way() == self._get_way() for one in ending):
            return ""
        counting = self.category_id._get_exivo_membership_domain(self.stop)
        lines = self.partner_id._get_exivo_heads().member_line_ids
        ending = lines.filtered_domain(counting).filtered(
            lambda one: one._get_exivo_span()[1] == self.stop
        )
        return ", ".join(ending.membership_id.mapped("name"))

    def _get_head(self):
        """Return whose membership counts, if it is not the member's own.

        What an associated member buys counts for nothing.

        :rtype: res.partner
        """
        return self.partner_id._get_exivo_heads() - self.partner_id

    def _get_invoice_url(self):
        """Return where the member pays what continues the membership, if it is sent.

        An invoice to somebody else is none of the member's business.

        :rtype: str
        """
        if self._get_head():
            return ""
        partner = self.partner_id
        invoices = self._get_renewals(partner, "invoiced").account_invoice_id
        invoice = invoices.filtered(
            lambda one: one.commercial_partner_id == partner.commercial_partner_id
        )[:1]
        return invoice.get_base_url() + invoice.get_portal_url() if invoice else ""

    def _is_being_renewed(self):
        """Tell whether what continues the membership comes without the member.

        It is drafted, a contract makes it, or somebody else has the invoice. There may
        be no `contract`, and nothing that delegates memberships.

        :rtype: bool
        """
        head = self.partner_id._get_exivo_heads()
        others = not self._get_invoice_url() and self._get_renewals(head, "invoiced")
        if others or self._get_renewals(head, "waiting"):
            return True
        if not self.stop or "contract.line" not in self.env:
            return False
        coming = self.category_id._get_exivo_sold_domain("product_id")
        coming &= Domain("product_id.membership", "=", True)
        coming &= Domain("recurring_next_date", "<=", self.stop + timedelta(days=1))
        coming &= Domain("is_canceled", "=", False)
        theirs = Domain("contract_id.partner_id", "in", head.ids)
        if "delegated_member_id" in self.env["contract.contract"]._fields:
            theirs &= Domain("contract_id.delegated_member_id", "=", False)
            theirs |= Domain("contract_id.delegated_member_id", "in", head.ids)
        return bool(self.env["contract.line"].sudo().search(coming & theirs, limit=1))
