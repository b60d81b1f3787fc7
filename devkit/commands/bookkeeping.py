# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does over RPC what staff do with invoices."""


def invoice(staff, order):
    """Invoice an order.

    :return: the id of the invoice, which is posted.
    """
    context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
    wizards = "sale.advance.payment.inv"
    (wizard,) = staff.call(wizards, "create", [{}], context=context)
    staff.call(wizards, "create_invoices", [wizard], context=context)
    return _post_new(staff, [("invoice_line_ids.sale_line_ids.order_id", "=", order)])


def pay(staff, number):
    """Register that an invoice was paid."""
    context = {"active_model": "account.move", "active_ids": [number]}
    wizards = "account.payment.register"
    (wizard,) = staff.call(wizards, "create", [{}], context=context)
    staff.call(wizards, "action_create_payments", [wizard], context=context)


def credit(staff, number):
    """Credit an invoice in full."""
    (row,) = staff.read("account.move", [("id", "=", number)], ["journal_id"])
    context = {"active_model": "account.move", "active_ids": [number]}
    wizards = "account.move.reversal"
    values = {"journal_id": row["journal_id"][0]}
    (wizard,) = staff.call(wizards, "create", [values], context=context)
    staff.call(wizards, "reverse_moves", [wizard], context=context)
    _post_new(staff, [("reversed_entry_id", "=", number)])


def _post_new(staff, domain):
    """Post what is a draft still, and return its id."""
    (row,) = staff.read("account.move", [*domain, ("state", "=", "draft")], ["id"])
    staff.call("account.move", "action_post", [row["id"]])
    return row["id"]
