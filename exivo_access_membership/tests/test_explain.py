# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*Explain* says what a membership lacks, and leads there."""

from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import END, LAST_DAY, NEXT_DAY, NEXT_LAST_DAY, MembershipCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExplain(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls._create_user(
            "exivo_staff", "exivo_access.group_user,account.group_account_invoice"
        )

    def explain(self, access):
        """What staff read of an access, and where they are led."""
        self.plan()
        form = self.open_explanation(access)
        return form.summary, form.way

    def lead_to(self, record):
        return f"{record._name},{record.id}"

    def test_member_is_a_member(self):
        self.buy()
        summary, way = self.explain(self.standing())
        self.assertNotIn("membership", summary)
        self.assertFalse(way)

    def test_membership_that_has_ended(self):
        self.buy()
        access = self.standing()
        with freeze_time(END):
            self.look(END)
            summary, way = self.explain(access)
        self.assertIn("The membership of Anna Muster ended on 03/20/2027.", summary)
        self.assertEqual(way, self.lead_to(self.customer))

    def test_down_payment_that_is_not_paid(self):
        deposit, final = self.invoice_in_two(50)
        payment = self.pay(deposit)
        self.pay(final)
        access = self.standing()
        payment.action_reject()
        summary, way = self.explain(access)
        self.assertIn("The membership of Anna Muster is not paid yet.", summary)
        self.assertEqual(way, self.lead_to(deposit))
        again = self.correct(deposit)
        self.assertEqual(self.explain(access)[1], self.lead_to(again))
        final.button_draft()
        summary, way = self.explain(access)
        text = "The invoice of the membership of Anna Muster is not posted yet."
        self.assertIn(text, summary)
        self.assertEqual(way, self.lead_to(final))

    def test_renewal_that_is_not_paid(self):
        self.buy()
        access = self.standing()
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        invoice = self.invoice(product=renewal)
        with freeze_time(END):
            self.look(END)
            summary, way = self.explain(access)
            self.assertIn("The membership of Anna Muster is not paid yet.", summary)
            self.assertEqual(way, self.lead_to(invoice))

    def test_renewal_that_is_ordered_and_not_invoiced(self):
        self.buy()
        access = self.standing()
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        order = self.order(order_line=[Command.create({"product_id": renewal.id})])
        with freeze_time(END):
            self.look(END)
            summary, way = self.explain(access)
            text = f"The order {order.name} of a membership has no invoice yet."
            self.assertIn(text, summary)
            self.assertEqual(way, self.lead_to(order))
            invoice = order._create_invoices()
            summary, way = self.explain(access)
            text = "The invoice of the membership of Anna Muster is not posted yet."
            self.assertIn(text, summary)
            self.assertNotIn("ended on", summary)
            self.assertEqual(way, self.lead_to(invoice))
            invoice.action_post()
            self.assertIn("is not paid yet", self.explain(access)[0])

    def test_membership_that_does_not_count_is_not_what_is_missing(self):
        self.members.exivo_product_ids = self.product
        line = self.enter()
        access = self.standing()
        line.date_cancel = date(2027, 2, 27)
        gym = self.create_product("Gym", last=NEXT_LAST_DAY)
        self.invoice(product=gym)
        self.enter(membership_id=gym.id, date_to=date(2027, 2, 28))
        self.look()
        summary, way = self.explain(access)
        self.assertNotIn("is not paid yet", summary)
        self.assertIn("The membership of Anna Muster ended on 02/27/2027.", summary)
        self.assertEqual(way, self.lead_to(self.customer))

    def test_renewal_that_begins_later(self):
        line = self.enter()
        access = self.standing()
        self.enter(date_from=date(2027, 4, 1), date_to=NEXT_LAST_DAY)
        line.date_cancel = date(2027, 2, 27)
        self.look()
        summary, _way = self.explain(access)
        self.assertIn("The membership of Anna Muster ended on 02/27/2027.", summary)

    def test_membership_that_was_credited(self):
        invoice = self.buy()
        access = self.standing()
        for by_list in False, True:
            credit = self.credit(invoice, post=not by_list)
            if by_list:
                credit._post()
            summary, way = self.explain(access)
            self.assertIn("The membership of Anna Muster ended on 03/01/2027.", summary)
            self.assertEqual(way, self.lead_to(self.customer))
            self.assertEqual(self.customer.membership_cancel, date(2027, 3, 1))
            credit.button_draft()

    def test_membership_that_was_credited_though_it_was_to_end_later(self):
        invoice = self.buy()
        invoice.invoice_line_ids.membership_line_ids.date_cancel = date(2027, 3, 10)
        access = self.standing()
        self.credit(invoice)
        summary, way = self.explain(access)
        self.assertIn("The membership of Anna Muster is cancelled.", summary)
        self.assertEqual(way, self.lead_to(self.customer))

    def test_membership_that_was_ordered_and_credited(self):
        invoice = self.invoice_order(self.order())
        self.pay(invoice)
        access = self.standing()
        self.credit(invoice)
        summary, way = self.explain(access)
        self.assertNotIn("has no invoice yet", summary)
        self.assertIn("The membership of Anna Muster ended on 03/01/2027.", summary)
        self.assertEqual(way, self.lead_to(self.customer))

    def test_membership_of_whom_one_is_associated_with(self):
        payer = self.env["res.partner"].create({"name": "Muster AG"})
        self.customer.associate_member_id = payer
        self.enter(payer)
        access = self.standing()
        with freeze_time(END):
            self.look(END)
            summary, way = self.explain(access)
        self.assertIn("The membership of Muster AG ended on", summary)
        self.assertEqual(way, self.lead_to(payer))

    def test_who_was_never_a_member_by_membership_has_lost_the_tag(self):
        self.customer.category_id = self.members
        access = self.standing()
        self.customer.category_id = False
        summary, _way = self.explain(access)
        self.assertIn("no longer belongs to it", summary)
        self.members.exivo_by_membership = False
        self.enter(date_to=LAST_DAY)
        with freeze_time(END):
            self.assertIn("no longer belongs to it", self.explain(access)[0])
