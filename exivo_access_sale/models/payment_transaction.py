# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class PaymentTransaction(models.Model):
    """A transaction that comes further changes the doors of its order."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        self.env["exivo.collector"]._payments_changed(transactions)
        return transactions

    def write(self, vals):
        result = super().write(vals)
        if {"state", "amount", "payment_id", "sale_order_ids"} & vals.keys():
            self.env["exivo.collector"]._payments_changed(self)
        return result

    def _get_exivo_arrived(self):
        """Return the transactions by which money of this one has arrived.

        Where it was captured in parts, these are transactions of their own, and it is
        *done* itself as soon as none is left.

        :rtype: payment.transaction
        """
        self.ensure_one()
        parts = self.child_transaction_ids.filtered(
            lambda one: one.operation != "refund" and one.state == "done"
        )
        return (parts or self).filtered(
            lambda one: one.state == "done"
            and one.operation not in ("refund", "validation")
            and one.payment_id.state not in ("canceled", "rejected")
        )

    def _get_exivo_part_beside(self):
        """Return how much of a transaction pays no invoice: 0 nothing, 1 all of it.

        :return: ``None`` if nobody knows, because it has no entry of its own.
        :rtype: float | None
        """
        self.ensure_one()
        payment = self.payment_id
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )
        total = sum(lines.mapped("balance"))
        if not total:
            return 0 if payment.invoice_ids else None
        return sum(lines.mapped("amount_residual")) / total

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
