# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.exivo_access.models.hooks.companies import check_communities


class MembershipLine(models.Model):
    """A membership that is entered, changed or deleted changes tags.

    What becomes of its invoice reaches the contact, see there.
    """

    _inherit = "membership.membership_line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._report_to_exivo()
        return lines

    def write(self, vals):
        self._report_to_exivo()
        result = super().write(vals)
        self._report_to_exivo()
        return result

    def unlink(self):
        self._report_to_exivo()
        return super().unlink()

    def _compute_state(self):
        """Override to tell a credit note over a part from one over all of it.

        The entry of a payment stays when the bank takes it back, or staff edit it.
        """
        result = super()._compute_state()
        for line in self:
            invoice = line.account_invoice_id
            entries = invoice.line_ids.matched_credit_ids.credit_move_id.move_id
            gone = entries.filtered(
                lambda one: one.state != "posted"
                or one.origin_payment_id.state in ("canceled", "rejected")
            )
            if invoice.state == "posted" and line._is_exivo_credited():
                line.state = "canceled"
            elif line.state == "canceled" and invoice.payment_state == "paid":
                line.state = "paid"
            if line.state == "paid" and gone:
                line.state = "invoiced"
        return result

    def _is_exivo_credited(self):
        """Tell whether credit notes take back all that this was invoiced for.

        :rtype: bool
        """
        self.ensure_one()
        product = self.account_invoice_line_id.product_id
        invoice = self.account_invoice_id
        credits = invoice.reversal_move_ids.filtered(lambda one: one.state == "posted")
        invoiced, credited = invoice.invoice_line_ids, credits.invoice_line_ids
        of_it = [("product_id", "=", product.id)]
        return any(
            theirs
            and invoice.currency_id.compare_amounts(
                sum(theirs.mapped("price_total")), sum(ours.mapped("price_total"))
            )
            >= 0
            for ours, theirs in (
                (invoiced, credited),
                (invoiced.filtered_domain(of_it), credited.filtered_domain(of_it)),
            )
        )

    def _report_to_exivo(self):
        """Have tags follow, and let only people of the doors' companies do by hand.

        :raise AccessError: a community that they count for, today or later, is not the
            user's business.
        """
        self.env["exivo.collector"]._memberships_changed(self.partner_id)
        own = self.env.user.company_ids
        by_hand = self.sudo().filtered(lambda one: one.company_id not in own)
        if by_hand and not self.env.su:
            communities = self.env["exivo.paid.memberships"].sudo()._get_communities()
            check_communities(self.env, communities.filtered(by_hand._count_for_exivo))

    def _count_for_exivo(self, category):
        """Tell whether any of these count for a community, today or later."""
        today = category._get_exivo_today()
        return bool(self.filtered_domain(category._get_exivo_membership_domain(today)))
