# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ..app_common import AppCase
from ..common import NOW, ExivoCase
from ..member_common import MemberCase

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class StartsCase(ExivoCase):
    """Somebody needs a door now."""

    def assertCreatedOnce(self, access, number=1):
        self.assertEqual(access.mapped("state"), ["created"] * number)
        self.assertEqual(access.mapped("failure_type"), [False] * number)
        self.assertEqual(len(self.exivo.live_visits()), number)

    def assertAtRest(self):
        """Nothing is made anew, now or later."""
        self.exivo.calls.clear()
        for minutes in (0, 1, 5):
            with freeze_time(NOW + minutes * MINUTE):
                self.synchronise()
        self.assertFalse(self.exivo.calls)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestStarts(StartsCase):
    def book_now(self, **vals):
        return self.accesses(self.book(hours=-0.1, **vals))

    def test_exivo_that_takes_six_seconds_lets_in_whoever_needs_the_door_now(self):
        self.exivo.takes = 6 * SECOND
        access = self.book_now()
        self.synchronise()
        self.assertCreatedOnce(access)
        self.assertEqual(self.exivo.calls.count("create_visit"), 2)
        self.assertAtRest()

    def test_exivo_that_takes_half_a_minute_does_so_too(self):
        self.exivo.takes = 30 * SECOND
        access = self.book_now()
        self.synchronise()
        self.assertCreatedOnce(access)
        self.assertAtRest()

    def test_attendees_of_a_running_booking_wait_for_their_turn_and_all_get_in(self):
        self.rule.holders = "attendees"
        guests = self.env["res.partner"].create(
            [
                {"name": f"Guest {one}", "email": f"g{one}@example.com"}
                for one in range(14)
            ]
        )
        create_visit = self.exivo.create_visit
        with freeze_time(NOW) as clock:
            access = self.book_now(partners=guests)

            def create_slowly(request):
                visit = create_visit(request)
                clock.tick(3 * SECOND)
                return visit

            with patch.object(self.exivo, "create_visit", create_slowly):
                for _run in range(5):  # there is only so much time for one
                    self.synchronise()
        self.assertCreatedOnce(access, number=14)

    def test_clock_of_exivo_that_is_ahead_keeps_nobody_out(self):
        for ahead in (10 * SECOND, 5 * MINUTE):
            with self.subTest(ahead=ahead):
                self.exivo.forget()
                self.exivo.ahead = ahead
                access = self.book_now()
                self.synchronise()
                self.assertCreatedOnce(access)
                self.assertAtRest()
                access.booking_id.unlink()
                self.synchronise()

    def test_clock_of_exivo_that_is_behind_delays_nobody(self):
        self.exivo.ahead = -3 * MINUTE
        self.exivo.get_site_info()
        access = self.book_now()
        self.synchronise()
        self.assertCreatedOnce(access)
        (visit,) = self.exivo.live_visits()
        start = visit["request"].valid_from
        self.assertLessEqual(start - self.exivo.now(), 5 * SECOND)

    def test_booking_that_is_soon_is_not_refused_because_of_a_clock_that_is_ahead(self):
        self.exivo.ahead = 8 * MINUTE
        access = self.accesses(self.book(hours=0.35))  # its door opens in six minutes
        self.synchronise()
        self.assertCreatedOnce(access)
        self.assertAtRest()

    def test_what_is_still_refused_with_the_largest_margin_needs_a_person(self):
        self.exivo.takes = 2 * MINUTE
        access = self.book_now()
        self.synchronise()
        self.assertEqual(access.state, "failed")
        self.assertEqual(access.failure_type, "rejected")
        self.assertEqual(self.exivo.calls.count("create_visit"), 3)
        self.assertAtRest()

    def test_clock_of_exivo_that_is_far_ahead_is_what_staff_are_told_of(self):
        """The demo, where somebody has set the simulator's clock forward."""
        self.exivo.ahead = 60 * MINUTE
        access = self.accesses(self.book(hours=0.5))
        for minutes in (0, 2, 4):
            with freeze_time(NOW + minutes * MINUTE):
                self.synchronise()
        self.assertEqual(access.failure_type, "rejected")
        self.assertIn("By Exivo's clock", access.failure_advice)
        (alarm,) = access.activity_ids
        self.assertIn("compared", alarm.note)
        self.exivo.ahead = 0 * MINUTE
        with freeze_time(NOW + 5 * MINUTE):
            access.action_retry()
            self.synchronise()
        self.assertCreatedOnce(access)

    def test_what_begins_later_is_refused_at_once(self):
        self.exivo.fail(exivo.Rejected("The code is too weak", 400), "create_visit")
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.failure_type, "rejected")
        self.assertNotIn("clock", access.failure_advice)
        self.assertEqual(self.exivo.calls.count("create_visit"), 1)

    def test_old_credential_stays_until_the_new_one_really_begins(self):
        """A room is changed while its booking runs: there is no moment without."""
        access = self.book_now()
        self.synchronise()
        (old,) = self.exivo.live_visits()
        self.exivo.takes = 6 * SECOND
        with freeze_time(NOW + MINUTE):
            self.rule.lock_ids = self.aare
            self.plan()
            self.synchronise()
            start = access._get_working_credential().start
        self.assertEqual(start, NOW + MINUTE + 20 * SECOND)
        self.assertFalse(old["revoked"])
        with freeze_time(start + SECOND):
            self.synchronise()
        self.assertTrue(old["revoked"])
        self.assertCreatedOnce(access)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestStartsOfKeys(AppCase):
    def test_key_that_is_needed_now_is_made_although_exivo_takes_six_seconds(self):
        self.exivo.takes = 6 * SECOND
        self.exivo.ahead = 20 * SECOND
        access = self.accesses(self.book(hours=-0.1))
        self.synchronise()
        (key,) = self.exivo.live_keys()
        self.assertFalse(access.failure_type)
        self.assertGreater(key["request"].valid_from, self.exivo.now())


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestStartsOfMembers(MemberCase):
    def test_members_get_in_although_the_clock_of_exivo_is_ahead(self):
        self.exivo.ahead = 10 * SECOND
        members = self.env["res.partner"].create(
            [
                {"name": f"Member {one}", "email": f"m{one}@example.com"}
                for one in range(5)
            ]
        )
        members.category_id = self.members
        self.plan()
        self.synchronise()
        accesses = self.accesses().filtered(lambda one: one.partner_id in members)
        self.assertEqual(accesses.mapped("state"), ["created"] * 5)
