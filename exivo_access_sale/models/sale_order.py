# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says whether an order is paid, and of each change that may matter for doors."""

from odoo import fields, models

CANCELLED, UNCONFIRMED, UNPAID = "cancelled", "unconfirmed", "unpaid"


class SaleOrder(models.Model):
    """An order decides whether the doors of its bookings open."""

    _inherit = "sale.order"

    # === HOOKS === #

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.env["exivo.collector"]._payments_changed(self)
        return result

    def unlink(self):
        """Override to delete the bookings first; PostgreSQL would, without a word."""
        self.check_access("unlink")
        self.order_line._unlink_exivo_bookings()
        return super().unlink()

    def _compute_amounts(self):
        """Override to hear of it: what is computed does not pass through `write`."""
        result = super()._compute_amounts()
        self.env["exivo.collector"]._payments_changed(self)
        return result

    # === WHAT IS MISSING === #

    def _get_exivo_lack(self, conditions):
        """Return what the order lacks for a rule.

        :param dict conditions: of the rule, see ``exivo.access.rule``.
        :return: empty if it lacks nothing, or if there is no order at all.
        :rtype: str
        """
        if not self:
            return ""
        order = self.sudo()
        payment = conditions["payment"]
        if order.state == "cancel":
            return CANCELLED
        if order.state != "sale" and (payment != "any" or order._is_exivo_cart()):
            return UNCONFIRMED
        if payment == "paid" and not order._is_exivo_paid(conditions["payment_share"]):
            return UNPAID
        return ""

    def _is_exivo_cart(self):
        """Tell whether a customer has filled it in a shop, and nobody confirmed it.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _is_exivo_paid(self, share):
        """Tell whether so much of the order is paid.

        :param int share: in per cent.
        :rtype: bool
        """
        self.ensure_one()
        currency = self.currency_id
        if currency.compare_amounts(self.amount_total, 0) <= 0:
            return True
        paid = self._get_exivo_paid()
        # An invoice may lose as much with each line, where it rounds them.
        lost = currency.rounding * len(self.order_line)
        due = self.amount_total * share / 100
        return (
            currency.compare_amounts(paid, 0) > 0
            and currency.compare_amounts(paid + lost, due) >= 0
        )

    def _get_exivo_paid(self):
        """Return what is paid of the order, net of what was given back.

        It is paid on invoices or by transactions. Most transactions pay an invoice, so
        whichever is more counts; credit notes and refunds likewise. What pays none
        comes on top, until something is credited: it may be what is to be given back.

        :return: in the order's currency.
        :rtype: float
        """
        settled, credited = self._get_exivo_invoiced()
        arrived, refunded = self._get_exivo_transferred()
        if settled and not credited:
            settled += self._get_exivo_beside()
        return max(settled, arrived) - max(credited, refunded)

    def _get_exivo_invoiced(self):
        """Return what is paid on posted invoices, and what credit notes are about.

        Of an invoice for several orders, only the lines of this one count.

        :rtype: tuple[float, float]
        """
        settled = credited = 0
        for line in self.order_line.invoice_lines:
            invoice = line.move_id
            if invoice.state != "posted":
                continue
            amount = self._in_exivo_currency(line.price_total, invoice.currency_id)
            if invoice.move_type == "out_refund":
                credited += amount
            elif invoice.move_type == "out_invoice":
                settled += amount * invoice._get_exivo_settled_part()
        return settled, credited

    def _get_exivo_transferred(self):
        """Return what has arrived by transactions, and what was refunded.

        :rtype: tuple[float, float]
        """
        arrived = refunded = 0
        for transaction in self.transaction_ids:
            for_this = self._get_exivo_part_for_this(transaction)
            arrived += for_this * sum(transaction._get_exivo_arrived().mapped("amount"))
            refunded += for_this * transaction._get_exivo_refunded()
        return arrived, refunded

    def _get_exivo_beside(self):
        """Return what has arrived by transactions beside all invoices.

        What may have paid an invoice counts only as far as there is none.

        :rtype: float
        """
        beside = unknown = 0
        for transaction in self.transaction_ids:
            for_this = self._get_exivo_part_for_this(transaction)
            for one in transaction._get_exivo_arrived():
                part = one._get_exivo_part_beside()
                beside += for_this * one.amount * (part or 0)
                unknown += for_this * one.amount * (part is None)
        return beside + min(unknown, self._get_exivo_uninvoiced())

    def _get_exivo_part_for_this(self, transaction):
        """Return by what to multiply an amount of a transaction for several orders.

        :return: also converts it to the currency of this order.
        :rtype: float
        """
        together = sum(transaction.sale_order_ids.mapped("amount_total"))
        part = self.amount_total / together if together else 1
        return self._in_exivo_currency(part, transaction.currency_id)

    def _get_exivo_uninvoiced(self):
        """Return what of an order stands on no posted invoice."""
        invoices = self.order_line.invoice_lines.filtered(
            lambda line: line.parent_state == "posted"
        )
        invoiced = sum(
            self._in_exivo_currency(line.price_total, line.currency_id)
            for line in invoices
        )
        return max(self.amount_total - invoiced, 0)

    def _in_exivo_currency(self, amount, currency):
        """Return an amount in the currency of the order."""
        return currency._convert(
            amount,
            self.currency_id,
            self.company_id,
            fields.Date.context_today(self),
            round=False,
        )
