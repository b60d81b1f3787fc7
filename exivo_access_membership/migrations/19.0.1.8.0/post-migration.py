# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets in whoever had paid, and whose membership was left as *Invoiced*.

Up to now, a membership stayed so whose invoice was paid as soon as it was posted.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Have such memberships looked at anew; tags and accesses follow."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["membership.membership_line"].search(
        [
            ("state", "=", "invoiced"),
            ("account_invoice_id.state", "=", "posted"),
            ("account_invoice_id.payment_state", "in", ("paid", "in_payment")),
        ]
    )
    env.add_to_compute(lines._fields["state"], lines)
    env.flush_all()
