# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Memberships of which a part was invoiced, and is to be paid, before."""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import MembershipCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDownPayments(MembershipCase):
    def test_membership_is_paid_once_its_down_payment_is(self):
        deposit, final = self.invoice_in_two(50)
        self.pay(final)
        self.assertFalse(self.opens())
        payment = self.pay(deposit)
        self.assertEqual(self.opens(), 1)
        payment.action_reject()
        self.assertFalse(self.opens())

    def test_membership_that_was_invoiced_before_waits_for_that(self):
        deposit, final = self.invoice_in_two(100)
        self.assertEqual(final.amount_total, 0)
        self.assertEqual(final.payment_state, "paid")
        self.assertFalse(self.opens())
        self.pay(deposit)
        self.assertEqual(self.opens(), 1)

    def test_down_payment_that_is_given_back_ends_the_membership(self):
        for refunded in (False, True):
            with (
                self.subTest(refunded=refunded),
                self.env.cr.savepoint() as savepoint,
            ):
                deposit, final = self.invoice_in_two(50)
                transaction = self.pay_online(deposit)
                self.pay(final)
                self.assertEqual(self.opens(), 1)
                if refunded:
                    self.refund(transaction, transaction.amount)
                else:
                    self.credit(deposit)
                self.assertFalse(self.opens())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_part_of_a_down_payment_without_an_entry_is_not_all(self):
        self.keep_no_entries()
        deposit, final = self.invoice_in_two(50)
        self.pay(final)
        self.pay(deposit, 10)
        self.assertEqual(deposit.payment_state, "in_payment")
        self.assertFalse(self.opens())
        self.pay(deposit, deposit.amount_total - 10)
        self.assertEqual(self.opens(), 1)

    def test_what_is_left_is_invoiced_anew(self):
        deposit, final = self.invoice_in_two(50)
        self.pay(deposit)
        self.pay(final)
        self.credit(final)
        self.assertFalse(self.opens())
        again = self.invoice_order(deposit.line_ids.sale_line_ids.order_id)
        self.pay(again)
        self.assertEqual(self.opens(), 1)
