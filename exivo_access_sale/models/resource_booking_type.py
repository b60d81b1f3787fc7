# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_amount


class ResourceBookingType(models.Model):
    """*Book a room* says what a room costs where it is sold."""

    _inherit = "resource.booking.type"

    exivo_opens_unpaid = fields.Boolean(compute="_compute_exivo_opens_unpaid")

    @api.depends("portal_bookable", "combination_rel_ids.combination_id.resource_ids")
    def _compute_exivo_opens_unpaid(self):
        for booking_type in self:
            booking_type.exivo_opens_unpaid = (
                booking_type.portal_bookable
                and booking_type._waits_for_exivo_payment()
                and bool(booking_type._get_exivo_products())
            )

    def _waits_for_exivo_payment(self):
        """Tell whether rules wait for an order, which no booking in the portal has."""
        rooms = self.combination_rel_ids.combination_id.resource_ids.sudo()
        return bool(rooms.exivo_rule_ids.filtered(lambda one: one.payment != "any"))

    def _get_exivo_products(self):
        """Return the products by which this is sold, the dearest first."""
        products = self.env["product.template"].sudo()
        return products.search(
            [
                ("resource_booking_type_id", "in", self.ids),
                ("sale_ok", "=", True),
                ("company_id", "in", (False, self.env.company.id)),
            ],
            order="list_price desc, id",
        )

    def _get_exivo_prices(self):
        """Override to say what the products cost by which these are sold, with taxes.

        Where doors wait for an order, whoever books without one is not charged.
        """
        charged = self.filtered(lambda one: not one._waits_for_exivo_payment())
        products = charged._get_exivo_products()
        pricelist = self.env.user.partner_id.property_product_pricelist.sudo()
        amounts = pricelist._get_products_price(products, 1)
        # without a pricelist, they are converted to what this company counts in
        currency = pricelist.currency_id or self.env.company.currency_id
        prices = super()._get_exivo_prices()
        for product in products:
            relation = product.resource_booking_type_combination_rel_id
            taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
            total = taxes.compute_all(amounts[product.id], currency, product=product)
            text = format_amount(self.env, total["total_included"], currency)
            prices[product.resource_booking_type_id][relation.combination_id.id] = text
        return prices
