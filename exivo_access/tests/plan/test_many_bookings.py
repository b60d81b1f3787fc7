# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import LockNotAvailable

from odoo.tests import Form, tagged

from odoo.addons.base.models import ir_cron

from ...models.plan import exivo_planning_backlog
from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestManyBookings(ExivoCase):
    """A change that concerns many bookings is planned bit by bit, soonest first."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(exivo_planning_backlog, "AT_ONCE", 2))
        self.startPatcher(patch.object(exivo_planning_backlog, "BATCH_SIZE", 1))
        self.bookings = self.env["resource.booking"].union(
            *(self.book(hours=hours) for hours in (72, 24, 96, 48, 0.5))
        )
        self.soonest = self.bookings.sorted("start")

    def follow(self, minutes=60):
        """Which bookings follow the rule, by their place in time."""
        self.env.invalidate_all()
        return [
            place
            for place, booking in enumerate(self.soonest)
            if self.accesses(booking).start
            == booking.start - timedelta(minutes=minutes)
        ]

    def plan_bookings(self, in_time=True):
        """Run the scheduled action, which may be told that its time is up."""
        self.plan()
        seconds, runs = (ir_cron.MIN_TIME_PER_JOB, 10) if in_time else (0, 1)
        with (
            patch.multiple(ir_cron, MIN_TIME_PER_JOB=seconds, MIN_RUNS_PER_JOB=runs),
            self._registry_in_test_mode(),
        ):
            self.env.ref("exivo_access.ir_cron_plan_bookings").method_direct_trigger()
        self.env.invalidate_all()

    def is_woken(self):
        cron = self.env.ref("exivo_access.ir_cron_plan_bookings")
        return bool(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_soonest_follow_a_changed_rule_at_once_and_the_others_soonest_first(self):
        self.rule.minutes_before = 60
        self.plan()
        self.assertEqual(self.follow(), [0, 1])
        self.assertTrue(self.is_woken())
        self.assertEqual(self.rule.bookings_left, 3)
        with Form(self.rule) as form:
            self.assertEqual(form.bookings_left, 3)
        self.plan_bookings(in_time=False)
        self.assertEqual(self.follow(), [0, 1, 2])
        self.assertEqual(self.rule.bookings_left, 2)
        self.plan_bookings(in_time=False)
        self.assertEqual(self.follow(), [0, 1, 2, 3])
        self.plan_bookings()
        self.assertEqual(self.follow(), [0, 1, 2, 3, 4])
        self.assertEqual(self.rule.bookings_left, 0)
        self.assertFalse(self.env["exivo.planning.backlog"].search([]))

    def test_what_is_held_has_all_looked_at_again_once(self):
        self.rule.minutes_before = 60
        self.plan()
        self.env["ir.cron.trigger"].search([]).unlink()
        planner = type(self.env["exivo.planner"])
        with patch.object(
            planner, "_plan_rows", side_effect=LockNotAvailable()
        ) as plan:
            self.plan_bookings()
        self.assertGreater(plan.call_count, 3)
        self.assertEqual(
            self.moments_to_run("ir_cron_plan_all"), [NOW + timedelta(seconds=30)]
        )

    def test_few_bookings_follow_a_changed_rule_at_once(self):
        self.soonest[2:].action_cancel()
        self.plan()
        self.rule.minutes_before = 60
        self.plan()
        self.soonest = self.soonest[:2]
        self.assertEqual(self.follow(), [0, 1])
        self.assertEqual(self.rule.bookings_left, 0)
        self.assertFalse(self.is_woken())

    def test_what_is_open_now_is_taken_away_at_once_and_all_others_afterwards(self):
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 5)
        self.rule.active = False
        self.plan()
        wanted = [self.accesses(booking).is_wanted for booking in self.soonest]
        self.assertEqual(wanted, [False, False, True, True, True])
        self.plan_bookings()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_booking_made_meanwhile_gets_the_new_doors_at_once(self):
        self.rule.minutes_before = 60
        self.plan()
        booking = self.book(hours=120)
        self.assertEqual(
            self.accesses(booking).start, booking.start - timedelta(minutes=60)
        )

    def test_change_that_is_made_again_begins_anew(self):
        self.rule.minutes_before = 60
        self.plan_bookings(in_time=False)
        self.rule.minutes_before = 90
        self.plan()
        self.assertEqual(self.follow(90), [0, 1])
        self.plan_bookings()
        self.assertEqual(self.follow(90), [0, 1, 2, 3, 4])
        self.assertFalse(self.env["exivo.planning.backlog"].search([]))

    def test_of_several_changes_the_one_is_next_that_has_come_least_far(self):
        room = self._create_room("Reuss")
        booking_type = self._create_type(room)
        other_rule = self.rule.copy({"resource_id": room.id})
        first = self.book(hours=30, type_id=booking_type.id)
        second = self.book(hours=34, type_id=booking_type.id)
        third = self.book(hours=36, type_id=booking_type.id)
        self.rule.minutes_before = 60  # 0.5 and 24 follow, 48 and later are left
        self.plan()
        other_rule.minutes_before = 60  # 30 and 34 follow, 36 is left
        self.plan()
        self.assertEqual(self.rule.bookings_left, 3)
        self.assertEqual(other_rule.bookings_left, 1)
        for booking in first | second:
            self.assertEqual(
                self.accesses(booking).start, booking.start - timedelta(hours=1)
            )
        self.plan_bookings(in_time=False)
        self.assertEqual(self.follow(), [0, 1, 2])
        self.plan_bookings(in_time=False)
        self.assertEqual(self.accesses(third).start, third.start - timedelta(hours=1))
        self.assertEqual(self.follow(), [0, 1, 2])
        self.plan_bookings()
        self.assertEqual(self.follow(), [0, 1, 2, 3, 4])

    def test_whoever_may_not_write_rules_sees_that_it_goes_on(self):
        self.rule.minutes_before = 60
        self.plan()
        user = self._create_user("exivo_desk", "exivo_access.group_user")
        self.assertEqual(self.rule.with_user(user).bookings_left, 3)
