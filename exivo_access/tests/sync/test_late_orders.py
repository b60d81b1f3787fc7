# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.sync import exivo_credential_looks
from ..common import NOW, ExivoCase, pin_of
from .test_gone_before_start import GoneCase

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CUT = exivo.TimedOut("No answer")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLateOrders(ExivoCase):
    """Exivo carries an order out after the look-up that did not find it."""

    def order(self, **vals):
        """Book; the order is not answered, nor found when it is looked up.

        :return: the booking, and what Exivo will make of the order later.
        """
        booking = self.book(**vals)
        self.exivo.fail(CUT, calls="create_visit", after=True)
        self.synchronise()
        (late,) = self.exivo.visits.items()
        self.exivo.visits.clear()
        return booking, dict([late])

    def run_at(self, after):
        """Let the synchroniser run some time after :data:`NOW`."""
        with freeze_time(NOW + after):
            self.synchronise()

    def alive(self):
        return {visit["id"] for visit in self.exivo.live_visits()}

    def test_late_visit_of_a_cancelled_booking_is_gone_after_some_minutes(self):
        booking, late = self.order()
        booking.action_cancel()
        self.run_at(MINUTE)
        self.assertEqual(self.accesses(booking).state, "removed")
        self.exivo.visits.update(late)
        self.run_at(7 * MINUTE)
        self.assertFalse(self.alive())
        self.assertEqual(self.accesses(booking).state, "removed")

    def test_visit_that_comes_after_that_is_gone_after_the_hour(self):
        booking, late = self.order()
        self.run_at(MINUTE)
        self.run_at(7 * MINUTE)
        self.exivo.visits.update(late)
        self.run_at(62 * MINUTE)
        self.assertEqual(len(self.alive()), 1)
        self.assertNotIn(next(iter(late)), self.alive())
        self.assertEqual(self.accesses(booking).state, "created")

    def test_it_is_looked_again_twice_and_then_no_more(self):
        self.order()
        self.run_at(MINUTE)
        looks = []
        for minutes in (2, 5, 8, 11, 30, 62, 65, 68, 120, 300):
            self.exivo.calls.clear()
            self.run_at(minutes * MINUTE)
            if "find_visits" in self.exivo.calls:
                looks.append(minutes)
        self.assertEqual(looks, [8, 65])

    def test_order_of_a_clock_that_was_ahead_is_looked_for_among_what_came_later(self):
        for hours in (24, 26):
            self.book(hours=hours)
        self.synchronise()
        there = dict(self.exivo.visits)
        self.exivo.visits.clear()
        booking, _late = self.order(hours=28)
        self.exivo.visits.update(there)
        for minutes, hours in ((1, 30), (5, 32)):
            self.book(hours=hours)
            self.run_at(minutes * MINUTE)
        ordered = self.accesses(booking).credential_ids.sorted("id")[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE exivo_credential SET create_date = CASE id WHEN %s"
            " THEN %s ELSE coalesce(made_at, create_date) END",
            [ordered.id, NOW + 72 * HOUR],
        )
        self.env.invalidate_all()
        heard = []
        find_visits = self.exivo.find_visits

        def find(name_part, landmarks=None):
            heard.append(landmarks)
            return find_visits(name_part, landmarks)

        with (
            patch.object(exivo_credential_looks, "ENOUGH", 2),
            patch.object(exivo_credential_looks, "NEWEST", 1),
            patch.object(self.exivo, "find_visits", find),
        ):
            self.run_at(7 * MINUTE)
        self.assertLess(heard[0].since, NOW)

    def test_leaked_pin_opens_nothing_after_a_new_code(self):
        booking, late = self.order()
        access = self.accesses(booking)
        leaked = pin_of(access)
        self.run_at(MINUTE)
        self.new_code(access)
        self.run_at(2 * MINUTE)
        self.exivo.visits.update(late)
        self.run_at(8 * MINUTE)
        (visit,) = self.exivo.live_visits()
        self.assertNotEqual(visit["request"].code, leaked)

    def test_order_that_was_carried_out_twice_leaves_one_visit(self):
        booking, late = self.order()
        (twin,) = late.values()
        self.exivo.visits.update(late)
        self.exivo.visits["twin"] = {**twin, "id": "twin", "link": "https://x.com/t"}
        self.run_at(MINUTE)
        self.assertEqual(self.alive(), {twin["id"]})
        self.assertEqual(self.accesses(booking).state, "created")

    def test_access_does_not_say_removed_while_a_late_visit_is_known_to_live(self):
        booking, late = self.order()
        booking.action_cancel()
        self.run_at(MINUTE)
        self.exivo.visits.update(late)
        self.exivo.fail(exivo.ServerError("500", 500), calls="revoke_visit")
        self.run_at(7 * MINUTE)
        access = self.accesses(booking)
        self.assertEqual(access.state, "in_progress")
        self.assertEqual(self.count_alive(), 1)
        self.run_at(20 * MINUTE)
        self.assertFalse(self.alive())
        self.assertEqual(access.state, "removed")

    def test_look_that_fails_is_made_later(self):
        for error in (
            exivo.Rejected("?", 400),
            exivo.Unreachable("Down"),
            exivo.RateLimited("Wait", retry_after=1800),
        ):
            with self.subTest(error=error):
                self.exivo.forget()
                booking, late = self.order(hours=24)
                booking.action_cancel()
                self.run_at(MINUTE)
                self.exivo.visits.update(late)
                self.exivo.fail(error, calls="find_visits")
                self.run_at(7 * MINUTE)
                self.assertTrue(self.alive())
                access = self.accesses(booking)
                self.assertFalse(access.failure_type)
                self.run_at(45 * MINUTE)
                self.assertFalse(self.alive())

    def test_site_that_is_refused_is_looked_at_once_it_is_verified(self):
        booking, late = self.order()
        booking.action_cancel()
        self.run_at(MINUTE)
        self.exivo.visits.update(late)
        self.site.state = "refused"
        self.run_at(5 * HOUR)
        self.assertTrue(self.alive())
        with freeze_time(NOW + 6 * HOUR):
            self.site.action_verify()
        self.run_at(6 * HOUR)
        self.assertFalse(self.alive())

    def test_addon_is_not_uninstalled_while_something_may_come(self):
        booking, _late = self.order()
        booking.action_cancel()
        self.run_at(MINUTE)
        with freeze_time(NOW + MINUTE):
            self.assertEqual(self.count_alive(), 1)
        self.run_at(7 * MINUTE)
        self.run_at(70 * MINUTE)
        self.assertEqual(self.count_alive(), 0)

    def test_looks_do_not_wait_for_a_clock_that_was_ahead(self):
        booking, late = self.order(hours=24 * 7)
        booking.action_cancel()
        self.run_at(timedelta(days=3))
        self.exivo.visits.update(late)
        self.run_at(MINUTE)
        self.assertFalse(self.alive())

    def assertLookedFor(self, subject):
        """Staff read in *Explain* that it is, and when."""
        said = self.read_explanation(subject)
        self.assertIn("looked for again", said)
        self.assertIn("10:06", said)

    def test_staff_read_what_is_looked_for_and_when(self):
        booking, _late = self.order()
        self.run_at(MINUTE)
        self.assertLookedFor(self.accesses(booking))

    def test_staff_read_of_a_booking_what_is_looked_for_of_any_access(self):
        booking, _late = self.order()
        (self.entrance | self.aare).has_keypad = True
        self.rule.method = "keypad"
        self.run_at(MINUTE)
        after = self.accesses(booking).filtered(lambda one: one.method == "keypad")
        self.assertEqual(after.state, "created")
        for subject in (booking, after):
            self.assertLookedFor(subject)
            verdicts = [verdict for verdict, *_rest in self.explain(subject)]
            self.assertNotIn("problem", verdicts)
        booking.action_cancel()
        self.run_at(2 * MINUTE)
        self.assertLookedFor(booking)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDenied(GoneCase):
    """Exivo says that it does not know a visit which is there."""

    def setUp(self):
        super().setUp()
        self.access = self.accesses(self.book())
        self.synchronise()
        self.there = {**self.exivo.visits}
        self.exivo.visits.clear()

    def assertIsGoneAfterSomeMinutes(self):
        self.assertEqual(self.access.state, "removed")
        self.exivo.visits.update(self.there)
        self.run_at(6 * MINUTE)
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(self.access.state, "removed")

    def test_denied_and_listed_it_is_owed_until_no_list_has_it(self):
        self.access.booking_id.action_cancel()
        self.synchronise()
        self.assertEqual(self.access.state, "removed")
        self.exivo.visits.update(self.there)
        with patch.object(self.exivo, "revoke_visit", lambda _visit_id: False):
            for minutes in range(6, 71, 2):
                self.run_at(minutes * MINUTE)
                self.assertEqual(self.access.state, "in_progress", minutes)
        with freeze_time(NOW + 72 * MINUTE):
            self.run_action("ir_cron_watch")
        trouble = self.env["exivo.trouble"].search([("kind", "=", "lingering")])
        self.assertIn(trouble.res_id, self.access.credential_ids.ids)
        self.exivo.visits.clear()
        for minutes in range(72, 150, 2):
            self.run_at(minutes * MINUTE)
        self.assertEqual(self.access.state, "removed")
        self.assertFalse(self.access.failure_type)

    def test_revocation_that_was_never_confirmed_is_ended_by_no_list(self):
        self.exivo.visits.update(self.there)
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit", after=True)
        booking = self.book(hours=48)
        access = self.accesses(booking)
        for seconds in (0, 60):
            self.run_at(timedelta(seconds=seconds))
        self.assertEqual(access.state, "created")
        self.assertTrue(access.credential_ids.look_again_at)
        booking.action_cancel()
        with patch.object(self.exivo, "find_visits", lambda _name_part: []):
            for minutes in (2, 6, 10, 20):
                self.exivo.fail(exivo.ServerError("500", 500), calls="revoke_visit")
                self.run_at(minutes * MINUTE)
                self.assertEqual(access.state, "in_progress", minutes)
        self.run_at(40 * MINUTE)
        self.assertEqual(access.state, "removed")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_denied_when_it_is_to_be_revoked(self):
        self.access.booking_id.action_cancel()
        self.synchronise()
        self.assertIsGoneAfterSomeMinutes()

    def test_denied_when_all_is_compared(self):
        self.compare()
        self.synchronise()
        self.assertIsGoneAfterSomeMinutes()

    def test_visit_that_was_seen_to_be_revoked_is_not_looked_for(self):
        self.exivo.visits.update(self.there)
        self.access.booking_id.action_cancel()
        self.synchronise()
        self.exivo.calls.clear()
        self.run_at(70 * MINUTE)
        self.assertNotIn("find_visits", self.exivo.calls)
