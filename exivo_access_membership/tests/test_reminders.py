# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Members hear once that their membership ends, and how to renew it."""

from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.exivo_access.tests.common import NOW

from .common import FIRST_DAY, LAST_DAY, NEXT_DAY, NEXT_LAST_DAY, MembershipCase

#: Two weeks before the last day.
DUE = NOW.replace(day=6)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestReminders(MembershipCase):
    def remind(self, moment=DUE):
        """Run the scheduled action, and return the mails to Anna."""
        before = self.mails_to(self.customer)
        with freeze_time(moment):
            self.look(moment)
        return self.mails_to(self.customer) - before

    def test_member_is_told_once_in_time(self):
        self.buy()
        self.assertFalse(self.remind(DUE - timedelta(days=1)))
        mail = self.remind()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, "Your membership ends on 03/20/2027")
        self.assertIn("reply to this mail", mail.body_html)
        self.assertIn(self.env.company.email, mail.email_from)
        self.assertEqual(self.customer.sudo().exivo_paid_member_ids.told_stop, LAST_DAY)
        for days in 0, 1, 13, 14, 30:
            self.assertFalse(self.remind(DUE + timedelta(days=days)))

    def test_copy_of_the_database_tells_nobody(self):
        """The original does, and may know by now that it is renewed."""
        self.buy()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.assertFalse(self.remind())
        self.site.action_verify()
        self.assertEqual(len(self.remind()), 1)

    def test_mail_comes_from_whom_staff_have_put_into_the_template(self):
        template = self.env.ref("exivo_access_membership.mail_template_end")
        template.email_from = "club@example.com"
        self.buy()
        self.assertEqual(self.remind().email_from, "club@example.com")

    def test_mail_is_in_the_language_of_the_member(self):
        self.customer.lang = "de_DE"
        self.buy()
        mail = self.remind()
        self.assertEqual(mail.subject, "Ihre Mitgliedschaft endet am 20.03.2027")
        self.assertIn("antworten Sie einfach auf diese E-Mail", mail.body_html)

    def test_mail_without_a_language_is_in_that_of_the_house(self):
        self.customer.lang = False
        self.env.company.partner_id.lang = "de_DE"
        self.buy()
        self.assertEqual(
            self.remind().subject, "Ihre Mitgliedschaft endet am 20.03.2027"
        )

    def test_mail_asks_for_a_reply_only_where_somebody_reads_it(self):
        responsible = self._create_user("exivo_desk", "base.group_user")
        self.env.company.email = False
        self.env["exivo.site"].search([]).user_id = responsible
        self.buy()
        mail = self.remind()
        self.assertIn(responsible.email, mail.email_from)
        self.assertIn("reply to this mail", mail.body_html)
        self.assertTrue(self.env["exivo.mail"].search([("number", "=", mail.id)]))
        self.customer.sudo().exivo_paid_member_ids.told_stop = False
        self.env["exivo.site"].search([]).user_id = False
        mail = self.remind()
        self.assertNotIn("reply to this mail", mail.body_html)
        self.assertIn("please ask us", mail.body_html)

    def test_who_has_renewed_is_not_told_before_the_next_end(self):
        self.buy()
        self.buy(product=self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY))
        self.assertFalse(self.remind())
        self.assertEqual(len(self.remind(DUE.replace(year=2028))), 1)

    def test_who_renews_after_the_mail_is_told_again_next_time(self):
        self.buy()
        self.assertTrue(self.remind())
        with freeze_time(DUE):
            self.buy(product=self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY))
        self.assertFalse(self.remind(DUE + timedelta(days=10)))
        self.assertEqual(len(self.remind(DUE.replace(year=2028))), 1)

    def test_who_loses_the_renewal_after_the_mail_is_told_again(self):
        for take_back in self.reject, self.credit:
            with self.subTest(take_back.__name__):
                anna = self.customer = self.customer.copy({"email": "a@example.com"})
                self.buy()
                self.assertEqual(len(self.remind()), 1)
                product = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
                with freeze_time(DUE + timedelta(days=2)):
                    renewal = self.buy(product=product)
                self.assertFalse(self.remind(DUE + timedelta(days=3)))
                with freeze_time(DUE + timedelta(days=4)):
                    take_back(renewal)
                self.plan()
                self.assertEqual(anna.sudo().exivo_paid_member_ids.stop, LAST_DAY)
                self.assertEqual(len(self.remind(DUE + timedelta(days=5))), 1)
                self.assertFalse(self.remind(DUE + timedelta(days=6)))

    def test_who_was_told_is_not_told_again_of_the_same_end(self):
        invoice = self.buy()
        self.assertEqual(len(self.remind()), 1)
        self.correct(invoice)
        self.assertFalse(self.remind(DUE + timedelta(days=1)))
        self.members.exivo_by_membership = False
        self.assertFalse(self.by_membership())
        self.members.exivo_by_membership = True
        self.assertEqual(self.by_membership(), self.customer)
        self.assertFalse(self.remind(DUE + timedelta(days=2)))

    def correct(self, invoice):
        """Staff correct an invoice that is paid, and match its payment anew."""
        payments = invoice.matched_payment_ids
        invoice.button_draft()
        self.plan()
        self.assertFalse(self.by_membership())
        invoice.action_post()
        lines = (invoice | payments.move_id).line_ids
        lines.filtered(
            lambda one: one.account_type == "asset_receivable" and not one.reconciled
        ).reconcile()
        self.assertEqual(self.by_membership(), self.customer)

    def reject(self, invoice):
        """The bank takes back what was paid."""
        invoice.matched_payment_ids.action_reject()

    def test_others_are_told_although_nobody_knows_of_one_who_was(self):
        anna = self.customer
        self.buy()
        self.assertEqual(len(self.remind()), 1)
        self.customer = anna.copy({"email": "bert@example.com"})
        self.buy()
        model = type(self.env["exivo.paid.member"])
        has_lost = model._has_lost_renewal

        def fail(member):
            if member.partner_id == anna:
                raise ValueError
            return has_lost(member)

        with (
            patch.object(model, "_has_lost_renewal", fail),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.assertEqual(len(self.remind(DUE + timedelta(days=1))), 1)

    def test_each_community_chooses_how_long_before(self):
        self.members.exivo_remind_days = 3
        self.buy()
        self.assertFalse(self.remind())
        self.assertTrue(self.remind(NOW.replace(day=17)))

    def test_nobody_is_told_where_no_days_are_chosen(self):
        self.members.exivo_remind_days = 0
        self.buy()
        self.assertFalse(self.remind(NOW.replace(day=19)))

    def test_member_of_several_communities_gets_one_mail(self):
        self.club.exivo_by_membership = True
        self.buy()
        self.assertEqual(len(self.remind()), 1)
        self.assertFalse(self.remind(DUE + timedelta(days=1)))

    def test_each_membership_that_ends_is_told_with_its_own_way_to_renew(self):
        gym = self.create_product("Gym")
        self.club.exivo_by_membership = True
        self.club.exivo_product_ids = gym
        self.members.exivo_product_ids = self.product
        self.buy(more=gym)
        for members, club, told in (
            ("https://example.com/library", "https://example.com/gym", 2),
            ("https://example.com/library", False, 2),
            ("https://example.com/all", "https://example.com/all", 1),
        ):
            with self.subTest(told=told):
                self.members.exivo_renewal_url = members
                self.club.exivo_renewal_url = club
                self.customer.sudo().exivo_paid_member_ids.told_stop = False
                mails = self.remind()
                self.assertEqual(len(mails), told)
                bodies = " ".join(mails.mapped("body_html"))
                self.assertEqual("reply to this mail" in bodies, not club)
                for page in filter(None, (members, club)):
                    self.assertIn(f'href="{page}"', bodies)
                for product in self.product | gym:
                    # nobody has to tell apart what is renewed at once
                    self.assertEqual(bodies.count(product.name), told - 1)
                self.assertFalse(self.remind(DUE + timedelta(days=1)))

    def test_who_was_told_of_one_community_is_told_of_another_that_is_bought_then(self):
        gym = self.create_product("Gym")
        self.members.exivo_product_ids = self.product
        self.club.write(
            {
                "exivo_by_membership": True,
                "exivo_product_ids": gym,
                "exivo_remind_days": 3,
            }
        )
        for page, told in ("https://example.com/gym", 1), (False, 0):
            with self.subTest(page=page):
                self.customer = self.customer.copy({"email": "a@example.com"})
                self.club.exivo_renewal_url = page
                self.buy()
                self.assertEqual(len(self.remind()), 1)
                with freeze_time(DUE + timedelta(days=1)):
                    self.buy(product=gym)
                mails = self.remind(NOW.replace(day=17))
                self.assertEqual(len(mails), told)
                self.assertFalse(self.remind(NOW.replace(day=18)))

    def test_who_was_told_of_both_is_not_told_again_when_one_comes_back(self):
        gym = self.create_product("Gym")
        self.members.exivo_product_ids = self.product
        self.club.write({"exivo_by_membership": True, "exivo_product_ids": gym})
        self.club.exivo_renewal_url = "https://example.com/gym"
        self.buy(more=gym)
        self.assertEqual(len(self.remind()), 2)
        self.club.exivo_by_membership = False
        self.club.exivo_by_membership = True
        self.assertFalse(self.remind(DUE + timedelta(days=1)))
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        self.members.exivo_product_ids |= renewal
        invoice = self.invoice(product=renewal)
        for number, step in enumerate((lambda: None, lambda: self.pay(invoice)), 2):
            step()
            self.club.exivo_by_membership = False
            self.club.exivo_by_membership = True
            self.assertFalse(self.remind(DUE + timedelta(days=number)))

    def test_who_was_told_before_the_update_is_not_told_again(self):
        self.club.exivo_by_membership = True
        self.buy()
        self.assertEqual(len(self.remind()), 1)
        self.customer.sudo().write(
            {"exivo_told_stop": False, "exivo_told_category_ids": [Command.clear()]}
        )
        self.env.flush_all()
        path = "exivo_access_membership/migrations/19.0.1.13.0/post-migration.py"
        load_script(file_path(path), "exivo_migration").migrate(self.env.cr, "1")
        self.env.invalidate_all()
        for community in self.club | self.members:
            community.exivo_by_membership = False
            community.exivo_by_membership = True
        self.assertFalse(self.remind(DUE + timedelta(days=1)))

    def test_each_company_tells_of_the_end_of_what_it_sells(self):
        self.club.exivo_by_membership = True
        theirs = self.env["res.company"].create(
            {"name": "Neighbours", "email": "neighbours@example.com"}
        )
        self.club.exivo_seller_id = theirs
        self.enter()
        senders = self.remind().mapped("email_from")
        self.assertEqual(len(senders), 2)
        self.assertTrue(any(self.env.company.email in one for one in senders))
        self.assertTrue(any(theirs.email in one for one in senders))

    def test_mail_leads_to_the_page_for_renewals(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        self.buy()
        mail = self.remind()
        self.assertIn('href="https://example.com/shop/a-year"', mail.body_html)
        self.assertNotIn("reply to this mail", mail.body_html)

    def test_mail_leads_to_the_invoice_that_is_waiting(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        self.buy()
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        invoice = self.invoice(product=renewal)
        mail = self.remind()
        self.assertIn(f"/my/invoices/{invoice.id}?access_token=", mail.body_html)

    def test_who_is_renewed_by_an_invoice_that_is_drafted_is_asked_for_nothing(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        self.buy()
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        self.invoice(product=renewal, post=False)
        mail = self.remind()
        self.assertIn("You need not do anything", mail.body_html)
        self.assertNotIn("https://example.com/shop/a-year", mail.body_html)

    def test_who_was_asked_for_nothing_is_told_once_the_draft_is_deleted(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        self.club.exivo_by_membership = True
        self.club.exivo_renewal_url = self.members.exivo_renewal_url
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        company = self.env["res.partner"].create({"name": "Muster AG"})
        for step, told in ("unlink", 1), ("button_cancel", 1), ("action_post", 0):
            for payer in None, company:
                with self.subTest(step, payer=payer):
                    self.customer = self.customer.copy({"email": "a@example.com"})
                    self.buy()
                    invoice = self.invoice(payer, renewal, post=False)
                    invoice.delegated_member_id = self.customer
                    self.assertIn("You need not do", self.remind().body_html)
                    getattr(invoice, step)()
                    mails = self.remind(DUE + timedelta(days=1))
                    self.assertEqual(len(mails), told)
                    for mail in mails:
                        self.assertIn("https://example.com/shop/a-year", mail.body_html)
                    self.assertFalse(self.remind(DUE + timedelta(days=2)))

    def test_who_was_asked_for_nothing_and_comes_back_is_told_once_that_is_lost(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        renewal = self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY)
        invoice = self.buy()
        draft = self.invoice(product=renewal, post=False)
        self.assertIn("You need not do", self.remind().body_html)
        self.correct(invoice)
        self.assertFalse(self.remind(DUE + timedelta(days=1)))
        draft.unlink()
        mail = self.remind(DUE + timedelta(days=2))
        self.assertIn("https://example.com/shop/a-year", mail.body_html)
        self.assertFalse(self.remind(DUE + timedelta(days=3)))

    def test_who_is_renewed_by_a_contract_is_asked_for_nothing(self):
        payer = self.env["res.partner"].create({"name": "Muster AG"})
        for delegated in False, True:
            for first, last, is_renewed in (
                (NEXT_DAY, False, True),
                (NEXT_DAY + timedelta(days=1), False, False),
                (FIRST_DAY, LAST_DAY, False),
            ):
                with self.subTest(first=first, delegated=delegated):
                    self.customer = self.customer.copy({"email": "a@example.com"})
                    self.buy()
                    contract = self.env["contract.contract"].create(
                        {
                            "name": "Membership",
                            "line_recurrence": True,
                            "partner_id": (payer if delegated else self.customer).id,
                            "delegated_member_id": delegated and self.customer.id,
                            "contract_line_ids": [
                                Command.create(
                                    {
                                        "product_id": self.product.id,
                                        "name": self.product.name,
                                        "recurring_rule_type": "yearly",
                                        "date_start": first,
                                        "date_end": last,
                                    }
                                )
                            ],
                        }
                    )
                    if last:
                        contract.recurring_create_invoice()
                    body = self.remind().body_html
                    self.assertEqual("You need not do anything" in body, is_renewed)
                    self.assertEqual("reply to this mail" in body, not is_renewed)

    def test_mail_does_not_lead_to_an_invoice_that_does_not_continue_it(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        self.members.exivo_product_ids = self.product
        self.buy()
        self.invoice(product=self.create_product("Gym", NEXT_DAY, NEXT_LAST_DAY))
        gap = self.create_product("Later", date(2027, 3, 22), NEXT_LAST_DAY)
        self.members.exivo_product_ids |= gap
        self.invoice(product=gap)
        mail = self.remind()
        self.assertIn('href="https://example.com/shop/a-year"', mail.body_html)
        self.assertNotIn("/my/invoices/", mail.body_html)

    def test_invoice_of_somebody_else_is_not_shown_to_the_member(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        payer = self.env["res.partner"].create({"name": "Muster AG"})
        for product in (
            self.product,
            self.create_product("Next year", NEXT_DAY, NEXT_LAST_DAY),
        ):
            invoice = self.invoice(payer, product, post=False)
            invoice.delegated_member_id = self.customer
            invoice.action_post()
            if product == self.product:
                self.pay(invoice)
        mail = self.remind()
        self.assertIn("You need not do anything", mail.body_html)
        self.assertNotIn("/my/invoices/", mail.body_html)
        self.assertNotIn("https://example.com/shop", mail.body_html)

    def test_associated_member_is_told_whose_membership_it_is(self):
        self.members.exivo_renewal_url = "https://example.com/shop/a-year"
        payer = self.env["res.partner"].create({"name": "Muster AG"})
        self.customer.associate_member_id = payer
        self.buy(payer)
        self.invoice(product=self.create_product("My own", NEXT_DAY, NEXT_LAST_DAY))
        mail = self.remind()
        self.assertIn("part of the membership of <strong>Muster AG", mail.body_html)
        self.assertNotIn("https://example.com/shop", mail.body_html)
        self.assertNotIn("/my/invoices/", mail.body_html)

    def test_associated_member_is_asked_for_nothing_that_the_other_has_to_pay(self):
        payer = self.env["res.partner"].create({"name": "Muster AG"})
        self.customer.associate_member_id = payer
        self.buy(payer)
        self.invoice(payer, self.create_product("Next", NEXT_DAY, NEXT_LAST_DAY))
        mail = self.remind()
        self.assertIn("You need not do anything", mail.body_html)
        self.assertNotIn("/my/invoices/", mail.body_html)

    def test_member_without_an_address_is_told_once_there_is_one(self):
        self.customer.email = False
        self.buy()
        self.assertFalse(self.remind())
        self.customer.email = "anna@example.com"
        self.assertEqual(len(self.remind()), 1)

    def test_nobody_is_told_who_stays_or_is_gone(self):
        self.credit(self.buy())
        self.assertFalse(self.remind())
        self.customer.category_id = self.members
        self.buy()
        self.assertFalse(self.remind())
