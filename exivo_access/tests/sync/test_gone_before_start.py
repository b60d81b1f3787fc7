# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoCase

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class GoneCase(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_staff", "exivo_access.group_user")

    def run_at(self, after):
        """Let the synchroniser run some time after :data:`NOW`."""
        with freeze_time(NOW + after):
            self.synchronise()

    def compare(self):
        self.run_action("ir_cron_compare")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGoneBeforeStart(GoneCase):
    """Each visit is asked for once before its start: it may be gone."""

    def setUp(self):
        super().setUp()
        self.access = self.accesses(self.book(hours=24))
        self.synchronise()
        self.exivo.calls.clear()

    def test_visit_that_was_revoked_at_exivo_is_found_before_its_start(self):
        self.exivo.live_visits()[0]["revoked"] = True
        self.run_at(22.5 * HOUR)
        self.assertEqual(self.access.state, "removed")
        self.assertTrue(self.access.gone_at_exivo)
        self.assertIn("Removed at Exivo", self.access.activity_ids.summary)

    def test_visit_that_exivo_no_longer_knows_is_found_before_its_start(self):
        self.exivo.visits.clear()
        self.run_at(22.5 * HOUR)
        self.assertTrue(self.access.gone_at_exivo)
        self.assertFalse(self.exivo.visits)

    def test_it_is_asked_for_once(self):
        asked = []
        for quarter in (1, 2, 48, 86, 87, *range(88, 120)):
            self.run_at(quarter * 15 * MINUTE)
            asked += self.exivo.calls
            self.exivo.calls.clear()
            if quarter == 87:
                self.assertFalse(asked, "long before")
        self.assertEqual(asked, ["get_visit"])
        self.assertEqual(self.access.state, "expired")

    def test_visit_that_is_made_shortly_before_is_not_asked_for(self):
        self.access.booking_id.unlink()
        self.book(hours=1.25)
        self.synchronise()
        self.exivo.calls.clear()
        for minutes in range(0, 100, 10):
            self.run_at(minutes * MINUTE)
        self.assertNotIn("get_visit", self.exivo.calls)

    def test_question_that_fails_is_asked_again_and_the_access_stays_as_it_is(self):
        for error in exivo.ServerError("500", 500), exivo.Unreachable("Down"):
            with self.subTest(error=error):
                self.exivo.fail(error, calls="get_visit")
                self.run_at(22.5 * HOUR)
                self.assertEqual(self.access.state, "created")
                self.assertFalse(self.access.failure_type)
                self.run_at(22.5 * HOUR + 15 * MINUTE)
                self.assertEqual(self.exivo.calls.count("get_visit"), 2)
                self.run_at(23.5 * HOUR)
                self.assertEqual(self.exivo.calls.count("get_visit"), 2)
                self.access.booking_id.unlink()
                self.access = self.accesses(self.book(hours=24))
                self.synchronise()
                self.exivo.calls.clear()

    def test_site_that_answers_for_nothing_does_not_make_a_visit_seem_gone(self):
        self.exivo.visits.clear()
        unknown = exivo.NotFound("No such site", 404)
        self.exivo.fail(unknown, calls="get_site_info")
        self.run_at(22.5 * HOUR)
        self.assertFalse(self.access.gone_at_exivo)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestForgottenSite(GoneCase):
    """Exivo has forgotten everything: that is one alarm with one button."""

    def setUp(self):
        super().setUp()
        self.bookings = [self.book(hours=24 + 3 * number) for number in range(5)]
        self.synchronise()
        self.exivo.visits.clear()

    def alarms(self):
        kinds = ("access_gone", "accesses_gone")
        types = [
            self.env.ref(f"exivo_access.mail_activity_type_{kind}").id for kind in kinds
        ]
        return self.env["mail.activity"].search([("activity_type_id", "in", types)])

    def test_site_that_forgot_everything_is_one_alarm_with_one_button(self):
        self.compare()
        alarm = self.alarms()
        self.assertEqual((alarm.res_model, alarm.res_id), ("exivo.site", self.site.id))
        self.assertIn("5", alarm.summary)
        self.assertEqual(self.site.gone_count, 5)
        self.synchronise()
        self.assertEqual(set(self.accesses().mapped("state")), {"removed"})
        self.site.with_user(self.user).action_make_all_again()
        self.synchronise()
        self.assertEqual(set(self.accesses().mapped("state")), {"created"})
        self.assertFalse(self.alarms())
        self.assertFalse(self.site.gone_count)

    def test_staff_still_decide_about_one(self):
        self.compare()
        self.accesses(self.bookings[0]).with_user(self.user).action_give_back()
        self.assertIn("4", self.alarms().summary)
        self.assertEqual(self.site.gone_count, 4)
        self.bookings[1].action_cancel()
        self.plan()
        self.assertEqual(self.site.gone_count, 3)
        with freeze_time(NOW + 60 * HOUR):
            self.run_action("ir_cron_look_ahead")
        self.assertFalse(self.alarms())

    def test_few_are_an_alarm_each(self):
        self.bookings[0].unlink()
        self.bookings[1].unlink()
        self.bookings[2].unlink()
        self.compare()
        self.assertEqual(set(self.alarms().mapped("res_model")), {"exivo.access"})
        self.assertEqual(len(self.alarms()), 2)
        self.assertFalse(self.site.gone_count)

    def _find_three_gone_before_their_start(self):
        """Exivo forgets all; three are asked for, and the site is to be compared."""
        rooms = [self._create_room(f"Room {number}") for number in range(3)]
        for room in rooms:
            self.rule.copy({"resource_id": room.id})
            self.book(hours=20, type_id=self._create_type(room).id)
        self.synchronise()
        self.exivo.visits.clear()
        trigger = self.env.ref("exivo_access.ir_cron_compare")
        woken = [("cron_id", "=", trigger.id)]
        before = self.env["ir.cron.trigger"].search_count(woken)
        self.run_at(18.5 * HOUR)
        self.assertEqual(self.env["ir.cron.trigger"].search_count(woken), before + 1)

    def test_three_that_are_gone_before_their_start_have_all_compared(self):
        self._find_three_gone_before_their_start()
        self.assertEqual(self.site.gone_count, 3)
        with freeze_time(NOW + 18.5 * HOUR):
            self.compare()
        self.assertEqual(self.site.gone_count, 8)
        self.assertEqual(len(self.alarms()), 1)

    def test_they_have_all_compared_although_another_site_has_missed_its_turn(self):
        other = self._connect_once_more()
        missed = self.env["ir.cron.progress"]
        self.startPatcher(
            patch.object(
                type(missed), "_take_over_exivo", lambda _runs: {"missed": other.ids}
            )
        )
        self._find_three_gone_before_their_start()
        self.site.compared_at = NOW + 18 * HOUR
        with freeze_time(NOW + 18.5 * HOUR):
            self.compare()
        self.assertEqual(self.site.gone_count, 8)

    def test_site_at_which_many_are_gone_is_compared_again_if_it_does_not_answer(self):
        self._find_three_gone_before_their_start()
        self.site.compared_at = NOW + 18 * HOUR
        trigger = self.env.ref("exivo_access.ir_cron_compare")
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", trigger.id)])
        woken.unlink()
        with freeze_time(NOW + 18.5 * HOUR):
            self.exivo.fail(exivo.ServerError("Oops", 500), calls="find_visits")
            self.compare()
        woken = woken.search([("cron_id", "=", trigger.id)])
        self.assertEqual(woken.call_at, NOW + 19.5 * HOUR)
        with freeze_time(NOW + 19.5 * HOUR):
            self.compare()
        self.assertEqual(self.site.gone_count, 8)

    def test_site_that_forgets_again_is_compared_again_while_the_alarm_is_open(self):
        booking = self.book(hours=24 * 20)
        self.synchronise()
        self.exivo.visits.clear()
        self.compare()
        for one in self.accesses() - self.accesses(booking):
            one.with_user(self.user).action_give_back()
        self.synchronise()
        self.assertTrue(self.alarms())
        self._find_three_gone_before_their_start()
        with freeze_time(NOW + 18.5 * HOUR):
            self.compare()
        self.assertEqual(self.site.gone_count, 9)

    def test_only_staff_make_all_again(self):
        self.compare()
        stranger = self._create_user("exivo_nobody", "base.group_user")
        with self.assertRaises(UserError):
            self.site.with_user(stranger).action_make_all_again()
