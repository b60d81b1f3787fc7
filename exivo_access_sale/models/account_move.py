# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.exivo_access.tools.credit_notes import (
    GONE,
    get_credited,
    get_spent_part,
    is_gone,
    is_typed_in,
)
from odoo.addons.exivo_access.tools.early_payment import pays_early

RECEIVABLE = "asset_receivable"


class AccountMove(models.Model):
    """An invoice that is paid, credited or cancelled changes the doors of its order."""

    _inherit = "account.move"

    def _compute_payment_state(self):
        """Override to hear of it: what is computed does not pass through `write`."""
        result = super()._compute_payment_state()
        self.env["exivo.collector"]._orders_touched(self)
        return result

    def _get_exivo_settled_part(self, order):
        """Return how much of an order's lines is paid: 0 nothing, 1 all of it.

        Some payments have no entry of their own, so that the invoice stays open in the
        books although it counts as *In Payment*, until the bank statement has paid it.
        Of others the entry stays when the bank takes them back, or staff edit them.
        A credit note that was typed in brings nothing: it takes away what it sets off.
        One of an order or invoice is money that was paid for that. What is known to be
        of another order is that one's first.

        :rtype: float
        """
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_total):
            return 1
        settled = self.amount_total - self.amount_residual
        by_entries = paid = 0
        came = []
        lines = self.line_ids.filtered(lambda one: one.account_type == RECEIVABLE)
        for partial in lines.matched_credit_ids:
            entry = partial.credit_move_id.move_id
            if is_gone(entry) or is_typed_in(entry):
                settled -= partial.debit_amount_currency
            elif entry.is_invoice():
                came += _share(entry, partial.debit_amount_currency)
            elif payment := entry.origin_payment_id:
                orders = payment.payment_transaction_id._get_exivo_orders()
                came.append((orders, partial.debit_amount_currency))
            else:
                by_entries += partial.debit_amount_currency
        for payment in self.matched_payment_ids.filtered(lambda one: not one.move_id):
            amount = self._get_exivo_part(payment)
            if payment.state == "paid":
                paid += amount
            elif payment.state == "in_process":
                settled += amount
            if payment.state not in GONE:
                came.append(
                    (payment.payment_transaction_id._get_exivo_orders(), amount)
                )
        settled += max(paid - by_entries, 0)
        of_others = self._get_exivo_of_others(order, came)
        ours = self.amount_total - of_others
        if ours <= 0:  # what is taken off for all is more
            of_others, ours = 0, self.amount_total
        return max(0, min(1, (settled - of_others) / ours))

    def _get_exivo_of_others(self, order, amounts, brought=()):
        """Return how much is known to be of other orders that the invoice is for.

        :param amounts: pairs of orders and how much; none has more than it has lines.
        :param brought: such pairs of what they brought: what was more than their lines
            has paid for others, and goes back first.
        :rtype: float
        """
        others = order.browse().union(*(theirs for theirs, _amount in amounts)) - order
        lines = self.invoice_line_ids.filtered(
            lambda one: one.sale_line_ids.order_id & others
        )
        others = lines.sale_line_ids.order_id

        def add_up(pairs):
            return sum(
                amount
                for theirs, amount in pairs
                if order not in theirs and theirs & others
            )

        most = sum(lines.mapped("price_total"))
        spare = max(add_up(brought) - most, 0)
        return max(0, min(add_up(amounts) - spare, most))

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
        typed, beside = self._get_exivo_typed()
        ordered = self.amount_total - beside
        return max(0, min(1, (typed - beside) / ordered)) if ordered > 0 else 0

    def _get_exivo_typed(self):
        """Return what credit notes take back, and what stood here, that nobody ordered.

        :rtype: tuple[float, float]
        """
        typed, beside = (
            sum(lines.filtered(lambda one: not one.sale_line_ids).mapped("price_total"))
            for lines in (get_credited(self), self.invoice_line_ids)
        )
        # what was taken off is no fee, and what was ordered costs less
        return typed, max(beside, 0)

    def _get_exivo_refunded_part(self, order):
        """Return how much of an order's lines was paid online, and went back.

        What was refunded is first taken from what is paid too much, and from what
        credit notes, or refunds of their own transactions, give back to other orders.

        :rtype: float
        """
        self.ensure_one()
        total = self.amount_total
        lines = self.line_ids.filtered(lambda one: one.account_type == RECEIVABLE)
        parts, brought, back, here = [], [], [], {}
        by_entries = paid = 0
        for partial in lines.matched_credit_ids:
            entry = partial.credit_move_id.move_id
            amount = partial.debit_amount_currency
            if entry.origin_payment_id:
                parts.append((entry.origin_payment_id, amount))
            elif entry.is_invoice():
                here[entry] = amount / entry.amount_total
                brought += _share(entry, amount)
            elif entry.state == "posted":
                by_entries += amount
        for payment in self.matched_payment_ids.filtered(lambda one: not one.move_id):
            if due := sum(payment.invoice_ids.mapped("amount_total_signed")):
                amount = payment.amount_company_currency_signed / due * total
                parts.append((payment, amount))
                paid += amount if payment.state == "paid" else 0
        came = max(by_entries - paid, 0)  # what the bank has found is among these
        for payment, amount in parts:
            if payment.state in ("in_process", "paid"):
                transaction = payment.payment_transaction_id
                came += amount
                brought.append((transaction._get_exivo_orders(), amount))
                # those of the order are counted otherwise
                known = order.transaction_ids
                amount *= transaction._get_exivo_refunded_share(known, self)
                back.append((transaction._get_exivo_orders(), amount))
        if not any(amount for _orders, amount in back):
            return 0
        of_others = self._get_exivo_of_others(order, back, brought)
        credited, unspent, set_off = (
            self._get_exivo_credited_of_others(order, get_part)
            for get_part in (
                lambda _credit: 1,
                lambda credit: 1 - get_spent_part(credit),
                lambda credit: here.get(credit, 0),
            )
        )
        gone = sum(amount for _orders, amount in back)
        gone -= max(max(came + set_off - total, 0) + unspent, of_others)
        ours = total - max(credited, of_others)
        return gone / max(ours, gone) if gone > 0 else 0

    def _get_exivo_credited_of_others(self, order, get_part):
        """Return what credit notes take off that is not about an order.

        :param get_part: returns how much of a credit note counts.
        :rtype: float
        """
        amounts = [
            (one.sale_line_ids.order_id, one.price_total * get_part(one.move_id))
            for one in get_credited(self)
        ]
        typed = sum(amount for orders, amount in amounts if not orders)
        _typed, beside = self._get_exivo_typed()
        return self._get_exivo_of_others(order, amounts) + min(typed, beside)


def _share(credit, amount):
    """Return which orders a credit note is about, and how much of an amount is theirs.

    :return: a pair for each line.
    :rtype: list[tuple[sale.order, float]]
    """
    part = amount / credit.amount_total
    return [
        (one.sale_line_ids.order_id, one.price_total * part)
        for one in credit.invoice_line_ids
    ]
