# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads from credit notes what they are about; there may be no `sale`."""


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

    What goes back online is not among it.

    :param credit: an ``account.move`` record.
    :param invoices: others, which it may pay all the same.
    :rtype: float
    """
    spent = 0
    for partial in credit.line_ids.matched_debit_ids:
        entry = partial.debit_move_id.move_id
        payment = entry.origin_payment_id
        by_bank = payment and payment.payment_transaction_id.operation != "refund"
        if entry not in invoices and (entry.is_invoice() or by_bank):
            spent += partial.credit_amount_currency
    return spent / credit.amount_total if credit.amount_total else 0


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
