# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPayments(SaleCase):
    def test_paid_online_the_doors_open(self):
        order = self.ordered()
        self.transfer(order)
        self.assertEqual(self.opens(order), 1)

    def test_payment_that_confirms_the_quotation_opens_the_doors(self):
        order = self.order(confirm=False)
        self.transfer(order)
        self.assertEqual(order.state, "sale")
        booking = order.resource_booking_ids
        booking.start = NOW.replace(day=2)
        booking.action_confirm()
        self.assertEqual(self.opens(order), 1)

    def test_payment_on_its_way_opens_nothing(self):
        order = self.ordered()
        transaction = self.transfer(order, "pending")
        self.assertEqual(self.opens(order), 0)
        self.move_on(transaction, "done")
        self.assertEqual(self.opens(order), 1)

    def test_authorised_is_not_paid_and_captured_is(self):
        order = self.ordered()
        self.provider.capture_manually = True
        transaction = self.transfer(order, "authorized")
        self.assertEqual(self.opens(order), 0)
        self.move_on(transaction, "done")
        self.assertEqual(self.opens(order), 1)

    def test_authorised_and_voided_opens_nothing(self):
        order = self.ordered()
        self.provider.capture_manually = True
        transaction = self.transfer(order, "authorized")
        self.move_on(transaction, "cancel")
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.opens(order), 0)

    def test_captured_in_part_counts_as_far_as_it_was_captured(self):
        order = self.ordered()
        self.provider.capture_manually = True
        transaction = self.transfer(order, "authorized")
        first = transaction._create_child_transaction(40)
        self.move_on(first, "done")
        rest = transaction._create_child_transaction(60)
        self.move_on(rest, "cancel")
        self.assertEqual(transaction.state, "done")
        self.assertEqual(self.opens(order), 0)
        self.rule.payment_share = 40
        self.assertEqual(self.opens(order), 1)

    def test_refund_shuts_the_doors(self):
        order = self.ordered()
        transaction = self.transfer(order)
        refund = transaction._create_child_transaction(100, is_refund=True)
        self.assertEqual(self.opens(order), 1)
        self.move_on(refund, "done")
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.opens(order), 0)

    def test_refund_of_what_was_captured_shuts_the_doors(self):
        order = self.ordered()
        self.provider.capture_manually = True
        captured = self.transfer(order, "authorized")._create_child_transaction(100)
        self.move_on(captured, "done")
        self.assertEqual(self.opens(order), 1)
        self.move_on(captured._create_child_transaction(100, is_refund=True), "done")
        self.assertEqual(self.opens(order), 0)

    def test_payment_that_the_bank_takes_back_shuts_the_doors(self):
        order = self.ordered()
        transaction = self.transfer(order)
        self.assertTrue(transaction.payment_id)
        transaction.payment_id.action_reject()
        self.assertEqual(self.opens(order), 0)

    def test_payment_that_the_bank_takes_back_after_the_invoice_was_none_either(self):
        order = self.ordered()
        transaction = self.transfer(order)
        self.invoice(order)
        self.assertEqual(self.opens(order), 1)
        transaction.payment_id.action_reject()
        self.assertEqual(self.opens(order), 0)

    def test_in_part_is_not_paid(self):
        order = self.ordered()
        self.transfer(order, amount=99)
        self.assertEqual(self.opens(order), 0)
        self.transfer(order, amount=1)
        self.assertEqual(self.opens(order), 1)

    def test_deposit_is_enough_where_the_rule_says_so(self):
        self.rule.payment_share = 30
        order = self.ordered()
        self.transfer(order, amount=29)
        self.assertEqual(self.opens(order), 0)
        self.transfer(order, amount=1)
        self.assertEqual(self.opens(order), 1)

    def test_failed_payment_opens_nothing(self):
        order = self.ordered()
        self.transfer(order, "cancel")
        self.assertEqual(self.opens(order), 0)

    def test_one_payment_of_two_orders_counts_once(self):
        first, second = self.ordered(), self.order()
        transaction = self.transfer(first, "draft", amount=100)
        transaction.sale_order_ids |= second
        self.move_on(transaction, "done")
        self.assertEqual(self.opens(first), 0)

    def test_payment_in_another_currency_counts_for_what_it_is_worth(self):
        order = self.ordered()
        other = self.env["res.currency"].with_context(active_test=False)
        other = other.search([("id", "!=", order.currency_id.id)], limit=1)
        other.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", other.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2, "name": "2020-01-01"}
        )
        self.transfer(order, "draft", amount=100, currency_id=other.id)._set_done()
        self.assertEqual(self.opens(order), 0)
        self.transfer(order, "draft", amount=100, currency_id=other.id)._set_done()
        self.assertEqual(self.opens(order), 1)

    def test_access_is_at_exivo_in_the_run_after_the_payment(self):
        order = self.ordered()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.transfer(order)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertEqual(self.accesses(order.resource_booking_ids).state, "created")
