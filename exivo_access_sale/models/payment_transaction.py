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

    def _get_exivo_amount(self):
        """Return what has arrived by this transaction, before refunds.

        Where it was captured in parts, these are transactions of their own, and it is
        *done* itself as soon as none is left.

        :rtype: float
        """
        self.ensure_one()
        parts = self.child_transaction_ids.filtered(
            lambda one: one.operation != "refund" and one.state == "done"
        )
        arrived = (parts or self).filtered(
            lambda one: one.state == "done"
            and one.operation not in ("refund", "validation")
            and one.payment_id.state not in ("canceled", "rejected")
        )
        return sum(arrived.mapped("amount"))

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
