# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking of whole days has the same time on all pages and in mails."""

from urllib.parse import urlencode

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ..common import NOW, ExivoPortalCase

DAY = "Tuesday, March 2, 2027, 12:00 AM – Wednesday, March 3, 2027, 12:00 AM"


def read(content):
    text = html.document_fromstring(content.replace("\u202f", " ")).text_content()
    return " ".join(text.split())


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWholeDays(ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder()
        self.booking.meeting_id.write(
            {"allday": True, "start_date": "2027-03-02", "stop_date": "2027-03-02"}
        )
        self.log_in(self.holder)

    def _says(self, text):
        self.assertIn(DAY, text)
        for wrong in ("9:00 AM", "7:00 PM", "8:00 AM", "6:00 PM", "10 hours"):
            self.assertNotIn(wrong, text)

    def test_pages_and_mail_tell_the_whole_day(self):
        self.synchronise()
        path = f"/my/bookings/{self.booking.id}"
        for suffix in ("", "/cancel"):
            with self.subTest(suffix=suffix):
                self._says(read(self.url_open(path + suffix).text))
        self._says(read(self.url_open("/my/bookings").text))
        self.assertIn(
            "24 hours", read(self.url_open(path).text).replace("1 day", "24 hours")
        )
        (mail,) = self.mails_to(self.holder.partner_id)
        self._says(read(mail.body_html))

    def test_question_whether_one_comes_tells_the_whole_day(self):
        attendee = self.booking.meeting_id.attendee_ids
        attendee.state = "needsAction"
        query = {"token": attendee.access_token, "id": self.booking.meeting_id.id}
        page = self.url_open(f"/calendar/meeting/accept?{urlencode(query)}")
        self._says(read(page.text))

    def test_mail_that_asks_for_an_answer_tells_the_whole_day(self):
        self.rule.booking_state = "scheduled"
        self.booking.meeting_id.attendee_ids.state = "needsAction"
        self.synchronise()
        text = read(self.mails_to(self.holder.partner_id)[-1].body_html)
        self.assertIn(f"The booking of {DAY} (Europe/Zurich) waits for", text)

    def test_staff_read_what_an_explanation_was_made_for(self):
        self.rule.active = False
        self.plan()
        form = self.open_explanation(self.booking)
        self._says(form.occasion.replace("\u202f", " "))

    def test_customer_who_moves_it_reads_beforehand_what_becomes_of_it(self):
        path = f"/my/bookings/{self.booking.id}"
        query = urlencode({"when": "2027-03-04T09:00:00+01:00"})
        asked = self.url_open(f"{path}/confirm?{query}")
        new = "Thursday, March 4, 2027, 12:00 AM – Friday, March 5, 2027, 12:00 AM"
        self.assertIn(new, read(asked.text))
        self.choose(self.booking, "2027-03-04T09:00:00+01:00")
        self.assertIn(new, read(self.url_open(path).text))

    def test_day_that_it_has_already_is_no_move_whatever_the_hour(self):
        for hour in ("00:00", "08:00", "20:00"):
            with self.subTest(hour=hour):
                self.choose(self.booking, f"2027-03-02T{hour}:00+01:00")
                self.assertFalse(self.booking.portal_moves)

    def test_schedule_page_says_how_long_it_is(self):
        page = self.url_open(f"/my/bookings/{self.booking.id}/schedule")
        self.assertIn("1 day", read(page.text))
        self.assertNotIn("10 hours", read(page.text))

    def test_one_day_stays_one_day_whenever_it_is_chosen_to_begin(self):
        path = f"/my/bookings/{self.booking.id}"
        new = "Thursday, March 4, 2027, 12:00 AM – Friday, March 5, 2027, 12:00 AM"
        for hour in ("00:00", "20:00"):
            with self.subTest(hour=hour):
                when = f"2027-03-04T{hour}:00+01:00"
                asked = self.url_open(f"{path}/confirm?{urlencode({'when': when})}")
                self.assertIn(new, read(asked.text))
                self.choose(self.booking, when)
                self.assertIn(new, read(self.url_open(path).text))
                self.choose(self.booking, "2027-03-09T09:00:00+01:00")

    def test_day_that_has_begun_where_the_room_is_is_neither_moved_nor_cancelled(self):
        path = f"/my/bookings/{self.booking.id}"
        when = urlencode({"when": "2027-03-09T09:00:00Z"})
        for tz, now, is_late in (
            ("Pacific/Auckland", "2027-03-01 10:30", False),  # 23:30 of the 1st
            ("Pacific/Auckland", "2027-03-02 07:00", True),  # 20:00
            ("Europe/Zurich", "2027-03-01 22:30", False),
            ("Europe/Zurich", "2027-03-02 00:30", True),
            ("Pacific/Honolulu", "2027-03-02 08:30", False),  # 22:30 of the 1st
            ("Pacific/Honolulu", "2027-03-02 11:00", True),
        ):
            self.calendar.tz = self.room.tz = tz
            self.plan()
            for suffix in ("cancel", f"confirm?{when}"):
                with self.subTest(tz=tz, now=now, suffix=suffix), freeze_time(now):
                    self.log_in(self.holder)
                    page = self.url_open(f"{path}/{suffix}")
                    self.assertEqual("too late" in read(page.text).lower(), is_late)
                    self.assertEqual(page.status_code == 409, is_late)

    def test_day_that_is_chosen_far_from_greenwich_is_the_one(self):
        self.calendar.tz = self.room.tz = "Pacific/Auckland"
        path = f"/my/bookings/{self.booking.id}"
        self.choose(self.booking, "2027-03-04T09:00:00+13:00")
        new = "Thursday, March 4, 2027, 12:00 AM – Friday, March 5, 2027, 12:00 AM"
        self.assertIn(new, read(self.url_open(path).text))
