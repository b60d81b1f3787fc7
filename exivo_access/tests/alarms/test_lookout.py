# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import contextlib
import threading
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from freezegun import freeze_time
from psycopg2.errors import LockNotAvailable

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from ... import api as exivo
from ...models.alarms import health
from ...models.alarms.exivo_alarm import ExivoAlarm
from ...pure import pin
from ..common import NOW, pin_of
from .test_alarms import AlarmCase

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DOWN = exivo.Unreachable("No connection to Exivo")
REFUSED = exivo.Unauthorized("Unauthorized", 401)


class LookoutCase(AlarmCase):
    def watch(self, after=timedelta(), synchronise=False):
        """Let the lookout run some time after :data:`NOW`."""
        with freeze_time(NOW + after):
            self.actions_began(NOW + after)
            if synchronise:
                self.synchronise()
            self.plan()
            self.run_action("ir_cron_watch")
        self.env.invalidate_all()

    def book_for(self, count, hours):
        """Book for so many holders, each of whom has an access."""
        self.rule.holders = "attendees"
        partners = self.env["res.partner"].create(
            [{"name": f"Guest {number}"} for number in range(count)]
        )
        return self.book(hours=hours, partners=partners)

    def woken(self):
        """Whether somebody has asked for the lookout to run since the last look."""
        cron = self.env.ref("exivo_access.ir_cron_watch")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        woken = bool(triggers)
        triggers.unlink()
        return woken

    def is_down(self, error=DOWN, calls=None):
        """Let all calls fail from now on."""
        self.exivo.errors = [(calls, error, False)] * 10000

    def is_up(self):
        self.exivo.errors.clear()


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestImminent(LookoutCase):
    def test_what_is_missing_an_hour_before_is_one_alarm_on_the_site(self):
        soon = self.book_and_fail(hours=2)
        running = self.book_and_fail(hours=0.5)
        self.book_and_fail(hours=6)
        (alarm,) = self.imminent_alarms(after=HOUR - MINUTE)
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(alarm.summary, "Accesses that begin soon and are not there: 2")
        for access in self.accesses(soon) | self.accesses(running):
            self.assertIn(access.reference, alarm.note)
            self.assertNotIn(pin_of(access), alarm.note)
        for part in (
            "Anna Muster",
            "Europe/Zurich",
            "Component is unknown",
            "let these",
        ):
            self.assertIn(part, alarm.note)

    def imminent_alarms(self, after=timedelta()):
        self.watch(after)
        return self.alarms(self.site)

    def test_alarm_comes_at_least_an_hour_before_the_door_opens(self):
        self.book_and_fail(hours=10.25)  # opens in ten hours
        self.assertFalse(self.imminent_alarms(after=8.5 * HOUR))
        self.assertTrue(self.imminent_alarms(after=8.75 * HOUR))

    def test_what_is_renewed_in_vain_is_missing_once_the_old_one_ends(self):
        booking = self.book(hours=0.1, duration=8.0)
        self.synchronise()
        self.is_down()
        with freeze_time(NOW + HOUR / 2):
            booking.duration += 1
            self.synchronise()
        self.assertFalse(self.imminent_alarms(after=HOUR))
        self.assertNotIn("imminent", health.describe(self.env)["troubles"])
        note = self.imminent_alarms(after=7.5 * HOUR).note
        self.assertIn("What the holder has goes on to open doors", note)

    def test_visit_of_which_exivo_says_nothing_before_its_start_is_an_alarm(self):
        booking = self.book(hours=24)
        self.synchronise()
        self.is_down(exivo.ServerError("Oops", 500), calls="get_visit")
        for quarter in range(4 * 22, 4 * 23 - 2):
            self.assertFalse(self.unanswered(quarter * 15 * MINUTE), quarter)
        self.unanswered(22.6 * HOUR)
        alarm = self.unanswered(22.75 * HOUR)
        self.assertIn(self.accesses(booking).reference, alarm.note)
        self.assertEqual(self.unanswered(24 * HOUR), alarm)
        self.assertFalse(self.accesses(booking).failure_type)
        self.is_up()
        self.assertFalse(self.unanswered(24.25 * HOUR))

    def unanswered(self, after):
        """Alarms about visits of which Exivo does not say whether they are there."""
        self.watch(after, synchronise=True)
        words = "not said whether it is still there"
        return self.alarms(self.site).filtered(lambda one: words in str(one.note))

    def test_visit_of_which_exivo_says_nothing_in_an_outage_is_no_alarm(self):
        self.book(hours=24)
        self.synchronise()
        self.is_down()
        self.assertFalse(self.unanswered(22.75 * HOUR))

    def test_what_is_being_made_is_looked_at_with_as_many_queries_for_many(self):
        counts = []
        for hours, count in ((0.5, 2), (24, 2), (2, 10)):
            self.book_for(count, hours)
            self.watch()
            before = self.env.cr.sql_log_count
            self.watch()
            counts.append(self.env.cr.sql_log_count - before)
        few, same, many = counts
        self.assertLessEqual(many, max(few, same) + 1)
        self.assertFalse(self.alarms(self.site))

    def test_alarm_marked_done_does_not_come_back_but_for_another_access(self):
        self.book_and_fail(hours=1)
        self.imminent_alarms().with_user(self.user).action_done()
        self.assertFalse(self.imminent_alarms(after=15 * MINUTE))
        self.book_and_fail(hours=3)
        self.assertIn("2", self.imminent_alarms(after=2 * HOUR - MINUTE).summary)

    def test_alarm_comes_back_when_the_access_fails_anew(self):
        access = self.accesses(self.book_and_fail(hours=1))
        self.imminent_alarms().action_done()
        access.action_retry()
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.watch()
        self.new_code(access, "Lost")
        self.exivo.fail(exivo.Rejected("Still unknown", 400), calls="create_visit")
        self.synchronise()
        self.assertIn("Still unknown", self.imminent_alarms().note)

    def test_alarm_closes_when_the_access_is_there_cancelled_or_over(self):
        self.accesses(self.book_and_fail(hours=1)).action_retry()
        self.book_and_fail(hours=2.5).action_cancel()
        over = self.book_and_fail(hours=3.5)
        self.assertTrue(self.imminent_alarms(after=2.5 * HOUR))
        self.synchronise()
        self.assertTrue(self.woken())
        (alarm,) = self.imminent_alarms(after=2.5 * HOUR)
        self.assertIn(self.accesses(over).reference, alarm.note)
        self.assertEqual(alarm.note.count("<li>"), 1)
        self.watch(after=6 * HOUR)
        self.assertFalse(self.alarms(self.site))

    def test_access_that_is_simply_being_made_is_no_alarm(self):
        self.book(hours=0.5)
        self.assertFalse(self.imminent_alarms())
        self.assertFalse(self.imminent_alarms(after=4 * MINUTE))
        self.assertTrue(self.imminent_alarms(after=6 * MINUTE), "nobody works on it")

    def test_access_that_waits_for_its_site_is_an_alarm_at_once(self):
        self.site.api_key = "44444444-4444-4444-8444-444444444444"
        self.book(hours=0.5)
        kind = self.env.ref("exivo_access.mail_activity_type_accesses_imminent")
        self.assertIn(kind, self.imminent_alarms().activity_type_id)

    def test_alarm_that_somebody_holds_is_looked_at_again_soon(self):
        self.is_down()
        self.book(hours=1)
        self.synchronise()
        self.woken()
        show = ExivoAlarm._show

        def show_unless_held(alarms, kind, known):
            if kind == "imminent":
                raise LockNotAvailable()
            if kind == "untold":
                raise ValueError("It is broken")
            show(alarms, kind, known)

        with (
            patch.object(ExivoAlarm, "_show", show_unless_held),
            mute_logger("odoo.addons.base.models.ir_cron"),
            contextlib.suppress(ValueError),
        ):
            self.watch()
        again = NOW + timedelta(minutes=1)
        self.assertEqual(self.moments_to_run("ir_cron_watch"), [again])

    def refuse(self):
        """Let Exivo refuse the next order."""
        self.exivo.fail(exivo.Rejected("Still unknown", 400), calls="create_visit")

    def test_what_was_refused_is_tried_once_more_before_it_begins(self):
        """Whether or not the daily look comes in between."""
        access = self.accesses(self.book_and_fail(hours=15))
        for hours, state in ((5, "failed"), (14, "created")):
            self.watch(hours * HOUR)
            self.watch(hours * HOUR, synchronise=True)
            self.assertEqual(access.state, state, hours)
        self.assertFalse(self.alarms(access))

    def test_what_was_refused_for_now_is_tried_once_more_in_some_minutes(self):
        access = self.accesses(self.book_and_fail(hours=0.5))
        for minutes, state in ((1, "failed"), (15, "created")):
            self.watch(minutes * MINUTE)
            self.watch(minutes * MINUTE, synchronise=True)
            self.assertEqual(access.state, state, minutes)

    def test_what_is_refused_again_before_it_begins_is_told_once_and_left_to_staff(
        self,
    ):
        access = self.accesses(self.book_and_fail(hours=3))
        (alarm,) = self.imminent_alarms(after=2 * HOUR)
        self.refuse()
        for minutes in (0, 15, 70, 119):
            self.watch(2 * HOUR + minutes * MINUTE, synchronise=True)
            self.assertEqual(access.state, "failed", minutes)
            self.assertEqual(self.alarms(self.site), alarm)
        self.assertIn("Still unknown", self.alarms(access).note)

    def test_refused_access_that_somebody_holds_is_tried_once_more_soon(self):
        access = self.accesses(self.book_and_fail(hours=2))
        with self.hold(access):
            self.watch(HOUR)
        self.assertIn(NOW + HOUR + MINUTE, self.moments_to_run("ir_cron_watch"))
        self.watch(HOUR + MINUTE)
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_lookout_is_not_woken_while_all_is_well(self):
        self.woken()
        self.book()
        self.synchronise()
        self.assertFalse(self.woken())


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestStopped(LookoutCase):
    def refuse(self):
        self.is_down(REFUSED)
        booking = self.book(hours=100)
        self.synchronise()
        return booking

    def test_refused_site_is_one_alarm_at_once_and_closes_when_verified(self):
        self.woken()
        self.refuse()
        self.assertTrue(self.woken())
        self.watch()
        (alarm,) = self.alarms(self.site)
        self.assertEqual(
            alarm.summary, "Exivo refuses the credentials of Riverside House"
        )
        self.assertEqual(alarm.user_id, self.user)
        for part in ("API secret", "press Verify authentication"):
            self.assertIn(part, alarm.note)
        self.watch(30 * HOUR)
        self.assertEqual(self.alarms(self.site), alarm)
        self.is_up()
        self.site.action_verify()
        self.assertTrue(self.woken())
        self.watch()
        self.assertFalse(self.alarms(self.site))

    def test_refusal_marked_done_comes_back_only_when_refused_anew(self):
        self.refuse()
        self.watch()
        self.alarms(self.site).with_user(self.user).action_done()
        self.watch(DAY)
        self.assertFalse(self.alarms(self.site))
        self.is_up()
        self.site.action_verify()
        self.watch(DAY)
        self.is_down(REFUSED)
        self.watch(DAY, synchronise=True)
        self.assertTrue(self.alarms(self.site))

    def test_site_that_is_not_verified_for_a_day_is_an_alarm_if_there_are_bookings(
        self,
    ):
        self.site.api_key = "44444444-4444-4444-8444-444444444444"
        self.watch()
        self.watch(2 * DAY)
        self.assertFalse(self.alarms(self.site), "nobody needs it")
        self.book(hours=100)
        self.watch(2 * DAY)
        self.watch(2 * DAY + 23 * HOUR)
        self.assertFalse(self.alarms(self.site))
        self.watch(3 * DAY)
        self.assertEqual(
            self.alarms(self.site).summary, "Riverside House waits to be verified"
        )

    def test_site_that_does_not_answer_for_a_day_is_an_alarm(self):
        self.is_down()
        self.book(hours=100)
        self.watch(synchronise=True)
        self.watch(12 * HOUR, synchronise=True)
        self.assertFalse(self.alarms(self.site))
        self.watch(DAY, synchronise=True)
        self.assertEqual(
            self.alarms(self.site).summary, "Riverside House does not answer"
        )
        self.is_up()
        self.watch(DAY + HOUR, synchronise=True)
        self.assertFalse(self.alarms(self.site))

    def test_site_that_need_not_be_called_after_an_outage_is_no_alarm(self):
        self.book(hours=100)
        self.synchronise()
        self.is_down()
        cancelled = self.book(hours=200)
        self.synchronise()
        cancelled.action_cancel()
        self.watch()
        self.watch(2 * DAY)
        self.assertFalse(self.alarms(self.site))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestScarce(LookoutCase):
    def setUp(self):
        super().setUp()
        self.site.pin_length = 4
        self.other = self.env["res.partner"].create({"name": "Beat Beispiel"})
        other_room = self._create_room("Reuss")
        self.other_type = self._create_type(other_room)
        self.rule.copy(
            {"resource_id": other_room.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )

    def watch_with(self, usable):
        """Let the lookout run where there are so many PINs of four digits."""
        with patch.object(pin, "USABLE", {**pin.USABLE, 4: usable}):
            self.watch()

    def test_door_with_few_pins_left_is_an_alarm_until_there_are_longer_ones(self):
        self.book(hours=24)
        self.book(hours=24, type_id=self.other_type.id, partners=self.other)
        self.synchronise()
        self.watch_with(usable=10)
        self.assertFalse(self.alarms(self.site))
        self.watch_with(usable=2)
        (alarm,) = self.alarms(self.site)
        self.assertEqual(
            alarm.summary, "PINs of 4 digits are running out: Riverside House"
        )
        self.assertIn("Entrance", alarm.note)
        self.assertNotIn("Aare", alarm.note)
        self.assertIn("PIN Digits", alarm.note)
        self.site.pin_length = 6
        self.watch_with(usable=2)
        self.assertFalse(self.alarms(self.site))

    def test_pins_that_never_work_at_the_same_time_do_not_add_up(self):
        self.book(hours=24)
        self.book(hours=30)
        self.synchronise()
        self.watch_with(usable=2)
        self.assertFalse(self.alarms(self.site))

    def test_pin_that_is_over_is_left_out(self):
        self.book(hours=24)
        self.synchronise()
        self.watch_with(usable=1)
        self.assertTrue(self.alarms(self.site))
        with patch.object(pin, "USABLE", {**pin.USABLE, 4: 1}):
            self.watch(2 * DAY)
        self.assertFalse(self.alarms(self.site))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestUnready(LookoutCase):
    def setUp(self):
        super().setUp()
        components = self.exivo.components
        self.addCleanup(setattr, self.exivo, "components", components)
        self.change(ready=False)

    def change(self, **values):
        """Let Exivo say something else of the second lock."""
        first, second = self.exivo.components
        self.exivo.components = [first, replace(second, **values)]

    def test_lock_that_is_not_ready_with_a_booking_coming_is_an_alarm(self):
        self.book(hours=30)
        self.synchronise()
        self.watch(2 * HOUR)
        self.assertFalse(self.alarms(self.site))
        self.watch(7 * HOUR)
        (alarm,) = self.alarms(self.site)
        self.assertEqual(
            alarm.summary,
            "Locks that are not ready, with bookings in the next 24 hours: 1",
        )
        self.assertIn("Aare, needed for Aare: Tuesday, March 2, 2027", alarm.note)
        self.assertEqual(alarm.note.count("<li>"), 1)
        self.change(ready=True)
        self.watch(7.5 * HOUR)
        self.assertTrue(self.alarms(self.site), "locks are asked once an hour")
        self.watch(8 * HOUR)
        self.assertFalse(self.alarms(self.site))

    def test_sites_that_hang_are_asked_side_by_side(self):
        """One after the other, they would keep staff from being told of anything."""
        here = threading.Barrier(2, timeout=60)
        other = self.site.copy(
            {
                "remote_id": "99999999-9999-4999-8999-999999999999",
                "api_key": "key",
                "api_secret": "secret",
            }
        )
        other.action_verify()
        other.action_synchronise_locks()
        accesses = self.accesses(self.book(hours=20))
        accesses.copy({"site_id": other.id, "lock_ids": [(6, 0, other.lock_ids.ids)]})
        self.site.lock_ids.seen_at = other.lock_ids.seen_at = NOW - DAY

        def hang():
            here.wait()
            raise DOWN

        with patch.object(self.exivo, "list_components", hang):
            self.watch()
        self.assertTrue(self.site.outages)
        self.assertTrue(other.outages)

    def test_alarm_marked_done_comes_back_only_when_it_is_not_ready_anew(self):
        self.book(hours=20)
        self.synchronise()
        self.watch(HOUR)
        self.alarms(self.site).action_done()
        self.watch(2 * HOUR)
        self.assertFalse(self.alarms(self.site))
        self.change(ready=True)
        self.watch(3 * HOUR)
        self.change(ready=False)
        self.watch(4 * HOUR)
        self.assertTrue(self.alarms(self.site))

    def test_lock_that_exivo_no_longer_has_is_an_alarm_too(self):
        self.book(hours=20)
        self.synchronise()
        self.exivo.components = self.exivo.components[:1]
        self.watch(HOUR)
        self.assertIn("Aare, no longer at Exivo, needed", self.alarms(self.site).note)

    def test_lock_that_is_back_after_some_minutes_opens_again_soon(self):
        """One list may lack a lock, such as while its gateway is started anew."""
        access = self.accesses(self.book(hours=1))
        self.synchronise()
        there, self.exivo.components = self.exivo.components, self.exivo.components[:1]
        self.watch(HOUR)
        self.assertFalse(self.aare.active)
        again = NOW + HOUR + 5 * MINUTE
        self.assertIn(again, self.moments_to_run("ir_cron_watch"))
        self.exivo.components = there
        self.exivo.calls.clear()
        self.watch(HOUR + MINUTE)
        self.assertFalse(self.exivo.calls, "not each time that it is woken")
        self.watch(HOUR + 5 * MINUTE)
        self.assertTrue(self.aare.active)
        with freeze_time(again):
            self.synchronise()
        self.assertEqual(access._get_working_credential().lock_ids, access.lock_ids)

    def test_lock_that_is_gone_for_good_is_looked_for_within_the_hour_only(self):
        self.book(hours=20)
        self.synchronise()
        self.exivo.components = self.exivo.components[:1]
        self.watch(HOUR)
        self.exivo.calls.clear()
        for minutes in range(15, 180, 15):
            self.watch(HOUR + minutes * MINUTE)
        self.assertEqual(self.exivo.calls.count("list_components"), 5)

    def alike(self):
        self.watch()
        return self.env["exivo.alarm"]._find_all("alike")

    def lose_door(self, hours):
        """Book for so many days, and lose the only door at Exivo."""
        self.rule.lock_ids = self.aare
        bookings = [self.book(hours=each) for each in hours]
        self.synchronise()
        there, self.exivo.components = self.exivo.components, self.exivo.components[:1]
        self.site.action_synchronise_locks()
        self.synchronise()
        return bookings, there

    def test_door_that_is_gone_is_one_alarm_for_all_who_have_booked_it(self):
        bookings, there = self.lose_door(range(48, 144, 24))
        accesses = self.accesses()
        self.assertEqual(set(accesses.mapped("state")), {"failed"})
        self.assertTrue(self.woken())
        alarm = self.alike()
        self.assertEqual((alarm.res_model, alarm.res_id), ("exivo.site", self.site.id))
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(alarm.note.count("<li>"), 4)
        self.assertEqual(alarm.note.count("Choose other doors in the rule"), 1)
        self.assertFalse(self.alarms(accesses))
        for booking in bookings[:2]:
            booking.action_cancel()
        self.plan()
        self.assertEqual(self.alike(), alarm, "those that are left are still told of")
        self.assertEqual(alarm.note.count("<li>"), 2)
        self.exivo.components = there
        self.site.action_synchronise_locks()
        self.synchronise()
        self.assertFalse(self.alike())
        self.assertFalse(self.alarms(accesses))

    def test_few_that_lose_their_door_have_an_alarm_each(self):
        self.lose_door((48, 72))
        self.assertFalse(self.alike())
        self.assertEqual(len(self.alarms(self.accesses())), 2)

    def test_alarm_of_many_that_is_marked_done_comes_back_for_another_only(self):
        self.lose_door((48, 72, 96))
        self.alike().with_user(self.user).action_done()
        self.assertFalse(self.alike())
        self.book(hours=120)
        self.synchronise()
        self.assertEqual(self.alike().note.count("<li>"), 4)
        self.assertFalse(self.alarms(self.accesses()))

    def test_many_that_are_tried_again_in_vain_have_no_alarm_each(self):
        self.lose_door((48, 72, 96))
        self.alike().with_user(self.user).action_done()
        self.accesses().action_retry()
        self.synchronise()
        self.assertTrue(self.alarms(self.accesses()))
        self.assertFalse(self.alike())
        self.assertFalse(self.alarms(self.accesses()))

    def test_list_without_any_lock_is_not_believed(self):
        self.book(hours=20)
        self.synchronise()
        self.exivo.components = []
        self.watch(HOUR)
        self.assertTrue(self.aare.active)

    def test_locks_are_only_read_where_a_booking_is_coming(self):
        self.book(hours=100)
        self.synchronise()
        self.exivo.calls.clear()
        self.watch(2 * HOUR)
        self.assertFalse(self.exivo.calls)

    def test_site_that_does_not_list_its_locks_is_noted_and_others_are_watched(self):
        self.book_and_fail(hours=2)
        for error, state in ((DOWN, "verified"), (REFUSED, "refused")):
            self.is_down(error)
            self.watch(1.5 * HOUR)
            self.assertEqual(self.site.state, state)
            self.assertEqual(self.aare.seen_at, NOW)
            self.assertTrue(self.alarms(self.site))
            self.assertTrue(self.site.outages)
            self.site.paused_until = False


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLingering(LookoutCase):
    def linger(self, error=DOWN, hours=24, calls=None, **vals):
        """Cancel a booking whose visit cannot be revoked."""
        booking = self.book(hours=hours, **vals)
        self.synchronise()
        self.is_down(error, calls)
        booking.action_cancel()
        self.synchronise()
        return self.accesses(booking)

    def test_revocation_that_hangs_for_an_hour_is_an_alarm_until_it_is_confirmed(self):
        access = self.linger()
        self.watch()
        self.watch(45 * MINUTE, synchronise=True)
        self.assertFalse(self.alarms(access))
        self.watch(HOUR, synchronise=True)
        (alarm,) = self.alarms(access)
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(alarm.summary, "May still open doors: Anna Muster, Aare")
        for part in (
            "Aare, Entrance: Tuesday, March 2, 2027, 9:45",
            access.credential_ids._get_remote_name(),
            "Exivo cannot be reached",
            "revoke a visit",
        ):
            self.assertIn(part, alarm.note.replace("\u202f", " "))
        self.assertNotIn(pin_of(access), alarm.note)
        self.woken()
        self.is_up()
        with freeze_time(NOW + 2 * HOUR):
            self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertTrue(self.woken())
        self.watch(2 * HOUR)
        self.assertFalse(self.alarms(access))

    def test_removal_that_exivo_refuses_is_tried_on_and_becomes_an_alarm(self):
        access = self.linger(exivo.Rejected("Not allowed", 400), calls="revoke_visit")
        self.assertEqual(access.state, "in_progress")
        self.assertEqual(access.failure_type, "revoke_rejected")
        self.watch()
        self.watch(HOUR, synchronise=True)
        self.assertIn(
            "Exivo refused the removal (Not allowed)", self.alarms(access).note
        )
        self.is_up()
        self.watch(2 * HOUR, synchronise=True)
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.alarms(access))

    def test_alarm_marked_done_does_not_come_back(self):
        access = self.linger()
        self.watch()
        self.watch(HOUR)
        self.alarms(access).action_done()
        self.watch(2 * HOUR)
        self.assertFalse(self.alarms(access))

    def test_visit_that_opens_a_room_others_have_booked_is_an_alarm_at_once(self):
        access = self.linger(hours=1)
        self.book(hours=1, partners=self.user.partner_id)
        self.watch(30 * MINUTE)
        self.assertFalse(self.alarms(access))
        self.watch(46 * MINUTE)
        self.assertTrue(self.alarms(access))

    def test_visit_is_in_the_way_of_one_of_its_rooms_by_whatever_name(self):
        emme = self._create_room("Emme")
        combination = self.booking_type.combination_rel_ids.combination_id
        combination.resource_ids |= emme
        access = self.linger(hours=1)
        combination.resource_ids -= emme
        self.room.name = "Aare (first floor)"
        self.book(hours=1, partners=self.user.partner_id)
        self.watch(46 * MINUTE)
        self.assertTrue(self.alarms(access))

    def test_what_lingers_is_looked_at_with_as_many_queries_for_many(self):
        counts = []
        for hours, count in ((0.1, 2), (1.2, 12)):
            booking = self.book_for(count, hours)
            self.synchronise()
            self.is_down()
            booking.action_cancel()
            self.synchronise()
            self.is_up()
            self.watch(HOUR - MINUTE)
            before = self.env.cr.sql_log_count
            self.watch(HOUR - MINUTE)
            counts.append(self.env.cr.sql_log_count - before)
        few, many = counts
        self.assertLessEqual(many, few + 3)

    def test_visit_for_another_day_is_no_alarm_because_others_have_the_room_now(self):
        access = self.linger(hours=24)
        self.book(hours=0.1, partners=self.user.partner_id)
        self.watch()
        self.assertFalse(self.alarms(access))

    def test_visit_that_hangs_at_a_refused_site_is_an_alarm_too(self):
        access = self.linger(REFUSED)
        self.watch()
        self.watch(HOUR)
        self.assertTrue(self.alarms(access))

    def test_old_visit_of_a_moved_booking_is_an_alarm_although_the_new_one_works(self):
        booking = self.book(hours=24)
        self.synchronise()
        self.is_down(exivo.ServerError("500", 500), calls="revoke_visit")
        booking.start += DAY
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        self.watch()
        self.watch(HOUR)
        self.assertIn("March 2", self.alarms(access).note)

    def test_old_visit_for_a_room_that_was_left_is_in_the_way_of_who_has_it_now(self):
        aare = self.booking_type.combination_rel_ids.combination_id
        room = self._create_room("Emme")
        emme = self._create_type(room).combination_rel_ids.combination_id
        self.booking_type.combination_rel_ids = [(0, 0, {"combination_id": emme.id})]
        self.rule.copy(
            {"resource_id": room.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        in_aare = {"combination_auto_assign": False, "combination_id": aare.id}
        booking = self.book(hours=1, **in_aare)
        self.synchronise()
        self.is_down(exivo.ServerError("500", 500), calls="revoke_visit")
        booking.combination_id = emme
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        other = self.book(hours=1, partners=self.user.partner_id, **in_aare)
        self.watch(30 * MINUTE)
        self.assertFalse(self.alarms(access))
        self.watch(46 * MINUTE)
        self.assertTrue(self.alarms(access))
        self.assertFalse(self.alarms(self.accesses(other)))

    def test_old_visit_that_opens_the_front_door_of_others_rooms_is_not_in_the_way(
        self,
    ):
        """It waits an hour as any other, be their front door opened earlier or not."""
        aare = self.booking_type.combination_rel_ids.combination_id
        emme, birs = (self._create_room(name) for name in ("Emme", "Birs"))
        annex = self._create_type(emme).combination_rel_ids.combination_id
        self.booking_type.combination_rel_ids = [(0, 0, {"combination_id": annex.id})]
        of_birs = self._create_type(birs)
        doors = {
            name: self.aare.copy({"name": name, "remote_id": name}).ids
            for name in ("Annex", "Birs")
        }
        for room, minutes, lock_ids in (
            (emme, 15, doors["Annex"]),
            (birs, 30, self.entrance.ids),
            (birs, 15, doors["Birs"]),
        ):
            self.rule.copy(
                {
                    "resource_id": room.id,
                    "minutes_before": minutes,
                    "lock_ids": [(6, 0, lock_ids)],
                }
            )
        booking = self.book(
            hours=1, combination_auto_assign=False, combination_id=aare.id
        )
        self.synchronise()
        self.is_down(exivo.ServerError("500", 500), calls="revoke_visit")
        booking.combination_id = annex
        self.synchronise()
        self.book(hours=1, type_id=of_birs.id, partners=self.user.partner_id)
        self.synchronise()
        for minutes in 35, 46:
            self.watch(minutes * MINUTE)
            self.assertFalse(self.alarms(self.accesses(booking)))

    def test_old_visit_for_the_door_of_a_room_is_in_the_way_whatever_opens_the_rest(
        self,
    ):
        """The room's door lingers by one visit; the front door is kept by another."""
        birs, emme = (self._create_room(name) for name in ("Birs", "Emme"))
        of_birs, of_emme = self._create_type(birs), self._create_type(emme)
        for room, name in ((birs, "Birs"), (emme, "Emme")):
            lock = self.aare.copy({"name": name, "remote_id": name})
            for minutes, lock_ids in ((30, self.entrance.ids), (15, lock.ids)):
                self.rule.copy(
                    {
                        "resource_id": room.id,
                        "minutes_before": minutes,
                        "lock_ids": [(6, 0, lock_ids)],
                    }
                )
        moved_to = of_emme.combination_rel_ids.combination_id
        of_birs.combination_rel_ids = [(0, 0, {"combination_id": moved_to.id})]
        booking = self.book(
            hours=1,
            type_id=of_birs.id,
            combination_auto_assign=False,
            combination_id=of_birs.combination_rel_ids[0].combination_id.id,
        )
        self.synchronise()
        self.is_down(exivo.ServerError("500", 500), calls="revoke_visit")
        booking.combination_id = moved_to
        self.synchronise()
        other = self.book(
            hours=1,
            type_id=of_birs.id,
            partners=self.user.partner_id,
            combination_auto_assign=False,
            combination_id=of_birs.combination_rel_ids[0].combination_id.id,
        )
        self.synchronise()
        self.assertEqual(set(self.accesses(other).mapped("state")), {"created"})
        self.watch(46 * MINUTE)
        self.assertTrue(self.alarms(self.accesses(booking)))

    def test_old_visit_with_a_pin_that_was_to_be_gone_is_an_alarm_at_once(self):
        access = self.accesses(self.book(hours=24))
        self.synchronise()
        self.is_down(exivo.ServerError("500", 500), calls="revoke_visit")
        self.new_code(access)
        self.synchronise()
        self.assertEqual(access.state, "created")
        # the new visit, made side by side, may have the failure forgotten: once more
        self.watch(timedelta(minutes=3), synchronise=True)
        self.assertTrue(self.alarms(access))

    def test_old_visit_that_is_kept_until_the_new_one_works_is_no_alarm(self):
        booking = self.book(hours=0.1, duration=4)
        self.synchronise()
        self.is_down()
        with freeze_time(NOW + HOUR):
            booking.duration = 5
            self.synchronise()
        access = self.accesses(booking)
        self.watch(HOUR)
        self.watch(2.5 * HOUR, synchronise=True)
        self.assertFalse(self.alarms(access))
        self.is_up()
        self.watch(3 * HOUR, synchronise=True)
        self.assertEqual(len(self.exivo.visits), 2)

    def test_alarm_closes_when_the_window_is_over(self):
        access = self.linger(hours=3)
        self.watch()
        self.watch(HOUR)
        self.assertTrue(self.alarms(access))
        self.watch(5 * HOUR)
        self.assertFalse(self.alarms(access))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDoubled(LookoutCase):
    """Bookings overlapped before their room got a rule, so nothing kept them apart."""

    def setUp(self):
        super().setUp()
        self.plan()
        self.rule.active = False
        self.plan()

    def overlap(self, first=24, second=24.5):
        """Two bookings, the second of which was moved past Odoo."""
        bookings = self.book(hours=first) | self.book(hours=48)
        start = NOW + timedelta(hours=second)
        self.env.flush_all()
        for record in (bookings[1].meeting_id, bookings[1]):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET start = %s, stop = %s WHERE id = %s",
                    SQL.identifier(record._table),
                    start,
                    start + HOUR,
                    record.id,
                )
            )
        self.env.invalidate_all()
        return bookings

    def give_rule_back(self):
        self.rule.active = True
        self.plan()
        self.synchronise()

    def doubled_alarms(self, after=timedelta()):
        self.watch(after)
        kind = self.env.ref("exivo_access.mail_activity_type_room_doubled")
        return self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])

    def test_two_bookings_in_one_room_are_one_alarm_until_one_is_moved(self):
        first, second = self.overlap()
        self.woken()
        self.give_rule_back()
        self.assertTrue(self.woken())
        (alarm,) = self.doubled_alarms()
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(alarm.summary, "Booked twice: Aare, Tuesday, March 2, 2027")
        for access in self.accesses(first) | self.accesses(second):
            self.assertIn(access.reference, alarm.note)
            self.assertNotIn(access.pin, alarm.note)
        self.assertEqual(self.doubled_alarms(), alarm)
        second.start = NOW + timedelta(hours=72)
        self.plan()
        self.assertFalse(self.doubled_alarms())

    def test_alarm_closes_when_one_is_cancelled_and_the_other_has_the_room(self):
        first, second = self.overlap()
        self.give_rule_back()
        self.assertTrue(self.doubled_alarms())
        first.action_cancel()
        self.plan()
        self.assertFalse(self.doubled_alarms())
        self.run_action("ir_cron_plan_all")
        occupancy = self.env["exivo.occupancy"].search([("booking_id", "=", second.id)])
        self.assertEqual(occupancy.mapped("is_doubled"), [False])

    def test_alarm_marked_done_does_not_come_back(self):
        self.overlap()
        self.give_rule_back()
        self.doubled_alarms().with_user(self.user).action_done()
        self.assertFalse(self.doubled_alarms())

    def test_bookings_one_after_the_other_are_no_alarm(self):
        self.overlap(24, 25)  # the windows of their accesses do overlap
        self.give_rule_back()
        self.assertFalse(self.doubled_alarms())

    def test_bookings_that_are_over_archived_or_elsewhere_are_no_alarm(self):
        _first, second = self.overlap(1, 1.5)
        self.give_rule_back()
        self.assertTrue(self.doubled_alarms())
        second.meeting_id.active = False
        self.plan()
        self.assertFalse(self.doubled_alarms())
        third, fourth = self.overlap_elsewhere()
        self.assertEqual(third.start, fourth.start)
        self.assertFalse(self.doubled_alarms())

    def overlap_elsewhere(self):
        """Two bookings at the same time, in rooms of their own."""
        other = self._create_type(self._create_room("Reuss"))
        room = other.combination_rel_ids.combination_id.resource_ids
        self.rule.copy({"resource_id": room.id})
        return self.book(hours=30) | self.book(hours=30, type_id=other.id)

    def test_overlap_of_the_past_is_forgotten(self):
        self.overlap(1, 1.5)
        self.give_rule_back()
        self.assertTrue(self.doubled_alarms())
        self.assertFalse(self.doubled_alarms(3 * HOUR))
        with freeze_time(NOW + 3 * HOUR):
            self.run_action("ir_cron_plan_all")
        self.assertFalse(self.env["exivo.occupancy"].search([]))

    def test_booking_that_overlaps_already_may_change_otherwise(self):
        _first, second = self.overlap()
        self.give_rule_back()
        second.meeting_id.name = "With a projector"
        self.plan()
        self.assertEqual(self.accesses(second).state, "created")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestClosedRooms(LookoutCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room.calendar_id = cls.calendar.copy()

    def close(self, start, stop, leaves=None, **values):
        """Somebody says in Odoo that a room is closed, or all of a calendar."""
        form = Form(self.env["resource.calendar.leaves"] if leaves is None else leaves)
        form.name = "Painting the walls"
        form.resource_id = self.room
        form.date_from, form.date_to = NOW + start, NOW + stop
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def closed_alarms(self):
        self.watch()
        kind = self.env.ref("exivo_access.mail_activity_type_rooms_closed")
        return self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])

    def test_staff_are_told_once_which_bookings_fall_into_it(self):
        booking, other = self.book(hours=24), self.book(hours=72)
        self.synchronise()
        self.watch()
        self.woken()
        leave = self.close(24.5 * HOUR, 48 * HOUR)
        self.assertTrue(self.woken())
        (alarm,) = self.closed_alarms()
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(alarm.res_model, "exivo.site")
        self.assertEqual(
            alarm.summary,
            "Bookings of rooms that are closed, or of people who are away: 1",
        )
        access = self.accesses(booking)
        for part in (access.reference, "Anna Muster", "Aare", "Europe/Zurich"):
            self.assertIn(part, alarm.note)
        self.assertNotIn(self.accesses(other).reference, alarm.note)
        self.assertNotIn(pin_of(access), alarm.note)
        self.assertEqual(access.state, "created")

        alarm.with_user(self.user).action_done()
        self.assertFalse(self.closed_alarms())
        leave.date_to = NOW + 96 * HOUR
        self.assertTrue(self.woken())
        self.assertIn(self.accesses(other).reference, self.closed_alarms().note)

    def test_many_bookings_are_looked_at_as_few(self):
        queries = []
        for first, last in ((24, 26), (32, 48)):
            for hours in range(first, last + 1, 2):
                self.book(hours=hours)
            self.close(first * HOUR, (last + 1) * HOUR)
            self.assertTrue(self.closed_alarms())
            before = self.env.cr.sql_log_count
            self.watch()
            queries.append(self.env.cr.sql_log_count - before)
        few, many = queries
        self.assertLessEqual(many, few + 1)

    def test_bookings_without_access_are_told_too_and_explain_advises_no_confirm(self):
        booking, taken = self.book(hours=24, confirm=False), self.book(hours=26)
        self.accesses(taken).action_remove()
        self.synchronise()
        self.close(20 * HOUR, 30 * HOUR)
        (alarm,) = self.closed_alarms()
        self.assertEqual((alarm.res_model, alarm.res_id), ("exivo.site", self.site.id))
        for one in booking | taken:
            self.assertIn(self.env["exivo.planner"]._get_reference(one), alarm.note)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            booking.action_confirm()
        said = self.read_explanation(booking)
        self.assertIn("Its room is closed or taken then", said)
        self.assertNotIn("Press Confirm", said)
        (booking | taken).action_cancel()
        self.plan()
        self.assertFalse(self.closed_alarms())

    def test_explain_advises_no_confirm_in_whatever_way_a_room_is_closed(self):
        beamer = self._create_room("Beamer")
        self.booking_type.combination_rel_ids.combination_id.resource_ids += beamer
        booking = self.book(confirm=False)
        self.assertIn("Press Confirm", self.read_explanation(booking))
        for close in (
            lambda: self.room.calendar_id.attendance_ids.unlink(),
            lambda: self.close(20 * HOUR, 30 * HOUR, resource_id=beamer),
        ):
            with self.subTest(), self.cr.savepoint() as savepoint:
                close()
                self.env.flush_all()
                said = self.read_explanation(booking)
                self.assertIn("Its room is closed or taken then", said)
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    booking.action_confirm()
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_alarm_is_told_at_the_site_of_the_room_that_is_closed(self):
        other = self._create_room("Reuss")
        site = self.env["exivo.site"].create(
            {
                "name": "Hillside House",
                "remote_id": str(uuid4()),
                "api_key": str(uuid4()),
                "api_secret": str(uuid4()),
            }
        )
        door = self.entrance.sudo().copy({"site_id": site.id})
        self.env["exivo.access.rule"].create(
            {"resource_id": other.id, "lock_ids": [(6, 0, door.ids)]}
        )
        self.booking_type.combination_rel_ids.combination_id.resource_ids += other
        self.book()
        self.close(20 * HOUR, 30 * HOUR, resource_id=other)
        (alarm,) = self.closed_alarms()
        self.assertEqual((alarm.res_model, alarm.res_id), ("exivo.site", site.id))

    def test_alarm_closes_once_the_room_is_open_again_or_the_booking_moved(self):
        booking = self.book(hours=24)
        leave = self.close(20 * HOUR, 30 * HOUR)
        self.assertTrue(self.closed_alarms())
        self.woken()
        leave.unlink()
        self.assertTrue(self.woken())
        self.assertFalse(self.closed_alarms())
        self.close(20 * HOUR, 30 * HOUR)
        self.assertTrue(self.closed_alarms())
        booking.start = NOW + 48 * HOUR
        self.plan()
        self.assertFalse(self.closed_alarms())

    def test_holidays_of_a_calendar_and_of_the_company_close_rooms(self):
        self.book(hours=24)
        nobody = self.env["resource.resource"]
        for calendar in (
            self.room.calendar_id,
            self.booking_type.resource_calendar_id,
            self.env["resource.calendar"],
        ):
            with self.subTest(calendar=calendar.name):
                holiday = self.close(
                    20 * HOUR, 30 * HOUR, resource_id=nobody, calendar_id=calendar
                )
                self.assertTrue(self.closed_alarms())
                holiday.unlink()
                self.assertFalse(self.closed_alarms())

    def bring_along(self, name, **vals):
        """Somebody or something is booked with the room, and no door is theirs."""
        one = self._create_room(name)
        one.write({"calendar_id": self.calendar.copy().id, **vals})
        self.booking_type.combination_rel_ids.combination_id.resource_ids += one
        return one

    def test_staff_are_told_of_all_by_which_a_booking_cannot_be_confirmed(self):
        """Whatever is closed of what is booked together, and nothing else."""
        eve = self.bring_along("Eve", resource_type="user", user_id=self.user.id)
        beamer = self.bring_along("Beamer")
        combination = self.booking_type.combination_rel_ids.combination_id
        forced = self.calendar.copy()
        nobody = self.env["resource.resource"]
        no_calendar = self.env["resource.calendar"]
        booking = self.book(hours=24, confirm=False)
        for forcing, shared, closed, of, calendar in (
            (False, False, True, eve, None),
            (False, False, True, beamer, None),
            (False, False, True, nobody, eve.calendar_id),
            (False, True, True, nobody, no_calendar),
            (False, True, False, nobody, self.room.calendar_id),
            (True, False, False, self.room, None),
            (True, False, False, nobody, eve.calendar_id),
            (True, False, True, nobody, forced),
        ):
            with self.subTest(forcing=forcing, shared=shared, of=of, calendar=calendar):
                combination.forced_calendar_id = forcing and forced
                combination.resource_ids.company_id = (
                    False if shared else self.env.company
                )
                values = {} if calendar is None else {"calendar_id": calendar}
                leave = self.close(20 * HOUR, 30 * HOUR, resource_id=of, **values)
                self.env.flush_all()
                said = self.read_explanation(booking)
                self.assertEqual("cannot be confirmed" in said, closed)
                self.assertEqual(bool(self.closed_alarms()), closed)
                leave.unlink()

    def test_holiday_of_a_company_of_which_nothing_is_booked_is_no_alarm(self):
        """Whose holidays count, say all rooms of a booking that are of a company."""
        beamer = self.bring_along("Beamer", company_id=False)
        self.rule.copy({"resource_id": beamer.id})
        self.booking_type.company_id = self.calendar.company_id = False
        self.room.company_id = self.env.company
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        booking = self.book(hours=24, confirm=False)
        for company, closed in ((theirs, False), (self.env.company, True)):
            with self.subTest(company=company.name):
                leave = self.close(
                    20 * HOUR,
                    30 * HOUR,
                    resource_id=self.env["resource.resource"],
                    calendar_id=self.env["resource.calendar"],
                )
                leave.company_id = company
                self.env.flush_all()
                said = self.read_explanation(booking)
                self.assertEqual("cannot be confirmed" in said, closed)
                self.assertEqual(bool(self.closed_alarms()), closed)
                leave.unlink()

    def test_what_closes_no_room_of_a_booking_is_no_alarm(self):
        self.book(hours=24)
        self.watch()
        self.woken()
        elsewhere = self._create_room("Reuss")
        nobody = self.env["resource.resource"]
        other = self.room.calendar_id.copy()
        self.close(20 * HOUR, 30 * HOUR, resource_id=elsewhere)
        self.close(20 * HOUR, 30 * HOUR, resource_id=nobody, calendar_id=other)
        leaves = self.env["resource.calendar.leaves"].with_context(
            default_time_type="other"
        )
        self.close(20 * HOUR, 30 * HOUR, leaves=leaves)
        self.close(20 * HOUR, 24 * HOUR)
        self.close(25 * HOUR, 30 * HOUR)
        self.assertFalse(self.woken())
        self.assertFalse(self.closed_alarms())


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCostOfWatching(LookoutCase):
    def count(self):
        """Queries of a run."""
        self.plan()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            before = self.env.cr.sql_log_count
            self.env(cr=cr)["exivo.trouble"]._cron_watch()
            return self.env.cr.sql_log_count - before

    def test_many_accesses_that_work_cost_no_more_than_one(self):
        self.book(hours=2)
        self.synchronise()
        self.count()
        few = self.count()
        for number in range(30):
            self.book(hours=4 + 2 * number)
        self.synchronise()
        self.assertLessEqual(self.count(), few)
