# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Works out whether a membership is paid or has ended; see ``account_move.py``."""

from odoo import api, fields, models

from odoo.addons.exivo_access.tools.credit_notes import (
    get_credited,
    get_spent_part,
    is_gone,
    is_typed_in,
)
from odoo.addons.exivo_access.tools.early_payment import pays_early
from odoo.addons.exivo_access.tools.mark import Mark

#: The states in which staff let nobody be a member.
ENDED = ("canceled", "none", "old")
#: What is written about memberships is worked out anyway, and right.
SETTLING = Mark("exivo_settles_memberships")

#: Of the order, such as of a down payment, or a credit note that is made from it.
_ORDERED = "account_invoice_id.invoice_line_ids.sale_line_ids.invoice_lines.move_id"
_ENTRIES = "line_ids.matched_credit_ids.credit_move_id.move_id"
_REFUND = "payment_transaction_id.child_transaction_ids.state"
#: What is read of an invoice, beside what Odoo says of its payment.
_READ = [
    # also what a credit note pays, or that it was paid out
    "reversal_move_ids.payment_state",
    # a payment without an entry pays as far as the others ask for nothing
    "matched_payment_ids.invoice_ids.payment_state",
    f"matched_payment_ids.{_REFUND}",
    f"{_ENTRIES}.origin_payment_id.{_REFUND}",
    f"{_ENTRIES}.state",
]
#: What changes states, beside what `membership` knows.
_CAUSES = [f"account_invoice_id.{one}" for one in _READ]
_CAUSES_IN_ORDERS = [f"{_ORDERED}.{one}" for one in ("payment_state", *_READ)]


