# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Pages say where a booking is, and bring it into calendars, as our mails do."""

from datetime import timedelta, timezone

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ..calendar_reader import Calendar
from ..common import NOW
from .test_room_finder import TEN, ExivoFinderCase

PLACE = "Riverside 1, 3000 Bern"
MAP = "https://www.google.com/maps/search/"
HINT = "Second courtyard, then left"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWhereItIs(ExivoFinderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking_type.location = PLACE
        cls.site.arrival_hint = HINT
        cls.env.company.email = "house@example.com"

    def _open(self, path, query=""):
        return html.document_fromstring(self.url_open(path + query).content)

    def _maps(self, tree):
        return [one for one in tree.xpath("//a/@href") if one.startswith(MAP)]

    def _file(self, tree):
        (path,) = tree.xpath("//a[contains(@class, 'o_exivo_calendar')]/@href")
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/calendar", answer.headers["Content-Type"])
        self.assertIn(".ics", answer.headers["Content-Disposition"])
        return answer.content

    def test_page_has_map_hints_and_calendar_file_with_and_without_a_login(self):
        booking = self.book_for_holder()
        token = f"?access_token={booking._portal_ensure_token()}"
        for login, query in ((self.holder.login, ""), (None, token)):
            with self.subTest(login=login):
                self.authenticate(login, login)
                page = self._open(f"/my/bookings/{booking.id}", query)
                self.assertEqual(len(self._maps(page)), 1)
                self.assertEqual(page.text_content().count(HINT), 1)
                values = Calendar().take(self._file(page)).values
                start = (NOW + timedelta(hours=24)).replace(tzinfo=timezone.utc)
                self.assertEqual(values["DTSTART"], start)
                self.assertEqual(values["SUMMARY"], "Aare")
                self.assertEqual(values["LOCATION"], PLACE)
                self.assertIn(f"/my/bookings/{booking.id}{query}", values["URL"])

    def test_file_is_the_entry_of_the_mails(self):
        booking = self.book_for_holder()
        self.synchronise()
        (mail,) = self.mails_to(self.holder.partner_id)
        calendar = Calendar()
        told = calendar.take(mail.attachment_ids.raw)
        page = self._open(f"/my/bookings/{booking.id}")
        entry = calendar.take(self._file(page))
        self.assertEqual(list(calendar.entries), [entry.values["UID"]])
        self.assertGreaterEqual(entry.values["SEQUENCE"], told.values["SEQUENCE"])
        self.assertEqual(entry.values["STATUS"], "CONFIRMED")

    def test_entry_of_the_page_goes_with_the_booking(self):
        """No mail has brought it: none was needed, or none is due yet."""

        def wait_for_staff():
            self.booking_type.portal_staff_confirms = True
            self.confirm()
            return self.bookings()

        def wait_for_exivo():
            for _try in range(9):
                self.exivo.fail(exivo.Unreachable("No"), calls="create_visit")
            booking = self.book_for_holder()
            self.synchronise()
            return booking

        def book_without_doors():
            self.rule.unlink()
            return self.book_for_holder(from_portal=True)

        def cancel_on_page(booking):
            self.post(f"/my/bookings/{booking.id}/cancel")

        def cancel_by_staff(booking):
            booking.action_cancel()

        for begin, end in (
            (wait_for_staff, cancel_on_page),
            (wait_for_exivo, cancel_on_page),
            (wait_for_exivo, cancel_by_staff),
            (book_without_doors, cancel_on_page),
        ):
            with (
                self.subTest(begin=begin.__name__, end=end.__name__),
                self.env.cr.savepoint() as savepoint,
            ):
                self.exivo.forget()
                booking = begin()
                self.assertFalse(self.our_mails_to(self.holder.partner_id))
                calendar = Calendar()
                entry = calendar.take(
                    self._file(self._open(f"/my/bookings/{booking.id}"))
                )
                end(booking)
                self.assertFalse(booking.active)
                for _run in range(2):
                    self.synchronise()
                (mail,) = self.our_mails_to(self.holder.partner_id)
                gone = calendar.take(mail.attachment_ids.raw)
                self.assertEqual(gone.method, "CANCEL")
                self.assertEqual(list(calendar.entries), [entry.values["UID"]])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_entry_goes_with_a_booking_that_staff_confirm_while_exivo_is_away(self):
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        booking = self.bookings()
        calendar = Calendar()
        calendar.take(self._file(self._open(f"/my/bookings/{booking.id}")))
        for _try in range(9):
            self.exivo.fail(exivo.Unreachable("No"), calls="create_visit")
        booking.action_confirm()
        self.synchronise()
        self.post(f"/my/bookings/{booking.id}/cancel")
        for _run in range(2):
            self.synchronise()
        mails = self.our_mails_to(self.holder.partner_id)
        gone = calendar.take(mails[-1:].attachment_ids.raw)
        self.assertEqual(gone.method, "CANCEL")

    def test_entry_that_came_by_a_link_goes_where_one_alone_has_booked(self):
        self.rule.unlink()
        others = self.customer | self.follower.partner_id
        for people in (self.customer, others):
            with self.subTest(people=len(people)):
                hours = 24 * len(people)
                booking = self.book(hours, partners=people, from_portal=True)
                token = booking._portal_ensure_token()
                self.authenticate(None, None)
                page = f"/my/bookings/{booking.id}"
                self._file(self._open(page, f"?access_token={token}"))
                self.mails_to(people).unlink()
                booking.action_cancel()
                self.synchronise()
                mails = self.our_mails_to(people)
                self.assertEqual(len(mails), int(people == self.customer))

    def test_questions_say_where_it_is(self):
        booking = self.book_for_holder()
        for suffix in ("/cancel", f"/confirm?when={TEN.replace('+', '%2B')}"):
            with self.subTest(suffix=suffix):
                page = self._open(f"/my/bookings/{booking.id}{suffix}")
                self.assertIn(PLACE, page.text_content())
                self.assertEqual(len(self._maps(page)), 1)

    def test_who_has_not_booked_sees_the_map_and_no_hint(self):
        page = self._open(self.address())
        self.assertEqual(len(self._maps(page)), 1)
        self.assertNotIn(HINT, page.text_content())

    def test_who_waits_for_staff_gets_no_hint_yet(self):
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        booking = self.bookings()
        page = self._open(f"/my/bookings/{booking.id}")
        self.assertNotIn(HINT, page.text_content())
        values = Calendar().take(self._file(page)).values
        self.assertEqual(values["STATUS"], "TENTATIVE")
        booking.action_confirm()
        page = self._open(f"/my/bookings/{booking.id}")
        self.assertIn(HINT, page.text_content())

    def test_who_has_not_accepted_or_has_declined_gets_no_hint(self):
        booking = self.book_for_holder(confirm=False)
        for answer, has_hint in (
            *(("needsAction", False), ("accepted", True), ("declined", False)),
        ):
            with self.subTest(answer=answer):
                booking.meeting_id.attendee_ids.state = answer
                for suffix in ("", "/cancel"):
                    page = self._open(f"/my/bookings/{booking.id}{suffix}")
                    self.assertEqual(HINT in page.text_content(), has_hint)

    def test_hints_of_rooms_without_doors_are_there_at_once(self):
        self.rule.unlink()
        self.room.arrival_hint = HINT
        self.confirm()
        page = self._open(f"/my/bookings/{self.bookings().id}")
        self.assertIn(HINT, page.text_content())

    def test_neighbours_of_the_house_are_not_told_of(self):
        company = self.env["res.company"].create({"name": "Neighbours"})
        self.booking_type.company_id = self.env.company
        self.room.write({"company_id": company.id, "arrival_hint": HINT})
        booking = self.book_for_holder()
        page = self._open(f"/my/bookings/{booking.id}")
        self.assertNotIn(HINT, page.text_content())
        self.assertNotIn(self.site.name, page.text_content())

    @mute_logger("odoo.http")
    def test_nobody_else_gets_the_file_nor_anybody_that_of_no_booking(self):
        booking = self.book_for_holder()
        path = f"/my/bookings/{booking.id}/calendar.ics"
        self.authenticate(None, None)
        for query in ("", "?access_token=", "?access_token=wrong"):
            self.assertEqual(self.url_open(path + query).status_code, 404)
        self.log_in(self.holder)
        self.assertEqual(self.url_open(path).status_code, 200)
        booking.action_cancel()
        self.assertEqual(self.url_open(path).status_code, 404)
        page = self._open(f"/my/bookings/{booking.id}")
        self.assertFalse(page.xpath("//a[contains(@class, 'o_exivo_calendar')]"))
        self.assertNotIn(HINT, page.text_content())
        self.assertEqual(
            self.url_open(f"/my/bookings/{10**12}/calendar.ics").status_code, 404
        )
