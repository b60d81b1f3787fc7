# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import format_amount


class ResourceBookingType(models.Model):
    """*Book a room* says what a room costs where it is sold."""

    _inherit = "resource.booking.type"

    def _get_exivo_prices(self):
        """Override to say what the products cost by which this is sold, with taxes."""
        products = self.env["product.template"].sudo()
        products = products.search(
            [
                ("resource_booking_type_id", "=", self.id),
                ("sale_ok", "=", True),
                ("company_id", "in", (False, self.env.company.id)),
            ],
            order="list_price desc, id",
        )
        pricelist = self.env.user.partner_id.property_product_pricelist.sudo()
        prices = super()._get_exivo_prices()
        for product in products:
            relation = product.resource_booking_type_combination_rel_id
            price = pricelist._get_product_price(product, 1)
            currency = pricelist.currency_id or product.currency_id
            taxes = product.taxes_id.filtered_domain(
                [("company_id", "in", self.env.company.parent_ids.ids)]
            )
            total = taxes.compute_all(price, currency, product=product)
            prices[relation.combination_id.id] = format_amount(
                self.env, total["total_included"], currency
            )
        return prices
