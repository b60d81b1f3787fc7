# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from freezegun import freeze_time

from odoo.service.model import call_kw
from odoo.tests import tagged

from ..common import NOW, ExivoCase
from ..mail_common import MailCase

TEMPLATES = ("mail_template_meeting_invitation", "mail_template_meeting_changed")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWhoReadsLinks(MailCase, ExivoCase):
    """Only mails to who is on a booking bring the link by which it is changed.

    Every employee reads all meetings, who attends them, and what is attached to them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.email = "house@example.com"
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")

    def setUp(self):
        super().setUp()
        self.booking = self.book(hours=48, confirm=False)
        (self.attendee,) = self.booking.meeting_id.attendee_ids

    def assert_hidden(self, text):
        self.assertNotIn(self.booking.access_token, text or "")

    def call(self, model, method, *args):
        self.env.invalidate_all()
        return call_kw(self.env[model].with_user(self.clerk), method, list(args), {})

    def read_text(self, model, values):
        """Have a wizard of Odoo write a mail, and return its text."""
        (wizard_id,) = self.call(model, "create", [values])
        name = "body" if model == "mail.compose.message" else "body_html"
        wizard = self.env[model].with_user(self.clerk).browse(wizard_id)
        (text,) = wizard.mapped(name)
        self.assertIn("Aare", text)
        return text

    def test_no_file_that_is_attached_to_a_meeting_has_it(self):
        self.send_mails(minutes=10)
        (mail,) = self.sent
        body = mail.get_body(("html",)).get_content()
        self.assertIn(self.booking.access_token, body, "only a mail to the customer")
        for attachment in self.call(
            "ir.attachment",
            "search_read",
            [("res_model", "=", "calendar.event"), ("name", "ilike", ".ics")],
            ["raw"],
        ):
            content = attachment["raw"].decode().replace("\r\n ", "")  # unfolded
            self.assert_hidden(content)
            self.assertIn(self.attendee.access_token, content)

    def test_no_template_writes_it_to_somebody_else(self):
        self.env.ref("base.group_user").implied_ids -= self.env.ref(
            "mail.group_mail_template_editor"
        )
        for name in TEMPLATES:
            template = self.env.ref(f"exivo_access.{name}")
            with self.subTest(template=name):
                values = {
                    "mail_template_id": template.id,
                    "resource_ref": f"calendar.attendee,{self.attendee.id}",
                }
                self.assert_hidden(self.read_text("mail.template.preview", values))
                values = {
                    "model": "calendar.attendee",
                    "res_ids": str(self.attendee.ids),
                    "template_id": template.id,
                }
                self.assert_hidden(self.read_text("mail.compose.message", values))
                mail = call_kw(
                    template.with_user(self.clerk),
                    "send_mail",
                    [template.ids, self.attendee.id],
                    {"email_values": {"email_to": "me@elsewhere.example"}},
                )
                self.assert_hidden(self.env["mail.mail"].browse(mail).body_html)

    def test_customer_gets_it_also_where_somebody_else_has_the_mail_written(self):
        """What is about to begin waits for no scheduled action."""
        booking = self.book(hours=0.1, confirm=False)
        self.send_mails()
        self.sent.clear()
        event = booking.meeting_id.with_user(self.clerk)
        call_kw(event, "action_sendmail", [event.ids], {})
        self.send_mails()
        (mail,) = self.sent
        self.assertIn("anna@example.com", mail["To"])
        body = mail.get_body(("html",)).get_content()
        self.assertIn(booking.access_token, body)

    def test_who_decides_about_the_booking_sees_what_the_customer_reads(self):
        boss = self._create_user(
            "exivo_boss", "exivo_access.group_manager,resource_booking.group_manager"
        )
        template = self.env.ref(f"exivo_access.{TEMPLATES[0]}")
        preview = (
            self.env["mail.template.preview"]
            .with_user(boss)
            .create(
                {
                    "mail_template_id": template.id,
                    "resource_ref": f"calendar.attendee,{self.attendee.id}",
                }
            )
        )
        self.assertIn(self.booking.access_token, preview.body_html)
