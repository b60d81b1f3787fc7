# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.exivo_access.tools.early_payment import pays_early

RECEIVABLE = "asset_receivable"
#: Payments of these states brought nothing.
GONE = ("canceled", "rejected")


class AccountMove(models.Model):
    """An invoice that is paid, credited or cancelled changes the doors of its order."""

    _inherit = "account.move"

    def _compute_payment_state(self):
        """Override to hear of it: what is computed does not pass through `write`."""
        result = super()._compute_payment_state()
        self.env["exivo.collector"]._orders_touched(self)
        return result

    def _get_exivo_settled_part(self):
        """Return how much of an invoice is paid: 0 nothing, 1 all of it.

        Some payments have no entry of their own, so that the invoice stays open in the
        books although it counts as *In Payment*, until the bank statement has paid it.
        Of others the entry stays when the bank takes them back, or staff edit them.
        A credit note that was typed in brings nothing: it takes away what it sets off.
        One of an order or invoice is money that was paid for that.

        :rtype: float
        """
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_total):
            return 1
        settled = self.amount_total - self.amount_residual
        by_entries = paid = 0
        lines = self.line_ids.filtered(lambda one: one.account_type == RECEIVABLE)
        for partial in lines.matched_credit_ids:
            entry = partial.credit_move_id.move_id
            if (
                entry.state != "posted"
                or entry.origin_payment_id.state in GONE
                or (
                    entry.move_type == "out_refund"
                    and not entry.reversed_entry_id
                    and not entry.line_ids.sale_line_ids
                )
            ):
                settled -= partial.debit_amount_currency
            elif not (entry.origin_payment_id or entry.is_invoice()):
                by_entries += partial.debit_amount_currency
        for payment in self.matched_payment_ids.filtered(lambda one: not one.move_id):
            amount = self._get_exivo_part(payment)
            if payment.state == "paid":
                paid += amount
            elif payment.state == "in_process":
                settled += amount
        settled += max(paid - by_entries, 0)
        return max(0, min(1, settled / self.amount_total))

    def _get_exivo_part(self, payment):
        """Return how much of a payment without an entry is for an invoice.

        :rtype: float
        """
        if pays_early(payment):
            return self.amount_residual
        paid_by_it = payment.invoice_ids.filtered(lambda one: one.state == "posted")
        still_open = sum(paid_by_it.mapped("amount_residual_signed"))
        part = self.amount_residual_signed / still_open if still_open else 0
        return part * payment.currency_id._convert(
            payment.amount_signed,
            self.currency_id,
            self.company_id,
            payment.date,
            round=False,
        )

    def _get_exivo_credited_part(self):
        """Return how much is taken back of what was ordered, by lines typed anew.

        A credit note that was made with the button knows its invoice, and its lines
        know what was ordered, unless staff type their own. These are first about what
        on the invoice was not ordered either, such as a fee.

        :rtype: float
        """
        self.ensure_one()
        credits = self.reversal_move_ids.filtered(lambda one: one.state == "posted")
        lines = self.invoice_line_ids.filtered(lambda one: not one.sale_line_ids)
        # what was taken off is no fee, and what was ordered costs less
        beside = max(sum(lines.mapped("price_total")), 0)
        lines = credits.invoice_line_ids.filtered(lambda one: not one.sale_line_ids)
        typed = sum(lines.mapped("price_total"))
        ordered = self.amount_total - beside
        return max(0, min(1, (typed - beside) / ordered)) if ordered > 0 else 0

    def _get_exivo_refunded_part(self, known):
        """Return how much of an invoice was paid online, and went back.

        What was refunded is first taken from what is paid too much.

        :param known: transactions that are counted otherwise.
        :rtype: float
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda one: one.account_type == RECEIVABLE)
        parts = []
        by_entries = paid = 0
        for partial in lines.matched_credit_ids:
            entry = partial.credit_move_id.move_id
            part = partial.debit_amount_currency / self.amount_total
            if entry.origin_payment_id:
                parts.append((entry.origin_payment_id, part))
            elif entry.state == "posted" and not entry.is_invoice():
                by_entries += part
        for payment in self.matched_payment_ids.filtered(lambda one: not one.move_id):
            if due := sum(payment.invoice_ids.mapped("amount_total_signed")):
                part = payment.amount_company_currency_signed / due
                parts.append((payment, part))
                paid += part if payment.state == "paid" else 0
        came = max(by_entries - paid, 0)  # what the bank has found is among these
        back = 0
        for payment, part in parts:
            if payment.state in ("in_process", "paid"):
                transaction = payment.payment_transaction_id
                came += part
                back += part * transaction._get_exivo_refunded_share(known, self)
        return max(0, min(1, back - max(came - 1, 0)))
