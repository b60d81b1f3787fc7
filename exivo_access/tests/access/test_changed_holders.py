# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whoever may edit contacts gets at accesses by it, and does not do so unseen."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..common import NOW, ExivoPortalCase, pin_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestChangedHolders(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls._create_user(
            "exivo_editor", "base.group_user,base.group_partner_manager"
        )
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")

    def setUp(self):
        super().setUp()
        self.booking = self.book()
        self.synchronise()
        self.access = self.accesses(self.booking)
        self.assertEqual(self.access.mail_state, "queued")

    def rpc(self, user, record, method, *args, **options):
        """Call a method of a record, or of a model, as somebody does from afar."""
        record = record.with_user(user)
        return call_kw(record, method, [record.ids, *args], options)

    def lines(self):
        """What is written about the access: by whom, and what."""
        return [
            (message.author_id, html2plaintext(message.body))
            for message in self.access.message_ids.sorted("id")
        ]

    def mails_to_address(self, email):
        return self.env["mail.mail"].search([("email_to", "=", email)])

    # === ANOTHER ADDRESS === #

    def test_another_address_is_written_on_the_access_and_told_to_the_one_before(self):
        quiet = {"tracking_disable": True, "mail_notrack": True}
        vals = {"email": "eve@example.com"}
        self.rpc(self.editor, self.customer, "write", vals, context=quiet)
        (line,) = self.lines()
        self.assertEqual(line[0], self.editor.partner_id)
        self.assertIn("from anna@example.com to eve@example.com", line[1])
        mail = self.mails_to_address("anna@example.com")
        self.assertEqual(mail.subject, "Your e-mail address with us has changed")
        self.assertFalse(mail.recipient_ids, "this is not for the new address")
        self.assertNotIn(pin_of(self.access), mail.body_html)
        self.assertNotIn(self.access.link, mail.body_html)
        self.assertNotIn("eve@example.com", mail.body_html)
        last = self.env["mail.mail"].browse(self.access.last_mail_number)
        self.assertIn(pin_of(self.access), last.body_html, "it is still known")

    def test_nobody_tidies_up_what_is_written_on_the_access(self):
        """Odoo has authors rewrite what they have written, and readers delete it."""
        self.rpc(self.editor, self.customer, "write", {"email": "eve@example.com"})
        before = self.lines()
        staff = self._create_user("exivo_staff", "exivo_access.group_manager")
        message = self.access.message_ids
        for user in (self.editor, staff, self.env.ref("base.user_admin")):
            for method, *args in (
                ("write", {"body": "Nothing happened"}),
                ("write", {"date": "2000-01-01 00:00:00"}),
                ("write", {"author_id": self.customer.id}),
                ("write", {"message_type": "comment"}),
                ("write", {"res_id": self.access.id + 1}),
                ("unlink",),
            ):
                with self.subTest(user=user.login, method=method, args=args):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.rpc(user, message, method, *args)
                    self.env.invalidate_all()
        self.assertEqual(self.lines(), before)

    def test_staff_go_on_correcting_their_own_words(self):
        staff = self._create_user("exivo_staff", "exivo_access.group_manager")
        options = {"message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        access = self.access.with_user(staff)
        message = self.comment(access, "Lost her phone", **options)
        self.rpc(staff, message, "write", {"body": "Lost his phone"})
        self.assertIn("his phone", message.body)
        self.rpc(staff, message, "toggle_message_starred")
        self.assertTrue(message.with_user(staff).starred)

    def test_another_phone_number_is_written_on_the_access(self):
        self.customer.phone = "+41791112233"
        self.rpc(self.editor, self.customer, "write", {"phone": "+41794445566"})
        self.assertIn("from +41791112233 to +41794445566", self.lines()[-1][1])
        self.assertFalse(self.mails_to_address("anna@example.com"))

    def test_first_address_is_written_too(self):
        self.customer.email = False
        self.rpc(self.editor, self.customer, "write", {"email": "eve@example.com"})
        self.assertIn("from none to eve@example.com", self.lines()[-1][1])

    def test_what_is_no_other_address_is_not_written(self):
        self.customer.write({"email": "Anna@Example.com ", "name": "Anna M."})
        self.customer.email = "anna@example.com"
        self.assertEqual(self.lines(), [])

    def test_nobody_is_told_of_accesses_that_are_over(self):
        self.booking.action_cancel()
        self.synchronise()
        self.customer.email = "eve@example.com"
        self.assertEqual(self.lines(), [])
        self.assertFalse(self.mails_to_address("anna@example.com"))

    def test_colleague_in_the_portal_does_not_change_an_address_unseen(self):
        self.customer.write({"parent_id": self.parent.partner_id.id, "type": "other"})
        self.log_in(self.follower)
        self.follower.partner_id.parent_id = self.parent.partner_id
        answer = self.post(
            "/my/address/submit",
            partner_id=self.customer.id,
            name="Anna Muster",
            email="eve@example.com",
            phone="1",
            street="Way 1",
            city="Bern",
            zip="3000",
            country_id=self.env.ref("base.ch").id,
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.customer.email, "eve@example.com")
        authors = {author for author, _line in self.lines()}
        self.assertEqual(authors, {self.follower.partner_id})
        self.assertTrue(self.mails_to_address("anna@example.com"))

    def test_holder_who_has_set_it_right_hears_of_the_next_time(self):
        others = [f"eve{number}@example.com" for number in range(4)]
        anna = "anna@example.com"
        for email in (*others, anna, "eve@example.com"):
            self.rpc(self.editor, self.customer, "write", {"email": email})
        self.assertEqual(len(self.mails_to_address(anna)), 2)

    def test_mail_to_an_address_greets_with_nothing_but_a_name(self):
        for name, is_greeted in (
            ("See http://x.example and win", False),
            ("Call 0900 123 456", False),
            ("Dr. J.R. Anna-Maria von Müller", True),
        ):
            with self.subTest(name=name):
                email = self.customer.email
                self.customer.write({"name": name, "email": f"{len(name)}@example.com"})
                mail = self.mails_to_address(email)
                self.assertEqual(name in mail.body_html, is_greeted)
                self.assertIn("Hello", mail.body_html)

    def test_customer_has_us_write_to_hardly_anybody(self):
        self.booking = self.book(hours=48, partners=self.holder.partner_id)
        self.synchronise()
        addresses = self._change_own_address_often()
        told = self.env["mail.mail"].search([("email_to", "in", addresses)])
        self.assertEqual(len(told), 3)
        self.assertEqual(set(told.mapped("email_to")), set(addresses[:3]))
        lines = self.accesses(self.booking).message_ids.filtered(
            lambda one: "e-mail address" in one.body
        )
        self.assertEqual(len(lines), 10, "all are written down")

    def test_member_has_links_sent_to_hardly_anybody(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {
                "category_id": members.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
                "method": "link",
            }
        )
        self.holder.partner_id.category_id = members
        self.synchronise()
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1)
        before = self._change_own_address_often()
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1 + 3)
        told = self.env["mail.mail"].search([("email_to", "in", before)])
        self.assertEqual(sorted(told.mapped("email_to")), sorted(before[:3]))
        for email in (before[0], "eve9@example.com"):
            self.holder.partner_id.email = email
            self.synchronise()
        self.assertEqual(len(self.mails_to_address(before[0])), 2)
        access = self.holder.partner_id.exivo_access_ids.filtered("is_of_community")
        self.assertEqual(access.mail_state, "waiting", "the last one has no link")
        for days, more in ((1, 1), (2, 1)):
            with freeze_time(NOW + timedelta(days=days, minutes=1)):
                self.synchronise()
            self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1 + 3 + more)
        self.assertNotEqual(access.mail_state, "waiting")

    def _change_own_address_often(self):
        """Change one's own address ten times, by the form for it.

        :return: the addresses before each of them.
        """
        partner = self.holder.partner_id
        partner.phone = "1"
        self.log_in(self.holder)
        before = []
        for number in range(10):
            before.append(partner.email)
            self.post(
                "/my/address/submit",
                partner_id=partner.id,
                name=partner.name,
                email=f"eve{number}@example.com",
                phone="1",
                street="Way 1",
                city="Bern",
                zip="3000",
                country_id=self.env.ref("base.ch").id,
            )
            self.env.invalidate_all()
            self.assertEqual(partner.email, f"eve{number}@example.com")
            self.synchronise()
        return before

    # === MERGED CONTACTS === #

    def test_whoever_merges_a_holder_into_a_contact_is_written_on_the_access(self):
        email = self.editor.email
        self.rpc(self.editor, self.customer, "write", {"email": email})
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.editor)
        partners = self.customer | self.editor.partner_id
        wizard = wizard.create(
            {
                "partner_ids": [(6, 0, partners.ids)],
                "dst_partner_id": self.editor.partner_id.id,
            }
        )
        self.rpc(self.editor, wizard, "action_merge")
        self.env.invalidate_all()
        self.assertEqual(self.access.partner_id, self.editor.partner_id)
        (_address, line) = self.lines()
        self.assertEqual(line[0], self.editor.partner_id)
        self.assertIn("Anna Muster", line[1])
        self.assertIn(self.editor.name, line[1])

    # === SIGNING UP === #

    def test_employee_who_may_not_edit_contacts_cannot_sign_up_as_others(self):
        """Not as one who holds no access yet: the token outlives the booking."""
        config = self.env["ir.config_parameter"]
        config.set_param("auth_signup.invitation_scope", "b2c")
        other = self.env["res.partner"].create({"name": "Bert"})
        both = self.customer | other
        tokens = self.rpc(self.clerk, both, "signup_get_auth_param")
        self.assertFalse(tokens)
        self.assertFalse(any(one.signup_type for one in both.sudo()))
        tokens = self.rpc(self.editor, both, "signup_get_auth_param")
        self.assertEqual(set(tokens), set(both.ids), "who could change the address")

    def test_whoever_signs_up_with_the_address_of_a_holder_gets_nothing_of_theirs(self):
        config = self.env["ir.config_parameter"]
        config.set_param("auth_signup.invitation_scope", "b2c")
        for login in ("anna@example.com", "ANNA@example.com"):
            with self.subTest(login=login):
                vals = {"login": login, "name": "Anna Muster", "password": "x" * 12}
                login, _password = self.env["res.users"].sudo().signup(vals)
                user = self.env["res.users"].search([("login", "=", login)])
                self.assertNotEqual(user.partner_id, self.customer)
                user.unlink()
