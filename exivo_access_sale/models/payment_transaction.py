# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.exivo_access.tools.credit_notes import get_credited, get_spent_part

_CHANGES = {"state", "amount", "payment_id", "is_post_processed", "sale_order_ids"}


class PaymentTransaction(models.Model):
    """A transaction that comes further changes the doors of its order."""

    _inherit = "payment.transaction"

    def write(self, vals):
        result = super().write(vals)
        if _CHANGES & vals.keys():
            self.env["exivo.collector"]._orders_touched(self)
        return result

    def _get_exivo_arrived(self):
        """Return the transactions by which money of this one has arrived.

        Where it was captured in parts, these are transactions of their own, and it is
        *done* itself as soon as none is left. Each has a payment once Odoo has drawn
        its conclusions: one that the bank has taken back, or that staff have reset or
        deleted, brought nothing.

        :rtype: payment.transaction
        """
        self.ensure_one()
        parts = self.child_transaction_ids.filtered(
            lambda one: one.operation != "refund" and one.state == "done"
        )
        return (parts or self).filtered(
            lambda one: one.state == "done"
            and one.operation not in ("refund", "validation")
            and (
                one.payment_id.state in ("in_process", "paid")
                or not (one.payment_id or one.is_post_processed)
            )
        )

    def _get_exivo_orders(self):
        """Return the orders that a transaction, or the one that it is part of, pays."""
        return (self | self.source_transaction_id).sale_order_ids

    def _get_exivo_uses(self):
        """Return what the payment of a transaction pays.

        :return: how much of it pays invoices of its orders, ``None`` if nobody knows
            because it has no entry of its own and came after the invoices; and how
            much is used elsewhere, but for what was refunded.
        :rtype: tuple[float | None, float]
        """
        self.ensure_one()
        payment = self.payment_id
        if not payment:  # Odoo enters it in a moment
            return None, 0
        if not payment.move_id:
            # Odoo links an invoice with what had come before it
            invoices = payment.invoice_ids
            invoices |= (self | self.source_transaction_id).invoice_ids
            is_known = "posted" in invoices.mapped("state")
            return self.amount if is_known else None, 0
        orders = self._get_exivo_orders()
        paying = elsewhere = 0
        paid = payment.move_id.line_ids.filtered(
            lambda one: one.account_id == payment.destination_account_id
        )
        for partial in paid.matched_debit_ids:
            entry = partial.debit_move_id.move_id
            source = entry.origin_payment_id.payment_transaction_id
            if entry.line_ids.sale_line_ids.order_id & orders:
                paying += partial.credit_amount_currency
            elif source.operation != "refund":
                elsewhere += partial.credit_amount_currency
        used = paying + elsewhere
        # what an entry writes off, such as a discount for who pays early, is no money
        part = min(self.amount / used, 1) if used else 1
        return paying * part, elsewhere * part

    def _get_exivo_refunded(self):
        """Return what has gone back of this transaction, or of its parts.

        :rtype: float
        """
        self.ensure_one()
        children = self.child_transaction_ids
        refunds = (children | children.child_transaction_ids).filtered(
            lambda one: one.operation == "refund" and one.state == "done"
        )
        return -sum(refunds.mapped("amount"))

    def _get_exivo_refunded_share(self, known, invoice):
        """Return how much of what a transaction pays has gone back.

        What was refunded is first taken from what pays nothing, and from what credit
        notes take back of other invoices, as long as they have paid nothing else. One
        that is set off on its own invoice has, unless the books keep that open.

        :param known: transactions that are not asked for.
        :param invoice: that is asked for.
        :rtype: float
        """
        if not self or (self | self.source_transaction_id) & known:
            return 0
        paying, elsewhere = self._get_exivo_uses()
        used = (paying or 0) + elsewhere or self.amount
        payment = self.payment_id
        others = payment.reconciled_invoice_ids | payment.invoice_ids | self.invoice_ids
        others = (others - invoice).filtered(lambda one: one.move_type == "out_invoice")
        credited = others.invoice_line_ids.browse().union(*map(get_credited, others))
        own = others.browse() if payment.move_id else others
        back = sum(
            one.price_total * (1 - get_spent_part(one.move_id, *own))
            for one in credited
        )
        free = self.amount - used + back
        return max(self._get_exivo_refunded() - free, 0) / used
