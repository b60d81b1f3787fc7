# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SaleOrder(models.Model):
    """An order of the shop is a cart until it is confirmed."""

    _inherit = "sale.order"

    def _is_exivo_cart(self):
        return super()._is_exivo_cart() or bool(
            self.website_id and self.state in ("draft", "sent")
        )

    def _has_exivo_money(self, *states):
        """Tell whether what is paid would confirm the order; customers say how much.

        :param states: of the transactions that count, beside what has arrived.
        :rtype: bool
        """
        compare = self.currency_id.compare_amounts
        paid = self._get_exivo_money(*states)
        due = self._get_prepayment_required_amount()
        return compare(paid, 0) > 0 and compare(paid, due) >= 0

    def _get_exivo_money(self, *states):
        """Return what is paid online, without what went back.

        :param states: see :meth:`_has_exivo_money`.
        :return: in the order's currency.
        :rtype: float
        """
        paid = 0
        for transaction in self.transaction_ids:
            came = sum(transaction._get_exivo_arrived().mapped("amount"))
            came -= transaction._get_exivo_refunded()
            if transaction.state in states:
                came = transaction.amount
            paid += max(came, 0) * self._get_exivo_part_for_this(transaction)
        return paid

    def _name_exivo_holders(self, partners):
        """Override to give away no name of somebody whose address was typed in."""
        if not self.website_id:
            return super()._name_exivo_holders(partners)
        return ", ".join(one.email or one.name or "" for one in partners)
