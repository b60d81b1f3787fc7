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
