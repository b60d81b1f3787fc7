# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import LockNotAvailable

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.plan import community_planner_marks, planner_regular
from ...tools.serialise import serialise
from ..common import NOW, ExivoCase


class PlannedAnewCase(ExivoCase):
    """A house where the regular comparison runs, and says what it looks at."""

    def plan_all(self):
        self.run_action("ir_cron_plan_all")
        self.synchronise()

    def loaded(self):
        """Ids of the bookings that the regular comparison loads."""
        model = type(self.env["exivo.planner"])
        with patch.object(
            model, "_plan", autospec=True, side_effect=model._plan
        ) as plan:
            self.plan_all()
        return {one for call in plan.call_args_list for one in call.args[1].ids}

    def loaded_once(self, bookings):
        """Check that these bookings are loaded, and nothing once they are settled."""
        self.assertEqual(self.loaded(), set(bookings.ids))
        self.loaded()  # the synchroniser has written their accesses since
        self.assertEqual(self.loaded(), set())


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPlannedAnew(PlannedAnewCase):
    """What bypasses every hook is found by the regular comparison."""

    def test_booking_deleted_in_sql_leaves_no_open_door(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        self.env.cr.execute("DELETE FROM resource_booking WHERE id = %s", [booking.id])
        self.env.invalidate_all()
        self.plan_all()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_booking_archived_in_sql_leaves_no_open_door(self):
        booking = self.book()
        self.synchronise()
        self.env.cr.execute(
            "UPDATE resource_booking SET active = FALSE, state = 'canceled'"
            " WHERE id = %s",
            [booking.id],
        )
        self.env.invalidate_all()
        self.plan_all()
        self.assertFalse(self.exivo.live_visits())

    def test_all_processes_read_the_rules_anew(self):
        """Another one may remember them as they were, and does not notice by itself."""
        registry = type(self.env.registry)
        with patch.object(registry, "clear_cache", autospec=True) as cleared:
            self.plan_all()
        self.assertTrue(cleared.called)

    def test_access_that_is_missing_is_made(self):
        booking = self.book()
        access = self.accesses(booking)
        self.env.cr.execute("DELETE FROM exivo_access WHERE id = %s", [access.id])
        self.env.invalidate_all()
        self.plan_all()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_planning_anew_changes_nothing_where_all_is_well(self):
        booking = self.book()
        self.synchronise()
        self.exivo.calls.clear()
        self.plan_all()
        self.assertFalse(self.exivo.calls)
        self.assertEqual(self.accesses(booking).state, "created")

    def test_only_bookings_of_which_anything_is_different_are_loaded(self):
        bookings = self.book(hours=24) | self.book(hours=48) | self.book(hours=72)
        access = self.accesses(bookings[1])
        self.synchronise()
        self.assertEqual(self.loaded(), set(bookings.ids))
        self.assertEqual(self.loaded(), set())
        for table, column, record in (
            ("exivo_access", "stop = stop - interval '1 minute'", access),
            ("calendar_event", "active = active", bookings[1].meeting_id),
            ("resource_booking", "active = active", bookings[1]),
        ):
            with self.subTest(table=table):
                self.env.flush_all()
                self.env.cr.execute(
                    f"UPDATE {table} SET {column} WHERE id = %s", [record.id]
                )
                self.env.invalidate_all()
                self.loaded_once(bookings[1])
        self.env.cr.execute(
            "DELETE FROM exivo_access_exivo_lock_rel WHERE exivo_access_id = %s",
            [access.id],
        )
        self.env.invalidate_all()
        self.loaded_once(bookings[1])
        self.assertEqual(access.lock_ids, self.rule.lock_ids)
        self.env.cr.execute(
            "UPDATE exivo_access_rule SET minutes_before = 60 WHERE id = %s",
            [self.rule.id],
        )
        self.env.invalidate_all()
        self.loaded_once(bookings)
        self.assertEqual(access.start, bookings[1].start - timedelta(minutes=60))
        self.env.cr.execute(
            "DELETE FROM res_partner_resource_booking_rel"
            " WHERE resource_booking_id = %s",
            [bookings[2].id],
        )
        self.env.invalidate_all()
        self.loaded_once(bookings[2])
        self.assertEqual(self.accesses(bookings[2]).state, "removed")

    def test_whoever_asks_for_a_link_has_no_booking_planned_anew(self):
        self.loaded_once(self.book())
        serialise(self.booking_type)  # as each request without a login does
        self.assertEqual(self.loaded(), set())

    def test_doors_stay_open_for_the_minutes_after_a_booking(self):
        booking = self.book(hours=1)
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=2, minutes=5)):
            self.plan_all()
            booking.description = "Left in time"
            self.synchronise()
            self.assertEqual(self.accesses(booking).state, "created")
            self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_what_is_held_has_all_looked_at_again_once(self):
        self.book(hours=24)
        self.book(hours=48)
        self.env["ir.cron.trigger"].search([]).unlink()
        with (
            patch.object(planner_regular, "PLAN_BATCH_SIZE", 1),
            patch.object(
                type(self.env["exivo.planner"]),
                "_plan_rows",
                side_effect=LockNotAvailable(),
            ) as plan,
        ):
            self.run_action("ir_cron_plan_all")
        self.assertGreater(plan.call_count, 1)
        self.assertEqual(
            self.moments_to_run("ir_cron_plan_all"), [NOW + timedelta(seconds=30)]
        )

    def test_all_have_their_turn_although_the_time_is_up_each_time(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.copy({"category_id": [(6, 0, members.ids)]})
        self.customer.category_id = members
        bookings = self.book(hours=24) | self.book(hours=48)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 4)
        for _pass in range(2):
            self.change_behind_everybodys_back(bookings, members, canceled=True)
            self.run_in_small_steps()
            self.assertFalse(self.exivo.live_visits())
            self.change_behind_everybodys_back(bookings, members, canceled=False)
            self.run_in_small_steps()
            self.assertEqual(len(self.exivo.live_visits()), 4)

    def change_behind_everybodys_back(self, bookings, members, canceled):
        """Cancel bookings and end a community, or undo that, in SQL."""
        self.env.flush_all()
        for table, records in (
            ("resource_booking", bookings),
            ("res_partner_category", members),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET active = %s WHERE id IN %s",
                    SQL.identifier(table),
                    not canceled,
                    records._ids,
                )
            )
        self.env.invalidate_all()

    def run_in_small_steps(self):
        with (
            patch.object(planner_regular, "PLAN_BATCH_SIZE", 1),
            patch.object(community_planner_marks, "BATCH_SIZE", 1),
        ):
            self.run_in_steps("ir_cron_plan_all")
        self.synchronise()
