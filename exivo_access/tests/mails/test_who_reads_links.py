# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy
from datetime import timedelta
from email.message import EmailMessage

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import file_path

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

    def test_no_reminder_writes_about_what_has_the_number_of_an_attendee(self):
        access = self.accesses(self.book(hours=50))
        alarm = self._make_alarm()
        event_id = self.call(
            "calendar.event",
            "create",
            [
                {
                    "name": "Tea",
                    "start": NOW + timedelta(minutes=25),
                    "stop": NOW + timedelta(hours=1),
                    "partner_ids": [(6, 0, self.clerk.partner_id.ids)],
                    "alarm_ids": [(6, 0, [alarm])],
                }
            ],
        )[0]
        event = self.env["calendar.event"].browse(event_id)
        self.env.flush_all()
        # whoever makes attendees often enough comes to any number
        own = event.attendee_ids.id
        for old, new in (access.id, access.id + 10**6), (own, access.id):
            self.env.cr.execute(
                "UPDATE calendar_attendee SET id = %s WHERE id = %s", [new, old]
            )
        self.env.invalidate_all()
        template = self.env.ref("exivo_access.mail_template_confirmation")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.call(
                "calendar.alarm", "write", [alarm], {"mail_template_id": template.id}
            )
        self.env.flush_all()
        self.env.cr.execute(  # as it could be chosen up to now
            "UPDATE calendar_alarm SET mail_template_id = %s WHERE id = %s",
            [template.id, alarm],
        )
        self.env.invalidate_all()
        self.env["calendar.alarm_manager"].with_context(
            lastcall=NOW - timedelta(minutes=10)
        )._send_reminder()
        (message,) = self.env["mail.message"].search(
            [("model", "=", "calendar.event"), ("res_id", "=", event_id)],
            order="id desc",
            limit=1,
        )
        self.assertIn("This is a reminder", message.body)
        self.assertNotIn("Anna", message.body)

    def _make_alarm(self):
        vals = {"name": "x", "alarm_type": "email", "duration": 30}
        return self.call("calendar.alarm", "create", [vals | {"interval": "minutes"}])[
            0
        ]

    def test_no_text_message_writes_about_what_nobody_of_its_senders_may_read(self):
        """The body of one is written in superuser mode, by a template of any model."""
        access = self.accesses(self.book(hours=50))
        partner = self.clerk.partner_id
        templates = {
            name: self.env["sms.template"].create(
                {
                    "name": "x",
                    "model_id": self.env["ir.model"]._get_id(name),
                    "body": "{{ object.display_name }}",
                }
            )
            for name in (access._name, "resource.booking")
        }
        for name, record in (
            (access._name, access),
            ("resource.booking", self.booking),
        ):
            for model in (name, partner._name):
                vals = {
                    "composition_mode": "comment",
                    "res_model": model,
                    "res_id": record.id,
                    "template_id": templates[name].id,
                }
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.call("sms.composer", "create", [vals])
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    fields = {"body": {}}
                    self.call("sms.composer", "onchange", [], vals, [], fields)
                own = {"res_model": partner._name, "res_id": partner.id, "body": "x"}
                number = self.call("sms.composer", "create", [own])
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.call("sms.composer", "write", number, vals)
        vals = {"name": "x", "alarm_type": "sms"}
        vals["sms_template_id"] = templates[access._name].id
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.call("calendar.alarm", "create", [vals])

    def test_text_message_reminds_nobody_of_what_they_were_taken_off(self):
        staying = self.env["res.partner"].create({"name": "Bea", "phone": "0791234567"})
        self.customer.phone = "+41 79 765 43 21"
        staying.country_id = self.env.ref("base.ch")
        booking = self.book(hours=0.5, partners=self.customer | staying)
        event = booking.meeting_id
        booking.partner_ids = staying
        event.with_context(syncing_booking_ids=booking.ids).partner_ids |= self.customer
        vals = {"name": "x", "alarm_type": "sms", "duration": 50, "interval": "minutes"}
        event.alarm_ids = self.env["calendar.alarm"].create(vals)
        self.env.flush_all()
        self.env["calendar.alarm_manager"].with_context(
            lastcall=NOW - timedelta(minutes=30)
        )._send_reminder()
        sent = self.env["mail.message"].search(
            [("message_type", "=", "sms"), ("res_id", "=", event.id)]
        )
        self.assertEqual(sent.partner_ids, staying)

    def test_export_brings_no_message_that_its_reader_may_not_read(self):
        """Odoo asks for no right to a message that another record leads to."""
        self.clerk.group_ids += self.env.ref("base.group_allow_export")
        self.accesses(self.book(hours=50))
        self.send_mails(minutes=10, down=ConnectionRefusedError("Connection refused"))
        told = self.find_messages(self.booking)
        waiting = self.waiting_mails().mail_message_id.filtered("body")
        self.assertTrue(told and waiting - told)
        meeting = self.booking.meeting_id
        answer = self.comment(meeting, "Thank you", parent_id=told[:1].id)
        chat = self.env["discuss.channel"].create({"name": "Chat"})
        chat.add_members(self.clerk.partner_id.ids)
        member = chat.channel_member_ids.filtered(
            lambda one: one.partner_id == self.clerk.partner_id
        )
        said = self.comment(chat, "Hello", message_type="comment")
        for message in told | waiting:
            member.seen_message_id = message  # as it could be written up to now
            for name in ("body", "subject", "parent_id/body", "id"):
                paths = [f"seen_message_id/{name}"]
                ((value,),) = self.export(member, paths)
                self.assertFalse(value)
        member.seen_message_id = said
        ((value,),) = self.export(member, ["seen_message_id/body"])
        self.assertIn("Hello", value)
        answer.parent_id = told[:1]
        paths = ["message_ids/body", "message_ids/parent_id/body"]
        rows = self.export(meeting, paths)
        self.assertIn("Thank you", repr(rows))
        self.assert_hidden(repr(rows))

    def export(self, records, paths):
        return self.call(records._name, "export_data", records.ids, paths)["datas"]

    def test_nobody_changes_the_reminders_of_the_house(self):
        alarm = self._make_alarm()
        self.call("calendar.alarm", "write", [alarm], {"name": "y"})
        self.booking_type.alarm_ids = [alarm]
        for method, *args in ("write", [alarm], {"name": "x"}), ("unlink", [alarm]):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.call("calendar.alarm", method, *args)

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

    def test_nobody_reads_a_mail_to_others_for_having_caused_or_organised_it(self):
        """An employee who saves a meeting as it is has its customer mailed."""
        for hours, organiser, cause in (
            (50, self.env.user, self.clerk),
            (52, self.env.user.browse(), self.clerk),
            (54, self.clerk, self.clerk),
            (56, self.clerk, self.env.user),
        ):
            with self.subTest(organiser=organiser.login, cause=cause.login):
                booking = self.book(hours=hours, confirm=False)
                event = booking.meeting_id
                event.user_id = organiser
                self.send_mails(minutes=10)
                self.sent.clear()
                told = self.find_messages(booking)
                vals = {"start": str(event.start)}
                call_kw(event.with_user(cause), "write", [event.ids, vals], {})
                self.assert_clerk_reads_none_of(self.find_messages(booking) - told)
                self.send_mails(minutes=20)
                (mail,) = self.sent
                self.assertIn("anna@example.com", mail["To"])
                self.assertIn("house@example.com", mail["From"])
                body = mail.get_body(("html",)).get_content()
                self.assertIn(booking.access_token, body)

    def test_answer_of_a_customer_quotes_it_to_nobody(self):
        """What comes back to the meeting by mail is read by every employee."""
        self.booking.meeting_id.user_id = self.clerk
        self.send_mails(minutes=10)
        (mail,) = self.sent
        quoted = mail.get_body(("html",)).get_content()
        self.assertIn(self.booking.access_token, quoted)
        self.env["mail.thread"].message_process(
            False,
            "From: anna@example.com\n"
            "To: house@example.com\n"
            f"In-Reply-To: {mail['Message-Id']}\n"
            "Message-Id: <answer@mx.example.com>\n"
            "MIME-Version: 1.0\n"
            "Content-Type: text/html; charset=utf-8\n\n"
            f"<p>Thank you</p><blockquote>{quoted}</blockquote>",
        )
        domain = [("model", "=", "calendar.event"), ("body", "like", "Thank you")]
        (answer,) = self.call("mail.message", "search_read", domain, ["body", "res_id"])
        self.assertEqual(answer["res_id"], self.booking.meeting_id.id)
        self.assertIn("Aare", answer["body"])
        self.assertIn('access_token="', answer["body"], "a link to the log-in page")
        self.assert_hidden(answer["body"])
        told = self.env["mail.message"].browse(answer["id"]).notified_partner_ids
        self.assertIn(self.clerk.partner_id, told, "who organises it")

    def test_answer_of_a_customer_brings_it_in_no_file(self):
        """Some mail programs attach what is answered; Odoo may keep the original."""
        self.send_mails(minutes=10)
        (mail,) = self.sent
        for number, keeps in enumerate((False, True)):
            answer = EmailMessage()
            answer["From"], answer["To"] = "anna@example.com", "house@example.com"
            answer["In-Reply-To"] = mail["Message-Id"]
            answer["Message-Id"] = f"<answer-{number}@mx.example.com>"
            answer.set_content("Thank you")
            answer.add_attachment(mail)
            answer.add_attachment(
                *(mail.as_bytes(), "application", "octet-stream"), filename="Mail.msg"
            )
            link = (
                f"https://house.example.com/my?access_token={self.booking.access_token}"
            )
            answer.add_attachment(link, filename="link.txt")
            answer.add_attachment("Two hours, please", filename="wish.txt")
            self.env["mail.thread"].message_process(
                False, answer.as_string(), save_original=keeps
            )
        files = self.call(
            "ir.attachment",
            "search_read",
            [("res_model", "=", "calendar.event"), ("name", "not ilike", ".ics")],
            ["name", "raw"],
        )
        self.assertEqual([one["name"] for one in files], ["wish.txt", "wish.txt"])
        self.assertIn(b"Two hours", files[0]["raw"])
        domain = [("model", "=", "calendar.event"), ("message_type", "=", "email")]
        answers = self.call("mail.message", "search_read", domain, ["body", "res_id"])
        self.assertEqual(len(answers), 2)
        for answer in answers:
            self.assertEqual(answer["res_id"], self.booking.meeting_id.id)
            self.assert_hidden(answer["body"])

    def test_files_at_a_meeting_without_a_booking_stay(self):
        meeting = self.env["calendar.event"].create(
            {"name": "Lunch", "start": NOW, "stop": NOW}
        )
        message = self.comment(meeting, "Look", attachments=[("a.eml", "Mail")])
        self.assertEqual(message.attachment_ids.name, "a.eml")

    def test_mails_of_before_are_nobody_elses_once_it_is_updated(self):
        self.send_mails(minutes=10)
        message = self.find_messages(self.booking)
        message.author_id = self.clerk.partner_id
        answer = message.copy({"message_type": "comment", "partner_ids": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_uid = %s WHERE id IN %s",
            [self.clerk.id, tuple(message.ids)],
        )
        self.assertTrue(self.call("mail.message", "read", message.ids, ["body"]))
        path = file_path("exivo_access/migrations/19.0.1.13.0/post-invitations.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.12.0")
        self.assert_clerk_reads_none_of(message)
        (read,) = self.call("mail.message", "read", answer.ids, ["body"])
        self.assertIn("Aare", read["body"])
        self.assert_hidden(read["body"])

    def find_messages(self, booking):
        """What was written about a booking's meeting, with the booking's link."""
        self.synchronise()
        return self.env["mail.message"].search(
            [
                ("model", "=", "calendar.event"),
                ("res_id", "=", booking.meeting_id.id),
                ("body", "like", booking.access_token),
            ]
        )

    def assert_clerk_reads_none_of(self, messages):
        self.assertTrue(messages)
        with self.assertRaises(AccessError):
            self.call("mail.message", "read", messages.ids, ["body"])
        domain = [("id", "in", messages.ids)]
        self.assertFalse(self.call("mail.message", "search_read", domain, ["body"]))

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
