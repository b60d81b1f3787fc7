# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A membership is that of the product that is invoiced, for whoever has ordered it.

Faults of `membership` 19.0.1.1.0: it keeps the membership of the first product when a
draft is corrected, so that doors open for what nobody has bought, and stay shut for who
has; and it takes the address of an invoice for the member, such as the accounts
department. This file can go once ``write`` there starts anew with another product, and
``_prepare_membership_line_vals`` asks the order.
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
        # `sale` may not be there
        if ordered := getattr(self.sudo(), "sale_line_ids", None):
            vals["partner_id"] = ordered.order_id.partner_id[:1].id
        return vals
