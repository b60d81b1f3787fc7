# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A membership is that of the product that is invoiced, for whoever has ordered it.

Faults of `membership` 19.0.1.1.0: it keeps the membership of the first product when a
draft is corrected, so that doors open for what nobody has bought, and stay shut for who
has; and it takes the address of an invoice for the member, such as the accounts
department. This file can go once ``write`` there starts anew with another product, and
``_prepare_membership_line_vals`` asks the order, or the contract.
"""

from odoo import models


class AccountMoveLine(models.Model):
    """A line of an invoice has the membership of its product."""

    _inherit = "account.move.line"

    def write(self, vals):
        """Override to let go of the membership of another product first."""
        if "product_id" in vals:
            other = self.filtered(lambda one: one.product_id.id != vals["product_id"])
            memberships = other.sudo().membership_line_ids
            memberships.with_context(allow_membership_line_unlink=True).unlink()
        return super().write(vals)

    def _prepare_membership_line_vals(self, **kwargs):
        vals = super()._prepare_membership_line_vals(**kwargs)
        if orderer := self._get_exivo_orderer():
            vals["partner_id"] = orderer.id
        return vals

    def _get_exivo_orderer(self):
        """Return who has ordered what is invoiced, or has the contract for it.

        There may be no `sale`, no `contract`, and nothing that delegates memberships.

        :return: nobody if there is neither, and if it is delegated.
        :rtype: res.partner
        """
        line = self.sudo()
        if getattr(line.move_id, "delegated_member_id", None):
            return self.env["res.partner"]
        if orders := "sale_line_ids" in line and line.sale_line_ids.order_id:
            return orders.partner_id[:1]
        contract = "contract_line_id" in line and line.contract_line_id.contract_id
        return contract.partner_id if contract else self.env["res.partner"]
