# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tag and doors follow memberships: paid, credited, refunded, ended, renewed."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import LockNotAvailable

from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import Form, tagged
from odoo.tools import file_path, mute_logger

from odoo.addons.exivo_access.models.alarms.health import describe
from odoo.addons.exivo_access.tests.common import NOW

from .common import END, LAST_DAY, NEXT_DAY, NEXT_LAST_DAY, MembershipCase

SECOND = timedelta(seconds=1)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMemberships(MembershipCase):
    # === WHAT OPENS, AND WHAT DOES NOT === #

    def test_doors_open_once_the_membership_is_paid(self):
        invoice = self.invoice(post=False)
        self.assertEqual(self.customer.membership_state, "waiting")
        self.assertFalse(self.opens())
        invoice.action_post()
        self.assertEqual(self.customer.membership_state, "invoiced")
        self.assertFalse(self.opens())
        self.pay(invoice, 40)
        self.assertFalse(self.opens())
        self.pay(invoice)
        self.assertEqual(self.customer.membership_state, "paid")
        self.assertEqual(self.customer.category_id, self.members)
        self.assertEqual(self.opens(), 1)
        self.assertEqual(self.standing().state, "created")

    def test_credited_membership_ends_at_once(self):
        invoice = self.buy()
        self.assertEqual(self.opens(), 1)
        self.credit(invoice)
        self.assertEqual(self.customer.membership_state, "canceled")
        self.assertFalse(self.customer.category_id)
        self.assertFalse(self.opens())
        self.assertFalse(self.exivo.live_visits())

    def test_credit_note_that_is_posted_from_the_list_ends_it_at_once(self):
        credit = self.credit(self.buy(), post=False)
        wizard = self.env["validate.account.move"].with_context(
            active_model="account.move", active_ids=credit.ids
        )
        wizard.create({}).validate_move()
        self.assertEqual(credit.state, "posted")
        self.assertFalse(self.opens())

    def test_credit_note_of_a_later_day_ends_it_when_it_is_posted_by_itself(self):
        tomorrow = NOW + timedelta(days=1)
        credit = self.credit(self.buy(), post=False, date=tomorrow.date())
        self.assertEqual(self.opens(), 1)
        with freeze_time(tomorrow):
            with self._registry_in_test_mode():
                cron = self.env.ref("account.ir_cron_auto_post_draft_entry")
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(credit.state, "posted")
            self.assertFalse(self.opens())

    def test_payment_whose_entry_is_edited_counts_once_it_is_posted_again(self):
        entry = self.pay(self.invoice()).move_id
        line = self.customer.member_line_ids
        entry.button_draft()
        self.assertEqual(line.state, "invoiced")
        self.assertFalse(self.opens())
        entry.action_post()
        self.assertEqual(self.opens(), 1)
        line.state = "canceled"
        entry.button_draft()
        entry.action_post()
        self.assertFalse(self.opens())

    def test_payment_that_the_bank_takes_back_was_none(self):
        invoice = self.invoice()
        payment = self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self.customer.membership_state, "invoiced")
        self.assertFalse(self.opens())
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)

    def test_payment_that_the_bank_rejects_was_none(self):
        invoice = self.invoice()
        payment = self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        payment.action_reject()
        self.assertFalse(self.opens())
        payment.action_draft()
        self.assertFalse(self.opens())
        payment.action_cancel()
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)

    def test_payment_that_was_refunded_was_none(self):
        for with_entries in (True, False):
            with self.subTest(with_entries=with_entries):
                if not with_entries:
                    self.keep_no_entries()
                invoice = self.invoice()
                transaction = self.pay_online(invoice)
                payment = transaction.payment_id
                self.assertEqual(bool(payment.move_id), with_entries)
                self.assertEqual(self.opens(), 1)
                self.refund(transaction, 40)
                self.assertEqual(self.opens(), 1)
                self.refund(transaction, 60)
                self.assertFalse(self.opens())
                self.members.exivo_with_invoiced = True
                self.assertFalse(self.opens())
                self.members.exivo_with_invoiced = False
                payment.action_draft()
                payment.action_cancel()
                self.assertFalse(self.opens())
                self.pay(invoice)
                self.assertEqual(self.opens(), 1)
                self.credit(invoice)

    def test_refund_of_what_was_paid_twice_ends_nothing(self):
        self.keep_no_entries()
        invoice = self.invoice()
        first, second = (self.pay_online(invoice, 100) for _once in range(2))
        self.assertEqual(self.opens(), 1)
        self.refund(second, 100)
        self.assertEqual(self.opens(), 1)
        self.refund(first, 100)
        self.assertFalse(self.opens())
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)

    def test_refund_of_what_the_bank_has_found_on_the_invoice_ends_it(self):
        self.keep_no_entries()
        invoice = self.invoice()
        transaction = self.pay_online(invoice)
        due = invoice.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        other = invoice.company_id.transfer_account_id
        lines = [
            Command.create({"account_id": one.id, "balance": amount})
            for one, amount in ((due.account_id, -100), (other, 100))
        ]
        found = self.env["account.move"].create({"line_ids": lines})
        found.action_post()
        (due + found.line_ids.filtered_domain([("balance", "<", 0)])).reconcile()
        self.assertEqual(transaction.payment_id.state, "paid")
        self.assertEqual(self.opens(), 1)
        self.refund(transaction, 100)
        self.assertFalse(self.opens())

    def test_refund_of_a_part_of_what_was_paid_twice_leaves_it_open(self):
        invoice = self.invoice()
        transaction = self.pay_online(invoice, 60)
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        self.refund(transaction, 60)
        self.assertFalse(self.opens())

    def test_payments_without_entries_count_once_they_pay_all_of_the_invoice(self):
        self.keep_no_entries()
        invoice = self.invoice()
        payment = self.pay(invoice, 10)
        self.assertFalse(payment.move_id)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.assertFalse(self.opens())
        rest = self.pay(invoice, 90)
        self.assertEqual(self.opens(), 1)
        rest.action_reject()
        self.assertFalse(self.opens())

    def test_payment_without_an_entry_of_several_invoices_counts_once(self):
        self.keep_no_entries()
        twin = self.customer.copy()
        twin.parent_id = self.customer.parent_id = self.env["res.partner"].create(
            {"name": "Muster & Co", "is_company": True}
        )
        invoices = self.invoice() | self.invoice(twin)
        self.pay(invoices, 100, group_payment=True)
        self.assertFalse(self.opens(self.customer | twin))
        self.pay(invoices, 100, group_payment=True)
        self.assertEqual(self.opens(self.customer | twin), 2)

    def test_credit_of_what_was_paid_together_leaves_more_for_the_other(self):
        self.keep_no_entries()
        locker = self.create_product("Locker", membership=False)
        invoices = self.invoice() | self.invoice(product=locker)
        self.pay(invoices, 110, group_payment=True)
        self.assertFalse(self.opens())
        self.credit(invoices[1])
        self.assertEqual(self.opens(), 1)
        set_off = invoices[1].line_ids.matched_credit_ids
        invoices[1].js_remove_outstanding_partial(set_off.id)
        self.assertFalse(self.opens())

    def test_payment_without_an_entry_of_an_invoice_and_a_credit_note_pays_both(self):
        self.keep_no_entries()
        for amount in (20, 150):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                invoice = self.invoice()
                line = {"name": "Thank you", "price_unit": amount, "tax_ids": False}
                credit = self.env["account.move"].create(
                    {
                        "move_type": "out_refund",
                        "partner_id": self.customer.id,
                        "invoice_line_ids": [Command.create(line)],
                    }
                )
                credit.action_post()
                payment = self.pay(invoice | credit, group_payment=True)
                self.assertEqual(payment.amount_signed, 100 - amount)
                self.assertEqual(self.opens(), 1)
                savepoint.rollback()

    def test_who_pays_early_for_less_without_an_entry_has_paid(self):
        self.keep_no_entries()
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        twin = self.customer.copy()
        twin.parent_id = self.customer.parent_id = self.env["res.partner"].create(
            {"name": "Muster & Co", "is_company": True}
        )
        for days, amount, opens in (11, 196, 0), (10, 195, 0), (10, 196, 2):
            with self.subTest(days=days, amount=amount):
                invoices = self.invoice(post=False) | self.invoice(twin, post=False)
                invoices.invoice_payment_term_id = term
                invoices.action_post()
                day = invoices[0].invoice_date + timedelta(days=days)
                self.pay(invoices, amount, payment_date=day, group_payment=True)
                self.assertEqual(self.opens(self.customer | twin), opens)

    def test_payment_without_an_entry_is_compared_in_the_money_of_the_invoice(self):
        """Its rate has changed since the invoice."""
        self.keep_no_entries()
        dollar = self.env.ref("base.USD")
        if dollar == self.env.company.currency_id:
            dollar = self.env.ref("base.EUR")
        dollar.active = True
        for rate, paid, opens in ((1.2, 100, 1), (0.8, 98, 0)):
            with self.subTest(rate=rate), self.env.cr.savepoint() as savepoint:
                invoice = self.invoice(post=False)
                invoice.write({"currency_id": dollar.id, "invoice_date": "2027-02-01"})
                dollar.rate_ids = [
                    Command.clear(),
                    Command.create({"name": "2027-02-01", "rate": 1}),
                    Command.create({"name": "2027-02-20", "rate": rate}),
                ]
                invoice.action_post()
                self.assertFalse(self.opens())
                payment = self.pay(invoice, paid)
                self.assertEqual(payment.currency_id, dollar)
                self.assertEqual(invoice.payment_state, "in_payment")
                self.assertEqual(self.opens(), opens)
                savepoint.rollback()

    def test_cancelled_invoice_opens_nothing(self):
        invoice = self.buy()
        invoice.button_draft()
        self.assertEqual(self.customer.membership_state, "waiting")
        self.assertFalse(self.opens())
        invoice.button_cancel()
        self.assertEqual(self.customer.membership_state, "canceled")
        self.assertFalse(self.opens())

    def test_membership_that_costs_nothing_is_paid(self):
        invoice = self.invoice(price=0)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.customer.membership_state, "paid")
        self.assertEqual(self.opens(), 1)

    def test_membership_that_is_paid_as_soon_as_it_is_invoiced_is_paid(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.customer.id,
                "amount": 100,
            }
        )
        payment.action_post()
        moves = self.env.registry["account.move"]
        post = moves._post

        def post_and_reconcile(self, soft=True):
            # as `sale` does it with what was paid online
            posted = post(self, soft)
            (posted | payment.move_id).line_ids.filtered(
                lambda one: one.account_type == "asset_receivable"
            ).reconcile()
            return posted

        with patch.object(moves, "_post", post_and_reconcile):
            self.invoice()
        self.assertEqual(self.customer.membership_state, "paid")
        self.assertEqual(self.opens(), 1)

    def test_credit_note_over_a_part_ends_nothing(self):
        invoice = self.buy()
        self.credit(invoice, price=10)
        self.look()
        next_day = NOW + timedelta(days=1)
        with freeze_time(next_day):
            self.look(next_day)
            self.assertEqual(self.opens(), 1)
            self.credit(invoice, price=90)
            self.assertFalse(self.opens())

    def test_who_pays_the_rest_after_a_credit_note_over_a_part_has_paid(self):
        invoice = self.invoice()
        self.credit(invoice, price=10)
        self.assertFalse(self.opens())
        self.pay(invoice)
        self.assertEqual(self.customer.membership_state, "paid")
        self.assertEqual(self.opens(), 1)

    def test_credit_note_over_one_membership_ends_that_one_alone(self):
        gym = self.create_product("Gym")
        self.create_rule(self.club, self.aare)
        self.club.write({"exivo_by_membership": True, "exivo_product_ids": gym.ids})
        self.members.exivo_product_ids = self.product
        invoice = self.buy(more=gym)
        self.assertEqual(self.opens(), 2)
        self.credit(invoice, product=gym)
        self.assertEqual(self.customer.category_id, self.members)
        next_day = NOW + timedelta(days=1)
        with freeze_time(next_day):
            self.look(next_day)
            self.assertEqual(self.opens(), 1)

    def test_what_is_taken_off_the_order_ends_with_the_credit_note_of_it(self):
        order = self.order()
        self.pay(self.invoice_order(order))
        self.assertEqual(self.opens(), 1)
        order.order_line.product_uom_qty = 0
        credit = self.invoice_order(order)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertFalse(credit.reversed_entry_id)
        self.assertFalse(self.opens())
        self.members.exivo_with_invoiced = True
        self.assertFalse(self.opens())
        self.pay(credit)
        self.assertFalse(self.opens())
        credit.button_draft()
        self.assertEqual(self.opens(), 1)
        credit.action_post()
        self.assertFalse(self.opens())

    def test_update_ends_what_orders_had_given_back(self):
        """By the time it looks, `sale` must be there, which loads after this one."""
        order = self.order()
        self.pay(self.invoice_order(order))
        order.order_line.product_uom_qty = 0
        self.invoice_order(order)
        line = self.customer.member_line_ids.filtered("date_cancel")
        self.env.cr.execute(
            "UPDATE membership_membership_line SET state = 'paid', date_cancel = NULL"
            " WHERE id IN %s",
            [tuple(line.ids)],
        )
        self.env.invalidate_all()
        self.assertEqual(line.state, "paid")
        path = "exivo_access_membership/migrations/19.0.1.15.0/end-migration.py"
        load_script(file_path(path), "exivo_migration").migrate(self.env.cr, "1")
        self.env.invalidate_all()
        self.assertEqual(line.state, "canceled")
        self.assertFalse(self.opens())

    def test_what_is_ordered_again_after_a_credit_note_counts_once_more(self):
        order = self.order()
        self.pay(self.invoice_order(order))
        for _again in range(2):
            order.order_line.product_uom_qty = 0
            self.invoice_order(order)
            self.assertFalse(self.opens())
            order.order_line.product_uom_qty = 1
            invoice = self.invoice_order(order)
            self.assertFalse(self.opens())
            self.pay(invoice)
            self.assertEqual(self.opens(), 1)

    def test_credit_note_of_the_order_over_a_part_ends_nothing(self):
        order = self.order()
        self.pay(self.invoice_order(order))
        line = order.order_line
        line.product_uom_qty = 0
        credit = order._create_invoices(final=True)
        credit.invoice_line_ids.price_unit = 40
        credit.action_post()
        self.assertEqual(self.opens(), 1)

    def test_membership_that_is_given_back_on_an_invoice_opens_nothing(self):
        other = self.create_product("Warranty", membership=False)
        for quantity, price in ((-1, 100), (1, -100)):
            invoice = self.invoice(product=other, price=150, post=False)
            line = {"product_id": self.product.id, "tax_ids": False}
            invoice.invoice_line_ids = [
                Command.create({**line, "quantity": quantity, "price_unit": price})
            ]
            invoice.action_post()
            self.pay(invoice)
            self.assertEqual(invoice.payment_state, "paid")
            self.assertFalse(self.opens())

    def test_membership_is_that_of_the_product_that_is_invoiced_in_the_end(self):
        gold = self.create_product("Gold", last=NEXT_LAST_DAY)
        none = self.create_product("Warranty", membership=False)
        self.members.exivo_product_ids = self.product
        for wrong, right, opens in (
            (self.product, gold, 0),
            (self.product, none, 0),
            (none, self.product, 1),
            (gold, self.product, 1),
        ):
            with self.subTest(wrong=wrong.name, right=right.name):
                invoice = self.invoice(product=wrong, post=False)
                with Form(invoice) as form, form.invoice_line_ids.edit(0) as line:
                    line.product_id = right
                    line.price_unit = 100
                invoice.action_post()
                self.pay(invoice)
                self.assertEqual(self.opens(), opens)
                sold = invoice.invoice_line_ids.membership_line_ids.membership_id
                self.assertEqual(sold, right.filtered("membership"))
                self.credit(invoice)

    def test_credit_note_over_a_part_leaves_another_end_as_it_was(self):
        invoice = self.buy()
        lines = invoice.invoice_line_ids.membership_line_ids
        lines.date_cancel = date(2027, 3, 2)
        self.credit(invoice, price=10)
        self.assertEqual(lines.date_cancel, date(2027, 3, 2))

    def test_who_was_thrown_out_stays_out_with_some_money_back(self):
        invoice = self.buy()
        line = invoice.invoice_line_ids.membership_line_ids
        line.state = "canceled"
        self.assertFalse(self.opens())
        credit = self.credit(invoice, price=10)
        self.assertFalse(self.opens())
        credit.button_draft()
        credit.button_cancel()
        self.assertFalse(self.opens())

    def test_end_that_staff_have_entered_stays_whatever_becomes_of_the_invoice(self):
        invoice = self.buy()
        line = invoice.invoice_line_ids.membership_line_ids
        line.date_cancel = date(2027, 2, 27)
        self.look()
        credit = self.credit(invoice)
        credit.button_draft()
        self.assertEqual(line.date_cancel, date(2027, 2, 27))
        self.assertFalse(self.opens())
        credit.unlink()
        for step in ("button_draft", "button_cancel", "button_draft", "action_post"):
            getattr(invoice, step)()
        self.pay(invoice)
        self.assertEqual(line.date_cancel, date(2027, 2, 27))
        self.assertFalse(self.opens())

    def test_end_that_came_with_a_cancelled_invoice_goes_with_it(self):
        invoice = self.buy()
        invoice.button_draft()
        invoice.button_cancel()
        line = invoice.invoice_line_ids.membership_line_ids
        self.assertEqual(line.state, "canceled")
        self.assertTrue(line.date_cancel)
        line.exivo_dated = False  # as it was before the update
        line._know_exivo_ends()
        self.assertFalse(line.exivo_ended)
        invoice.button_draft()
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)

    def test_who_was_put_out_by_another_state_stays_out_as_well(self):
        payment = self.pay(self.invoice())
        line = self.customer.member_line_ids
        for state in ("none", "old", "canceled"):
            line.state = state
            line.exivo_ended = False  # as it was before the update
            line._know_exivo_ends()
            self.assertFalse(self.opens())
            payment.action_draft()
            payment.action_post()
            self.assertFalse(self.opens())
            self.assertEqual(line.state, state)

    def test_who_was_thrown_out_stays_out_whatever_becomes_of_the_payment(self):
        payment = self.pay(self.invoice())
        line = self.customer.member_line_ids
        line.state = "canceled"
        self.assertEqual(line.date_cancel, NOW.date())
        self.assertFalse(self.opens())
        payment.action_validate()
        self.assertFalse(self.opens())
        payment.action_draft()
        payment.action_post()
        self.assertFalse(self.opens())
        line.state = "paid"
        self.assertEqual(self.opens(), 1)
        payment.action_draft()
        self.assertFalse(self.opens())
        payment.action_post()
        self.assertEqual(self.opens(), 1)

    def test_invoice_that_is_corrected_leaves_an_earlier_end_as_it_was(self):
        invoice = self.buy()
        line = self.customer.member_line_ids
        line.date_cancel = date(2027, 2, 27)
        self.look()
        self.assertFalse(self.opens())
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(line.date_cancel, date(2027, 2, 27))
        self.assertFalse(self.opens())

    def test_rest_that_is_given_as_a_credit_is_no_longer_missing(self):
        invoice = self.invoice()
        self.pay(invoice, 90)
        self.assertFalse(self.opens())
        self.credit(invoice, price=10)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.opens(), 1)

    def test_credit_note_that_is_taken_back_was_none(self):
        for price in (None, 10):
            for go_on in ("button_draft", "button_cancel"):
                with self.subTest(price=price, go_on=go_on):
                    invoice = self.buy()
                    line = invoice.invoice_line_ids.membership_line_ids
                    credit = self.credit(invoice, price=price)
                    self.assertEqual(self.opens(), 0 if price is None else 1)
                    credit.button_draft()
                    if go_on == "button_cancel":
                        credit.button_cancel()
                    self.assertEqual(line.state, "paid")
                    self.assertFalse(line.date_cancel)
                    self.assertEqual(self.opens(), 1)
                    self.credit(invoice)

    def test_who_is_invoiced_comes_in_where_that_is_enough(self):
        self.members.exivo_with_invoiced = True
        invoice = self.invoice()
        self.assertEqual(self.opens(), 1)
        self.credit(invoice)
        self.assertFalse(self.opens())

    def test_free_members_come_in_where_they_count(self):
        self.customer.free_member = True
        self.assertEqual(self.customer.membership_state, "free")
        self.assertFalse(self.opens())
        self.members.exivo_with_free = True
        self.assertEqual(self.opens(), 1)
        self.customer.free_member = False
        self.assertFalse(self.opens())
        line = self.enter(state="free")
        self.assertEqual(self.opens(), 1)
        line.state = "canceled"
        self.assertFalse(self.opens())

    def test_free_member_who_has_paid_has_paid(self):
        self.buy()
        self.customer.free_member = True
        self.assertEqual(self.opens(), 1)

    def test_membership_that_is_entered_by_hand_counts_as_long_as_it_is_there(self):
        line = self.enter()
        self.assertEqual(self.opens(), 1)
        line.unlink()
        self.assertFalse(self.opens())

    def test_only_the_chosen_memberships_count(self):
        other = self.create_product("Half a year")
        self.members.exivo_product_ids = other
        invoice = self.buy()
        self.assertEqual(self.customer.membership_state, "paid")
        self.assertFalse(self.opens())
        invoice.invoice_line_ids.membership_line_ids.membership_id = other
        self.assertEqual(self.opens(), 1)
        self.members.exivo_product_ids = self.product
        self.assertFalse(self.opens())

    # === DAYS === #

    def test_doors_stay_open_until_the_last_day_is_over_where_they_are(self):
        self.buy()
        with freeze_time(END - SECOND):
            self.look(END - SECOND)
            self.assertEqual(self.opens(), 1)
        with freeze_time(END):
            self.look(END)
            self.assertFalse(self.opens())
            self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.customer.category_id)

    def test_member_who_is_held_or_broken_keeps_no_other(self):
        other = self.customer.copy({"name": "Beat"})
        self.buy()
        self.buy(other)
        self.assertEqual(self.opens(self.customer | other), 2)
        planner = type(self.env["exivo.community.planner"])
        plan = planner._plan
        error = LockNotAvailable()

        def plan_others(planner, partner_ids):
            if self.customer.id in partner_ids:
                raise error
            return plan(planner, partner_ids)

        with patch.object(planner, "_plan", plan_others):
            self.look(END)
        self.assertFalse(other.category_id)
        self.assertFalse(self.standing(other))
        self.assertEqual(self.customer.category_id, self.members)
        soon = END + timedelta(seconds=30)
        self.assertIn(soon, self.moments_to_run("ir_cron_plan_all"))

        third = self.customer.copy({"name": "Cleo", "category_id": False})
        self.enter(third)
        self.assertEqual(self.opens(third), 1)
        error = ValueError("broken")
        with (
            patch.object(planner, "_plan", plan_others),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.look(END)
        self.assertFalse(self.standing(third))
        self.look(END)
        self.assertFalse(self.standing())

    def test_membership_opens_on_its_first_day(self):
        begin = date(2027, 3, 3)
        self.buy(product=self.create_product("Later", first=begin))
        self.assertFalse(self.opens())
        midnight = NOW.replace(day=2, hour=23)
        with freeze_time(midnight):
            self.look(midnight)
            self.assertEqual(self.opens(), 1)

    def test_renewal_leaves_access_and_pin_as_they_are(self):
        self.buy()
        access, pins = self.standing(), self.pins()
        self.synchronise()
        self.buy(product=self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY))
        self.assertEqual(self.customer.sudo().exivo_paid_member_ids.stop, NEXT_LAST_DAY)
        for moment in END - SECOND, END, END + timedelta(days=1):
            with freeze_time(moment):
                self.look(moment)
                self.assertEqual(self.opens(), 1)
                self.assertEqual((self.standing(), self.pins()), (access, pins))
                ends = [one["request"].valid_to for one in self.exivo.live_visits()]
                self.assertGreater(max(ends).replace(tzinfo=None), moment)

    def test_renewal_that_begins_later_leaves_a_gap(self):
        self.buy()
        self.buy(product=self.create_product("Later", date(2027, 3, 22), NEXT_LAST_DAY))
        self.assertEqual(self.customer.sudo().exivo_paid_member_ids.stop, LAST_DAY)
        with freeze_time(END):
            self.look(END)
            self.assertFalse(self.opens())

    def test_what_is_cancelled_for_a_day_ends_after_it(self):
        line = self.enter()
        line.date_cancel = date(2027, 3, 2)
        self.assertEqual(self.opens(), 1)
        end = NOW.replace(day=2, hour=23)
        with freeze_time(end):
            self.look(end)
            self.assertFalse(self.opens())

    # === BY HAND === #

    def test_who_was_tagged_by_hand_stays(self):
        self.customer.category_id |= self.members
        invoice = self.buy()
        self.assertFalse(self.by_membership())
        access, pins = self.standing(), self.pins()
        self.credit(invoice)
        self.assertEqual((self.standing(), self.pins()), (access, pins))
        with freeze_time(END):
            self.look(END)
            self.assertEqual(self.standing(), access)

    def test_tag_that_is_taken_from_a_paying_member_comes_back_at_once(self):
        self.buy()
        access, pins = self.standing(), self.pins()
        for take in (
            lambda: self.customer.write({"category_id": [(5, 0, 0)]}),
            lambda: self.members.write({"partner_ids": [(5, 0, 0)]}),
        ):
            take()
            self.plan()
            self.assertEqual(self.customer.category_id, self.members)
            self.assertEqual((self.standing(), self.pins()), (access, pins))
        self.assertEqual(self.by_membership(), self.customer)

    def test_tags_that_memberships_do_not_give_are_left_alone(self):
        self.customer.category_id |= self.club
        self.credit(self.buy())
        self.assertEqual(self.customer.category_id, self.club)

    # === WHAT THE COMMUNITY CHOOSES === #

    def test_who_has_paid_before_comes_in_when_a_community_chooses_it(self):
        self.members.exivo_by_membership = False
        self.buy()
        self.assertFalse(self.opens())
        self.members.exivo_by_membership = True
        self.assertEqual(self.opens(), 1)

    def test_who_is_in_by_membership_leaves_when_a_community_chooses_otherwise(self):
        by_hand = self.customer.copy()
        by_hand.category_id = self.members
        self.buy()
        self.assertEqual(self.opens(self.customer | by_hand), 2)
        self.members.exivo_by_membership = False
        self.assertFalse(self.opens())
        self.assertEqual(self.opens(by_hand), 1)
        self.assertFalse(self.by_membership())

    def test_memberships_decide_about_who_was_tagged_by_hand_if_asked(self):
        unpaid = self.customer.copy()
        (self.customer | unpaid).category_id = self.members
        invoice = self.buy()
        access = self.standing()
        self.assertEqual(self.members.exivo_undecided_count, 1)
        said = self.members.action_adopt_exivo_members()["params"]["message"]
        self.assertIn("decides about: 1.", said)
        said = self.members.action_adopt_exivo_members()["params"]["message"]
        self.assertIn("Nobody who was tagged by hand", said)
        self.env.invalidate_all()
        self.assertEqual(self.members.exivo_undecided_count, 0)
        self.assertEqual(self.by_membership(), self.customer)
        self.assertEqual(self.standing(), access)
        self.credit(invoice)
        self.assertFalse(self.opens())
        self.assertEqual(self.opens(unpaid), 1)

    def test_who_is_kept_by_hand_stays_when_the_membership_ends(self):
        invoice = self.buy()
        access, pins = self.standing(), self.pins()
        said = self.customer.sudo().exivo_paid_member_ids.action_keep_by_hand()
        self.assertIn("by hand now: 1.", said["params"]["message"])
        self.look()
        self.assertFalse(self.by_membership())
        self.credit(invoice)
        self.assertEqual((self.standing(), self.pins()), (access, pins))

    def test_several_communities_follow_each_what_it_has_chosen(self):
        self.create_rule(self.club, self.aare)
        other = self.create_product("Half a year")
        self.club.write({"exivo_by_membership": True, "exivo_product_ids": other.ids})
        self.buy(product=other)
        self.assertEqual(self.opens(), 2)
        self.members.exivo_product_ids = self.product
        self.assertEqual(self.opens(), 1)
        self.assertEqual(self.customer.category_id, self.club)

    # === CONTACTS === #

    def test_archived_contact_neither_gets_in_nor_keeps_a_tag(self):
        invoice = self.buy()
        self.customer.active = False
        self.assertFalse(self.opens())
        self.credit(invoice)
        self.customer.active = True
        self.assertFalse(self.customer.category_id)
        self.assertFalse(self.opens())

    def test_merged_contacts_have_the_membership_of_either(self):
        twin = self.customer.copy({"name": "Anna Muster-Meier"})
        self.buy(twin)
        self.synchronise()
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer | twin).ids, self.customer)
        self.look()
        self.assertEqual(self.opens(), 1)
        self.assertEqual(self.by_membership(), self.customer)
        with freeze_time(END):
            self.look(END)
            self.assertFalse(self.opens())

    def test_merged_contacts_that_all_are_members_end_with_their_memberships(self):
        other_tag = self.club
        other_tag.exivo_by_membership = True
        twins = self.customer.copy() | self.customer.copy()
        for twin in twins:
            self.buy(twin)
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer | twins).ids, self.customer)
        self.look()
        rows = self.customer.sudo().exivo_paid_member_ids
        self.assertEqual(rows.category_id, self.members | other_tag)
        over = END + timedelta(hours=2)  # the club has no doors, and so no zone
        with freeze_time(over):
            self.look(over)
            self.assertFalse(self.customer.category_id)
            self.assertFalse(self.opens())

    def test_merged_contacts_of_whom_one_was_tagged_by_hand_stay(self):
        merge = self.env["base.partner.merge.automatic.wizard"]
        for by_hand in (0, 1):
            for destination in (0, 1):
                with self.subTest(by_hand=by_hand, destination=destination):
                    pair = self.customer.copy() | self.customer.copy()
                    pair[by_hand].category_id = self.members
                    invoice = self.buy(pair[1 - by_hand])
                    merged = pair[destination]
                    merge._merge(pair.ids, merged)
                    self.assertFalse(self.by_membership())
                    self.credit(invoice)
                    self.assertEqual(self.opens(merged), 1)
                    merged.category_id = False

    def test_membership_ends_although_our_own_action_is_off(self):
        self.buy()
        self.assertEqual(self.opens(), 1)
        self.env.ref(
            "exivo_access_membership.ir_cron_follow_memberships"
        ).active = False
        with freeze_time(END):
            self.run_action("ir_cron_plan_all")
        with freeze_time(END):
            self.assertFalse(self.opens())

    def test_our_own_action_is_watched_as_those_of_the_core_are(self):
        name = "exivo_access_membership.ir_cron_follow_memberships"
        action = self.env.ref(name)
        action.failure_count = 2
        told = describe(self.env)
        self.assertIn(name, told["failing_actions"])
        action.active = False
        told = describe(self.env)
        self.assertTrue(told["actions"][name]["stands_still"])
        self.assertEqual(told["status"], "fail")

    def test_duplicated_contact_is_no_member(self):
        self.customer.category_id = self.club
        self.buy()
        twin = self.customer.copy()
        self.assertEqual(twin.category_id, self.club)

    def test_archived_product_goes_on_counting_and_none_is_lost(self):
        other = self.create_product("Half a year")
        self.members.exivo_product_ids = other
        self.buy()
        other.active = False
        self.members.exivo_with_free = True
        self.assertFalse(self.opens())
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            other.unlink()

    def test_deleted_community_leaves_no_access(self):
        self.buy()
        self.assertEqual(self.opens(), 1)
        self.member_rule.unlink()
        self.plan()
        self.members.unlink()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.customer.sudo().exivo_paid_member_ids)

    def test_what_bypasses_every_hook_is_found_within_the_hour(self):
        line = self.enter()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE membership_membership_line SET state = 'canceled' WHERE id = %s",
            [line.id],
        )
        self.env.invalidate_all()
        self.look()
        self.assertFalse(self.opens())
