# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads from credit notes what was given back, and how; there may be no `sale`."""

#: Payments of these states brought nothing.
GONE = ("canceled", "rejected")


def get_credited(invoice):
    """Return the lines of posted credit notes that are about an invoice.

    One that is made from an order does not say which invoice it is about: it is one
    before.

    :param invoice: an ``account.move`` record.
    :rtype: account.move.line
    """
    lines = invoice.reversal_move_ids.invoice_line_ids
    if "sale_line_ids" in lines:
        ordered = invoice.invoice_line_ids.sale_line_ids.invoice_lines
        lines |= ordered.filtered(
            lambda one: one.move_type == "out_refund"
            and not one.move_id.reversed_entry_id
            and one.move_id.id > invoice.id
        )
    return lines.filtered(lambda one: one.parent_state == "posted")


def get_spent_part(credit, *invoices):
    """Return how much of a credit note pays other invoices, or was paid out by bank.

    What goes back online is not among it. Some payments have no entry of their own.

    :param credit: an ``account.move`` record.
    :param invoices: others, which it may pay all the same.
    :rtype: float
    """
    loose = credit.matched_payment_ids.filtered(lambda one: not one.move_id)
    spent = sum(loose.filtered(_is_paid_out).mapped("amount"))
    for partial in credit.line_ids.matched_debit_ids:
        entry = partial.debit_move_id.move_id
        is_other = entry.is_invoice() and entry not in invoices
        if is_other or _is_paid_out(entry.origin_payment_id):
            spent += partial.credit_amount_currency
    return min(spent / credit.amount_total, 1) if credit.amount_total else 0


def _is_paid_out(payment):
    """Tell whether staff have sent money, and the bank has not brought it back."""
    return (
        payment.payment_type == "outbound"
        and payment.state in ("in_process", "paid")
        and payment.payment_transaction_id.operation != "refund"
    )


def is_gone(entry):
    """Tell whether what an entry has paid was taken back, by the bank or by staff.

    :param entry: an ``account.move`` record.
    :rtype: bool
    """
    return entry.state != "posted" or entry.origin_payment_id.state in GONE


def is_typed_in(move):
    """Tell whether a credit note belongs to no invoice and no order: it is no money.

    :param move: an ``account.move`` record, maybe none of a credit note.
    :rtype: bool
    """
    return (
        move.move_type == "out_refund"
        and not move.reversed_entry_id
        and not ("sale_line_ids" in move.line_ids and move.line_ids.sale_line_ids)
    )
