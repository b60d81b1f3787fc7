# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Doors follow what is paid online, and what goes back."""

from datetime import timedelta

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

    def test_refund_of_what_has_paid_the_invoice_shuts_the_doors(self):
        for with_entries in (True, False):
            with self.subTest(with_entries=with_entries):
                if not with_entries:
                    self.keep_no_entries()
                order = self.ordered()
                transaction = self.pay_online(self.invoice(order))
                self.assertEqual(bool(transaction.payment_id.move_id), with_entries)
                self.assertEqual(self.opens(order), 1)
                self.refund(transaction, 40)
                self.assertEqual(self.opens(order), 0)
                self.rule.payment_share = 60
                self.assertEqual(self.opens(order), 1)
                self.refund(transaction, 60)
                self.assertEqual(self.opens(order), 0)
                self.rule.payment_share = 100
                order._action_cancel()

    def test_refund_of_what_the_bank_has_found_on_the_invoice_shuts_the_doors(self):
        self.keep_no_entries()
        order = self.ordered()
        invoice = self.invoice(order)
        transaction = self.pay_online(invoice)
        self.find_on_the_statement(invoice, 100)
        self.assertEqual(self.opens(order), 1)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(order), 0)

    def test_refund_of_an_order_whose_payment_paid_another_shuts_that_one(self):
        first, second = self.ordered(), self.ordered(after=30)
        transaction = self.transfer(first)
        credit = self.receivable(transaction.payment_id)
        self.invoice(second).js_assign_outstanding_line(credit.id)
        self.assertEqual(self.opens(second), 1)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(second), 0)

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

    def test_payment_that_was_taken_back_stays_so_whatever_staff_make_of_it(self):
        for take_back in ("action_reject", "action_cancel", "action_draft"):
            with self.subTest(take_back):
                order = self.ordered()
                payment = self.transfer(order).payment_id
                self.assertEqual(self.opens(order), 1)
                getattr(payment, take_back)()
                self.assertEqual(self.opens(order), 0)
                if payment.state != "draft":
                    payment.action_draft()
                self.assertEqual(self.opens(order), 0)
                payment.unlink()
                self.assertEqual(self.opens(order), 0)
                order._action_cancel()

    def test_payment_that_is_reset_and_confirmed_again_counts(self):
        order = self.ordered()
        payment = self.transfer(order).payment_id
        payment.action_draft()
        self.assertEqual(self.opens(order), 0)
        payment.action_post()
        self.assertEqual(self.opens(order), 1)

    def test_payment_counts_before_odoo_has_entered_it(self):
        order = self.ordered()
        self.transfer(order, "draft")._set_done()
        self.assertEqual(self.opens(order), 1)

    def test_payment_that_is_used_for_another_order_opens_that_one_alone(self):
        first, second = self.ordered(), self.ordered(after=30)
        payment = self.transfer(first).payment_id
        invoice, other = self.invoice(first), self.invoice(second)
        invoice.js_remove_outstanding_partial(invoice.line_ids.matched_credit_ids.id)
        self.assertEqual(self.opens(first), 1)
        other.js_assign_outstanding_line(self.receivable(payment).id)
        self.assertEqual(self.opens(first), 0)
        self.assertEqual(self.opens(second), 1)
        other.js_remove_outstanding_partial(other.line_ids.matched_credit_ids.id)
        self.assertEqual(self.opens(first), 1)
        self.assertEqual(self.opens(second), 0)

    def test_payment_of_a_cancelled_order_that_paid_another_pays_it_no_more(self):
        first, second = self.ordered(), self.ordered(after=30)
        payment = self.transfer(first).payment_id
        first._action_cancel()
        credit = self.receivable(payment)
        self.invoice(second).js_assign_outstanding_line(credit.id)
        self.assertEqual(self.opens(second), 1)
        first.action_draft()
        first.action_confirm()
        booking = first.resource_booking_ids
        booking.start = NOW + timedelta(hours=24)
        booking.action_confirm()
        self.assertEqual(self.opens(first), 0)

    def test_what_is_left_of_a_payment_counts_for_its_order(self):
        self.rule.payment_share = 40
        first, second = self.ordered(), self.ordered(after=30)
        payment = self.transfer(first).payment_id
        invoice = self.invoice(second, post=False)
        invoice.invoice_line_ids.price_unit = 60
        invoice.action_post()
        invoice.js_assign_outstanding_line(self.receivable(payment).id)
        self.assertEqual(self.opens(first), 1)
        self.rule.payment_share = 41
        self.assertEqual(self.opens(first), 0)

    def test_money_that_was_paid_back_by_hand_counts_no_more(self):
        order = self.ordered()
        payment = self.transfer(order).payment_id
        back = payment.copy({"payment_type": "outbound"})
        back.payment_transaction_id = False
        back.action_post()
        self.assertEqual(self.opens(order), 1)
        (self.receivable(payment) + self.receivable(back)).reconcile()
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

    def test_what_was_paid_stays_so_when_rates_change(self):
        order = self.ordered()
        other = self.env["res.currency"].with_context(active_test=False)
        other = other.search([("id", "!=", order.currency_id.id)], limit=1)
        other.active = True
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "=", other.id)]).unlink()
        later = NOW + timedelta(days=1)
        for day, rate in (("2020-01-01", 2), (later.date(), 3)):
            rates.create({"currency_id": other.id, "rate": rate, "name": day})
        self.transfer(order, "draft", amount=200, currency_id=other.id)._set_done()
        self.assertEqual(self.opens(order), 1)
        with freeze_time(later - timedelta(hours=1)):
            self.rule.payment_share = 99
            self.assertEqual(self.opens(order), 1)

    def test_access_is_at_exivo_in_the_run_after_the_payment(self):
        order = self.ordered()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.transfer(order)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertEqual(self.accesses(order.resource_booking_ids).state, "created")
