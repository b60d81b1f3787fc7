# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who comes without an access hears of each change of when and where that is."""

from datetime import timedelta, timezone
from email.utils import parseaddr

from freezegun import freeze_time

from odoo.tests import tagged

from ..calendar_reader import Calendar
from ..common import NOW, ExivoCase
from ..mail_common import MailCase

TOLD = "New time or place: Aare"
SERIES = {"rrule_type": "weekly", "tue": True, "end_type": "count", "count": 3}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestChangedMeetings(MailCase, ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking_type.location = "Riverside 1"
        cls.bert = cls.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

    def setUp(self):
        super().setUp()
        self.minutes = 0
        self.calendars = {"anna@example.com": Calendar(), "b@x.ch": Calendar()}

    def book_and_invite(self, **vals):
        """A booking that Anna and Bert have in their calendars."""
        booking = self.book(**vals)
        self.take_in()
        for calendar in self.calendars.values():
            self.assertEqual(len(calendar.entries), 1)
        return booking

    def take_in(self):
        """Send what waits, some minutes later; the readers take the files in.

        :return: subjects by address.
        """
        self.minutes += 10
        self.sent.clear()
        self.send_mails(self.minutes)
        subjects = {email: [] for email in self.calendars}
        for mail in self.sent:
            email = parseaddr(mail["To"])[1]
            subjects[email].append(mail["Subject"])
            for file in mail.iter_attachments():
                self.calendars[email].take(file.get_payload(decode=True))
        return subjects

    def change(self, meeting, **vals):
        with freeze_time(NOW + timedelta(minutes=self.minutes + 1)):
            meeting.write(vals)
            self.plan()
        return self.take_in()

    def read_entry(self, email):
        (entry,) = self.calendars[email].entries.values()
        return entry.values

    def assertKnows(self, email, meeting):
        values = self.read_entry(email)
        for name, moment in (("DTSTART", meeting.start), ("DTEND", meeting.stop)):
            self.assertEqual(values[name], moment.replace(tzinfo=timezone.utc))
        self.assertEqual(values["LOCATION"], meeting.location)

    def test_series_that_is_moved_is_told_to_who_is_still_to_answer(self):
        booking = self.book_and_invite(
            confirm=False, partners=self.customer | self.bert
        )
        meeting = booking.meeting_id
        self.change(meeting, recurrency=True, **SERIES)
        later = {
            "recurrence_update": "all_events",
            "start": meeting.start + timedelta(hours=2),
            "stop": meeting.stop + timedelta(hours=2),
        }
        subjects = self.change(meeting, **later)
        for email, (subject,) in subjects.items():
            self.assertIn(TOLD, subject)
            self.assertKnows(email, meeting)
        for mail in self.sent:
            page = mail.get_body().get_content()
            self.assertIn("/calendar/meeting/accept", page)

    def test_series_that_is_moved_is_told_to_who_comes_along(self):
        booking = self.book_and_invite(partners=self.customer | self.bert)
        meeting = booking.meeting_id
        self.change(meeting, recurrency=True, **SERIES)
        last = meeting.recurrence_id.calendar_event_ids.sorted("start")[-1]
        for name, vals in (
            ("of the first", {"start": meeting.start + timedelta(hours=2)}),
            ("place of the last", {"location": "Harbour 7"}),
        ):
            with self.subTest(name):
                whole = {"recurrence_update": "all_events", **vals}
                changed = last if "location" in vals else meeting
                subjects = self.change(changed, **whole)
                self.assertEqual(len(subjects["b@x.ch"]), 1)
                self.assertIn(TOLD, subjects["b@x.ch"][0])
                self.assertKnows("b@x.ch", meeting)
                last = meeting.recurrence_id.calendar_event_ids.sorted("start")[-1]

    def test_end_and_place_of_a_meeting_are_told_once_to_who_holds_no_access(self):
        booking = self.book_and_invite(partners=self.customer | self.bert)
        meeting = booking.meeting_id
        for vals in (
            {"stop": meeting.stop + timedelta(hours=1), "duration": 2.0},
            {"location": "Harbour 7"},
            {
                "start": meeting.start + timedelta(hours=3),
                "stop": meeting.stop + timedelta(hours=4),
                "location": "Bridge 2",
            },
        ):
            with self.subTest(changed=[*vals]):
                before = self.read_entry("b@x.ch")
                subjects = self.change(meeting, **vals)
                self.assertEqual(len(subjects["anna@example.com"]), 1)
                (subject,) = subjects["b@x.ch"]
                self.assertIn(TOLD, subject)
                self.assertKnows("b@x.ch", meeting)
                after = self.read_entry("b@x.ch")
                self.assertGreater(after["SEQUENCE"], before["SEQUENCE"])

    def test_end_of_what_has_begun_is_told_too(self):
        booking = self.book_and_invite(hours=0.5, partners=self.customer | self.bert)
        self.minutes = 45
        longer = booking.meeting_id.stop + timedelta(hours=1)
        (subject,) = self.change(booking.meeting_id, stop=longer)["b@x.ch"]
        self.assertIn(TOLD, subject)

    def test_what_is_no_other_time_or_place_is_told_to_nobody(self):
        booking = self.book_and_invite(partners=self.customer | self.bert)
        meeting = booking.meeting_id
        for vals in (
            {"name": "Yoga"},
            {"stop": meeting.stop},
            {"location": meeting.location},
        ):
            with self.subTest(**vals):
                self.assertFalse(any(self.change(meeting, **vals).values()))

    def test_meeting_of_a_room_without_doors_is_told_as_ever(self):
        self.rule.unlink()
        booking = self.book(partners=self.customer | self.bert)
        self.send_mails()
        self.sent.clear()
        booking.meeting_id.location = "Harbour 7"
        self.send_mails(minutes=1)
        self.assertFalse(self.sent)
