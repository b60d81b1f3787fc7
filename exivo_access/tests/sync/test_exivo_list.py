# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import Mock, patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ... import api as exivo
from ...models.alarms import health
from ...tools import connection
from ..common import NOW, ExivoCase, FakeExivo


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExivoList(ExivoCase):
    """The comparison with Exivo's own list of visits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_staff", "exivo_access.group_user")

    def setUp(self):
        super().setUp()
        self.access = self.accesses(self.book())
        self.synchronise()
        self.mails_to(self.customer).unlink()

    def compare(self):
        self.run_action("ir_cron_compare")

    def foreign_visit(self, name, visit):
        """Make a visit like another one that was not made for any access of ours."""
        request = exivo.VisitRequest(
            name=name,
            code="730264",
            valid_from=visit["request"].valid_from,
            valid_to=visit["request"].valid_to,
            component_ids=("aare",),
        )
        return self.exivo.create_visit(request)

    def test_comparison_changes_nothing_where_all_is_well(self):
        self.compare()
        self.synchronise()
        self.assertEqual(self.access.state, "created")
        self.assertEqual(self.site.foreign_visits, 0)
        self.assertEqual(self.site.compared_at, NOW)
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertFalse(self.mails_to(self.customer))

    def test_access_revoked_at_exivo_is_removed_and_staff_decide(self):
        self.exivo.live_visits()[0]["revoked"] = True
        self.compare()
        self.synchronise()
        self.assertEqual(self.access.state, "removed")
        self.assertTrue(self.access.gone_at_exivo)
        self.assertIn("removed", self.mails_to(self.customer).subject)
        self.assertIn("Removed at Exivo", self.access.activity_ids.summary)

        said = self.read_explanation(self.access, user=self.user)
        self.assertIn("removed it at Exivo", said)

        self.access.booking_id.duration = 2
        self.synchronise()
        self.assertFalse(self.exivo.live_visits(), "it stays away")

        self.access.with_user(self.user).action_give_back()
        self.synchronise()
        self.assertEqual(self.access.state, "created")
        self.assertFalse(self.access.gone_at_exivo)
        self.assertFalse(self.access.activity_ids)
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_what_is_gone_is_asked_anew_when_its_rule_is_switched_off_and_on(self):
        self.exivo.visits.clear()
        self.compare()
        self.rule.active = False
        self.synchronise()
        self.assertFalse(self.access.activity_ids)
        self.rule.active = True
        self.synchronise()
        again = self.accesses(self.access.booking_id) - self.access
        self.assertEqual((again.state, again.gone_at_exivo), ("removed", True))
        self.assertIn("Removed at Exivo", again.activity_ids.summary)
        self.assertEqual(health.describe(self.env)["gone"]["count"], 1)
        again.with_user(self.user).action_give_back()
        self.synchronise()
        self.assertEqual(again.state, "created")
        self.assertFalse(again.activity_ids)

    def test_many_that_are_gone_stay_one_alarm_when_the_method_changes(self):
        for hours in (30, 40):
            self.book(hours=hours)
        self.synchronise()
        self.exivo.visits.clear()
        self.compare()
        self.assertEqual(self.site.gone_count, 3)
        (self.entrance | self.aare).has_keypad = True
        self.rule.method = "keypad"
        self.synchronise()
        self.assertEqual(self.site.gone_count, 3)
        self.assertIn("gone at Exivo", self.site.activity_ids.summary)
        self.site.action_make_all_again()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 3)

    def test_nobody_has_to_decide_about_a_cancelled_booking(self):
        self.exivo.visits.clear()
        self.compare()
        self.assertTrue(self.access.activity_ids)
        self.access.booking_id.action_cancel()
        self.synchronise()
        self.assertFalse(self.access.activity_ids)

    def test_nobody_has_to_decide_about_a_booking_that_is_over(self):
        self.exivo.visits.clear()
        self.compare()
        with freeze_time(self.access.stop + timedelta(minutes=1)):
            self.run_action("ir_cron_look_ahead")
        self.assertFalse(self.access.activity_ids)

    def test_visit_that_exivo_no_longer_knows_is_gone(self):
        self.exivo.visits.clear()
        self.compare()
        self.synchronise()
        self.assertEqual(self.access.state, "removed")

    def test_visit_that_ended_by_a_clock_that_is_ahead_was_not_taken_away(self):
        (visit,) = self.exivo.live_visits()
        visit["expired"] = True
        with freeze_time(self.access.stop - timedelta(seconds=70)):
            self.compare()
            self.assertFalse(self.access.gone_at_exivo)
            self.assertFalse(self.access.activity_ids)
            self.access.booking_id.duration += 1
            self.synchronise()
            self.assertEqual(self.access.state, "created")
            self.assertEqual(len(self.exivo.visits), 2)

    def test_visit_that_ended_before_it_could_be_asked_for_was_not_taken_away(self):
        (visit,) = self.exivo.live_visits()
        visit["expired"] = True
        self.site.state = "refused"
        with freeze_time(self.access.stop - timedelta(minutes=10)):
            self.synchronise()
        self.site.state = "verified"
        with freeze_time(self.access.stop - timedelta(seconds=70)):
            self.synchronise()
            self.assertFalse(self.access.gone_at_exivo)
            self.access.booking_id.duration += 1
            self.synchronise()
            self.assertEqual(self.access.state, "created")
            self.assertEqual(len(self.exivo.visits), 2)

    def test_visit_that_ended_long_before_its_time_is_gone(self):
        (visit,) = self.exivo.live_visits()
        visit["expired"] = True
        self.compare()
        self.assertTrue(self.access.gone_at_exivo)

    def test_visit_that_somebody_prolonged_at_exivo_is_taken_away_when_it_is_over(self):
        (visit,) = self.exivo.live_visits()
        for minutes, is_alive in ((5, True), (20, False)):
            with freeze_time(self.access.stop + timedelta(minutes=minutes)):
                self.synchronise()
                self.assertEqual(self.access.state, "expired")
                self.compare()
                self.synchronise()
            self.assertEqual(not visit["revoked"], is_alive)

    def test_visit_that_a_list_leaves_out_is_looked_at_by_itself(self):
        listed = self.exivo.find_visits
        self.exivo.find_visits = lambda name_part: []
        self.addCleanup(setattr, self.exivo, "find_visits", listed)
        self.compare()
        self.synchronise()
        self.assertEqual(self.access.state, "created")

    def test_visit_of_ours_that_nothing_stands_for_is_revoked(self):
        mark = self.env["exivo.credential"]._get_mark()
        (ours,) = self.exivo.live_visits()
        stray = self.foreign_visit(f"B00001 {mark}0123456789abcdef", ours)
        self.compare()
        self.assertTrue(self.exivo.visits[stray.id]["revoked"])
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_copy_that_takes_over_takes_away_what_the_original_has_made_since(self):
        mark = self.env["exivo.credential"]._get_mark()
        (ours,) = self.exivo.live_visits()
        since = self.foreign_visit(f"B00002 {mark}0123456789abcdef", ours)
        other = self.foreign_visit("B00002 0123456789abcdef", ours)
        for _time in range(2):  # a copy of the copy, too
            self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Restore" does
            self.env.invalidate_all()
            self.assertTrue(self.site.is_in_copy)
            self.assertIn("is taken away then", self.site.hindrance)
        self.site.api_secret = "66666666-3333-4333-8333-333333333333"
        self.assertEqual(self.site.state, "draft")
        self.assertTrue(self.site.is_in_copy, "it is asked all the same")
        self.site.action_verify()
        self.assertFalse(self.site.is_in_copy)
        self.compare()
        self.assertTrue(self.exivo.visits[since.id]["revoked"])
        self.assertEqual(
            {one["id"] for one in self.exivo.live_visits()}, {ours["id"], other.id}
        )
        self.assertEqual(self.access.state, "created")

        self.env["ir.config_parameter"].init(force=True)
        self.site.action_verify()
        older = self.foreign_visit(f"B00003 {mark}fedcba9876543210", ours)
        self.compare()
        self.assertTrue(self.exivo.visits[older.id]["revoked"])

    def test_visit_of_ours_that_cannot_be_revoked_is_tried_again_the_next_time(self):
        (visit,) = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        stray = self.foreign_visit(f"B00000 {mark}0123456789abcdef", visit)
        self.exivo.fail(exivo.ServerError("Oops", 500), calls="revoke_visit")
        with self.assertLogs(
            "odoo.addons.exivo_access.models.sync.site_comparison", "WARNING"
        ):
            self.compare()
        self.assertEqual(len(self.exivo.live_visits()), 2)
        self.assertFalse(self.site.compared_at, "all is compared again soon")
        self.compare()
        self.assertNotIn(stray.id, [one["id"] for one in self.exivo.live_visits()])
        self.assertEqual(self.site.compared_at, NOW)

    def test_one_that_cannot_be_read_keeps_no_stray_alive(self):
        (visit,) = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        stray = self.foreign_visit(f"B00000 {mark}0123456789abcdef", visit)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE exivo_credential SET rights = '[[5, null]]' WHERE id = %s",
            self.access.credential_ids.ids,
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.exivo_access.models.sync.exivo_site"):
            self.compare()
        self.assertEqual(self.exivo.live_visits(), [visit])
        self.assertTrue(self.exivo.visits[stray.id]["revoked"])
        self.assertEqual(self.site.compared_at, NOW)

    def test_visit_that_is_listed_and_not_known_is_not_called_revoked(self):
        (visit,) = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        self.foreign_visit(f"B00000 {mark}0123456789abcdef", visit)
        with (
            patch.object(self.exivo, "revoke_visit", lambda _visit_id: False),
            self.assertLogs("odoo.addons.exivo_access", "WARNING"),
        ):
            self.assertIn("is not known", self.press_compare()["message"])
        self.assertFalse(self.site.compared_at)

    def test_visit_that_came_back_to_life_is_revoked_again(self):
        (visit,) = self.exivo.live_visits()
        self.access.booking_id.action_cancel()
        self.synchronise()
        visit["revoked"] = False
        self.compare()
        self.assertEqual(self.access.state, "in_progress")
        self.exivo.fail(exivo.ServerError("Oops", 500), calls="revoke_visit")
        self.synchronise()
        self.assertEqual(self.access.state, "in_progress")
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        self.assertTrue(visit["revoked"])
        self.assertEqual(self.access.state, "removed")

    def test_second_visit_of_an_order_is_revoked_and_the_first_one_stays(self):
        (visit,) = self.exivo.live_visits()
        second = self.foreign_visit(visit["request"].name, visit)
        self.compare()
        self.synchronise()
        self.assertTrue(self.exivo.visits[second.id]["revoked"])
        self.assertFalse(visit["revoked"])
        self.assertEqual(self.access.state, "created")

    def test_credential_that_cannot_be_written_keeps_nothing_from_being_put_right(self):
        other = self.accesses(self.book(hours=48))
        self.synchronise()
        first, second = self.exivo.live_visits()
        self.foreign_visit(first["request"].name, first)
        mark = self.env["exivo.credential"]._get_mark()
        stray = self.foreign_visit(f"B00000 {mark}0123456789abcdef", first)
        second["revoked"] = True
        with (
            patch.object(
                type(self.env["exivo.credential"]), "_take_in", side_effect=ValueError
            ),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.compare()
        self.assertTrue(self.exivo.visits[stray.id]["revoked"])
        self.assertTrue(other.gone_at_exivo)
        self.assertFalse(self.site.compared_at, "not all of it is written")

    def test_access_that_cannot_be_removed_keeps_no_other_from_it(self):
        other = self.accesses(self.book(hours=48))
        self.synchronise()
        self.exivo.visits.clear()
        cls = type(self.access)
        reconsider = cls._reconsider

        def fail(accesses):
            if self.access.id in accesses.ids:
                raise ValueError
            return reconsider(accesses)

        with (
            patch.object(cls, "_reconsider", fail),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.compare()
        self.assertEqual(
            (self.access.gone_at_exivo, other.gone_at_exivo), (False, True)
        )
        self.assertFalse(self.site.compared_at, "not all of it is written")
        self.compare()
        self.assertTrue(self.access.gone_at_exivo)
        self.assertTrue(self.site.compared_at)

    def test_visits_of_others_are_counted_and_never_touched(self):
        (ours,) = self.exivo.live_visits()
        names = ("Anna Muster", "B00001 0123456789abcdef", "")
        others = [self.foreign_visit(name, ours) for name in names]
        self.compare()
        self.assertEqual(self.site.foreign_visits, 3)
        for visit in others:
            self.assertFalse(self.exivo.visits[visit.id]["revoked"])

    def test_accesses_of_another_company_at_the_same_site_are_left_alone(self):
        neighbours = self.env["res.partner.category"].create({"name": "Neighbours"})
        self.env["exivo.access.rule"].create(
            {
                "category_id": neighbours.id,
                "lock_ids": [(6, 0, self._connect_once_more().lock_ids[:1].ids)],
            }
        )
        self.customer.category_id = neighbours
        self.synchronise()
        accesses = self.accesses()
        self.assertEqual(len(accesses.company_id), 2)
        self.compare()
        self.synchronise()
        self.assertEqual(set(accesses.mapped("state")), {"created"})
        self.assertEqual(len(self.exivo.live_visits()), 2)
        self.assertEqual(self.site.foreign_visits, 0)

    def test_site_that_does_not_answer_is_left_to_the_next_time(self):
        self.exivo.fail(exivo.ServerError("Trouble", 500), calls="find_visits")
        self.compare()
        self.assertFalse(self.site.compared_at)
        self.assertEqual(self.access.state, "created")

    def test_visit_that_exivo_says_nothing_of_keeps_no_other_from_being_compared(self):
        other = self.accesses(self.book(hours=48))
        self.synchronise()
        first, second = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        stray = self.foreign_visit(f"B00000 {mark}0123456789abcdef", first)
        listed = self.exivo.find_visits
        self.exivo.find_visits = lambda name_part: [
            one for one in listed(name_part) if one.id == stray.id
        ]
        self.addCleanup(setattr, self.exivo, "find_visits", listed)
        second["revoked"] = True
        known = self.exivo.get_visit
        for error in (exivo.Rejected("Unknown", 400), exivo.ServerError("Oops", 500)):

            def get_visit(visit_id, error=error):
                if visit_id == first["id"]:
                    raise error
                return known(visit_id)

            with (
                self.subTest(error=error),
                patch.object(self.exivo, "get_visit", get_visit),
            ):
                self.compare()
                self.synchronise()
                self.assertTrue(self.exivo.visits[stray.id]["revoked"])
                self.assertTrue(other.gone_at_exivo)
                self.assertEqual(self.access.state, "created")
                self.assertFalse(self.site.compared_at, "not all of it is known")

    def test_visit_that_is_revoked_while_exivo_is_asked_for_it_is_not_looked_for(self):
        """It was there then, so Exivo has not denied to know it."""
        (visit,) = self.exivo.live_visits()
        known = self.exivo.get_visit

        def get_visit(visit_id):
            if not visit["revoked"]:
                self.access.booking_id.action_cancel()
                self.plan()
                synchronise = self.env.ref("exivo_access.ir_cron_synchronise")
                synchronise.method_direct_trigger()
                raise exivo.NotFound("There is no such visit", 404)
            return known(visit_id)

        with (
            patch.object(self.exivo, "find_visits", lambda _name_part: []),
            patch.object(self.exivo, "get_visit", get_visit),
        ):
            self.compare()
        self.assertTrue(visit["revoked"])
        self.assertEqual(self.access.state, "removed")
        self.assertEqual(self.count_alive(), 0)

    def test_kind_that_exivo_refuses_keeps_no_other_from_being_compared(self):
        (visit,) = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        stray = self.foreign_visit(f"B00000 {mark}0123456789abcdef", visit)
        for error in (exivo.Forbidden("No", 403), exivo.Rejected("No", 400)):
            for call in ("list_persons", "find_key_visits"):
                self.exivo.visits[stray.id]["revoked"] = False
                self.site.compared_at = False
                self.exivo.fail(error, calls=call)
                with self.subTest(error=error, call=call):
                    self.compare()
                    self.assertTrue(self.exivo.visits[stray.id]["revoked"])
                    self.assertTrue(self.site.compared_at, "there is nothing of it")

    def test_staff_are_told_of_a_site_that_cannot_be_compared_for_days(self):
        self.site.verified_at = NOW - timedelta(days=30)
        self.compare()
        kind = self.env.ref("exivo_access.mail_activity_type_site_uncompared")
        for days, told in ((1, False), (3, True), (4, True)):
            with freeze_time(NOW + timedelta(days=days)):
                self.exivo.fail(exivo.ServerError("Oops", 500), calls="find_visits")
                self.compare()
                self.run_action("ir_cron_watch")
                found = self.site.activity_ids.filtered(
                    lambda one: one.activity_type_id == kind
                )
                self.assertEqual(len(found), int(told), days)
        with freeze_time(NOW + timedelta(days=4, hours=1)):
            self.compare()
            self.run_action("ir_cron_watch")
        self.assertNotIn(kind, self.site.activity_ids.activity_type_id)

    def test_comparison_of_a_clock_that_was_ahead_is_none(self):
        self.site.verified_at = NOW - timedelta(days=30)
        with freeze_time(NOW + timedelta(days=30)):
            self.compare()
        self.synchronise()
        self.assertFalse(self.site.compared_at)
        self.run_action("ir_cron_watch")
        kind = self.env.ref("exivo_access.mail_activity_type_site_uncompared")
        self.assertIn(kind, self.site.activity_ids.activity_type_id)

    def test_site_that_missed_its_turn_is_compared_within_the_hour(self):
        self.site.verified_at = NOW - timedelta(days=30)
        cron = self.env.ref("exivo_access.ir_cron_compare")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.exivo.fail(exivo.ServerError("Oops", 500), calls="find_visits")
        self.compare()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(triggers.call_at, NOW + timedelta(hours=1))
        triggers.unlink()
        self.compare()
        self.assertFalse(
            self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        )

    def test_site_that_missed_its_turn_has_no_other_compared_again(self):
        other = self._connect_once_more("A")
        silent = FakeExivo()
        silent.find_visits = Mock(side_effect=exivo.ServerError("Oops", 500))
        self.stand_in(silent, other)
        asked = self.exivo.calls
        for hours, times in ((0, 1), (1, 1), (2, 1), (24, 2)):
            with freeze_time(NOW + timedelta(hours=hours, minutes=hours)):
                self.run_in_steps("ir_cron_compare")
            self.assertEqual(asked.count("find_visits"), times, hours)
        self.assertEqual(silent.find_visits.call_count, 4)

    def test_site_that_is_paused_in_its_turn_is_compared_later(self):
        cron = self.env.ref("exivo_access.ir_cron_compare")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.site.paused_until = NOW + timedelta(minutes=10)
        self.compare()
        self.assertFalse(self.site.compared_at)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        with freeze_time(NOW + timedelta(hours=1)):
            self.compare()
        self.assertTrue(self.site.compared_at)

    def stand_in(self, stand_in, *sites):
        """Have something else stand in for Exivo at some sites."""
        new_client, keys = connection.new_client, [site.api_key for site in sites]
        self.startPatcher(
            patch.object(
                connection,
                "new_client",
                lambda one: stand_in if one.api_key in keys else new_client(one),
            )
        )

    def test_every_site_has_its_turn_although_the_time_is_up_each_time(self):
        sites = self.site | self._connect_once_more("A") | self._connect_once_more("B")
        for moment in NOW, NOW + timedelta(days=1):
            with freeze_time(moment):
                self.run_in_steps("ir_cron_compare")
            self.assertEqual(sites.mapped("compared_at"), [moment] * 3)

    def test_sites_that_do_not_answer_keep_no_other_from_its_turn(self):
        silent_sites = self.site | self._connect_once_more("A")
        other = self._connect_once_more("B")
        silent = FakeExivo()
        silent.find_visits = Mock(side_effect=exivo.Unreachable("No answer"))
        self.stand_in(silent, *silent_sites)
        for day in range(2):
            with freeze_time(NOW + timedelta(days=day)):
                self.run_in_steps("ir_cron_compare")
            self.assertEqual(other.compared_at, NOW + timedelta(days=day))
            self.assertEqual(silent.find_visits.call_count, 2 * (day + 1))

    def test_site_that_takes_many_turns_keeps_no_other_from_its_own(self):
        (visit,) = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        self.foreign_visit(f"B00000 {mark}0123456789abcdef", visit)
        for _try in range(3):
            self.exivo.fail(exivo.ServerError("Oops", 500), calls="revoke_visit")
        other, elsewhere = self._connect_once_more(), FakeExivo()
        self.stand_in(elsewhere, other)
        tries_before = []

        def find_visits(name_part):
            tries_before.append(self.exivo.calls.count("revoke_visit"))
            return []

        elsewhere.find_visits = find_visits
        with self.assertLogs(
            "odoo.addons.exivo_access.models.sync.site_comparison", "WARNING"
        ):
            self.run_in_steps("ir_cron_compare")
        self.assertEqual(tries_before, [1])
        self.assertEqual((self.site | other).mapped("compared_at"), [NOW, NOW])
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def press_compare(self):
        with self._registry_in_test_mode():
            return self.site.action_compare()["params"]

    def test_button_says_what_was_found_or_what_is_wrong(self):
        self.exivo.live_visits()[0]["revoked"] = True
        note = self.press_compare()
        self.assertIn("Removed at Exivo: 1.", note["message"])
        self.assertEqual(note["type"], "warning")
        self.exivo.fail(exivo.Unreachable("No connection"), calls="find_visits")
        self.assertEqual(self.press_compare()["type"], "danger")

    def test_list_that_hangs_keeps_nobody_from_a_door(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="find_visits")
        self.assertEqual(self.press_compare()["type"], "danger")
        self.assertFalse(self.site.paused_until)

    def test_comparison_that_goes_well_ends_the_trouble_of_the_one_before(self):
        self.exivo.fail(exivo.Unreachable("No connection"), calls="find_visits")
        self.press_compare()
        self.assertTrue(self.site.failure_reason)
        with freeze_time(NOW + timedelta(minutes=10)):
            self.press_compare()
        self.assertEqual((self.site.outages, self.site.failure_reason), (0, False))

    def test_button_that_meets_a_wrong_key_refuses_the_site(self):
        self.exivo.fail(exivo.Unreachable("No connection"), calls="find_visits")
        self.press_compare()
        self.assertIn("No connection", self.site.failure_reason)
        with freeze_time(NOW + timedelta(minutes=10)):
            self.exivo.refusal = exivo.Unauthorized("No", 401)
            note = self.press_compare()
        self.assertEqual(self.site.state, "refused")
        for text in (note["message"], self.site.failure_reason):
            self.assertIn("refused the API key", text)
        with self.assertRaisesRegex(UserError, "Verify authentication"):
            self.press_compare()
        self.assertEqual(self.site.state, "refused")

    def refuse_all(self):
        """Nothing of ours is alive, and Exivo refuses the site itself as well."""
        self.access.booking_id.action_cancel()
        self.synchronise()
        self.compare()
        self.site.compared_at = False
        self.exivo.refusal = exivo.Forbidden("No", 403)

    def test_button_claims_nothing_of_a_site_that_refuses_all(self):
        self.refuse_all()
        note = self.press_compare()
        self.assertEqual((note["type"], self.site.state), ("danger", "refused"))
        self.assertEqual(note["message"], self.site.failure_reason)
        self.assertFalse(self.site.compared_at)

    def test_site_that_refuses_all_is_refused_by_the_daily_comparison(self):
        self.refuse_all()
        self.compare()
        self.assertFalse(self.site.compared_at)
        self.assertEqual(self.site.state, "refused")