class MembershipLine(models.Model):
    """A membership is paid as its invoice is, and ends as it is credited."""

    _inherit = "membership.membership_line"

    exivo_dated = fields.Boolean(
        string="End Came by Itself",
        readonly=True,
        copy=False,
        help="It goes again with what has ended the membership.",
    )
    exivo_ended = fields.Boolean(
        string="Ended by Hand",
        readonly=True,
        copy=False,
        help="It stays so, whatever becomes of invoice and payment.",
    )

    def write(self, vals):
        """Override to keep what staff write, and not what `membership` does."""
        if SETTLING.get_from(self.env):
            known = {"state", "date_cancel"}
            vals = {name: value for name, value in vals.items() if name not in known}
        result = super().write(vals)
        if "date_cancel" in vals:
            self.sudo().exivo_dated = False
        if "state" in vals:
            self.sudo().exivo_ended = vals["state"] in ENDED
            self.sudo()._date_exivo_end()
        return result

    def _date_exivo_end(self):
        """Give what is cancelled a last day, and take back only one from here."""
        for line in self.with_context(**SETTLING.off()):
            has_ended = line.state == "canceled"
            if has_ended and not line.date_cancel:
                line.date_cancel = fields.Date.context_today(line)
                line.exivo_dated = True
            elif not has_ended and line.exivo_dated:
                line.date_cancel = False

    def _know_exivo_ends(self):
        """Tell what staff have ended from what `membership` has, in what is there.

        It writes no *Old Member* itself, and cancels what its invoice or all of it was
        credited.
        """
        ended = self.search(
            [("state", "in", ENDED), ("account_invoice_id", "!=", False)]
        )
        by_itself = ended.filtered(
            lambda one: one.state == "canceled"
            and (
                one.account_invoice_id.state == "cancel"
                or one.account_invoice_id.payment_state == "reversed"
                or (
                    one.account_invoice_id.state == "posted"
                    and one._is_exivo_given_back()
                )
            )
        )
        by_itself |= ended.filtered(
            lambda one: one.state == "none"
            and one.account_invoice_id.payment_state in ("blocked", "invoicing_legacy")
        )
        by_itself.filtered("date_cancel").exivo_dated = True
        (ended - by_itself).exivo_ended = True

    @api.depends(
        lambda self: [*_CAUSES, *(_CAUSES_IN_ORDERS if _knows_orders(self) else [])]
    )
    def _compute_state(self):
        """Override to tell a credit note over a part from one over all of it.

        The entry of a payment stays when the bank takes it back, or staff edit it; so
        does all of one that is refunded.
        """
        before = {line: line.state for line in self}
        result = super()._compute_state()
        for line in self.filtered("account_invoice_id"):
            invoice = line.account_invoice_id
            if line.exivo_ended:
                line.state = before[line]
            elif invoice.state == "posted" and not line._is_exivo_bought():
                line.state = "none"
            elif invoice.state == "posted" and line._is_exivo_given_back():
                line.state = "canceled"
            elif line.state == "canceled" and _is_settled(invoice):
                line.state = "paid"
            if line.state == "paid" and (
                _is_open(invoice) or line._get_exivo_open_deposits()
            ):
                line.state = "invoiced"
            line._date_exivo_end()
        return result

    def _is_exivo_bought(self):
        """Tell whether an invoice asks for it, and does not give it back.

        A credit note that is made from an order was an invoice at first.

        :rtype: bool
        """
        line = self.account_invoice_line_id
        is_asked_for = line.quantity > 0 and line.price_unit >= 0
        return line.move_type == "out_invoice" and is_asked_for

    def _get_exivo_open_deposits(self):
        """Return what was taken off the invoice as a down payment, and is not paid.

        Or is no more: refunded, or credited and not invoiced anew. It is not asked for
        before the invoice is posted.

        :rtype: account.move
        """
        invoice = self.account_invoice_id
        found = invoice.browse()
        if invoice.state != "posted" or not _knows_orders(self):
            return found
        lines = invoice.invoice_line_ids.filtered(lambda one: one.price_total < 0)
        items = lines.sale_line_ids.filtered("is_downpayment")
        # of an invoice for several orders, each waits for its own
        orders = self.account_invoice_line_id.sale_line_ids.order_id or items.order_id
        for item in items.filtered(lambda one: one.order_id in orders):
            deposits = item.invoice_lines.filtered(
                lambda one: one.move_type == "out_invoice" and one.price_total > 0
            ).move_id
            kept = deposits.filtered(lambda one: not _is_taken_back(one))
            found |= kept.filtered(_is_lacking) if kept else deposits
        return found

    def _is_exivo_given_back(self):
        """Tell whether the money was refunded, or credit notes take it back.

        Whoever has paid twice, and got one payment back, has paid; so has who got back
        what was paid for something else, which credit notes take off the invoice.

        :rtype: bool
        """
        return (
            _is_refunded_in_full(self.account_invoice_id)
            or self._is_exivo_credited()
            or self._is_exivo_off_order()
        )

    def _is_exivo_credited(self):
        """Tell whether credit notes take back all that this was invoiced for.

        Of several of a product, what was not ordered is known by what it is called.

        :rtype: bool
        """
        self.ensure_one()
        line = self.account_invoice_line_id
        invoice, currency = self.account_invoice_id, self.account_invoice_id.currency_id
        credits = invoice.reversal_move_ids.filtered(lambda one: one.state == "posted")
        invoiced, credited = invoice.invoice_line_ids, credits.invoice_line_ids
        of_it = [("product_id", "=", line.product_id.id)]
        called = [*of_it, ("name", "=", line.name)]

        def is_taken_back(domain):
            theirs = credited.filtered_domain(domain)
            asked = sum(invoiced.filtered_domain(domain).mapped("price_total"))
            back = sum(theirs.mapped("price_total"))
            return bool(theirs) and currency.compare_amounts(back, asked) >= 0

        return any(map(is_taken_back, ([], of_it, called)))

    def _is_exivo_off_order(self):
        """Tell whether its order has given back all that it was invoiced for.

        A credit note that is made from an order does not say which invoice it is about:
        it is the last one before. One that is made from an invoice says which, and its
        lines what was ordered, where others have ordered the same.

        :rtype: bool
        """
        ours = self.account_invoice_line_id
        if not _knows_orders(self):
            return False
        since = ours.sale_line_ids.invoice_lines.filtered(
            lambda one: one.parent_state == "posted"
            and (one.move_id.reversed_entry_id or one.move_id).id >= ours.move_id.id
        )
        kept = 0
        for line in since.sorted(lambda one: one.move_id.id):
            sign = -line.move_id.direction_sign  # that of a credit note is positive
            kept += sign * line.price_total
            if (
                sign * line.quantity < 0
                and ours.currency_id.compare_amounts(kept, 0) <= 0
            ):
                return True
        return False


def _knows_orders(lines):
    """Tell whether `sale` is there, which invoices what was ordered."""
    return "sale_line_ids" in lines.env["account.move.line"]._fields


