# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import suppress
from datetime import timedelta

from freezegun import freeze_time
from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoCase

MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{id}@example.com>
{headers}
Let me in
"""


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGateway(ExivoCase):
    """Nothing that opens doors is made or changed from a mail, whoever hands it in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")
        cls.members = cls.env["res.partner.category"].create({"name": "Members"})
        cls.env["exivo.access.rule"].create(
            {"category_id": cls.members.id, "lock_ids": [(6, 0, cls.entrance.ids)]}
        )
        cls.env.ref("base.user_admin").email = "admin@example.com"

    def mail(self, subject="Open", to="info@example.com", sender=None, **headers):
        lines = "".join(f"{name}: {text}\n" for name, text in headers.items())
        return MAIL.format(
            sender=sender or self.clerk.email,
            to=to,
            subject=subject,
            id=f"{subject}-{to}-{len(lines)}",
            headers=lines,
        )

    def hand_in(self, user, *args, called=None, context=None, **kwargs):
        """Call Odoo's mail gateway from afar."""
        model = self.env[called or "mail.thread"].with_user(user)
        kwargs["context"] = context or {}
        return call_kw(model, "message_process", list(args), kwargs)

    def orders(self):
        """What would open doors, or make somebody an administrator, by its model."""
        window = {"start": NOW, "stop": NOW + timedelta(days=30)}
        window = {name: fields.Datetime.to_string(at) for name, at in window.items()}
        booking = {
            "type_id": self.booking_type.id,
            "partner_ids": [(6, 0, self.clerk.partner_id.ids)],
            "start": fields.Datetime.to_string(NOW + timedelta(hours=5)),
        }
        me = {"name": "Me", "email": self.clerk.email}
        tag = [(4, self.members.id)]
        held = self.book(hours=3)
        self.synchronise()
        return [
            (
                "exivo.access",
                {
                    **window,
                    "site_id": self.site.id,
                    "partner_id": self.clerk.partner_id.id,
                    "lock_ids": [(6, 0, self.site.lock_ids.ids)],
                },
            ),
            (
                "exivo.site",
                {"name": "Mine", "remote_id": "1", "api_key": "2", "state": "verified"},
            ),
            ("resource.booking", booking),
            ("res.partner", {**me, "category_id": tag}),
            ("res.partner", {**me, "resource_booking_ids": [(0, 0, booking)]}),
            (
                "res.partner",
                {
                    **me,
                    "meeting_ids": [
                        (1, held.meeting_id.id, {"start": window["start"]}),
                    ],
                },
            ),
            (
                "calendar.event",
                {**window, "name": "B", "resource_booking_ids": [(0, 0, booking)]},
            ),
            (
                "res.partner",
                {**me, "child_ids": [(0, 0, {**me, "category_id": tag})]},
            ),
            (
                "res.partner",
                {**me, "message_partner_ids": [(0, 0, {**me, "category_id": tag})]},
            ),
        ]

    def snapshot(self):
        self.plan()
        self.env.invalidate_all()
        bookings = self.env["resource.booking"].search([])
        return (
            self.env["exivo.access"].search([]).mapped("state"),
            self.env["exivo.site"].search([]).mapped("state"),
            bookings.mapped(lambda one: (one.id, one.start, one.stop, one.state)),
            self.members.partner_ids,
            list(self.exivo.calls),
        )

    def assertNothingOpens(self, call, *where):
        before = self.snapshot()
        # told apart from "nothing was changed" by the tests that call what works
        with suppress(Exception), self.env.cr.savepoint():
            call()
        self.synchronise()
        self.assertEqual(self.snapshot(), before, where)

    @mute_logger("odoo.addons.mail.models.mail_thread", "odoo.sql_db")
    def test_an_employee_orders_nothing_by_a_mail(self):
        for number, (model, values) in enumerate(self.orders()):
            for called in ("mail.thread", model):
                with self.subTest(model=model, values=values, called=called):
                    mail = self.mail(f"Order {number}")
                    with self.assertRaises(AccessError):
                        self.hand_in(
                            self.clerk, model, mail, called=called, custom_values=values
                        )
                    self.assertNothingOpens(
                        lambda model=model, mail=mail, values=values: self.hand_in(
                            self.clerk, model, mail, custom_values=values
                        ),
                        model,
                        values,
                    )

    @mute_logger("odoo.addons.mail.models.mail_thread", "odoo.sql_db")
    def test_nor_does_who_may_say_what_a_mail_becomes(self):
        """Administrators, fetched mail, and values that an alias brings along."""
        admin = self.env.ref("base.user_admin")
        for number, (model, values) in enumerate(self.orders()):
            with self.subTest(model=model, values=values):
                mail = self.mail(f"By admin {number}", sender="x@example.com")
                self.assertNothingOpens(
                    lambda model=model, mail=mail, values=values: self.hand_in(
                        admin, model, mail, custom_values=values
                    ),
                    model,
                    values,
                )

    @mute_logger("odoo.addons.mail.models.mail_thread", "odoo.sql_db")
    def test_values_of_an_alias_open_nothing(self):
        domain = self.env["mail.alias.domain"].create({"name": "doors.example.com"})
        for number, (model, values) in enumerate(self.orders()):
            alias = self.env["mail.alias"].create(
                {
                    "alias_name": f"open-{number}",
                    "alias_domain_id": domain.id,
                    "alias_model_id": self.env["ir.model"]._get_id(model),
                    "alias_defaults": repr(values),
                }
            )
            alias.alias_status = "valid"  # else only administrators use it
            with self.subTest(model=model, values=values):
                mail = self.mail(f"Alias {number}", to=alias.alias_full_name)
                self.assertNothingOpens(
                    lambda mail=mail: self.hand_in(self.clerk, False, mail), values
                )

    def test_the_context_of_a_call_tags_no_new_contact(self):
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "persons",
                "alias_domain_id": self.env["mail.alias.domain"]
                .create({"name": "persons.example.com"})
                .id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        alias.alias_status = "valid"
        mail = self.mail("Hello", to=alias.alias_full_name, sender="new@example.com")
        tagged_by = {"default_category_id": [(4, self.members.id)]}
        self.hand_in(self.clerk, False, mail, context=tagged_by)
        made = self.env["res.partner"].search([("email", "=", "new@example.com")])
        self.assertTrue(made)
        self.assertFalse(made.category_id)

    def test_nobody_becomes_an_administrator_by_a_mail(self):
        admin = self.env.ref("base.user_admin")
        before = admin.login
        values = {"name": "Me", "user_ids": [(1, admin.id, {"login": "mine"})]}
        with self.assertRaises(AccessError):
            self.hand_in(
                self.clerk, "res.partner", self.mail("Admin"), custom_values=values
            )
        self.assertEqual(admin.login, before)

    def test_replies_and_contacts_from_mails_go_on_as_before(self):
        """A mail server's script hands mails in as any user; bookings are answered."""
        booking = self.book()
        booking.access_token = False
        sent = self.comment(
            booking,
            "Bring a pen",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        answer = {"References": sent.message_id, "In-Reply-To": sent.message_id}
        mail = self.mail("Re: pen", sender=self.customer.email, **answer)
        self.hand_in(self.clerk, False, mail)
        self.assertIn("Let me in", booking.message_ids[:1].body)
        self.assertEqual(booking.message_ids[:1].author_id, self.customer)

        partner = self.hand_in(
            self.env.ref("base.user_admin"),
            "res.partner",
            self.mail("New", sender="fresh@example.com"),
        )
        self.assertTrue(self.env["res.partner"].browse(partner).exists())

    def test_who_answers_a_mail_about_a_booking_may_not_change_it_by_that(self):
        """Followers may change it, and Odoo makes whoever writes a follower."""
        helper = self._create_user(
            "exivo_helper", "base.group_user,resource_booking.group_user"
        )
        boss = self._create_user(
            "exivo_boss", "base.group_user,resource_booking.group_manager"
        )
        booking = self.book()
        for user in (helper, boss):
            question = booking.message_post(
                body=Markup("Is it warm enough?"),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=user.partner_id.ids,
            ).sudo()
            reply = {"In-Reply-To": question.message_id, "sender": user.email}
            for caller in (self.env.user, user):
                mail = self.mail(f"{user.login}-{caller.id}", **reply)
                self.hand_in(caller, False, mail)
        self.env.invalidate_all()
        for user in (helper, boss):
            written = booking.message_ids.filtered(
                lambda one, author=user.partner_id: one.author_id == author
            )
            self.assertEqual(len(written), 2)
        self.assertFalse(booking.with_user(helper).has_access("read"))
        self.assertIn(boss.partner_id, booking.message_partner_ids)
        with self.assertRaises(AccessError):
            booking.with_user(helper).partner_ids = helper.partner_id
