# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Exivo is out, slow or refuses: accesses follow, and nothing is made twice."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ... import api as exivo
from ...models.sync.run import Run
from ...pure import pin
from ...tools.calls import THREADS, make
from ..common import NOW, ExivoCase, link_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOutages(ExivoCase):
    def test_booking_succeeds_while_exivo_is_down_and_access_follows(self):
        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(access.state, "in_progress")
        self.assertEqual(access.failure_type, "unreachable")
        self.assertFalse(self.mails_to(self.customer))

        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertFalse(access.failure_type)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_a_site_that_is_down_is_left_alone_for_a_while(self):
        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        self.book(hours=24)
        self.synchronise()
        self.exivo.calls.clear()
        self.book(hours=48)
        self.synchronise()
        self.assertFalse(self.exivo.calls)

    def test_waiting_time_that_exivo_asks_for_is_kept(self):
        self.exivo.fail(exivo.RateLimited("Too many", retry_after=600))
        self.book()
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=9)):
            self.synchronise()
            self.assertFalse(self.exivo.visits)
        with freeze_time(NOW + timedelta(minutes=11)):
            self.synchronise()
            self.assertEqual(len(self.exivo.visits), 1)

    def test_creation_with_unknown_outcome_is_adopted_and_never_repeated(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit", after=True)
        booking = self.book()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "in_progress")
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(self.exivo.calls.count("create_visit"), 1)
        (visit,) = self.exivo.live_visits()
        self.assertEqual(link_of(self.accesses(booking)), visit["link"])

    def test_creation_that_never_arrived_is_made_after_looking(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit")
        booking = self.book()
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.visits), 1)

    def test_creation_that_was_revoked_at_exivo_before_we_looked_is_made_anew(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit", after=True)
        booking = self.book()
        self.synchronise()
        (lost,) = self.exivo.live_visits()
        lost["revoked"] = True
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(link_of(self.accesses(booking)), visit["link"])

    def test_calls_that_fail_side_by_side_are_one_outage(self):
        error = exivo.Unreachable("No connection to Exivo")
        for _call in range(3):
            self.site._note_outage(error, NOW)
        self.assertEqual(self.site.outages, 1)
        first = self.site.paused_until
        self.site._note_outage(exivo.RateLimited("Too many", retry_after=600), NOW)
        self.assertGreater(self.site.paused_until, first, "asked for, so granted")

    def test_creation_that_never_arrives_is_tried_less_and_less_often(self):
        for _try in range(20):
            self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit")
        self.book()
        for minute in range(20):
            with freeze_time(NOW + timedelta(minutes=minute)):
                self.synchronise()
        self.assertLess(self.exivo.calls.count("create_visit"), 8)

    def test_creation_that_timed_out_before_a_cancellation_is_found_and_revoked(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit", after=True)
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(self.accesses(booking).state, "removed")

    def test_revocation_is_tried_until_it_succeeds(self):
        booking = self.book()
        self.synchronise()
        self.exivo.fail(exivo.ServerError("500", 500), calls="revoke_visit")
        self.exivo.fail(exivo.Rejected("busy", 400), calls="revoke_visit")
        booking.action_cancel()
        access = self.accesses(booking)
        for minutes in (0, 2):
            with freeze_time(NOW + timedelta(minutes=minutes)):
                self.synchronise()
            self.assertEqual(access.state, "in_progress", "not claimed to be gone")
        with freeze_time(NOW + timedelta(minutes=4)):
            self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_refused_access_fails_with_exivos_reason_until_staff_retry(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "failed")
        self.assertEqual(access.failure_reason, "Component is unknown")
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
            self.assertFalse(self.exivo.visits, "a refusal is not repeated by itself")
            access.action_retry()
            self.synchronise()
        self.assertEqual(access.state, "created")
        with self.assertRaises(UserError):
            access.action_retry()

    def test_refused_credentials_stop_the_site_until_it_is_verified_again(self):
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        booking = self.book()
        self.synchronise()
        self.assertEqual(self.site.state, "refused")
        self.assertIn("API secret", self.site.failure_reason)
        self.exivo.calls.clear()
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
            self.assertEqual(self.exivo.calls, ["get_site_info"])
            self.exivo.refusal = None
            self.site.action_verify()
            self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_call_that_breaks_in_our_own_code_keeps_no_other_from_its_door(self):
        broken = self.book(hours=24)
        other = self.book(hours=30)
        create_visit = self.exivo.create_visit
        faults = [KeyError("ours")]

        def create(request):
            if faults:
                raise faults.pop()
            return create_visit(request)

        with (
            patch.object(self.exivo, "create_visit", create),
            self.assertLogs("odoo.addons.exivo_access.tools.calls", "ERROR"),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(other).state, "created")
        self.assertEqual(self.accesses(broken).state, "in_progress")
        with freeze_time(NOW + timedelta(minutes=10)):
            self.synchronise()
        self.assertEqual(self.accesses(broken).state, "created")
        self.assertEqual(len(self.exivo.visits), 2)

    def test_access_of_a_refused_site_says_that_it_is_the_site(self):
        booking = self.book()
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        self.assertEqual(self.accesses(booking).failure_type, "site_refused")

    def test_booking_that_the_database_deletes_is_noticed_by_the_regular_run(self):
        """Such as one whose order's line is deleted, which no hook hears of."""
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        self.env.cr.execute("DELETE FROM resource_booking WHERE id = %s", booking.ids)
        self.env.invalidate_all()
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_run_whose_time_is_over_leaves_the_rest_to_the_next_one(self):
        """Odoo kills a worker that goes on for too long."""
        for number in range(20):
            self.book(hours=24 + 2 * number)
        create_visit = self.exivo.create_visit
        with freeze_time(NOW) as clock:

            def create_slowly(request):
                clock.tick(timedelta(seconds=5))
                return create_visit(request)

            with patch.object(self.exivo, "create_visit", create_slowly):
                self.synchronise()
            # two in the time there is, and what had been begun by then
            self.assertLessEqual(len(self.exivo.visits), 2 + 3 * THREADS)
            cron = self.env.ref("exivo_access.ir_cron_synchronise")
            triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            now = fields.Datetime.now()
            self.assertLessEqual(min(triggers.mapped("call_at")), now, "it is woken")
            self.synchronise()
        self.assertEqual(set(self.accesses().mapped("state")), {"created"})
        self.assertEqual(len(self.exivo.visits), 20)

    def test_worker_killed_after_the_call_leaves_one_visit(self):
        """The credential was written before the call; its lease runs out."""
        booking = self.book()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            (call,), _claimed = Run(self.env(cr=cr)).claim_batch()
        make(call)
        with freeze_time(NOW + timedelta(seconds=30)):
            self.synchronise()
            self.assertEqual(self.accesses(booking).state, "in_progress")
        with freeze_time(NOW + timedelta(minutes=3)):
            self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.visits), 1)

    def test_what_works_is_told_although_another_access_of_the_booking_waits(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book()
        self.exivo.fail(exivo.ServerError("500", 500), calls="create_visit")
        self.synchronise()
        created = self.accesses(booking).filtered(lambda one: one.state == "created")
        self.assertEqual(len(created), 1)
        (mail,) = self.mails_to(self.customer)
        self.assertIn(link_of(created), mail.body_html)

    def test_one_broken_access_keeps_no_other_from_its_door(self):
        broken = self.book(hours=24)
        booking = self.book(hours=48)
        error = ValueError("None left")
        with (
            # once together with the other, once alone
            patch.object(pin, "draw", side_effect=[error, error, "482915"]),
            self.assertLogs("odoo.addons.exivo_access.models.sync.run", "ERROR"),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(self.accesses(broken).state, "in_progress")
        self.assertEqual(self.accesses(broken).failure_type, "internal")

    def test_cancelled_access_whose_order_fails_afterwards_is_removed(self):
        self.exivo.fail(exivo.TimedOut("Cut"), calls="create_visit", after=True)
        booking = self.book()
        self.synchronise()
        for visit in self.exivo.live_visits():
            visit["link"] = ""
        booking.action_cancel()
        access = self.accesses(booking)
        for minutes in (2, 10, 120, 1600):
            with freeze_time(NOW + timedelta(minutes=minutes)):
                self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(access.state, "removed")
        self.assertFalse(access.activity_ids)

    def test_visit_without_a_link_is_not_claimed_to_work(self):
        create_visit = self.exivo.create_visit

        def create_without_link(request):
            visit = create_visit(request)
            return exivo.Visit(visit.id, visit.name, "", False, False)

        self.patch(self.exivo, "create_visit", create_without_link)
        booking = self.book()
        self.synchronise()
        self.assertEqual(self.accesses(booking).failure_type, "no_link")
        self.assertEqual(self.accesses(booking).state, "failed")
        self.assertFalse(self.mails_to(self.customer))
