# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Looks anew at memberships of invoices that are also about others, or credits paid.

One that was credited beside another of the same product went on, and so did one that
was given back by a refund, by a credit note of its order, or by a line with less than
none, or whose down payment is open; one whose invoice was paid by a credit, or whose
invoice lost the payment of another, was *Cancelled*. Whoever had paid before 19.0.1.8.0
was left as *Invoiced*. It comes at the end of the update, as `sale`, which knows
orders, loads after this one.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Work out what was given or set off; tags and accesses follow."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["membership.membership_line"].search(
        [
            ("state", "in", ("paid", "invoiced", "canceled")),
            ("account_invoice_id.state", "=", "posted"),
        ]
    )
    outdated = lines.filtered(
        lambda one: (one.state == "canceled") != one._is_exivo_given_back()
        or not one._is_exivo_bought()
        or (one.state == "paid" and one._get_exivo_open_deposits())
        or (
            one.state == "invoiced"
            and one.account_invoice_id.payment_state in ("paid", "in_payment")
        )
    )
    env.add_to_compute(outdated._fields["state"], outdated)
    env.flush_all()
