# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Rules ask for an order or money, and *Explain* says what is missing."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.exivo_access.tests.common import NOW
from odoo.addons.exivo_access.tests.explain_common import ExplainCase

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRuleConditions(SaleCase, ExplainCase):
    def test_new_rule_does_not_wait_for_money(self):
        room = self._create_room("Reuss")
        with Form(room, view="resource.resource_resource_form") as form:
            with form.exivo_rule_ids.new() as rule:
                rule.lock_ids.add(self.entrance)
        self.assertEqual(room.exivo_rule_ids.payment, "any")

    def test_condition_is_chosen_on_the_rooms_form_which_says_what_it_does(self):
        self.rule.payment = "order"
        order = self.ordered()
        form = Form(self.room, view="resource.resource_resource_form")
        with form.exivo_rule_ids.edit(0) as rule:
            rule.payment = "paid"
        self.assertIn("removed 1", form.exivo_rule_effect)
        form.save()
        self.assertEqual(self.opens(order), 0)

    def test_condition_that_is_lowered_opens_the_doors(self):
        order = self.ordered()
        with Form(self.rule) as form:
            form.payment = "order"
        self.assertEqual(self.opens(order), 1)

    def test_share_outside_of_a_whole_is_refused(self):
        for share in (0, 101):
            with (
                self.subTest(share=share),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
            ):
                self.rule.payment_share = share

    def test_several_rules_ask_each_for_its_own(self):
        self.rule.copy({"lock_ids": self.entrance.ids, "payment": "order"})
        order = self.ordered()
        access = self.accesses(order.resource_booking_ids)
        self.assertEqual(access.lock_ids, self.entrance)

    def test_customer_opens_by_a_click_only_what_the_paid_rule_lets_them(self):
        self.rule.customer_may_open = True
        openable = self.rule.lock_ids.filtered("has_remote_opening")
        self.assertTrue(openable)
        self.rule.copy({"payment": "order", "customer_may_open": False})
        order = self.ordered()
        self.synchronise()
        access = self.accesses(order.resource_booking_ids)
        with freeze_time(access.start):
            self.assertFalse(access.sudo()._get_clickable_locks())
            self.transfer(order)
            access = self.accesses(order.resource_booking_ids).filtered("is_wanted")
            self.synchronise()
            self.assertEqual(access.sudo()._get_clickable_locks(), openable)

    def test_explain_says_that_the_order_is_not_paid(self):
        order = self.ordered()
        booking = order.resource_booking_ids
        lines = self.explain(booking)
        text = f"The order {order.name} is not paid yet."
        self.assertLine(lines, "problem", "Booking", text)
        self.assertLine(lines, "problem", "Rule", text)
        self.assertNotIn("Press Confirm", str(lines))
        self.assertIn(text, booking.exivo_note)

    def test_explain_says_that_the_order_is_not_confirmed(self):
        self.rule.payment = "any"
        order = self.order(confirm=False)
        booking = self.book()
        booking.sale_order_line_id = order.order_line
        self.plan()
        self.assertEqual(booking.state, "scheduled")
        text = f"The order {order.name} is not confirmed yet."
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", text)
        self.assertNotIn("Press Confirm", str(lines))

    def test_explain_says_that_the_order_is_cancelled(self):
        order = self.ordered()
        booking = order.resource_booking_ids
        order._action_cancel()
        self.plan()
        text = f"The order {order.name} is cancelled."
        self.assertLine(self.explain(booking), "problem", "Booking", text)
        booking.active = True
        booking.start = NOW.replace(day=3)
        self.plan()
        self.assertLine(self.explain(booking), "problem", "Booking", text)

    def test_explain_says_that_the_order_is_for_fewer_bookings(self):
        order = self.ordered(quantity=2)
        booking = order.resource_booking_ids.sorted("start")[1]
        order.order_line.product_uom_qty = 1
        self.plan()
        text = f"its order {order.name} is for no more bookings."
        self.assertLine(self.explain(booking), "problem", "Booking", text)

    def test_order_of_another_company_opens_nothing(self):
        """Whoever sells there need not work here, and the money goes there."""
        self.booking_type.company_id = self.env.company
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        seller = self._create_user("exivo_seller", "sales_team.group_sale_salesman")
        seller.write({"company_ids": [(6, 0, theirs.ids)], "company_id": theirs.id})
        sales = self.env["sale.order"].with_user(seller)
        for payment in ("any", "order", "paid"):
            with self.subTest(payment=payment):
                self.rule.payment = payment
                line = {"product_id": self.product.id, "price_unit": 0}
                vals = {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create(line)],
                }
                number = call_kw(sales, "create", [vals], {})
                call_kw(sales, "action_confirm", [[number]], {})
                order = self.env["sale.order"].browse(number)
                self.env.invalidate_all()
                self.assertEqual(order.company_id, theirs)
                booking = order.resource_booking_ids
                booking.start = NOW.replace(day=3)
                booking.action_confirm()
                self.plan()
                self.assertEqual(booking.state, "confirmed")
                self.assertEqual(self.opens(order), 0)
                text = f"The order {order.name} belongs to another company"
                lines = self.explain(booking)
                self.assertLine(lines, "problem", "Booking", text)
                self.assertLine(lines, "problem", "Rule", text)
                self.booking_type.company_id = False
                self.assertEqual(self.opens(order), 1, "it is everybody's")
                self.booking_type.company_id = self.env.company
                self.assertEqual(self.opens(order), 0)
                booking.unlink()

    def test_order_of_a_branch_opens_the_rooms_of_its_company(self):
        self.booking_type.company_id = self.env.company
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        line = {"product_id": self.product.id, "price_unit": 0}
        order = self.ordered(company_id=branch.id, order_line=[Command.create(line)])
        self.assertEqual(self.opens(order), 1)

    def test_explain_names_the_share_that_is_needed(self):
        self.rule.payment_share = 30
        order = self.ordered()
        text = f"The order {order.name} is not paid yet; 30 % of it are needed."
        lines = self.explain(order.resource_booking_ids)
        self.assertLine(lines, "problem", "Rule", text)

    def test_explain_says_that_the_order_is_paid_in_part(self):
        order = self.ordered()
        self.transfer(order, amount=40)
        text = f"The order {order.name} is not paid in full yet."
        lines = self.explain(order.resource_booking_ids)
        self.assertLine(lines, "problem", "Booking", text)

    def test_explain_says_that_the_order_was_credited_or_refunded(self):
        for gives_back in self.credit_paid, self.credit_unpaid, self.refund:
            with self.subTest(gives_back.__name__):
                order = self.ordered()
                gives_back(order)
                self.assertEqual(self.opens(order), 0)
                text = f"The order {order.name} was credited or refunded"
                lines = self.explain(order.resource_booking_ids)
                self.assertLine(lines, "problem", "Booking", text)
                order._action_cancel()

    def test_explain_says_that_a_new_invoice_is_not_paid(self):
        order = self.ordered()
        self.credit_paid(order)
        self.invoice(order)
        lines = self.explain(order.resource_booking_ids)
        text = f"The order {order.name} is not paid yet."
        self.assertLine(lines, "problem", "Booking", text)

    def credit_paid(self, order):
        invoice = self.invoice(order)
        self.pay(invoice)
        self.credit(invoice)

    def credit_unpaid(self, order):
        self.credit(self.invoice(order))

    def refund(self, order):
        transaction = self.transfer(order)
        refund = transaction._create_child_transaction(
            transaction.amount, is_refund=True
        )
        self.move_on(refund, "done")

    def test_explain_leads_to_the_order_whoever_may_see_it(self):
        order = self.ordered()
        booking = order.resource_booking_ids
        self.assertFalse(self.open_explanation(booking).way)
        self.user.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        way = self.open_explanation(booking).way
        self.assertEqual(way, f"sale.order,{order.id}")
        self.transfer(order)
        self.assertFalse(self.open_explanation(booking).way)

    def test_explain_still_asks_for_the_confirmation_of_a_paid_booking(self):
        order = self.ordered(confirm=False)
        self.transfer(order)
        lines = self.explain(order.resource_booking_ids)
        self.assertLine(lines, "problem", "Booking", "Press Confirm")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestRuleConditionsTour(SaleCase, HttpCase):
    def test_administrator_is_asked_before_a_rule_waits_for_money(self):
        self._create_user("exivo_boss", "exivo_access.group_manager")
        self.rule.payment = "any"
        order = self.ordered()
        self.assertEqual(self.opens(order), 1)
        self.start_tour(
            f"/odoo/action-exivo_access.exivo_access_rule_action/{self.rule.id}",
            "exivo_rule_payment",
            login="exivo_boss",
        )
        self.assertEqual((self.rule.payment, self.rule.payment_share), ("paid", 50))
        self.assertEqual(self.opens(order), 0)
