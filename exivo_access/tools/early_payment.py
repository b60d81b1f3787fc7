# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads from a payment that its invoices gave a discount to who pays early."""


def pays_early(payment):
    """Tell whether a payment brings in time what its invoices then ask for.

    Odoo writes the rest off with the entry of a payment. Some have none, and the rest
    stays open until the bank's statement comes.

    :param payment: an ``account.payment`` record.
    :rtype: bool
    """
    terms = payment.invoice_ids.line_ids.filtered("discount_date")
    others = payment.invoice_ids - terms.move_id
    asked = sum(terms.mapped("discount_amount_currency"))
    return (
        bool(terms and not others)
        and terms.currency_id == payment.currency_id
        and payment.date <= min(terms.mapped("discount_date"))
        and payment.currency_id.compare_amounts(payment.amount_signed, asked) >= 0
    )
