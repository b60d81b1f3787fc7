# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Know which memberships staff have cancelled themselves: all that no credit did."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["membership.membership_line"].search(
        [("state", "=", "canceled"), ("account_invoice_id.state", "=", "posted")]
    )
    lines.filtered(lambda one: not one._is_exivo_credited()).exivo_ended = True
