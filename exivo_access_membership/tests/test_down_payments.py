# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Memberships of which a part was invoiced, and is to be paid, before."""

from freezegun import freeze_time

from odoo.fields import Command
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

    def test_down_payment_that_is_credited_by_lines_typed_anew_ends_it(self):
        deposit, final = self.invoice_in_two(50)
        self.pay(deposit)
        self.pay(final)
        credit = self.credit(deposit, post=False)
        line = {"name": "Deposit", "quantity": 1, "price_unit": 50, "tax_ids": []}
        credit.invoice_line_ids = [Command.clear(), Command.create(line)]
        self.env.flush_all()  # staff save it before they press *Confirm*
        self.assertEqual(self.opens(), 1)
        credit.action_post()
        self.assertFalse(self.opens())
        credit.button_draft()
        self.assertEqual(self.opens(), 1)

    def test_down_payment_whose_entry_is_edited_counts_once_that_is_posted_again(self):
        deposit, final = self.invoice_in_two(50)
        entry = self.pay(deposit).move_id
        self.pay(final)
        self.assertEqual(self.opens(), 1)
        entry.button_draft()
        self.assertFalse(self.opens())
        entry.action_post()
        self.assertEqual(self.opens(), 1)

    def test_down_payment_that_is_corrected_counts_as_the_new_one(self):
        for was_paid in (False, True):
            with (
                self.subTest(was_paid=was_paid),
                self.env.cr.savepoint() as savepoint,
            ):
                deposit, final = self.invoice_in_two(50)
                if was_paid:
                    self.pay(deposit)
                self.pay(final)
                again = self.correct(deposit)
                self.assertFalse(self.opens())
                self.pay(again)
                self.assertEqual(self.opens(), 1)
                self.credit(again)
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
