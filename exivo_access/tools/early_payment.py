# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads from a payment that its invoices gave a discount to who pays early."""


def pays_early(payment):
    """Tell whether a payment brings in time what all its invoices then ask for.

    Odoo writes the rest off with the entry of a payment. Some have none, and the rest
    stays open until the bank's statement comes.

    :param payment: an ``account.payment`` record.
    :rtype: bool
    """
    moves = payment.invoice_ids.filtered(lambda one: one.state == "posted")
    terms = moves.line_ids.filtered(
        lambda one: one.discount_date and payment.date <= one.discount_date
    )
    # the sign of a credit note is positive
    others = moves - terms.move_id
    asked = sum(-one.direction_sign * one.amount_residual for one in others)
    asked += sum(terms.mapped("discount_amount_currency"))
    return (
        bool(terms)
        and moves.currency_id == payment.currency_id
        and payment.currency_id.compare_amounts(payment.amount_signed, asked) >= 0
    )
