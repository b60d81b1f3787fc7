# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Gives memberships by a contract to whom the contract is with.

Up to now they were those of the address of its invoices, such as the accounts
department. Others have been chosen, or had the contract before. It comes at the end of
the update, as `contract` may load after this one.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Move such memberships; tags and accesses follow."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    if "contract_line_id" not in env["account.move.line"]:
        return
    lines = env["membership.membership_line"].search(
        [("account_invoice_line_id.contract_line_id", "!=", False)]
    )
    for line in lines:
        item = line.account_invoice_line_id
        member = item._get_exivo_orderer()
        accounts = item.contract_line_id.contract_id.invoice_partner_id
        if member and member != line.partner_id == accounts:
            line.partner_id = member
