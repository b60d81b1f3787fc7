# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What people write into names is text: in mails, alarms, chatter and the portal."""

import email
from datetime import timedelta
from email.policy import SMTP
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from markupsafe import Markup

from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoPortalCase

#: Each would run, or show what is the server's, if it were taken for more than text.
SIGN = "strangerwashere"
NAMES = {
    "mark-up": f"<img src=x onerror={SIGN}><script>{SIGN}()</script>",
    "template": "{{ object.env.cr.dbname }}<t t-out='object.env.cr.dbname'/>"
    "{{ 99991*79357 }}",
    "placeholder": "%(holder)s %s %(secret)d 100% {0.env}",
    "other direction": "\u202ereversed\u200b\ufeff",
    "very long": "long " * 2000,
}
LINE_BREAK = "Anna\r\nBcc: eve@example.com\n\nHello"
#: Odoo encodes such a name before it comes into the head of a mail.
ENCODED_LINE_BREAK = LINE_BREAK.replace("Anna", "Zoë")
#: In the head of a mail these look like code, for which there is no key.
UNREADABLE = (
    "=?foo?q?x?=",
    "=?utf-8?b?a?=",
    "=?utf-8?q?=ff?=",
    "=?UTF-8*en?q?x?=",
    "=?rot13?q?a?=",
    "=?utf-7?q?+2AA-?=",
)
#: These are such code, and a line break in it; once within itself.
HIDDEN_LINE_BREAKS = (
    "=?foo?q?x?= =?utf-8?q?a=0ABcc:_eve@example.com?=",
    "=?utf-8?q?a=0ABcc:_eve@example.com?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0ABcc:_eve@example.com=3F=3D?=",
)


