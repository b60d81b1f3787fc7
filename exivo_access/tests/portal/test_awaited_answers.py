# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking that waits for somebody's answer says so, and lets its customer answer."""

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ..common import NOW
from .test_booking_links import ExivoLinkCase

SHUT = "The doors do not open for this booking yet."
WAITS = "It is confirmed as soon as"
NO_DOOR = "There is no door for you"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestAwaitedAnswers(ExivoLinkCase):
    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder(confirm=False)
        self.log_in(self.holder)

    def _open(self, path=None):
        return self.url_open(path or f"/my/bookings/{self.booking.id}")

    def _buttons(self, page):
        tree = html.document_fromstring(page.content)
        return [
            tree.xpath(f"//a[contains(@class, 'o_exivo_{answer}')]/@href")
            for answer in ("accept", "decline")
        ]

    def test_customer_reads_what_it_waits_for_and_accepts_it(self):
        page, doors = self._open(), self._open("/my/doors")
        for one in (page, doors):
            self.says(one, SHUT, f"{WAITS} you accept it.")
        self.assertNotIn(NO_DOOR, doors.text)
        self.assertIn(f"/my/bookings/{self.booking.id}", doors.text)
        ((accept,), _decline) = self._buttons(page)
        with self.unchanged(self.booking):
            asked = self.url_open(accept)
        self.says(asked, "Are you coming?")
        done = self.submit(asked, "/accept")
        self.assertTrue(done.url.endswith(f"/my/bookings/{self.booking.id}"), done.url)
        self.assertEqual(self.booking.state, "confirmed")
        self.assertEqual(self._buttons(done), [[], []])
        self.assertNotIn(SHUT, done.text)
        self.synchronise()
        self.assertEqual(self.accesses(self.booking).state, "created")

    def test_employee_without_rights_on_bookings_accepts_it_and_reads_so(self):
        employee = self._create_user("exivo_employee", "base.group_user")
        booking = self.book(hours=48, partners=employee.partner_id, confirm=False)
        booking.meeting_id.attendee_ids.state = "needsAction"
        self.log_in(employee)
        token = booking.meeting_id.attendee_ids.access_token
        query = f"token={token}&id={booking.meeting_id.id}"
        asked = self.url_open(f"/calendar/meeting/accept?{query}")
        done = self.submit(asked, "/accept")
        self.assertEqual(booking.state, "confirmed")
        self.assertIn(f"/my/bookings/{booking.id}?", done.url)
        self.says(done, "Aare")

    def test_customer_declines_it_and_reads_that_doors_stay_shut(self):
        (_accept, (decline,)) = self._buttons(self._open())
        done = self.submit(self.url_open(decline), "/decline")
        self.says(done, SHUT, "You have declined it.")
        self.assertEqual(self._buttons(done), [[], []])
        self.says(self._open("/my/doors"), SHUT, "You have declined it.")
        self.log_in(self.follower)
        self.says(self._open(), f"{self.holder.partner_id.name} has declined it.")

    def test_who_may_only_look_answers_for_nobody(self):
        for user in (self.follower, self.parent):
            self.log_in(user)
            page = self._open()
            self.says(page, SHUT, WAITS)
            self.assertEqual(self._buttons(page), [[], []])
        self.authenticate(None, None)
        token = self.booking._portal_ensure_token()
        page = self._open(f"/my/bookings/{self.booking.id}?access_token={token}")
        self.says(page, f"{WAITS} {self.holder.partner_id.name} accepts it.")
        self.assertEqual(self._buttons(page), [[], []])

    def test_what_waits_for_staff_says_so_and_has_no_button(self):
        self.booking_type.write({"portal_staff_confirms": True})
        self.booking.from_portal = True
        page, doors = self._open(), self._open("/my/doors")
        for one in (page, doors):
            self.says(one, SHUT, "Our staff confirm it first.")
        self.assertEqual(page.text.count("Our staff confirm it first."), 1)
        self.assertEqual(self._buttons(page), [[], []])
        self.assertNotIn(NO_DOOR, doors.text)

    def test_where_a_rule_does_not_wait_nothing_is_said_to_wait(self):
        self.rule.booking_state = "scheduled"
        self.plan()
        page = self._open()
        self.assertNotIn(SHUT, page.text)
        self.assertTrue(all(self._buttons(page)), "the booking waits all the same")
