# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged, test_cursor
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLanes(ExivoCase):
    """Several scheduled actions side by side share the sites."""

    def lane(self, number):
        name = f"_{number}" if number > 1 else ""
        return self.env.ref(f"exivo_access.ir_cron_synchronise{name}")

    def run_lane(self, number):
        self.plan()
        with self._registry_in_test_mode():
            self.lane(number).method_direct_trigger()
        self.env.invalidate_all()

    def test_only_the_first_lane_is_on_at_first(self):
        crons = [self.lane(number) for number in range(1, 9)]
        self.assertEqual([cron.active for cron in crons], [True] + [False] * 7)

    def test_each_site_belongs_to_one_lane(self):
        self.lane(2).active = True
        booking = self.book()
        mine, other = (1, 2) if self.site.id % 2 == 0 else (2, 1)
        self.run_lane(other)
        self.assertFalse(self.exivo.calls)
        self.run_lane(mine)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_lane_that_is_switched_off_leaves_its_sites_to_the_others(self):
        self.lane(2).active = True
        self.lane(3).active = True
        for number in (1, 3):
            self.lane(number).active = False
        booking = self.book()
        self.run_lane(2)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(self.accesses(booking).mail_state, "queued")

    def test_booking_wakes_all_lanes_that_are_on_and_no_other(self):
        self.lane(2).active = True
        triggers = self.env["ir.cron.trigger"]
        triggers.search([]).unlink()
        self.book()
        self.plan()
        crons = self.lane(1) | self.lane(2)
        woken = triggers.search([]).cron_id
        self.assertEqual(woken & (crons | self.lane(3)), crons)

    def test_holders_are_told_by_the_first_lane_only_once(self):
        self.lane(2).active = True
        self.book()
        for number in (1, 2, 1, 2):
            self.run_lane(number)
        self.assertEqual(len(self.mails_to(self.customer)), 1)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestTimeIsUp(ExivoCase):
    """Odoo ends a run after some seconds, and looks for what is left by the clock."""

    def notified(self):
        """Run the action while its time is over, and say whether a worker was woken."""
        commit = test_cursor.TestCursor.commit

        def commit_and_go_on(cursor):
            cursor.flush()
            cursor.postcommit.run()
            commit(cursor)

        with (
            patch.object(ir_cron, "MIN_TIME_PER_JOB", 0),
            patch.object(test_cursor.TestCursor, "commit", commit_and_go_on),
            patch.object(type(self.env["ir.cron"]), "_notifydb") as notify,
            mute_logger("odoo.addons.base.models.ir_cron"),  # "processed no record"
        ):
            self.run_action("ir_cron_synchronise")
        return notify.called

    def test_what_is_left_over_is_taken_up_at_once(self):
        self.book()
        self.assertTrue(self.notified())

    def test_where_nothing_is_left_no_worker_is_woken(self):
        self.book()
        self.synchronise()
        self.synchronise()
        self.assertFalse(self.notified())
