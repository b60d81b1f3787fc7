# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says whether an order is paid, and of each change that may matter for doors."""

from odoo import api, fields, models

CANCELLED, UNCONFIRMED, UNPAID = "cancelled", "unconfirmed", "unpaid"
#: It was sold, and is paid, somewhere else.
FOREIGN = "foreign"
#: What is asked of each transaction.
_OF_TRANSACTIONS = (
    *("amount", "currency_id", "last_state_change", "sale_order_ids"),
    *("state", "operation", "payment_id", "is_post_processed"),
)


class SaleOrder(models.Model):
    """An order decides whether the doors of its bookings open."""

    _inherit = "sale.order"

    # === HOOKS === #

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "state"} & vals.keys():
            self.env["exivo.collector"]._orders_touched(self)
        return result

    @api.ondelete(at_uninstall=True)
    def _unlink_exivo_bookings(self):
        self.order_line._unlink_exivo_bookings()

    def _compute_amounts(self):
        """Override to hear of it: what is computed does not pass through `write`."""
        result = super()._compute_amounts()
        self.env["exivo.collector"]._orders_touched(self)
        return result

    # === WHAT IS MISSING === #

    def _get_exivo_lack(self, booking, conditions):
        """Return what the order lacks for a rule.

        Whoever sells for another company need not work for that of the booking, nor
        does what is paid there pay anything here.

        :param booking: the one of the order that the rule is about.
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
        if booking.type_id.company_id - order.company_id.parent_ids:
            return FOREIGN
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
        compare = self.currency_id.compare_amounts
        paid, asked = self._get_exivo_paid()
        due = asked * share / 100
        if paid >= due > 0:  # for most, nothing needs to be rounded
            return True
        if compare(asked, 0) <= 0:
            return True
        if compare(paid, 0) > 0 > compare(paid, due):
            # an invoice may lose as much with each line, where it rounds them
            paid += self.currency_id.rounding * len(self.order_line)
        return compare(paid, 0) > 0 and compare(paid, due) >= 0

    def _is_exivo_given_back(self):
        """Tell whether something was credited or refunded, and nothing is asked for.

        :rtype: bool
        """
        self.ensure_one()
        moves = self.order_line.invoice_lines.move_id
        moves |= moves.reversal_move_ids
        posted = moves.filtered(lambda one: one.state == "posted")
        invoices = posted.filtered(lambda one: one.move_type == "out_invoice")
        if any(not one.currency_id.is_zero(one.amount_residual) for one in invoices):
            return False
        transactions = self.transaction_ids | invoices.transaction_ids
        return bool(posted - invoices) or any(
            one._get_exivo_refunded() for one in transactions
        )

    def _get_exivo_paid(self):
        """Return what is paid of the order, net of what was given back, and its price.

        It is paid on invoices or by transactions. Most transactions pay an invoice, so
        whichever is more counts; credit notes and refunds likewise. What pays none
        comes on top, until something is credited: it may be what is to be given back.

        :return: what is paid, and what is asked for, in the order's currency.
        :rtype: tuple[float, float]
        """
        settled, credited, back, asked, uninvoiced = self._get_exivo_invoiced()
        arrived, refunded, beside, taken = self._get_exivo_transferred(uninvoiced)
        if settled and not credited:
            settled += beside
        taken += back
        paid = max(settled - max(credited, taken), arrived - max(credited, refunded))
        return paid, asked

    def _get_exivo_invoiced(self):
        """Return how far the order stands on posted invoices and credit notes.

        Of an invoice for several orders, only the lines of this one count. Once all is
        invoiced, no more is asked for than invoices say: staff give a discount there,
        or leave a tax out. What is invoiced by delivery, but for rooms, is asked for
        once it is invoiced.

        :return: what is paid on invoices, what credit notes are about, what was paid on
            the page of an invoice and refunded, what is asked for, and how much of that
            stands on no invoice.
        :rtype: tuple[float, float, float, float, float]
        """
        settled = credited = back = asked = invoiced = 0
        posted = self.order_line.invoice_lines.filtered(
            lambda one: one.parent_state == "posted"
        )
        for invoice, lines in posted.grouped("move_id").items():
            amount = sum(
                self._in_exivo_currency(one.price_total, one, one.invoice_date)
                for one in lines
            )
            invoiced += amount
            asked -= amount * invoice.direction_sign
            if invoice.move_type == "out_refund":
                credited += amount
            elif invoice.move_type == "out_invoice":
                settled += amount * invoice._get_exivo_settled_part(self)
                credited += amount * invoice._get_exivo_credited_part()
                back += amount * invoice._get_exivo_refunded_part(self)
        lines = self.order_line.with_context(active_test=False)
        later = lines.filtered(
            lambda one: len(lines) > 1  # a single one is the room
            and not one.resource_booking_ids
            and one.product_id.invoice_policy == "delivery"
        )
        total = self.amount_total - sum(map(_get_awaited, later))
        if not posted or any(
            one.qty_invoiced_posted < one.product_uom_qty for one in lines - later
        ):
            asked = total
        asked = min(asked, total)
        return settled, credited, back, asked, max(asked - invoiced, 0)

    def _get_exivo_transferred(self, uninvoiced):
        """Return what has arrived by transactions and was not used for anything else.

        What was refunded is first taken from what pays no invoice. What came after the
        invoices without an entry may have paid them, and pays none only as far as the
        order stands on none.

        :param float uninvoiced: see :meth:`_get_exivo_invoiced`.
        :return: what has arrived, how much of it was refunded, how much pays no
            invoice, and how much of the refunds is missing from what pays invoices.
        :rtype: tuple[float, float, float, float]
        """
        arrived = refunded = beside = taken = 0
        # a query less than by the order's own field, for each booking that is paid
        transactions = self.env["payment.transaction"].search_fetch(
            [("sale_order_ids", "in", self.ids)], _OF_TRANSACTIONS
        )
        for transaction in transactions:
            for_this = self._get_exivo_part_for_this(transaction)
            came = free = 0
            for one in transaction._get_exivo_arrived():
                paying, elsewhere = one._get_exivo_uses()
                left = for_this * (one.amount - elsewhere)
                if paying is None:
                    spare = min(left, uninvoiced)
                    uninvoiced -= spare
                else:
                    spare = left - for_this * paying
                came += left
                free += spare
            back = min(came, for_this * transaction._get_exivo_refunded())
            arrived += came
            refunded += back
            beside += max(free - back, 0)
            taken += max(back - free, 0)
        return arrived, refunded, beside, taken

    def _get_exivo_part_for_this(self, transaction):
        """Return by what to multiply an amount of a transaction for several orders.

        :return: also converts it to the currency of this order.
        :rtype: float
        """
        together = sum(transaction.sale_order_ids.mapped("amount_total"))
        part = self.amount_total / together if together else 1
        day = transaction.last_state_change
        return self._in_exivo_currency(part, transaction, day)

    def _in_exivo_currency(self, amount, record, day):
        """Return an amount of a record in the order's currency, at a day's rate."""
        return record.currency_id._convert(
            amount,
            self.currency_id,
            self.company_id,
            fields.Date.to_date(day),
            round=False,
        )


def _get_awaited(line):
    """Return the price of what is ordered and not invoiced; what is taken off has none.

    :rtype: float
    """
    if line.product_uom_qty <= 0 or line.price_total <= 0:
        return 0
    part = 1 - line.qty_invoiced_posted / line.product_uom_qty
    return max(part, 0) * line.price_total
