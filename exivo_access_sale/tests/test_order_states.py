# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Doors follow an order: quotation, confirmed, cancelled, deleted."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOrderStates(SaleCase):
    def test_booking_without_an_order_does_not_wait(self):
        booking = self.book()
        self.assertTrue(self.accesses(booking).is_wanted)

    def test_unpaid_order_opens_nothing(self):
        self.assertEqual(self.opens(self.ordered()), 0)

    def test_confirmed_order_is_enough_where_the_rule_says_so(self):
        self.rule.payment = "order"
        self.assertEqual(self.opens(self.ordered()), 1)

    def test_order_does_not_matter_where_the_rule_says_so(self):
        self.rule.write({"payment": "any", "booking_state": "scheduled"})
        booking = self.book(confirm=False)
        order = self.order(confirm=False)
        booking.sale_order_line_id = order.order_line
        self.assertEqual(self.opens(order), 1)

    def test_quotation_opens_nothing_that_waits_for_the_order(self):
        self.rule.write({"payment": "order", "booking_state": "scheduled"})
        booking = self.book(confirm=False)
        order = self.order(confirm=False)
        booking.sale_order_line_id = order.order_line
        self.assertEqual(self.opens(order), 0)
        order.action_confirm()
        self.assertEqual(self.opens(order), 1)

    def test_cancelled_order_opens_nothing(self):
        self.rule.payment = "order"
        order = self.ordered()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        order._action_cancel()
        self.assertEqual(self.opens(order), 0)
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_customer_of_a_cancelled_order_is_told_once(self):
        self.rule.payment = "order"
        order = self.ordered()
        self.synchronise()
        self.env["mail.mail"].search([]).unlink()
        order._action_cancel()
        self.synchronise()
        mail = self.mails_to(self.customer)
        self.assertEqual(len(mail), 1)
        self.assertIn("Aare", mail.subject)

    def test_revived_booking_of_a_cancelled_order_opens_nothing(self):
        for payment in ("any", "order", "paid"):
            with self.subTest(payment=payment):
                self.rule.write({"payment": payment, "booking_state": "scheduled"})
                order = self.ordered()
                booking = order.resource_booking_ids
                order._action_cancel()
                booking.active = True
                booking.start = NOW + timedelta(hours=48)
                self.plan()
                self.assertIn(booking.state, ("scheduled", "confirmed"))
                self.assertFalse(self.accesses(booking).filtered("is_wanted"))
                booking.unlink()

    def test_order_taken_up_again_opens_once_it_is_confirmed(self):
        self.rule.payment = "order"
        order = self.ordered()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        booking = order.resource_booking_ids
        booking.start = NOW + timedelta(hours=24)
        booking.action_confirm()
        self.assertEqual(self.opens(order), 1)

    def test_order_that_costs_nothing_is_paid(self):
        self.product.list_price = 0
        self.assertEqual(self.opens(self.ordered()), 1)

    def test_price_that_is_put_up_later_shuts_the_doors(self):
        self.product.list_price = 0
        order = self.ordered()
        order.order_line.price_unit = 50
        self.assertEqual(self.opens(order), 0)

    def test_deleted_order_takes_its_accesses_along(self):
        self.rule.write({"payment": "any", "booking_state": "scheduled"})
        order = self.order(confirm=False)
        booking = self.book(confirm=False)
        booking.sale_order_line_id = order.order_line
        access = self.accesses(booking)
        self.assertTrue(access.is_wanted)
        meeting = booking.meeting_id
        order.unlink()
        self.plan()
        self.assertFalse(access.is_wanted)
        self.assertFalse(meeting.exists())

    def test_deleted_booking_takes_its_access_along(self):
        self.rule.payment = "order"
        order = self.ordered()
        access = self.accesses(order.resource_booking_ids)
        order.resource_booking_ids.unlink()
        self.plan()
        self.assertFalse(access.is_wanted)
