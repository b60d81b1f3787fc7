# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Memberships of an invoice that is also about others, or is paid by a credit."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.exivo_access.tests.common import NOW

from .common import PaidByCompanyCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSharedInvoices(PaidByCompanyCase):
    def order_two(self):
        """Anna and Beat of one company order the same."""
        addresses = dict.fromkeys(
            ("partner_invoice_id", "partner_shipping_id"), self.payer.id
        )
        orders = self.order(**addresses)
        return orders | self.order(partner_id=self.colleague.id, **addresses)

    def invoice_two(self, orders):
        """Staff make one invoice of both orders."""
        invoice = self.invoice_order(orders)
        self.assertEqual(len(invoice), 1)
        return invoice

    def credit_lines(self, invoice, lines, **options):
        """Staff press *Credit Note*, and leave what they give back in it."""
        credit = self.credit(invoice, post=False, **options)
        kept = credit.invoice_line_ids.filtered(
            lambda one: one.name == lines.name
            and one.sale_line_ids == lines.sale_line_ids
        )
        (credit.invoice_line_ids - kept).unlink()
        credit.action_post()
        self.plan()
        return credit

    def pay_order(self, order):
        """Whoever has ordered pays with a card, as in a shop."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        self.finish(transaction)
        return transaction

    # === CREDITED === #

    def test_one_of_two_of_a_product_is_credited_and_the_other_stays(self):
        orders = self.order_two()
        invoice = self.invoice_two(orders)
        self.pay(invoice)
        self.assertEqual(self.opens(self.customer | self.colleague), 2)
        credit = self.credit_lines(invoice, orders[1].order_line.invoice_lines)
        self.assertFalse(self.opens(self.colleague))
        self.assertEqual(self.opens(), 1)
        credit.button_draft()
        self.assertEqual(self.opens(self.colleague), 1)
        credit.button_cancel()
        self.credit(invoice)
        self.assertFalse(self.opens(self.customer | self.colleague))

    def test_favour_over_a_part_of_one_of_two_ends_nothing(self):
        orders = self.order_two()
        invoice = self.invoice_two(orders)
        self.pay(invoice)
        self.credit_lines(invoice, orders[1].order_line.invoice_lines, price=10)
        self.assertEqual(self.opens(self.customer | self.colleague), 2)

    def test_one_of_two_that_nobody_has_ordered_is_known_by_what_it_is_called(self):
        invoice = self.invoice(self.payer, more=self.product, post=False)
        lines = invoice.invoice_line_ids
        for line, member in zip(lines, (self.customer, self.colleague), strict=True):
            line.name = f"A year for {member.name}"
            line.membership_line_ids.partner_id = member
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(self.customer | self.colleague), 2)
        self.credit_lines(invoice, lines[1])
        self.assertFalse(self.opens(self.colleague))
        self.assertEqual(self.opens(), 1)

    def pay_each(self):
        """Anna and Beat pay one invoice, each with a card.

        :return: their orders, the invoice, and their transactions.
        """
        orders = self.order_two()
        transactions = [self.pay_order(order) for order in orders]
        invoice = self.invoice_two(orders)
        for transaction in transactions:
            lines = transaction.payment_id.move_id.line_ids
            for line in lines.filtered(
                lambda one: one.account_type == "asset_receivable"
                and not one.reconciled
            ):
                invoice.js_assign_outstanding_line(line.id)
        self.assertEqual(self.opens(self.customer | self.colleague), 2)
        return orders, invoice, transactions

    def test_credit_that_has_paid_something_else_explains_no_later_refund(self):
        orders, invoice, transactions = self.pay_each()
        credit = self.credit_lines(invoice, orders[1].order_line.invoice_lines)
        self.pay(credit)
        self.assertEqual(self.opens(), 1)
        self.refund(transactions[0], 100)
        self.assertFalse(self.opens())

    def test_credit_that_pays_something_else_explains_no_refund_any_more(self):
        orders, invoice, transactions = self.pay_each()
        credit = self.credit_lines(invoice, orders[1].order_line.invoice_lines)
        self.refund(transactions[0], 100)
        self.assertEqual(self.opens(), 1)
        payment = self.pay(credit)
        self.assertFalse(self.opens())
        payment.action_draft()
        self.assertEqual(self.opens(), 1)
        credit.js_remove_outstanding_partial(credit.line_ids.matched_debit_ids.id)
        locker = self.create_product("Locker", membership=False)
        self.set_off(self.invoice(self.payer, locker), credit)
        self.assertFalse(self.opens())

    def test_credit_that_was_paid_out_without_an_entry_explains_no_refund(self):
        self.keep_no_entries()
        orders = self.order_two()
        invoice = self.invoice_two(orders)
        transaction = self.pay_online(invoice, 100)
        self.pay_online(invoice, 100)
        credit = self.credit_lines(invoice, orders[1].order_line.invoice_lines)
        invoice.js_remove_outstanding_partial(invoice.line_ids.matched_credit_ids.id)
        self.refund(transaction, 100)
        self.assertEqual(self.opens(), 1)
        payout = self.pay(credit)
        self.assertFalse(payout.move_id)
        self.assertFalse(self.opens())
        payout.action_reject()
        self.assertEqual(self.opens(), 1)

    def test_update_ends_what_was_credited_beside_another(self):
        orders = self.order_two()
        invoice = self.invoice_two(orders)
        self.pay(invoice)
        self.credit_lines(invoice, orders[1].order_line.invoice_lines)
        line = self.colleague.member_line_ids
        self.env.cr.execute(
            "UPDATE membership_membership_line SET state = 'paid', date_cancel = NULL"
            " WHERE id = %s",
            [line.id],
        )
        self.env.invalidate_all()
        self.update()
        self.assertEqual(line.state, "canceled")
        self.assertFalse(self.opens(self.colleague))
        self.assertEqual(self.opens(), 1)

    def update(self):
        """An update to this version has such memberships looked at anew."""
        path = "exivo_access_membership/migrations/19.0.1.15.0/end-migration.py"
        load_script(file_path(path), "exivo_migration").migrate(self.env.cr, "1")
        self.env.invalidate_all()

    def test_each_of_two_waits_for_the_own_down_payment(self):
        orders = self.order_two()
        deposit = self.ask_for_a_deposit(orders[1], 50)
        self.pay(self.invoice_two(orders))
        self.assertEqual(self.opens(), 1)
        self.assertFalse(self.opens(self.colleague))
        self.pay(deposit)
        self.assertEqual(self.opens(self.colleague), 1)
        self.credit(deposit)
        self.assertFalse(self.opens(self.colleague))
        self.assertEqual(self.opens(), 1)

    # === REFUNDED === #

    def test_refund_of_the_payment_of_another_ends_that_one_alone(self):
        for by_order in (False, True):
            with self.subTest(by_order=by_order), self.env.cr.savepoint() as savepoint:
                orders, invoice, transactions = self.pay_each()
                self.assertEqual(invoice.amount_residual, 0)
                if by_order:
                    self.refund(transactions[1], 100)
                    orders[1].order_line.product_uom_qty = 0
                    self.invoice_order(orders[1])
                else:
                    self.credit_lines(invoice, orders[1].order_line.invoice_lines)
                    self.refund(transactions[1], 100)
                self.assertFalse(self.opens(self.colleague))
                self.assertEqual(self.opens(), 1)
                self.refund(transactions[0], 100)
                self.assertFalse(self.opens())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_refund_of_what_was_beside_the_membership_ends_nothing(self):
        locker = self.create_product("Locker", membership=False)
        for with_entries in (True, False):
            with self.subTest(with_entries=with_entries):
                if not with_entries:
                    self.keep_no_entries()
                invoice = self.invoice(more=locker, post=False)
                invoice.invoice_line_ids.filtered_domain(
                    [("product_id", "=", locker.id)]
                ).price_unit = 50
                invoice.action_post()
                transaction = self.pay_online(invoice, 50)
                payment = self.pay(invoice, 100)
                self.assertEqual(bool(payment.move_id), with_entries)
                self.assertEqual(self.opens(), 1)
                self.credit(invoice, product=locker)
                self.refund(transaction, 50)
                self.assertEqual(self.opens(), 1)
                payment.action_reject()
                self.assertFalse(self.opens())

    # === PAID BY A CREDIT === #

    def set_off(self, invoice, credit):
        """Staff press *Add* on an invoice, beside what is left of a credit note."""
        due = credit.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        invoice.js_assign_outstanding_line(due.id)
        self.plan()

    def test_credit_of_another_invoice_pays_a_membership(self):
        gold = self.create_product("Gold")
        credit = self.credit(self.buy())
        self.assertFalse(self.opens())
        invoice = self.invoice(product=gold)
        self.set_off(invoice, credit)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.customer.membership_state, "paid")
        self.assertEqual(self.opens(), 1)
        settled = invoice.line_ids.matched_credit_ids
        invoice.js_remove_outstanding_partial(settled.id)
        self.assertFalse(self.opens())
        self.set_off(invoice, credit)
        self.assertEqual(self.opens(), 1)
        self.credit(invoice)
        self.assertFalse(self.opens())

    def test_favour_and_the_credit_of_another_invoice_pay_a_membership(self):
        credit = self.credit(self.buy(), price=60)
        invoice = self.invoice(product=self.create_product("Gold"))
        self.credit(invoice, price=40)
        self.set_off(invoice, credit)
        self.assertEqual(invoice.payment_state, "reversed")
        line = invoice.invoice_line_ids.membership_line_ids
        self.assertEqual(line.state, "paid")

    def test_credit_note_that_was_typed_in_pays_no_membership(self):
        invoice = self.invoice()
        self.set_off(invoice, self.type_in(100))
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(self.opens())

    def type_in(self, amount):
        """Staff type in a credit note that belongs to no invoice."""
        line = {"name": "Goodwill", "price_unit": amount, "tax_ids": False}
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        credit.action_post()
        return credit

    def test_credit_note_that_was_typed_in_is_a_favour_beside_a_down_payment(self):
        for amount, opens in (10, 1), (50, 0):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                deposit, final = self.invoice_in_two(50)
                self.set_off(deposit, self.type_in(amount))
                if deposit.amount_residual:
                    self.pay(deposit)
                self.pay(final)
                self.assertEqual(self.opens(), opens)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_update_lets_in_who_has_paid_by_a_credit(self):
        credit = self.credit(self.buy())
        invoice = self.invoice(product=self.create_product("Gold"))
        self.set_off(invoice, credit)
        line = invoice.invoice_line_ids.membership_line_ids
        self.env.cr.execute(
            "UPDATE membership_membership_line SET state = 'canceled',"
            " date_cancel = date_from, exivo_dated = true WHERE id = %s",
            [line.id],
        )
        self.env.invalidate_all()
        self.update()
        self.assertEqual(line.state, "paid")
        self.assertEqual(self.opens(), 1)
