# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Buttons and links are shown to those only whom they lead somewhere."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW
from .test_room_finder import ExivoFinderCase

FOR_LOGINS = ("/my/bookings", "/my/home")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestDeadEnds(ExivoFinderCase):
    def _links(self, text):
        return html.document_fromstring(text).xpath("//main//a/@href")

    def _leads(self, page, *links):
        """The page leads to these, and asks for a login nowhere."""
        found = self._links(page.text)
        for link in links:
            self.assertIn(link, found)
        for link in FOR_LOGINS:
            self.assertNotIn(link, found)

    # === WITHOUT A LOGIN === #

    def test_who_has_no_login_is_not_led_to_where_one_is_asked_for(self):
        for who, links in (("anybody", ["/my/bookings/new"]), ("login", [])):
            self.booking_type.portal_who = who
            booking = self.book_for_holder(hours=24 if links else 48)
            token = booking._portal_ensure_token()
            path = f"/my/bookings/{booking.id}"
            with self.subTest(who=who):
                self.authenticate(None, None)
                for suffix in ("", "/schedule", "/cancel"):
                    self._leads(self.url_open(f"{path}{suffix}?access_token={token}"))
                done = self.post(f"{path}/cancel", access_token=token)
                self.assertFalse(booking.active)
                lost = self.url_open(f"{path}/cancel?access_token={token}")
                for page in (done, lost):
                    self._leads(page, *links)
                    if not links:
                        self.assertNotIn("/my/bookings/new", self._links(page.text))

    def test_request_that_does_not_count_leads_to_what_is_free_if_anything_is(self):
        self.authenticate(None, None)
        for who in ("anybody", "login"):
            self.booking_type.portal_who = who
            page = self.url_open("/my/bookings/request/AQ")
            self._leads(page)
            found = "/my/bookings/new" in self._links(page.text)
            self.assertEqual(found, who == "anybody")

    def test_who_has_a_login_is_led_to_the_own_bookings(self):
        booking = self.book_for_holder()
        done = self.post(f"/my/bookings/{booking.id}/cancel")
        self.assertFalse(booking.active)
        self.assertIn("/my/bookings", self._links(done.text))

    # === MOVED OFTEN, AND TOO LATE === #

    def test_what_was_moved_often_is_not_offered_to_be_moved(self):
        booking = self.book_for_holder()
        booking.with_context(no_mail_to_attendees=True).portal_moves = 20
        page = self.url_open(f"/my/bookings/{booking.id}").text
        self.assertNotIn("o_exivo_move", page)
        self.assertIn("moved as often as is possible here", page)
        self.assertIn("o_exivo_cancel", page)
        self.synchronise()
        mail = self.mails_to(self.holder.partner_id)[-1].body_html
        self.assertNotIn("/schedule", mail)
        self.assertIn("/cancel", mail)

    def test_mail_offers_to_move_and_cancel_only_as_long_as_that_goes(self):
        self.booking_type.modifications_deadline = 24
        for hours, offers in ((48, True), (12, False)):
            with self.subTest(hours=hours):
                booking = self.book_for_holder(hours=hours)
                self.synchronise()
                mail = self.mails_to(self.holder.partner_id)[-1].body_html
                self.assertIn(f"/my/bookings/{booking.id}", mail)
                for suffix in ("/schedule", "/cancel"):
                    self.assertEqual(f"/{booking.id}{suffix}" in mail, offers)

    # === A COMPANY WITHOUT A PHONE === #

    def test_nobody_is_asked_to_call_a_company_without_a_phone(self):
        booking = self.book_for_holder(hours=0.1)
        access = self.accesses(booking)
        path = f"/my/exivo/accesses/{access.id}/help"
        cases = (
            ("made", lambda: None),
            ("door", self._let_a_door_be_silent),
        )
        for reason, happen in cases:
            happen()
            for phone in (False, "+41 44 000 00 00"):
                self.env.company.phone = phone
                with self.subTest(reason=reason, phone=phone):
                    said = self._read_reason(path)
                    self.assertEqual("call us" in said, bool(phone))
                    self.assertEqual("write to us" in said, not phone)
                    self.assertEqual("+41 44 000 00 00" in said, bool(phone))

    def test_access_that_failed_asks_nobody_to_call_either(self):
        self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        access = self.accesses(self.book_for_holder(hours=48))
        self.synchronise()
        self.env.company.phone = False
        said = self._read_reason(f"/my/exivo/accesses/{access.id}/help")
        self.assertIn("could not be made", said)
        self.assertNotIn("call us", said)

    def _let_a_door_be_silent(self):
        self.synchronise()
        self.entrance.is_ready = False

    def _read_reason(self, path):
        self.log_in(self.holder)
        (node,) = html.document_fromstring(self.url_open(path).content).xpath(
            "//*[contains(@class, 'o_exivo_reason')]"
        )
        return " ".join(node.text_content().split())


@freeze_time(NOW + timedelta(hours=23, minutes=30), tick=True)
@tagged("post_install", "-at_install")
class TestLateReminder(ExivoFinderCase):
    def test_reminder_past_the_deadline_offers_no_move(self):
        self.booking_type.write(
            {
                "modifications_deadline": 2,
                "alarm_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Mail an hour before",
                            "alarm_type": "email",
                            "duration": 1,
                            "interval": "hours",
                        },
                    )
                ],
            }
        )
        with freeze_time(NOW, tick=True):
            booking = self.book_for_holder(hours=24)
            self.synchronise()
        before = self.mails_to(self.holder.partner_id)
        self.assertIn(f"/{booking.id}/schedule", before[-1].body_html)
        cron = self.env.ref("calendar.ir_cron_scheduler_alarm")
        cron.lastcall = NOW + timedelta(hours=22, minutes=30)
        cron.method_direct_trigger()
        (reminder,) = self.mails_to(self.holder.partner_id) - before
        self.assertIn("Reminder", reminder.subject)
        self.assertNotIn(f"/{booking.id}/schedule", reminder.body_html)
        self.assertNotIn(f"/{booking.id}/cancel", reminder.body_html)
