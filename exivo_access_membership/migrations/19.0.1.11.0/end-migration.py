# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts out whose membership was given back in a way that was not seen up to now.

Such as by a refund, by a credit note of its order, or by a line with less than none.
It also lets in whoever had paid before 19.0.1.8.0, and was left as *Invoiced*.
It comes at the end of the update, as `sale`, which knows orders, loads after this one.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Have such memberships looked at anew; tags and accesses follow."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["membership.membership_line"].search(
        [
            ("state", "in", ("paid", "invoiced")),
            ("account_invoice_id.state", "=", "posted"),
        ]
    )
    outdated = lines.filtered(
        lambda one: (
            not one._is_exivo_bought()
            or one._is_exivo_given_back()
            or one.state == "invoiced"
            and one.account_invoice_id.payment_state in ("paid", "in_payment")
        )
    )
    env.add_to_compute(outdated._fields["state"], outdated)
    env.flush_all()
