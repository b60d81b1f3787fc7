# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.sync.run import Run
from ...tools import calls, connection, envelope
from ...tools.calls import Crew, make
from ..common import NOW, ExivoCase, FakeExivo, link_of, pin_of

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DOWN = exivo.Unreachable("No connection to Exivo")

ANNEX = "99999999-9999-4999-8999-999999999999"


class KnownBy:
    """The stand-in for Exivo, as somebody calls it who is known by a secret."""

    def __init__(self, exivo, used):
        self._exivo = exivo
        self._secret = envelope.unwrap(used.api_secret)

    def __getattr__(self, name):
        return getattr(self._exivo, name)

    def __eq__(self, other):
        return self._secret == other._secret

    def __hash__(self):
        return hash(self._secret)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRetries(ExivoCase):
    def fail_calls(self, error, times, **kwargs):
        for _time in range(times):
            self.exivo.fail(error, **kwargs)

    def retry(self, after, error=None):
        """Let the synchroniser run some time after :data:`NOW`."""
        self.exivo.errors.clear()
        self.exivo.calls.clear()
        if error:
            self.exivo.fail(error)
        with freeze_time(NOW + after):
            self.synchronise()

    def book_all(self, bookings=6):
        for number in range(bookings):
            self.book(hours=24 + 2 * number)

    # === ONE ACCESS === #

    def get_delay(self, **vals):
        """How long an access waits that has failed often and fails once more."""
        access = self.accesses(self.book(**vals))
        access.tries = 10
        self.exivo.fail(exivo.ServerError("500", 500), calls="create_visit")
        self.synchronise()
        return access.due_at - NOW

    def test_access_that_fails_is_tried_sooner_the_nearer_its_start(self):
        self.assertEqual(self.get_delay(hours=30), 10 * MINUTE)
        self.assertEqual(self.get_delay(hours=0.75), 7.5 * MINUTE)  # opens in 30

    def test_access_that_should_open_doors_now_is_tried_every_minute(self):
        self.assertEqual(self.get_delay(hours=0.1), MINUTE)

    def test_what_still_opens_doors_now_is_revoked_soon_though_it_moved_far_away(self):
        booking = self.book(hours=0.1)
        self.synchronise()
        booking.start += timedelta(days=3)
        error = exivo.ServerError("500", 500)
        self.exivo.fail(error, calls="revoke_visit")
        self.synchronise()
        self.accesses(booking).tries = 10
        self.retry(after=MINUTE, error=error)
        self.assertEqual(self.accesses(booking).due_at, NOW + 2 * MINUTE)

    def test_leaked_pin_does_not_open_for_as_long_as_no_new_one_can_be_made(self):
        access = self.accesses(self.book(hours=0.1))
        self.synchronise()
        self.new_code(access)
        for minute in range(1, 5):
            self.assertEqual(len(self.exivo.live_visits()), 1, minute)
            with freeze_time(NOW + minute * MINUTE):
                self.exivo.fail(exivo.ServerError("500", 500), calls="create_visit")
                self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.retry(after=6 * MINUTE)
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].code, pin_of(access))

    def test_leaked_pin_does_not_open_for_as_long_as_creations_are_limited(self):
        self.site.calls_at_once = 1
        access = self.accesses(self.book(hours=0.1, duration=3))
        self.synchronise()
        self.new_code(access)
        for number in range(1, 5):
            self.assertEqual(len(self.exivo.live_visits()), 1, number)
            with freeze_time(NOW + number * 5 * MINUTE):
                self.exivo.fail(exivo.RateLimited("429"), calls="create_visit")
                self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.retry(after=30 * MINUTE)
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].code, pin_of(access))

    def test_old_visit_goes_although_creations_are_limited(self):
        self.site.calls_at_once = 1
        booking = self.book(hours=0.1, duration=3)
        self.synchronise()
        booking.start += timedelta(days=3)
        self.book(hours=24)  # comes before it, and is limited as well
        for number in range(1, 12):
            with freeze_time(NOW + number * 5 * MINUTE):
                self.exivo.fail(exivo.RateLimited("429"), calls="create_visit")
                self.synchronise()
            if not self.exivo.live_visits():
                break
        self.assertFalse(self.exivo.live_visits())

    def test_what_must_go_goes_although_creations_of_others_are_limited(self):
        cancelled = self.book(hours=24)
        self.synchronise()
        self.book(hours=0.2)
        self.retry(timedelta(), exivo.RateLimited("429"))
        cancelled.action_cancel()
        for number in (1, 2):
            with freeze_time(NOW + number * 5 * MINUTE):
                self.exivo.fail(exivo.RateLimited("429"), calls="create_visit")
                self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_doors_that_exivo_leaves_out_are_not_claimed(self):
        """Whether the order's answer says so, or what is found after it was cut."""
        for error in (None, exivo.TimedOut("cut")):
            with self.subTest(error=error):
                self.exivo.leaves_out = {"aare"}
                access = self.accesses(self.book(hours=24 + 4 * bool(error)))
                if error:
                    self.exivo.fail(error, "create_visit", after=True)
                self.synchronise()
                with freeze_time(NOW + timedelta(minutes=1)):
                    self.synchronise()
                self.assertEqual(access.state, "failed")
                self.assertEqual(access.failure_reason, "Made without: Aare")
                self.assertFalse(self.exivo.live_visits())

    def test_one_404_to_an_order_is_no_refusal_after_failures_of_other_kinds(self):
        access = self.accesses(self.book())
        answers = [exivo.ServerError("502", 502)] * 2 + [exivo.NotFound("", 404)] * 2
        for number, answer in enumerate(answers):
            self.exivo.fail(answer, calls="create_visit")
            with freeze_time(NOW + number * 30 * MINUTE):
                self.synchronise()
            self.assertNotEqual(access.state, "failed", number)
        self.retry(3 * HOUR)
        self.assertEqual(access.state, "created")

    def test_what_is_needed_is_made_although_revocations_are_limited(self):
        booking = self.book(hours=0.1, duration=0.25)
        self.synchronise()
        booking.action_cancel()
        self.exivo.fail(exivo.RateLimited("429"), calls="revoke_visit")
        self.synchronise()
        new = self.book(hours=0.6)
        for number in range(1, 5):
            self.exivo.errors.clear()
            self.fail_calls(exivo.RateLimited("429"), 4, calls="revoke_visit")
            with freeze_time(NOW + number * 4 * MINUTE):
                self.synchronise()
        self.assertEqual(self.accesses(new).state, "created")

    def test_404_to_revocations_is_not_counted_with_those_to_orders(self):
        booking = self.book()
        self.synchronise()
        booking.start += timedelta(days=3)
        access = self.accesses(booking)
        for number in range(2):
            self.exivo.fail(exivo.NotFound("", 404), calls="create_visit")
            self.exivo.fail(exivo.Rejected("", 404), calls="revoke_visit")
            with freeze_time(NOW + number * 30 * MINUTE):
                self.synchronise()
            self.assertNotEqual(access.state, "failed", number)
        self.retry(90 * MINUTE)
        self.assertEqual(access.state, "created")

    def test_one_404_to_an_order_is_no_refusal(self):
        access = self.accesses(self.book())
        self.exivo.fail(exivo.NotFound("", 404), calls="create_visit")
        self.synchronise()
        self.assertEqual(access.state, "in_progress")
        self.retry(after=5 * MINUTE)
        self.assertEqual(access.state, "created")
        self.assertFalse(access.activity_ids)

    def test_third_404_to_an_order_is_a_refusal(self):
        access = self.accesses(self.book())
        for number in range(3):
            self.assertNotEqual(access.state, "failed")
            self.retry(number * 30 * MINUTE, exivo.NotFound("", 404))
        self.assertEqual((access.state, access.failure_type), ("failed", "rejected"))

    def test_door_that_is_needed_now_stays_open_while_its_end_cannot_be_changed(self):
        booking = self.book(hours=0.1)
        self.synchronise()
        booking.duration = 2
        for minute in range(1, 7):
            with freeze_time(NOW + minute * MINUTE):
                self.exivo.fail(exivo.ServerError("500", 500), calls="create_visit")
                self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_refused_access_stays_refused_when_its_old_visit_cannot_be_revoked(self):
        booking = self.book()
        self.synchronise()
        booking.start += timedelta(days=3)
        self.exivo.fail(exivo.Rejected("Unknown", 400), calls="create_visit")
        self.exivo.fail(exivo.ServerError("500", 500), calls="revoke_visit")
        self.synchronise()
        self.retry(after=5 * MINUTE)
        self.assertNotIn("create_visit", self.exivo.calls)
        self.assertEqual(self.accesses(booking).failure_type, "rejected")

    # === A SITE THAT IS DOWN === #

    def check_uses_up_no_tries(self, error):
        self.book_all(2)
        self.fail_calls(error, 2)
        self.synchronise()
        self.retry(after=MINUTE, error=error)
        accesses = self.accesses()
        self.assertEqual(accesses.mapped("tries"), [0, 0])
        self.assertEqual(set(accesses.mapped("due_at")), {NOW, NOW + MINUTE})

    def test_site_that_is_down_uses_up_no_tries_of_its_accesses(self):
        self.check_uses_up_no_tries(DOWN)

    def test_site_that_asks_for_time_uses_up_no_tries_of_its_accesses(self):
        self.check_uses_up_no_tries(exivo.RateLimited("Too many"))

    def test_site_that_answers_again_gets_all_its_accesses_at_once(self):
        self.book_all()
        self.fail_calls(DOWN, 6)
        self.synchronise()
        self.retry(after=MINUTE)
        self.assertEqual(set(self.accesses().mapped("state")), {"created"})

    def test_one_call_finds_out_whether_a_site_answers_again(self):
        self.book_all()
        self.fail_calls(DOWN, 6)
        self.synchronise()
        self.retry(after=MINUTE, error=DOWN)
        self.assertEqual(self.exivo.calls, ["create_visit"])

    def test_site_that_fails_is_not_called_for_the_rest_of_the_batch(self):
        for error in (DOWN, exivo.TimedOut("cut"), exivo.Unauthorized("no", 401)):
            with self.subTest(error=error):
                self.site.action_verify()
                self.accesses().booking_id.unlink()
                self.retry(after=-HOUR)
                self.book_all(10)
                self.exivo.calls.clear()
                self.fail_calls(error, 10)
                self.synchronise()
                made = self.exivo.calls.count("create_visit")
                self.assertLessEqual(made, calls.THREADS)

    def test_pauses_grow_and_are_forgotten_with_the_first_answer(self):
        self.book_all(1)
        after, pauses = timedelta(), []
        for _outage in range(6):
            self.retry(after=after, error=DOWN)
            pauses.append(self.site.paused_until - NOW - after)
            after += pauses[-1]
        self.assertEqual(pauses, [15 * SECOND, 30 * SECOND, MINUTE] + [2 * MINUTE] * 3)
        self.retry(after=after)
        self.assertFalse(self.site.outages)
        self.assertFalse(self.site.paused_until)
        self.assertFalse(self.site.failure_reason)

    # === A SITE THAT ASKS FOR TIME === #

    def test_waiting_time_outlasts_answers_to_calls_that_were_under_way(self):
        self.book_all(3)

        answers = [
            None,  # from then on the site has several calls at once
            exivo.RateLimited("Too many"),
            exivo.RateLimited("Too many", retry_after=600),
        ]

        def answer(_crew, call):
            grant = make(call)
            return (answers and answers.pop(0)) or grant

        with patch.object(Crew, "_carry_out", answer):
            self.synchronise()
        self.assertEqual(self.site.paused_until, NOW + 10 * MINUTE)
        self.retry(after=9 * MINUTE)
        self.assertFalse(self.exivo.calls)
        self.retry(after=11 * MINUTE)
        self.assertEqual(set(self.accesses().mapped("state")), {"created"})

    def test_no_waiting_time_stops_a_site_for_days(self):
        self.book_all(1)
        self.exivo.fail(exivo.RateLimited("Too many", retry_after=10**9))
        self.synchronise()
        self.assertEqual(self.site.paused_until, NOW + HOUR)

    def test_what_must_not_open_doors_any_more_comes_first(self):
        cancelled = self.book(hours=30)
        removed = self.book(hours=32)
        self.synchronise()
        self.book_all(3)
        self.retry(after=timedelta(), error=exivo.RateLimited("Too many"))
        self.accesses(removed).action_remove()
        cancelled.action_cancel()
        self.retry(after=MINUTE)
        self.assertEqual(self.exivo.calls[:2], ["revoke_visit"] * 2)
        self.assertEqual(self.exivo.calls[2:], ["create_visit"] * 3)

    # === A SITE THAT IS REFUSED === #

    def test_refused_site_goes_on_at_once_when_it_is_verified(self):
        self.book_all()
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        self.assertEqual(self.site.state, "refused")
        self.retry(after=HOUR)
        self.assertEqual(self.exivo.calls, ["get_site_info"], "asked by one call")
        self.exivo.refusal = None
        with freeze_time(NOW + HOUR):
            self.site.action_verify()
            self.synchronise()
        self.assertEqual(set(self.accesses().mapped("state")), {"created"})

    def test_refusal_of_old_credentials_does_not_stop_a_site_that_has_new_ones(self):
        self.book_all(1)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr)
            (call,), _claimed = Run(env).claim_batch()
        self.site.api_secret = "44444444-4444-4444-8444-444444444444"
        key = self.env["exivo.credential"].browse(call.credential_id)
        key._record(call.name, exivo.Unauthorized("no", 401))
        self.assertEqual(self.site.state, "draft")
        self.assertFalse(self.site.failure_reason)

    def test_refusal_of_old_credentials_does_not_stop_a_site_verified_meanwhile(self):
        self.book_all(1)
        known_by = partial(KnownBy, self.exivo)
        with patch.object(connection, "new_client", known_by):
            with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                (call,), _claimed = Run(self.env(cr=cr)).claim_batch()
            self.site.api_secret = "44444444-4444-4444-8444-444444444444"
            self.site.action_verify()
            Run(self.env)._write_down(call, exivo.Unauthorized("no", 401))
            self.assertEqual(self.site.state, "verified")
            self.synchronise()
        self.assertEqual(self.accesses().state, "created")

    def test_access_says_that_its_site_is_refused(self):
        self.book_all(1)
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        user = self._create_user("exivo_desk", "exivo_access.group_user")
        self.assertEqual(self.accesses().with_user(user).site_state, "refused")
        for view_type in ("form", "list"):
            arch = self.env["exivo.access"].get_view(view_type=view_type)["arch"]
            self.assertIn("site_state", arch)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRetriesOfTwoSites(ExivoCase):
    """The same house has a second site, which fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.failing = FakeExivo()
        cls.failing.components = [
            exivo.Component("annex", "Annex", "", "electric-lock", True, "open")
        ]
        cls.annex = cls.site.copy(
            {
                "name": "Annex",
                "remote_id": ANNEX,
                "api_key": "22222222-2222-4222-8222-222222222222",
                "api_secret": "33333333-3333-4333-8333-333333333333",
            }
        )
        cls.startClassPatcher(
            patch.object(
                connection,
                "new_client",
                # called from threads, so that no record may be read
                lambda one: cls.failing if one.remote_id == ANNEX else cls.exivo,
            )
        )
        cls.annex.action_verify()
        cls.annex.action_synchronise_locks()
        cls.rule.copy({"lock_ids": [(6, 0, cls.annex.lock_ids.ids)]})

    def setUp(self):
        super().setUp()
        self.failing.forget()
        for _call in range(100):
            self.failing.fail(DOWN)

    def states(self, site):
        return self.accesses().filtered(lambda one: one.site_id == site).mapped("state")

    def test_site_that_is_down_does_not_hold_up_another(self):
        for number in range(25):
            self.book(hours=24 + 2 * number)
        self.synchronise()
        self.assertEqual(self.states(self.site), ["created"] * 25)
        self.assertEqual(self.states(self.annex), ["in_progress"] * 25)
        self.assertLessEqual(len(self.failing.calls), calls.THREADS)

    def test_holder_is_told_of_the_doors_that_work_although_a_site_is_down(self):
        self.book(hours=24)
        self.synchronise()
        booking = self.book(hours=48)  # by now the site is known to be down
        self.synchronise()
        created = self.accesses(booking).filtered(lambda one: one.state == "created")
        self.assertEqual(created.mail_state, "queued")
        self.assertIn(link_of(created), self.mails_to(self.customer)[-1].body_html)

    def test_site_that_may_still_be_down_does_not_hold_up_another(self):
        """One call finds out whether it answers again, and nobody waits for that."""
        for number in range(2 * calls.THREADS):
            self.book(hours=24 + 2 * number)
        self.annex.outages = 1
        made, waited = threading.Event(), []
        create_visit = self.exivo.create_visit

        def create(request):
            visit = create_visit(request)
            if len(self.exivo.visits) == 2 * calls.THREADS:
                made.set()
            return visit

        def answer_in_the_end(request):
            waited.append(made.wait(10))
            raise DOWN

        with (
            patch.object(self.exivo, "create_visit", create),
            patch.object(self.failing, "create_visit", answer_in_the_end),
        ):
            self.synchronise()
        self.assertEqual(waited, [True])
