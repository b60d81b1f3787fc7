# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.alarms import health
from ..common import NOW, ExivoCase, link_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestClock(ExivoCase):
    """The server's clock was three days ahead for a while, and has been set right."""

    def while_the_clock_is_ahead(self):
        with freeze_time(NOW + timedelta(days=3)):
            self.synchronise()

    def test_what_was_called_over_is_taken_away_when_its_booking_is_cancelled(self):
        booking = self.book()
        self.synchronise()
        self.while_the_clock_is_ahead()
        self.assertEqual(self.accesses(booking).state, "expired")
        booking.action_cancel()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(self.accesses(booking).state, "removed")

    def test_what_was_called_over_goes_on_and_nobody_is_told_again(self):
        booking = self.book()
        self.synchronise()
        link = link_of(self.accesses(booking))
        self.while_the_clock_is_ahead()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(link_of(self.accesses(booking)), link)
        self.assertEqual(len(self.exivo.visits), 1)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_creation_without_answer_that_was_called_over_is_looked_up(self):
        booking = self.book()
        self.exivo.fail(
            exivo.ServerError("Trouble", 500), calls="create_visit", after=True
        )
        self.synchronise()
        self.while_the_clock_is_ahead()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.visits), 1)

    def test_access_that_was_called_over_before_it_was_made_is_made(self):
        booking = self.book()
        self.while_the_clock_is_ahead()
        self.assertEqual(self.accesses(booking).state, "expired")
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_nothing_waits_until_the_clock_would_be_that_far_again(self):
        booking = self.book(hours=24 * 7)
        with freeze_time(NOW + timedelta(days=3)):
            self.exivo.fail(exivo.Rejected("Try again", 409), calls="find_visits")
            self.exivo.fail(exivo.ServerError("Trouble", 500), calls="create_visit")
            self.synchronise()
        other = self.book(hours=24 * 8)
        with freeze_time(NOW + timedelta(days=3)):
            self.exivo.fail(exivo.Unreachable("Down"), calls="create_visit")
            self.synchronise()
        self.exivo.errors.clear()
        self.synchronise()
        for one in booking, other:
            self.assertEqual(self.accesses(one).state, "created")

    def test_doors_are_heard_again(self):
        self.read_events(after=timedelta(days=3))
        self.exivo.report("aare", 1)
        self.synchronise()
        self.read_events(after=timedelta(minutes=20))
        self.assertEqual(self.env["exivo.door.event"].search_count([]), 1)

    def test_scheduled_actions_do_not_sleep_until_the_clock_would_be_that_far(self):
        ahead = NOW + timedelta(days=30)
        self.actions_began(ahead)
        amiss = health.get_amiss(self.env)
        self.assertIn("synchronise", amiss)
        self.assertIn("compare", amiss)
        self.synchronise()
        crons = self.env["ir.cron"].union(
            *health.get_actions(self.env, health.get_names(self.env)).values()
        )
        self.assertEqual({*crons.mapped("nextcall")}, {NOW})
        with freeze_time(NOW + timedelta(days=20)):
            self.assertTrue(health.get_amiss(self.env), "it has stood still since")

    def test_what_should_be_gone_is_told_although_it_was_noted_too_late(self):
        booking = self.book()
        self.synchronise()
        self.exivo.errors = [("revoke_visit", exivo.ServerError("Oops", 500), 0)] * 99
        booking.action_cancel()
        self.synchronise()
        self.watch()
        trouble = self.env["exivo.trouble"].search([("kind", "=", "lingering")])
        trouble.since = NOW + timedelta(days=30)
        self.watch()
        with freeze_time(NOW + timedelta(hours=2)):
            self.watch()
        self.assertTrue(trouble.told)

    def watch(self):
        with self._registry_in_test_mode():
            self.env.ref("exivo_access.ir_cron_watch").method_direct_trigger()
        self.env.invalidate_all()

    def test_nothing_is_done_again_where_the_clock_is_right(self):
        self.book()
        self.synchronise()
        with freeze_time(NOW + timedelta(days=2)):
            self.synchronise()
            self.exivo.calls.clear()
            self.synchronise()
        self.assertFalse(self.exivo.calls)
        self.assertEqual(self.accesses().state, "expired")
