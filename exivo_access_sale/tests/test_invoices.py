# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Doors follow invoices: paid, credited, refunded, cancelled, in part."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestInvoices(SaleCase):
    def test_paid_invoice_opens_the_doors(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def test_invoice_paid_in_part_counts_as_far_as_it_is_paid(self):
        order = self.ordered()
        self.pay(self.invoice(order), 30)
        self.assertEqual(self.opens(order), 0)
        self.rule.payment_share = 30
        self.assertEqual(self.opens(order), 1)

    def test_draft_invoice_changes_nothing_for_whoever_has_paid(self):
        order = self.ordered()
        self.transfer(order)
        self.invoice(order, post=False)
        self.assertEqual(self.opens(order), 1)

    def test_open_invoice_changes_nothing_for_whoever_has_paid(self):
        order = self.ordered()
        self.transfer(order)
        self.invoice(order)
        self.assertEqual(self.opens(order), 1)

    def test_half_invoiced_counts_all_that_was_paid(self):
        order = self.ordered(quantity=2)
        self.transfer(order)
        order.order_line.qty_to_invoice = 1
        invoice = self.invoice(order, post=False)
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.assertEqual(self.opens(order), 2)

    def test_invoice_credited_in_full_shuts_the_doors(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.credit(invoice)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.opens(order), 0)

    def test_credited_shuts_the_doors_also_if_it_was_paid_online(self):
        order = self.ordered()
        self.transfer(order)
        self.credit(self.invoice(order))
        self.assertEqual(self.opens(order), 0)

    def test_credit_and_refund_of_it_count_once(self):
        self.rule.payment_share = 50
        order = self.ordered()
        transaction = self.transfer(order)
        self.credit(self.invoice(order), lines={"price_unit": 50})
        self.assertEqual(self.opens(order), 1)
        refund = transaction._create_child_transaction(50, is_refund=True)
        self.move_on(refund, "done")
        self.assertEqual(self.opens(order), 1)

    def test_credit_and_refund_of_a_paid_invoice_count_once(self):
        self.rule.payment_share = 50
        order = self.ordered()
        invoice = self.invoice(order)
        transaction = self.pay_online(invoice)
        self.credit(invoice, lines={"price_unit": 50})
        self.refund(transaction, 50)
        self.assertEqual(self.opens(order), 1)
        self.refund(transaction, 1)
        self.assertEqual(self.opens(order), 0)

    def test_invoice_whose_card_was_refunded_and_that_is_paid_by_bank_is_paid(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.refund(self.pay_online(invoice), 100)
        self.assertEqual(self.opens(order), 0)
        invoice.js_remove_outstanding_partial(invoice.line_ids.matched_credit_ids.id)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def test_refund_of_what_was_paid_twice_shuts_no_doors(self):
        self.keep_no_entries()
        order = self.ordered()
        invoice = self.invoice(order)
        first, second = self.pay_online(invoice), self.pay_online(invoice, amount=100)
        self.refund(second, 100)
        self.assertEqual(self.opens(order), 1)
        self.refund(first, 100)
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def pay_two_at_once(self, after=24):
        """A customer pays all invoices that are due with one card.

        :return: two orders and the transaction.
        """
        orders = self.ordered(after=after), self.ordered(after=after + 4)
        invoices = self.invoice(orders[0]) | self.invoice(orders[1])
        transaction = self.pay_both_online(invoices)
        for order in orders:
            self.assertEqual(self.opens(order), 1)
        return *orders, transaction

    def pay_both_online(self, invoices):
        transaction = self.transfer(
            *(invoices.line_ids.sale_line_ids.order_id[-1], "draft", 200),
            sale_order_ids=[],
            operation="online_direct",
            reference=f"{invoices[0].name}-both",
            invoice_ids=[Command.set(invoices.ids)],
        )
        self.move_on(transaction, "done")
        return transaction

    def test_refund_for_one_of_two_invoices_leaves_the_other_paid(self):
        cases = (False, True, 24), (True, True, 48), (False, False, 72)
        for of_order, with_entries, after in cases:
            with self.subTest(of_order=of_order, with_entries=with_entries):
                if not with_entries:
                    self.keep_no_entries()
                given_back, kept, transaction = self.pay_two_at_once(after)
                if of_order:
                    given_back.order_line.product_uom_qty = 0
                    given_back._create_invoices(final=True).action_post()
                else:
                    self.credit(given_back.invoice_ids)
                self.refund(transaction, 100)
                self.assertEqual(self.opens(given_back), 0)
                self.assertEqual(self.opens(kept), 1)
                self.refund(transaction, 100)
                self.assertEqual(self.opens(kept), 0)

    def test_credit_of_another_invoice_that_is_spent_explains_no_refund(self):
        for paid_out in (True, False):
            with (
                self.subTest(paid_out=paid_out),
                self.env.cr.savepoint() as savepoint,
            ):
                given_back, kept, transaction = self.pay_two_at_once()
                credit = self.credit(given_back.invoice_ids)
                if paid_out:
                    self.pay(credit)
                else:
                    self.set_off(self.invoice(self.ordered(after=48)), credit)
                self.assertEqual(self.opens(kept), 1)
                self.refund(transaction, 100)
                self.assertEqual(self.opens(kept), 0)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_credit_of_another_invoice_that_is_spent_later_explains_no_refund(self):
        for of_order in (False, True):
            with (
                self.subTest(of_order=of_order),
                self.env.cr.savepoint() as savepoint,
            ):
                given_back, kept, transaction = self.pay_two_at_once()
                if of_order:
                    given_back.order_line.product_uom_qty = 0
                    credit = given_back._create_invoices(final=True)
                    credit.action_post()
                else:
                    credit = self.credit(given_back.invoice_ids)
                self.refund(transaction, 100)
                self.assertEqual(self.opens(kept), 1)
                payout = self.pay(credit)
                self.assertEqual(self.opens(kept), 0)
                payout.action_reject()
                self.assertEqual(self.opens(kept), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_credit_of_an_invoice_without_an_order_explains_a_refund_or_not(self):
        beside, order = self.type_in("out_invoice", 100), self.ordered()
        transaction = self.pay_both_online(beside | self.invoice(order))
        credit = self.credit(beside)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(order), 1)
        self.set_off(self.invoice(self.ordered(after=48)), credit)
        self.assertEqual(self.opens(order), 0)

    def test_refund_that_a_credit_of_another_invoice_explains_later(self):
        given_back, kept, transaction = self.pay_two_at_once()
        self.refund(transaction, 100)
        self.assertEqual(self.opens(kept), 0)
        credit = self.credit(given_back.invoice_ids)
        self.assertEqual(self.opens(given_back), 0)
        self.assertEqual(self.opens(kept), 1)
        credit.button_draft()
        self.assertEqual(self.opens(kept), 0)

    def test_credit_note_that_is_typed_anew_takes_back_what_it_credits(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.pay(invoice)
        credit = self.credit_typed_anew(invoice, 40)
        self.assertEqual(self.opens(order), 0)
        self.rule.payment_share = 60
        self.assertEqual(self.opens(order), 1)
        self.pay(credit)
        self.assertEqual(self.opens(order), 1)
        self.credit_typed_anew(invoice, 60)
        self.assertEqual(self.opens(order), 0)

    def test_credit_note_that_is_typed_anew_counts_once_on_an_open_invoice(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.credit_typed_anew(invoice, 40)
        self.assertEqual(invoice.amount_residual, 60)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 0)
        self.rule.payment_share = 60
        self.assertEqual(self.opens(order), 1)

    def test_credit_note_over_what_was_not_ordered_takes_nothing_back(self):
        order = self.ordered()
        invoice = self.invoice(order, post=False)
        fee = {"name": "Late fee", "price_unit": 20, "tax_ids": False}
        invoice.invoice_line_ids = [Command.create(fee)]
        invoice.action_post()
        self.pay(invoice)
        self.credit_typed_anew(invoice, 20)
        self.assertEqual(self.opens(order), 1)
        self.credit_typed_anew(invoice, 1)
        self.assertEqual(self.opens(order), 0)

    def test_what_was_taken_off_on_the_invoice_shuts_no_doors(self):
        self.rule.payment_share = 20
        order = self.ordered()
        invoice = self.invoice(order, post=False)
        line = {"name": "Regular customer", "price_unit": -20, "tax_ids": False}
        invoice.invoice_line_ids = [Command.create(line)]
        invoice.action_post()
        self.pay(invoice)
        self.rule.payment_share = 100
        self.assertEqual(self.opens(order), 1)
        self.rule.payment_share = 20
        self.credit_typed_anew(invoice, 80)
        self.assertEqual(self.opens(order), 0)

    def test_invoice_that_asks_for_less_than_was_ordered_is_paid(self):
        tax = self.env["account.tax"].create({"name": "VAT", "amount": 8.1})
        self.product.taxes_id = tax
        for vals in {"discount": 20}, {"price_unit": 80}, {"tax_ids": False}:
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                order = self.ordered()
                self.assertEqual(order.amount_total, 108.1)
                invoice = self.invoice(order, post=False)
                invoice.invoice_line_ids.write(vals)
                invoice.action_post()
                self.assertEqual(self.opens(order), 0)
                self.pay(invoice, invoice.amount_total - 1)
                self.assertEqual(self.opens(order), 0)
                self.pay(invoice)
                self.assertEqual(self.opens(order), 1)
                credit = self.credit(invoice, lines={"price_unit": 50}, post=False)
                self.assertEqual(self.opens(order), 1)
                credit.action_post()
                self.plan()
                self.assertEqual(self.opens(order), 0)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_invoice_for_less_pays_nothing_that_is_ordered_later(self):
        order = self.ordered()
        invoice = self.invoice(order, post=False)
        invoice.invoice_line_ids.discount = 20
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.opens(order), 0)

    def test_credited_and_invoiced_anew_for_less_opens_once_that_is_paid(self):
        order = self.ordered()
        self.credit(self.invoice(order))
        invoice = self.invoice(order, post=False)
        invoice.invoice_line_ids.price_unit = 80
        invoice.action_post()
        self.plan()
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def credit_typed_anew(self, invoice, amount):
        """Staff press *Credit Note*, delete its lines and type one of their own."""
        credit = self.credit(invoice, post=False)
        line = {"name": "Room given back", "price_unit": amount, "tax_ids": False}
        credit.invoice_line_ids = [Command.clear(), Command.create(line)]
        credit.action_post()
        self.plan()
        return credit

    def test_what_is_invoiced_by_delivery_is_asked_for_once_it_is_invoiced(self):
        by_delivery = {"invoice_policy": "delivery", "resource_booking_type_id": False}
        coffee = self._sell("Coffee", list_price=5, **by_delivery)
        order = self.ordered()
        order.order_line = [Command.create({"product_id": coffee.id})]
        self.pay(self.invoice(order))
        self.assertEqual(self.opens(order), 1)
        order.order_line.filtered_domain([("product_id", "=", coffee.id)]).write(
            {"qty_delivered": 1}
        )
        self.assertEqual(self.opens(order), 1)
        invoice = self.invoice(order)
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def test_room_that_is_invoiced_by_delivery_is_asked_for_as_it_is_ordered(self):
        self.product.invoice_policy = "delivery"
        coffee = self._sell("Coffee", resource_booking_type_id=False, list_price=5)
        order = self.ordered()
        order.order_line = [Command.create({"product_id": coffee.id})]
        self.pay(self.invoice(order))
        self.assertEqual(self.opens(order), 0)

    def create_early_discount(self):
        """The house takes 2 % off for whoever pays within 10 days."""
        return self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )

    def test_who_pays_early_for_less_has_paid(self):
        term = self.create_early_discount()
        self.keep_no_entries()
        for number, (days, amount, opens) in enumerate(
            ((0, 98, 1), (10, 98, 1), (0, 97, 0), (11, 98, 0))
        ):
            with self.subTest(days=days, amount=amount):
                order = self.ordered(after=24 + 2 * number, payment_term_id=term.id)
                invoice = self.invoice(order)
                day = invoice.invoice_date + timedelta(days=days)
                self.pay(invoice, amount, payment_date=day)
                self.assertEqual(invoice.payment_state, "in_payment")
                self.assertEqual(self.opens(order), opens)

    def test_who_pays_early_with_a_card_has_paid(self):
        term = self.create_early_discount()
        for number, with_entries in enumerate((True, False)):
            with self.subTest(with_entries=with_entries):
                if not with_entries:
                    self.keep_no_entries()
                after = 24 + 4 * number
                order = self.ordered(after=after, payment_term_id=term.id)
                transaction = self.pay_online(self.invoice(order), amount=98)
                self.assertEqual(self.opens(order), 1)
                self.refund(transaction, 49)
                self.assertEqual(self.opens(order), 0)
                self.rule.payment_share = 50
                self.assertEqual(self.opens(order), 1)
                self.refund(transaction, 49)
                self.assertEqual(self.opens(order), 0)
                self.rule.payment_share = 100

    def test_who_pays_two_orders_of_an_invoice_early_with_a_card_has_paid(self):
        term = self.create_early_discount()
        orders = self.ordered(payment_term_id=term.id)
        orders |= self.ordered(after=30, payment_term_id=term.id)
        invoice = self.invoice(orders)
        transaction = self.pay_online(invoice, amount=196)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual([self.opens(one) for one in orders], [1, 1])
        self.refund(transaction, 196)
        self.assertEqual([self.opens(one) for one in orders], [0, 0])

    def test_who_pays_early_together_with_what_gives_no_discount_has_paid(self):
        term = self.create_early_discount()
        self.keep_no_entries()
        cases = (0, 0, 198, 1), (0, 0, 197, 0), (5, 1, 198, 1), (9, 1, 196, 0)
        for number, (days, is_late, amount, opens) in enumerate(cases):
            with self.subTest(days=days, amount=amount):
                after = 24 + 4 * number
                early = self.ordered(after=after, payment_term_id=term.id)
                other = self.ordered(after=after + 2)
                other.payment_term_id = term if is_late else False
                invoice, other_invoice = self.invoice(early), other._create_invoices()
                day = invoice.invoice_date + timedelta(days=days)
                # by then the ten days of the other one are over
                other_invoice.invoice_date = invoice.invoice_date - timedelta(days=9)
                other_invoice.action_post()
                both = invoice | other_invoice
                self.pay(both, amount, group_payment=True, payment_date=day)
                self.assertEqual(self.opens(early), opens)
                self.assertEqual(self.opens(other), opens)

    def test_draft_credit_note_changes_nothing(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.pay(invoice)
        credit = self.credit(invoice, post=False)
        self.assertEqual(self.opens(order), 1)
        credit.action_post()
        self.assertEqual(self.opens(order), 0)
        credit.button_draft()
        self.assertEqual(self.opens(order), 1)

    def test_payment_that_is_reset_and_credit_note_that_is_pay_nothing(self):
        order = self.ordered()
        invoice = self.invoice(order)
        payment = self.pay(invoice)
        payment.action_draft()
        self.assertEqual(self.opens(order), 0)
        payment.action_cancel()
        credit = self.credit(invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.opens(order), 0)
        credit.button_draft()
        self.assertEqual(self.opens(order), 0)

    def test_credit_note_that_was_typed_in_pays_nothing(self):
        order = self.ordered()
        invoice = self.invoice(order)
        for amount, rest, opens in ((60, 40, 0), (40, 0, 0)):
            self.set_off(invoice, self.type_in("out_refund", amount))
            self.assertEqual(invoice.amount_residual, rest)
            self.rule.payment_share = 50
            self.assertEqual(self.opens(order), opens)
        self.assertEqual(invoice.payment_state, "reversed")

    def test_credit_note_that_was_typed_in_takes_away_what_it_sets_off(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.pay(invoice, 90)
        self.set_off(invoice, self.type_in("out_refund", 10))
        self.assertEqual(self.opens(order), 0)
        self.rule.payment_share = 90
        self.assertEqual(self.opens(order), 1)

    def test_credit_of_another_order_pays_this_one(self):
        first, second = self.ordered(), self.ordered(after=30)
        paid = self.invoice(first)
        self.pay(paid)
        self.set_off(self.invoice(second), self.credit(paid))
        self.assertEqual(self.opens(first), 0)
        self.assertEqual(self.opens(second), 1)

    def test_credit_of_an_invoice_without_an_order_pays_this_one(self):
        paid = self.type_in("out_invoice", 100)
        self.pay(paid)
        order = self.ordered()
        self.set_off(self.invoice(order), self.credit(paid))
        self.assertEqual(self.opens(order), 1)

    def type_in(self, move_type, amount):
        """Staff type in an invoice or a credit note that belongs to no order."""
        line = {"name": "Goodwill", "price_unit": amount, "tax_ids": False}
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def set_off(self, invoice, credit):
        """Staff press *Add* on an invoice, beside what is left of a credit note."""
        invoice.js_assign_outstanding_line(self.receivable(credit).id)
        self.plan()

    def test_credited_and_invoiced_anew_opens_once_that_is_paid(self):
        order = self.ordered()
        self.credit(self.invoice(order))
        self.assertEqual(self.opens(order), 0)
        self.pay(self.invoice(order))
        self.assertEqual(self.opens(order), 1)

    def test_payment_that_is_taken_off_the_invoice_shuts_the_doors(self):
        order = self.ordered()
        invoice = self.invoice(order)
        payment = self.pay(invoice)
        self.assertEqual(self.opens(order), 1)
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self.opens(order), 0)

    def test_cancelled_invoice_shuts_the_doors(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.pay(invoice)
        invoice.button_draft()
        self.assertEqual(self.opens(order), 0)

    def test_down_payment_counts_as_a_share(self):
        self.rule.payment_share = 30
        order = self.ordered()
        deposit = self.ask_for_a_deposit(order, 30)
        self.assertEqual(self.opens(order), 0)
        self.pay(deposit)
        self.assertEqual(self.opens(order), 1)
        self.rule.payment_share = 100
        self.assertEqual(self.opens(order), 0)
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual(self.opens(order), 0)
        self.pay(final)
        self.assertEqual(self.opens(order), 1)

    def test_deposit_online_and_the_rest_on_the_invoice_is_paid(self):
        order = self.ordered()
        self.transfer(order, amount=40)
        invoice = self.invoice(order)
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice, 59)
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice, 1)
        self.assertEqual(self.opens(order), 1)

    def test_rest_online_after_a_deposit_on_the_invoice_is_paid(self):
        order = self.ordered()
        self.pay(self.invoice(order), 60)
        self.transfer(order, amount=39)
        self.assertEqual(self.opens(order), 0)
        self.transfer(order, amount=1)
        self.assertEqual(self.opens(order), 1)

    def test_paid_online_after_a_credit_note_opens_once_it_is_invoiced_anew(self):
        order = self.ordered()
        self.credit(self.invoice(order))
        self.transfer(order)
        self.assertEqual(self.opens(order), 0)
        self.invoice(order)
        self.assertEqual(self.opens(order), 1)

    def test_card_that_is_refunded_and_the_invoice_paid_by_bank_is_paid(self):
        order = self.ordered()
        transaction = self.transfer(order)
        invoice = self.invoice(order)
        refund = transaction._create_child_transaction(100, is_refund=True)
        self.move_on(refund, "done")
        self.assertEqual(self.opens(order), 0)
        invoice.js_remove_outstanding_partial(invoice.line_ids.matched_credit_ids.id)
        for settle in (
            lambda: None,
            (
                self.receivable(transaction.payment_id)
                + self.receivable(refund.payment_id)
            ).reconcile,
        ):
            settle()
            self.assertEqual(self.opens(order), 0)
            payment = self.pay(invoice)
            self.assertEqual(self.opens(order), 1)
            payment.action_draft()
            payment.action_cancel()

    def test_refund_of_what_pays_no_invoice_takes_nothing_from_it(self):
        order = self.ordered()
        deposit = self.transfer(order, amount=40)
        invoice = self.invoice(order)
        self.pay(invoice)
        invoice.js_remove_outstanding_partial(
            self.receivable(deposit.payment_id).matched_debit_ids.id
        )
        self.pay(invoice, 39)
        self.assertEqual(self.opens(order), 1)
        refund = deposit._create_child_transaction(40, is_refund=True)
        self.move_on(refund, "done")
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def test_payment_whose_entry_is_edited_counts_once_it_is_posted_again(self):
        order = self.ordered()
        entry = self.pay(self.invoice(order)).move_id
        self.assertEqual(self.opens(order), 1)
        entry.button_draft()
        self.assertEqual(self.opens(order), 0)
        entry.action_post()
        self.assertEqual(self.opens(order), 1)

    def test_invoice_is_paid_by_another_payment_than_the_one_taken_back(self):
        order = self.ordered()
        invoice = self.invoice(order)
        self.pay(invoice).action_reject()
        self.assertEqual(self.opens(order), 0)
        invoice.js_remove_outstanding_partial(invoice.line_ids.matched_credit_ids.id)
        self.pay(invoice)
        self.assertEqual(self.opens(order), 1)

    def test_payment_without_an_entry_counts_once_when_the_bank_has_it(self):
        self.keep_no_entries()
        order = self.ordered()
        invoice = self.invoice(order)
        payment = self.pay(invoice, 50)
        self.assertFalse(payment.move_id)
        self.rule.payment_share = 50
        self.assertEqual(self.opens(order), 1)
        self.find_on_the_statement(invoice, 50)
        self.assertEqual(payment.state, "paid")
        self.assertEqual(self.opens(order), 1)
        self.rule.payment_share = 51
        self.assertEqual(self.opens(order), 0)
        self.pay(invoice, 50)
        self.assertEqual(self.opens(order), 1)

    def test_transfer_without_an_entry_counts_once_when_its_deposit_is_invoiced(self):
        self.keep_no_entries()
        for pays in (
            lambda deposit: self.find_on_the_statement(deposit, 100),
            self.pay,
        ):
            order = self.ordered(quantity=2)
            transfer = self.transfer(order, amount=100)
            self.assertFalse(transfer.payment_id.move_id)
            deposit = self.ask_for_a_deposit(order, 50)
            self.assertEqual(self.opens(order), 0)
            pays(deposit)
            self.assertEqual(self.opens(order), 0)
            self.rule.payment_share = 50
            self.assertEqual(self.opens(order), 2)
            self.rule.payment_share = 100
            self.assertEqual(self.opens(order), 0)
            self.transfer(order, amount=100)
            self.assertEqual(self.opens(order), 2)
            order._action_cancel()

    def test_payment_without_an_entry_may_be_what_the_bank_found_on_the_invoice(self):
        self.keep_no_entries()
        order = self.ordered()
        invoice = self.invoice(order)
        self.assertFalse(self.transfer(order, amount=50).payment_id.move_id)
        self.find_on_the_statement(invoice, 50)
        self.assertEqual(self.opens(order), 0)
        self.rule.payment_share = 50
        self.assertEqual(self.opens(order), 1)
        self.rule.payment_share = 100
        self.find_on_the_statement(invoice, 50)
        self.assertEqual(self.opens(order), 1)

    def test_several_payments_without_entries_pay_what_is_not_invoiced_once(self):
        self.keep_no_entries()
        order = self.ordered(quantity=2)
        order.order_line.qty_to_invoice = 1
        invoice = self.invoice(order, post=False)
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.find_on_the_statement(invoice, 70)
        for _number in range(2):
            self.transfer(order, amount=70)
        # 70 on the invoice, another 70, and the 30 of it that stand on no invoice
        for share, opens in ((100, 0), (85, 2), (86, 0)):
            self.rule.payment_share = share
            self.assertEqual(self.opens(order), opens)
        self.rule.payment_share = 100
        self.transfer(order, amount=60)
        self.assertEqual(self.opens(order), 2)

    def test_payment_without_an_entry_of_several_invoices_counts_once(self):
        self.keep_no_entries()
        orders = self.ordered(), self.ordered(after=30)
        invoices = self.invoice(orders[0]) | self.invoice(orders[1])
        self.pay(invoices, 100, group_payment=True)
        for share, opens in ((50, 1), (51, 0)):
            self.rule.payment_share = share
            for order in orders:
                self.assertEqual(self.opens(order), opens)

    def test_credit_of_what_was_paid_together_leaves_more_for_the_other(self):
        self.keep_no_entries()
        first, second = self.ordered(), self.ordered(after=30)
        invoices = self.invoice(first) | self.invoice(second)
        self.pay(invoices, 110, group_payment=True)
        self.assertEqual(self.opens(second), 0)
        self.credit(invoices[0])
        self.assertEqual(self.opens(second), 1)
        set_off = invoices[0].line_ids.matched_credit_ids
        invoices[0].js_remove_outstanding_partial(set_off.id)
        self.assertEqual(self.opens(second), 0)

    def test_payment_without_an_entry_of_an_invoice_and_a_credit_note_pays_both(self):
        """What is credited is more, so that the money goes to the customer."""
        self.keep_no_entries()
        order = self.ordered()
        invoice = self.invoice(order)
        line = {"name": "Thank you", "price_unit": 150, "tax_ids": False}
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        credit.action_post()
        payment = self.pay(invoice | credit, group_payment=True)
        self.assertEqual(payment.amount_signed, -50)
        self.assertEqual(self.opens(order), 1)

    def test_invoice_for_two_orders_counts_for_each_by_its_lines(self):
        first, second = self.ordered(), self.order(quantity=3)
        invoice = self.invoice(first | second)
        self.assertEqual(len(invoice), 1)
        self.pay(invoice, 200)
        self.rule.payment_share = 50
        self.assertEqual(self.opens(first), 1)
        self.rule.payment_share = 51
        self.assertEqual(self.opens(first), 0)

    def test_cents_that_an_invoice_rounds_away_shut_no_doors(self):
        tax = self.env["account.tax"].create(
            {"name": "8.1 %", "amount": 8.1, "amount_type": "percent"}
        )
        order = self.ordered(
            order_line=[
                Command.create(
                    {
                        "product_id": self.product.id,
                        "price_unit": price,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
                for price in (10.05, 3.33, 0.07)
            ]
        )
        self.pay(self.invoice(order))
        self.assertEqual(self.opens(order), 3)
