# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Doors follow the part of an invoice that is about their order, and no other."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSharedInvoices(SaleCase):
    def order_two(self):
        return self.ordered(), self.ordered(after=30)

    def give_back(self, order, of_order):
        """Staff credit one order of an invoice, by a button of either."""
        invoice = order.invoice_ids
        if of_order:
            order.order_line.product_uom_qty = 0
            order._create_invoices(final=True).action_post()
        else:
            credit = self.credit(invoice, post=False)
            others = credit.invoice_line_ids.filtered(
                lambda one: one.sale_line_ids != order.order_line
            )
            others.unlink()
            credit.action_post()
        self.plan()

    # === REFUNDED === #

    def test_refund_for_one_of_two_orders_of_an_invoice_leaves_the_other_paid(self):
        for with_entries in (True, False):
            for of_order in (False, True):
                with (
                    self.subTest(of_order=of_order, with_entries=with_entries),
                    self.env.cr.savepoint() as savepoint,
                ):
                    if not with_entries:
                        self.keep_no_entries()
                    given_back, kept = self.order_two()
                    invoice = self.invoice(given_back | kept)
                    self.assertEqual(len(invoice), 1)
                    transaction = self.pay_online(invoice, amount=200)
                    self.assertEqual(self.opens(given_back), 1)
                    self.assertEqual(self.opens(kept), 1)
                    if of_order:
                        self.refund(transaction, 100)
                    self.give_back(given_back, of_order)
                    if not of_order:
                        self.refund(transaction, 100)
                    self.assertEqual(self.opens(given_back), 0)
                    self.assertEqual(self.opens(kept), 1)
                    self.refund(transaction, 1)
                    self.assertEqual(self.opens(kept), 0)
                    self.refund(transaction, 99)
                    self.rule.payment_share = 1
                    self.assertEqual(self.opens(kept), 0)
                    self.rule.payment_share = 100
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_refund_of_the_transaction_of_one_order_shuts_the_doors_of_that_one(self):
        for is_credited in (False, True):
            with (
                self.subTest(is_credited=is_credited),
                self.env.cr.savepoint() as savepoint,
            ):
                given_back, kept = self.order_two()
                transaction = self.transfer(given_back)
                invoice = self.invoice(given_back | kept)
                self.assertEqual(invoice.amount_residual, 100)
                self.pay(invoice)
                self.assertEqual(self.opens(kept), 1)
                if is_credited:
                    self.give_back(given_back, of_order=False)
                self.refund(transaction, 100)
                self.assertEqual(self.opens(given_back), 0)
                self.assertEqual(self.opens(kept), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_credit_that_was_paid_out_by_bank_explains_no_later_refund(self):
        for with_entries in (True, False):
            with (
                self.subTest(with_entries=with_entries),
                self.env.cr.savepoint() as savepoint,
            ):
                if not with_entries:
                    self.keep_no_entries()
                given_back, kept = self.order_two()
                invoice = self.invoice(given_back | kept)
                transaction = self.pay_online(invoice, amount=200)
                if not with_entries:
                    self.find_on_the_statement(invoice, 200)
                self.give_back(given_back, of_order=False)
                payout = self.pay(invoice.reversal_move_ids)
                self.assertEqual(bool(payout.move_id), with_entries)
                self.assertEqual(self.opens(kept), 1)
                self.refund(transaction, 100)
                self.assertEqual(self.opens(kept), 0)
                payout.action_reject()
                self.assertEqual(self.opens(kept), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_money_of_an_order_that_paid_another_one_is_refunded_to_it(self):
        given_back, kept = self.order_two()
        transaction = self.transfer(given_back)
        invoice = self.invoice(given_back | kept)
        self.give_back(given_back, of_order=False)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.opens(kept), 1)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(kept), 0)

    def test_free_order_beside_a_cancelled_one_stays(self):
        given_back, kept = self.order_two()
        transaction = self.transfer(given_back)
        transaction.sale_order_ids |= kept
        kept.order_line.price_unit = 0
        given_back._action_cancel()
        self.assertEqual(self.opens(kept), 1)

    def test_refund_of_what_was_not_ordered_leaves_the_room_paid(self):
        order = self.ordered()
        invoice = self.invoice(order, post=False)
        bottle = {"name": "Bottle", "price_unit": 50, "tax_ids": False}
        invoice.invoice_line_ids = [Command.create(bottle)]
        invoice.action_post()
        transaction = self.pay_online(invoice, amount=150)
        self.assertEqual(self.opens(order), 1)
        credit = self.credit(invoice, post=False)
        credit.invoice_line_ids.filtered("sale_line_ids").unlink()
        credit.action_post()
        self.refund(transaction, 50)
        self.assertEqual(self.opens(order), 1)
        self.refund(transaction, 1)
        self.assertEqual(self.opens(order), 0)

    def test_credit_note_that_was_set_off_on_the_invoice_explains_no_refund(self):
        given_back, kept = self.order_two()
        invoice = self.invoice(given_back | kept)
        self.give_back(given_back, of_order=False)
        self.assertEqual(invoice.amount_residual, 100)
        transaction = self.pay_online(invoice, amount=100)
        self.assertEqual(self.opens(kept), 1)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(kept), 0)

    def test_credit_note_that_paid_another_order_explains_no_refund(self):
        given_back, kept = self.order_two()
        third = self.ordered(after=40)
        invoice = self.invoice(given_back | kept)
        transaction = self.pay_online(invoice, amount=200)
        self.give_back(given_back, of_order=False)
        credit = self.receivable(invoice.reversal_move_ids)
        self.invoice(third).js_assign_outstanding_line(credit.id)
        self.assertEqual(self.opens(kept), 1)
        self.assertEqual(self.opens(third), 1)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(kept), 0)

    def test_refund_of_a_payment_of_two_orders_is_of_both(self):
        given_back, kept = self.order_two()
        transaction = self.transfer(given_back, "draft", amount=200)
        transaction.sale_order_ids |= kept
        self.move_on(transaction, "done")
        self.assertEqual(self.opens(given_back), 1)
        given_back._action_cancel()
        self.refund(transaction, 100)
        self.assertEqual(self.opens(kept), 0)

    # === PAID === #

    def test_payment_of_one_order_of_an_invoice_opens_no_doors_of_the_other(self):
        self.rule.payment_share = 50
        for with_entries in (True, False):
            with (
                self.subTest(with_entries=with_entries),
                self.env.cr.savepoint() as savepoint,
            ):
                if not with_entries:
                    self.keep_no_entries()
                paid, unpaid = self.order_two()
                self.transfer(paid)
                invoice = self.invoice(paid | unpaid)
                self.assertEqual(self.opens(paid), 1)
                self.assertEqual(self.opens(unpaid), 0)
                self.pay(invoice, 49)
                self.assertEqual(self.opens(unpaid), 0)
                self.pay(invoice, 1)
                # without, nobody knows that the first payment is for this invoice
                self.assertEqual(self.opens(unpaid), 1 if with_entries else 0)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_credit_note_about_one_order_of_an_invoice_pays_nothing_of_the_other(self):
        self.rule.payment_share = 50
        given_back, kept = self.order_two()
        invoice = self.invoice(given_back | kept)
        self.give_back(given_back, of_order=False)
        self.assertEqual(invoice.amount_residual, 100)
        self.assertEqual(self.opens(kept), 0)
        self.pay(invoice, 50)
        self.assertEqual(self.opens(kept), 1)

    # === ASKED FOR === #

    def test_what_is_invoiced_by_delivery_is_not_asked_for_before_that(self):
        by_delivery = {"invoice_policy": "delivery", "resource_booking_type_id": False}
        coffee = self._sell("Coffee", list_price=5, **by_delivery)
        order = self.ordered()
        self.transfer(order)
        self.assertEqual(self.opens(order), 1)
        order.order_line = [Command.create({"product_id": coffee.id})]
        self.assertEqual(self.opens(order), 1)
        line = order.order_line.filtered_domain([("product_id", "=", coffee.id)])
        line.qty_delivered = 1
        invoice = self.invoice(order)
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def test_what_is_invoiced_by_delivery_raises_no_deposit(self):
        self.rule.payment_share = 50
        by_delivery = {"invoice_policy": "delivery", "resource_booking_type_id": False}
        coffee = self._sell("Coffee", list_price=5, **by_delivery)
        order = self.ordered()
        self.transfer(order, amount=50)
        order.order_line = [Command.create({"product_id": coffee.id})]
        self.assertEqual(self.opens(order), 1)
        off = self._sell("Regular customer", list_price=-20, **by_delivery)
        self.transfer(order, amount=30)
        order.order_line = [Command.create({"product_id": off.id})]
        self.rule.payment_share = 100
        self.assertEqual(self.opens(order), 1)

    def test_half_invoiced_asks_for_no_coffee_either(self):
        by_delivery = {"invoice_policy": "delivery", "resource_booking_type_id": False}
        coffee = self._sell("Coffee", list_price=5, **by_delivery)
        order = self.ordered(quantity=2)
        order.order_line.qty_to_invoice = 1
        invoice = self.invoice(order, post=False)
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.pay(invoice)
        self.transfer(order, amount=100)
        self.assertEqual(self.opens(order), 2)
        order.order_line = [Command.create({"product_id": coffee.id})]
        self.assertEqual(self.opens(order), 2)