def _get_entries(invoice):
    """Return what settles some of an invoice; what the bank has found is among it."""
    return invoice.line_ids.matched_credit_ids.credit_move_id.move_id


def _get_loose(invoice):
    """Return the payments of an invoice that have no entry of their own."""
    return invoice.matched_payment_ids.filtered(lambda one: not one.move_id)


def _is_settled(invoice):
    """Tell whether an invoice is paid, maybe by money that came for something else."""
    return invoice.payment_state in ("paid", "in_payment") or (
        invoice.payment_state == "reversed"
        and not any(map(is_typed_in, _get_entries(invoice)))
    )


def _is_taken_back(invoice):
    """Tell whether an invoice is cancelled, or credited in full."""
    credited = sum(get_credited(invoice).mapped("price_total"))
    left = invoice.currency_id.compare_amounts(invoice.amount_total, credited)
    return invoice.state == "cancel" or left <= 0


def _is_lacking(invoice):
    """Tell whether an invoice is not paid, or the money is no longer there."""
    return (
        invoice.state != "posted"
        or not _is_settled(invoice)
        or _is_open(invoice)
        or _is_refunded_in_full(invoice)
    )


def _is_open(invoice):
    """Tell whether some of what counts as paid was taken back, or never came.

    With the first payment that has no entry, Odoo counts an invoice as *In Payment*,
    whatever the amount.
    """
    entries = _get_entries(invoice)
    counting = ("in_process",) if entries else ("in_process", "paid")
    loose = _get_loose(invoice).filtered(lambda one: one.state in counting)
    return any(map(is_gone, entries)) or not _is_covered(
        invoice, loose, lambda one: one.amount_residual
    )


def _is_refunded_in_full(invoice):
    """Tell whether money was refunded without which an invoice is not paid."""
    loose = _get_loose(invoice)
    gone = (_get_entries(invoice).origin_payment_id | loose).filtered(_is_refunded)
    kept = (loose - gone).filtered(lambda one: one.state in ("in_process", "paid"))
    return bool(gone) and not _is_covered(
        invoice, kept, lambda one: _ask_anew(one, gone)
    )


def _is_covered(invoice, payments, ask):
    """Tell whether payments without an entry bring all that they are for.

    :param payments: maybe of several invoices and credit notes, or of none.
    :param ask: returns what a move asks for.
    :rtype: bool
    """
    if any(map(pays_early, payments)):
        return True
    moves = invoice | payments.invoice_ids
    due = moves.filtered(lambda one: one.state == "posted")
    currency, company = invoice.currency_id, invoice.company_id

    def convert(amount, one):
        # in the money that was asked for: rates change between invoice and payment
        return one.currency_id._convert(amount, currency, company, one.date)

    paid = sum(convert(one.amount_signed, one) for one in payments)
    # the sign of a credit note is positive
    left = sum(convert(-one.direction_sign * ask(one), one) for one in due)
    return currency.compare_amounts(paid, left) >= 0


def _ask_anew(move, gone):
    """Return what a move asks of payments without an entry once some are gone."""
    if move.move_type != "out_invoice":
        return move.amount_total
    loose = _get_loose(move)
    credited = get_credited(move).filtered(
        lambda one: one.move_id not in loose.invoice_ids  # asked as such
    )
    left = move.amount_total - sum(
        one.price_total * (1 - get_spent_part(one.move_id, move)) for one in credited
    )
    # what the bank has found is among these
    found = -sum(loose.filtered_domain([("state", "=", "paid")]).mapped("amount"))
    for partial in move.line_ids.matched_credit_ids:
        entry, amount = partial.credit_move_id.move_id, partial.debit_amount_currency
        if entry.state != "posted" or entry in credited.move_id:
            continue
        if not (entry.origin_payment_id or entry.is_invoice()):
            found += amount
        elif entry.origin_payment_id not in gone:
            left -= amount
    return left - max(found, 0)


def _is_refunded(payment):
    """Tell whether all that a payment brought online has gone back."""
    refunds = payment.payment_transaction_id.child_transaction_ids.filtered(
        lambda one: one.operation == "refund" and one.state == "done"
    )
    kept = payment.amount + sum(refunds.mapped("amount"))
    return (
        bool(refunds)
        and payment.state in ("in_process", "paid")
        and payment.currency_id.compare_amounts(kept, 0) <= 0
    )
