# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*Book a room* says what a room costs."""

from freezegun import freeze_time

from odoo.tests import Form, tagged
from odoo.tools import format_amount

from odoo.addons.exivo_access.tests.common import NOW
from odoo.addons.exivo_access.tests.portal.test_room_finder import (
    TOMORROW,
    ExivoFinderCase,
)

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPrices(SaleCase, ExivoFinderCase):
    def setUp(self):
        super().setUp()
        self.rule.payment = "any"

    def _price(self, name="Aare"):
        said = " ".join(self.rooms(self.look())[name].text_content().split())
        return said[said.find("1 hour") :]

    def test_book_a_room_says_what_it_costs_with_taxes(self):
        self.open_from(9, 12)
        self.assertIn("100.00 for 1 hour", self._price())
        self.product.taxes_id = self.env["account.tax"].create(
            {"name": "8 %", "amount": 8.0}
        )
        self.assertIn("108.00 for 1 hour", self._price())
        self.assertIn("108.00", self.url_open(self.address()).text)

    def test_room_that_is_sold_by_another_product_has_its_price(self):
        self.open_from(9, 12)
        self.add_room("Reuss")
        relation = self.booking_type.combination_rel_ids[1]
        self.product.copy(
            {"list_price": 40, "resource_booking_type_combination_rel_id": relation.id}
        )
        self.assertIn("40.00", self._price("Reuss"))
        self.assertIn("100.00", self._price("Aare"))

    def test_price_is_in_the_currency_of_the_company_that_is_visited(self):
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("id", "!=", self.env.company.currency_id.id)], limit=1)
        euro.active = True
        theirs = self.env["res.company"].create(
            {"name": "Neighbours", "currency_id": euro.id}
        )
        self.env["product.pricelist"].search([]).active = False  # theirs is new
        rate = {"name": "2020-01-01", "currency_id": euro.id, "rate": 2}
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            [{**rate, "company_id": one.id} for one in self.env.company | theirs]
        )
        types = self.booking_type.with_company(theirs)
        price = types._get_exivo_prices()[self.booking_type][False]
        self.assertEqual(price, format_amount(self.env, 200, euro))

    def test_prices_of_many_rooms_cost_hardly_more_queries_than_of_few(self):
        """Each is of a type of its own and sold by a product, and the first by many."""
        for add in (self._add_sold, self._add_product):
            for number in range(2):
                add(f"Few {number}")
            self.look(day=TOMORROW)  # fills the caches
            few = self.count_queries()
            for number in range(27):
                add(f"Many {number}")
            many = self.count_queries()
            self.assertLessEqual(many, 2 * few, (add, few, many))

    def _add_sold(self, name):
        kind = self.add_type(name)
        self.product.copy({"resource_booking_type_id": kind.id})

    def _add_product(self, name):
        self.add_room(name)
        relation = self.booking_type.combination_rel_ids[-1]
        self.product.copy({"resource_booking_type_combination_rel_id": relation.id})

    def test_what_is_not_sold_any_more_has_no_price(self):
        self.open_from(9, 12)
        self.product.sale_ok = False
        self.assertNotIn(" for ", self._price())

    def test_nothing_costs_where_doors_wait_for_an_order_that_this_way_has_not(self):
        self.open_from(9, 12)
        for payment in ("order", "paid"):
            self.rule.payment = payment
            self.assertNotIn(" for ", self._price())

    def test_form_warns_where_doors_that_wait_for_money_open_without_an_order(self):
        for payment, bookable, said in (
            ("paid", True, True),
            ("order", True, True),
            ("any", True, False),
            ("paid", False, False),
        ):
            self.rule.payment = payment
            with (
                self.subTest(payment=payment, bookable=bookable),
                Form(self.booking_type) as form,
            ):
                form.portal_bookable = bookable
                self.assertEqual(form.exivo_opens_unpaid, said)
        self.rule.payment = "paid"
        self.product.sale_ok = False
        self.assertFalse(Form(self.booking_type).exivo_opens_unpaid)
