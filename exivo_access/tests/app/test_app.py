# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A key in the app on the holder's phone."""

import itertools
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...tools.secret_char import open_secret
from ..app_common import PHONE, SECOND, AppCase
from ..common import NOW, pin_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBookedKey(AppCase):
    def test_a_booking_gets_a_key_that_names_no_person(self):
        booking = self.book()
        self.synchronise()
        access, order = self.accesses(booking), self.order()
        key = access.credential_ids
        self.assertEqual((key.kind, key.state), ("digital_key", "live"))
        self.assertEqual(order.name, f"{access.reference} {key.token}")
        self.assertEqual((order.phone, order.email), (PHONE, ""))
        self.assertEqual((order.app_id, order.app_name), ("4711", "House Keys"))
        self.assertIs(order.notify, True)
        self.assertEqual(set(order.component_ids), {"entrance", "aare"})
        self.assertEqual(
            (order.valid_from.replace(tzinfo=None), order.valid_to.tzinfo is not None),
            (access.start, True),
        )
        base, token = self.site.get_base_url(), open_secret(key, "callback_token")
        self.assertEqual(order.callback_url, f"{base}/exivo/key/{key.id}/{token}")

    def test_key_is_created_once_exivo_has_confirmed_it_and_told_then(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "in_progress")
        self.assertFalse(access.credential_ids.made_at)
        self.assertFalse(self.mails_to(self.customer))
        self.look_on(timedelta(minutes=1), takes=True)
        self.assertEqual(access.state, "created")
        made_at = NOW + timedelta(minutes=1)
        self.assertEqual(access.credential_ids.made_at, made_at)
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 1)
        (mail,) = self.mails_to(self.customer)
        for words in ("House Keys", PHONE, "hold your phone to the reader"):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("PIN", mail.body_html)
        self.assertNotIn("link", mail.body_html.lower())
        self.assertFalse(pin_of(access))
        self.exivo.calls.clear()
        self.look_on(access.start - NOW - timedelta(hours=1))
        self.assertEqual(self.exivo.calls, ["get_key_visit"], "ahead of its start")
        self.assertEqual(access.credential_ids.made_at, made_at)

    def test_without_a_word_of_phones_the_key_counts_once_it_is_read_back(self):
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.calls.count("get_key_visit"), 1)

    def test_key_is_asked_for_less_and_less_often(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=24 * 20))
        self.synchronise()
        moments = []
        for _time in range(14):
            due = access.due_at
            moments.append(due)
            self.look_on(due - NOW)
        delays = [after - before for before, after in itertools.pairwise(moments)]
        self.assertEqual(delays, sorted(delays))
        self.assertEqual(delays[0], 20 * SECOND)
        self.assertEqual(delays[-1], timedelta(hours=1))
        self.assertEqual(self.exivo.calls.count("get_key_visit"), 15)
        self.assertEqual(access.state, "in_progress")

    def test_near_the_start_it_is_asked_for_each_minute(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=0.25))
        self.synchronise()
        for _time in range(6):
            due = access.due_at
            self.look_on(due - NOW)
        self.assertEqual(access.due_at - due, timedelta(minutes=1))

    def test_an_outage_while_it_is_asked_for_is_no_failure_of_the_key(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book())
        self.synchronise()
        self.exivo.fail(exivo.TimedOut("late"), calls="get_key_visit")
        self.look_on(timedelta(minutes=1))
        self.assertEqual(access.state, "in_progress")
        self.look_on(timedelta(minutes=5), takes=True)
        self.assertEqual((access.state, access.failure_type), ("created", False))
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 1)

    def test_key_is_asked_for_soon_after_the_clock_was_ahead(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=24 * 20))
        self.synchronise()
        self.look_on(timedelta(days=3))
        self.look_on(timedelta(minutes=1), takes=True)
        self.assertEqual(access.state, "created")

    def test_an_order_without_answer_is_looked_up(self):
        self.exivo.fail(exivo.TimedOut("late"), calls="create_key_visit", after=True)
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "in_progress")
        self.look_on(timedelta(minutes=3))
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.exivo.keys), 1)

    def test_a_site_that_makes_no_keys_refuses_the_access_and_is_not_stopped(self):
        access = self.accesses(self.book())
        for minutes in (0, 5, 15):
            refusal = exivo.Forbidden("No mobile access", 403)
            self.exivo.fail(refusal, "create_key_visit")
            self.look_on(timedelta(minutes=minutes))
        self.assertEqual((access.state, access.failure_type), ("failed", "rejected"))
        self.assertEqual(self.site.state, "verified")

    def test_key_goes_with_the_booking(self):
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_keys())
        self.assertIn("has been removed", self.mail().subject)

    def test_key_goes_with_the_booking_before_it_is_confirmed(self):
        self.exivo.phones_wait = True
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_keys())
        self.assertFalse(self.mails_to(self.customer))

    def test_a_moved_booking_keeps_the_old_key_until_the_new_one_is_confirmed(self):
        booking = self.book(hours=0.25)
        self.synchronise()
        self.exivo.phones_wait = True
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.duration = 2
            self.synchronise()
        self.assertEqual(len(self.exivo.live_keys()), 2)
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.look_on(timedelta(minutes=2), takes=True)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.live_keys()), 1)
        self.assertIn("New time", self.mail().subject)

    def test_taken_away_at_exivo_before_it_was_confirmed_it_stays_away(self):
        for how in ("revoked", "unknown"):
            with self.subTest(how=how):
                self.exivo.phones_wait = True
                access = self.accesses(self.book(hours=24 if how == "unknown" else 48))
                self.synchronise()
                (key,) = self.exivo.live_keys()
                key["revoked"] = True
                if how == "unknown":
                    self.exivo.keys.clear()
                moments = (1, 3, 10, 20, 40, 80) if how == "unknown" else (1,)
                for minutes in moments:
                    self.assertFalse(access.gone_at_exivo)
                    self.look_on(timedelta(minutes=minutes))
                self.assertTrue(access.gone_at_exivo)
                self.assertEqual(access.state, "removed")
                self.assertFalse(self.exivo.live_keys())

    def test_key_that_exivo_does_not_know_yet_was_not_taken_away(self):
        access = self.accesses(self.book(hours=24))
        for seconds in (0, 30, 60, 120):
            self.exivo.fail(exivo.NotFound("", 404), calls="get_key_visit")
            self.look_on(timedelta(seconds=seconds))
            self.assertEqual(access.state, "in_progress")
            self.assertFalse(access.activity_ids)
        self.look_on(timedelta(minutes=5))
        self.assertEqual(access.state, "created")
        self.look_on(timedelta(minutes=10))
        self.assertEqual(access.state, "created")

    def test_key_that_ended_by_a_clock_that_is_ahead_was_not_taken_away(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=0, duration=0.5))
        self.synchronise()
        (key,) = self.exivo.live_keys()
        key["expired"] = True
        self.look_on(access.stop - NOW - SECOND * 30)
        self.assertFalse(access.gone_at_exivo)
        self.look_on(access.stop - NOW + SECOND * 30)
        self.assertEqual(access.state, "expired")

    def test_the_comparison_knows_keys(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book())
        self.synchronise()
        (key,) = self.exivo.live_keys()
        self.compare()
        self.assertFalse(access.gone_at_exivo)
        stray = exivo.KeyVisitRequest(
            **{**vars(key["request"]), "name": f"B1 {access._get_unconfirmed().token}x"}
        )
        self.exivo.create_key_visit(stray)
        key["revoked"] = True
        counts = self.compare()
        self.assertEqual((counts["gone"], counts["strays"]), (1, 1))
        self.assertTrue(access.gone_at_exivo)
        self.assertFalse(self.exivo.live_keys())

    def test_a_site_without_keys_is_compared_all_the_same(self):
        self.rule.method = "link"
        self.book()
        self.synchronise()
        for error in (exivo.Forbidden("No", 403), exivo.NotFound("No", 404)):
            self.exivo.fail(error, calls="find_key_visits")
            self.assertEqual(set(self.compare().values()), {0})


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestForgottenKey(AppCase):
    def test_number_and_token_are_forgotten_in_time(self):
        access = self.accesses(self.book())
        self.synchronise()
        key = access.credential_ids
        self.assertTrue(key.callback_token and key.app_recipient)
        with freeze_time(NOW + timedelta(days=400)):
            self.synchronise()
            self.run_action("ir_cron_clear")
        self.env.invalidate_all()
        self.assertFalse(
            key.callback_token or key.app_recipient or access.app_recipient
        )
