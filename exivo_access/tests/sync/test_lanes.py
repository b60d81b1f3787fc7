# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch
from uuid import uuid4

from freezegun import freeze_time

from odoo.tests import tagged, test_cursor
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron

from ... import api as exivo
from ...pure import pin
from ..common import NOW, ExivoCase, pin_of


class LanesCase(ExivoCase):
    def lane(self, number):
        name = f"_{number}" if number > 1 else ""
        return self.env.ref(f"exivo_access.ir_cron_synchronise{name}")

    def run_lane(self, number):
        self.plan()
        with self._registry_in_test_mode():
            self.lane(number).method_direct_trigger()
        self.env.invalidate_all()


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLanes(LanesCase):
    """Several scheduled actions side by side share the sites."""

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

    def test_lane_that_is_switched_on_or_off_has_the_others_look_at_once(self):
        triggers = self.env["ir.cron.trigger"]
        for active, woken in ((True, {1, 2}), (False, {1})):
            with self.subTest(active):
                triggers.search([]).unlink()
                self.lane(2).active = active
                lanes = [one for one in (1, 2, 3) if self.is_woken(one)]
                self.assertEqual({*lanes}, woken)

    def is_woken(self, number):
        due = [("call_at", "<=", NOW), ("cron_id", "=", self.lane(number).id)]
        return self.env["ir.cron.trigger"].search_count(due)

    def test_holders_are_told_by_the_first_lane_only_once(self):
        self.lane(2).active = True
        self.book()
        for number in (1, 2, 1, 2):
            self.run_lane(number)
        self.assertEqual(len(self.mails_to(self.customer)), 1)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestTwoSites(LanesCase):
    """What a lane makes due at the site of another one waits for no regular run."""

    def setUp(self):
        super().setUp()
        self.lane(2).active = True
        #: the sites of the lanes, by number
        self.sites = {self.number_of(self.site): self.site}
        while len(self.sites) < 2:
            keys = {key: str(uuid4()) for key in ("remote_id", "api_key", "api_secret")}
            site = self.site.copy({"name": "Annex", **keys})
            self.sites.setdefault(self.number_of(site), site)
        self.annex = (self.sites[1] | self.sites[2]) - self.site
        self.annex.action_verify()
        self.annex.action_synchronise_locks()

    def number_of(self, site):
        return 1 if site.id % 2 == 0 else 2

    def run_lane(self, number):
        """Run a lane, and return whether that has woken the other one at once."""
        self.plan()
        triggers = self.env["ir.cron.trigger"]
        triggers.search([]).unlink()
        super().run_lane(number)
        woken = triggers.search([("cron_id", "=", self.lane(3 - number).id)])
        return NOW in woken.mapped("call_at")

    def open_annex(self, room):
        self.rule.copy(
            {"resource_id": room.id, "lock_ids": [(6, 0, self.annex.lock_ids.ids)]}
        )

    def test_site_that_answers_again_goes_on_at_once(self):
        self.rule.lock_ids = self.sites[2].lock_ids
        booking = self.book()
        self.sites[2].write({"state": "refused", "ask_again_at": NOW})
        self.assertTrue(self.run_lane(1))
        self.run_lane(2)
        self.assertEqual(self.accesses(booking).state, "created")

    def test_holder_hears_at_once_of_what_works_while_the_other_site_fails(self):
        self.open_annex(self.room)
        self.book()
        for number, fails in ((1, False), (2, True)):
            if fails:
                self.exivo.fail(exivo.TimedOut("No answer"), calls="create_visit")
            self.assertEqual(self.run_lane(number), fails)
        self.assertFalse(self.mails_to(self.customer))
        self.run_lane(1)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_pin_that_is_replaced_for_one_site_is_replaced_at_the_other_at_once(self):
        room = self._create_room("Reuss")
        self.open_annex(room)
        with patch.object(pin, "draw", lambda find_taken, length: "482915"):
            self.book()
            booking = self.book(type_id=self._create_type(room).id)
            for number in self.sites:
                self.run_lane(number)
        self.assertEqual(pin_of(self.accesses(booking)), "482915")
        # where it is to open as well from now on, somebody else has this PIN
        self.rule.copy({"resource_id": room.id})
        self.assertTrue(self.run_lane(self.number_of(self.site)))
        self.run_lane(self.number_of(self.annex))
        credentials = self.accesses(booking).credential_ids
        live = credentials.filtered(lambda one: one.state == "live")
        self.assertEqual(live.site_id, self.site | self.annex)
        pins = {pin_of(one) for one in live}
        self.assertEqual(len(pins), 1)
        self.assertNotIn("482915", pins)


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
