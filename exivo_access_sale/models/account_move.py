# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountMove(models.Model):
    """An invoice that is paid, credited or cancelled changes the doors of its order."""

    _inherit = "account.move"

    def _compute_payment_state(self):
        """Override to hear of it: what is computed does not pass through `write`."""
        result = super()._compute_payment_state()
        self.env["exivo.collector"]._payments_changed(self)
        return result

    def _get_exivo_settled_part(self):
        """Return how much of an invoice is paid: 0 nothing, 1 all of it.

        Some payments have no entry of their own, so that the invoice stays open in the
        books although it counts as *In Payment*. Of others the entry stays when the
        bank takes them back.

        :rtype: float
        """
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_total):
            return 1
        settled = self.amount_total - self.amount_residual
        for payment in self.reconciled_payment_ids:
            amount = payment.currency_id._convert(
                *(payment.amount, self.currency_id, self.company_id, payment.date),
                round=False,
            )
            if not payment.move_id and payment.state in ("in_process", "paid"):
                settled += amount
            elif payment.move_id and payment.state in ("canceled", "rejected"):
                settled -= amount
        return max(0, min(1, settled / self.amount_total))
