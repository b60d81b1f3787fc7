# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class SaleOrder(models.Model):
    """An order of the shop is a cart until it is confirmed."""

    _inherit = "sale.order"

    def _is_exivo_cart(self):
        return super()._is_exivo_cart() or bool(
            self.website_id and self.state in ("draft", "sent")
        )

    def _name_exivo_holders(self, partners):
        """Override to give away no name of somebody whose address was typed in."""
        if not self.website_id:
            return super()._name_exivo_holders(partners)
        return ", ".join(one.email or one.name or "" for one in partners)