def find_elements(text):
    """Elements that only a name can have brought in, cleaned by Odoo or not.

    :rtype: list
    """
    tree = html.fromstring(f"<div>{text}</div>")
    return tree.xpath("//img[@src='x'] | //script[contains(., $sign)]", sign=SIGN)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestMarkup(ExivoPortalCase):
    def _name_everything(self, name):
        """Everything with a name that is shown with an access gets this one."""
        self.holder.partner_id.name = name
        self.room.name = name
        self.entrance.name = self.aare.name = name
        self.site.name = name
        self.booking_type.name = name
        self.env.company.name = name

    def _make_all(self, name):
        """A booking with an access that works, one that failed, and a member.

        :return: all accesses.
        """
        self._name_everything(name)
        members = self.env["res.partner.category"].create({"name": name})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.holder.partner_id.category_id = members
        self.book_for_holder(name=name)
        self.synchronise()
        self.book_for_holder(hours=48)
        refusal = exivo.Rejected(f"Exivo says {name}", 400)
        self.exivo.fail(refusal, "create_visit")
        self.synchronise()
        self.exivo.report("aare", -5, f"door {name}"[:99], userLabel=name)
        self.read_events()
        accesses = self.env["exivo.access"].search([])
        self.assertEqual(set(accesses.mapped("state")), {"created", "failed"})
        return accesses

    def _texts(self, accesses):
        """Whatever is HTML of what was made, each with where it stands."""
        for mail in self.env["mail.mail"].search([]):
            yield "mail", mail.body_html
        for activity in self.env["mail.activity"].search([]):
            yield "alarm", activity.note
        for message in self.env["mail.message"].search([]):
            yield "chatter", message.body
        for model in ("exivo.access", "exivo.site", "exivo.access.rule"):
            yield model, self.env[model].get_empty_list_help("")
        self.log_in(self.holder)
        booking = accesses.booking_id[:1]
        for page in ("/my/doors", "/my/bookings", f"/my/bookings/{booking.id}"):
            yield page, self.url_open(page).text

    def test_names_are_text_everywhere(self):
        for kind, name in NAMES.items():
            with self.subTest(kind=kind), self.env.cr.savepoint() as savepoint:
                places = set()
                for place, text in self._texts(self._make_all(name)):
                    places.add(place)
                    self.assertEqual(find_elements(text or ""), [], place)
                    self.assertNotIn(self.env.cr.dbname, text or "", place)
                    self.assertNotIn(str(99991 * 79357), text or "", place)
                self.assertLessEqual({"mail", "alarm", "chatter", "/my/doors"}, places)
                subjects = self.env["mail.mail"].search([]).mapped("subject")
                self.assertFalse([one for one in subjects if self.env.cr.dbname in one])
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
            self.exivo.forget()

    def test_mark_up_that_is_taken_for_such_would_be_seen(self):
        raw = Markup(NAMES["mark-up"])
        words = type(self.env["exivo.alarm"])
        access = type(self.env["exivo.access"])
        with (
            patch.object(words, "_as_list", lambda words, lines: raw),
            patch.object(access, "_format_window", lambda access: raw),
        ):
            texts = list(self._texts(self._make_all("Aare")))
        seen = {place for place, text in texts if find_elements(text or "")}
        self.assertLessEqual({"mail", "alarm", "/my/doors"}, seen)

    def test_line_breaks_in_names_neither_stop_a_mail_nor_add_to_its_head(self):
        self.env.company.email = "house@example.com"
        for hours, name in enumerate((LINE_BREAK, ENCODED_LINE_BREAK), start=24):
            with self.subTest(name=name):
                self._name_everything(name)
                self.book_for_holder(hours=hours)
                self.synchronise()
                mail = self.mails_to(self.holder.partner_id)
                self.assertEqual(len(mail), 1)
                mail.auto_delete = False
                messages = self._send(mail)
                self.assertEqual(mail.state, "sent", mail.failure_reason)
                (message,) = messages
                self.assertIsNone(message["Bcc"])
                for header in ("Subject", "To", "From", "Reply-To"):
                    self.assertIn(
                        "Bcc: eve@example.com Hello", str(message[header]), header
                    )
                mail.unlink()

    def test_line_breaks_in_names_stop_no_mail_of_odoos_about_the_booking(self):
        """Odoo writes the reader's name into a header of its own."""
        for hours, name in enumerate((LINE_BREAK, ENCODED_LINE_BREAK), start=24):
            with self.subTest(name=name):
                self._name_everything(name)
                booking = self.book_for_holder(hours=hours, confirm=False)
                booking.message_post(
                    body=Markup("Bring a pen"),
                    partner_ids=self.holder.partner_id.ids,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                with freeze_time(NOW + timedelta(minutes=6), tick=True):
                    self.synchronise()  # staff have not confirmed it until then
                mails = self.mails_to(self.holder.partner_id)
                self.assertEqual(len(mails), 2)
                mails.auto_delete = False
                messages = self._send(mails)
                self.assertEqual(
                    mails.mapped("state"), ["sent"] * 2, mails.mapped("failure_reason")
                )
                for message in messages:
                    self.assertIsNone(message["Bcc"])
                    self.assertIn("Hello", str(message["X-Msg-To-Add"]))
                mails.unlink()

    def test_names_that_look_like_code_neither_stop_a_mail_nor_add_to_its_head(self):
        """Nor do they stop the mails of others, beside whom they stand."""
        self.env.company.email = "house@example.com"
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com"}
        )
        for hours, name in enumerate(UNREADABLE + HIDDEN_LINE_BREAKS, start=24):
            with self.subTest(name=name):
                self._name_everything(name)
                booking = self.book_for_holder(hours=hours)
                booking.message_post(
                    subject=name,
                    body=Markup("Bring a pen"),
                    partner_ids=(self.holder.partner_id | other).ids,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                self.synchronise()
                mails = self.mails_to(self.holder.partner_id) | self.mails_to(other)
                mails.auto_delete = False
                messages = self._send(mails)
                self.assertEqual(
                    mails.mapped("state"), ["sent"] * 3, mails.mapped("failure_reason")
                )
                for message in messages:
                    self.assertIsNone(message["Bcc"])
                    for header in ("Subject", "To", "From", "X-Msg-To-Add"):
                        self.assertNotIn("\0", str(message[header]))
                mails.unlink()

    def _send(self, mails):
        """Send mails, and return them as a mail server gets them."""
        sent = []

        def send_email(server, message, *args, **options):
            sent.append(email.message_from_bytes(message.as_bytes(), policy=SMTP))
            return message["Message-Id"]

        servers = type(self.env["ir.mail_server"])
        with (
            patch.object(servers, "_disable_send", lambda server: False),
            patch.object(servers, "_connect__", lambda server, **options: None),
            patch.object(servers, "send_email", send_email),
        ):
            mails.send()
        return sent

    def test_line_breaks_in_names_add_nothing_to_calendar_files(self):
        line = "ATTENDEE:MAILTO:eve@example.com"
        self._name_everything(f"Anna\r\n{line}\n{line}\r{line}")
        booking = self.book_for_holder(name=f"Talk\r\n{line}\n{line}")
        (content,) = booking.meeting_id._get_ics_file().values()
        lines = content.decode().splitlines()
        self.assertTrue(any(one.startswith("SUMMARY") for one in lines))
        self.assertNotIn(line, lines)
