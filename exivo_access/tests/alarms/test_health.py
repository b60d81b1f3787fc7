# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The page that tells a monitor whether the house is in order."""

import os
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.alarms.health import ACTIONS, describe
from ..common import NOW, ExivoPortalCase, links_of, pins_of

TOKEN = "let-me-see-how-it-stands"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DOWN = exivo.Unreachable("No connection to Exivo")
DESK = ("exivo_desk", "exivo_access.group_user")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestHealth(ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(os.environ, EXIVO_ACCESS_HEALTH_TOKEN=TOKEN))
        self.crons = [self.env.ref(f"exivo_access.ir_cron_{name}") for name in ACTIONS]
        self.actions_began(NOW)

    def ask(self, authorization=f"Bearer {TOKEN}"):
        self.env.flush_all()
        headers = {"Authorization": authorization} if authorization else {}
        return self.url_open("/exivo/health", headers=headers)

    def look(self):
        """What monitoring is told; its status code goes along with it."""
        answer = self.ask()
        told = answer.json()
        self.assertEqual(answer.status_code, 503 if told["status"] == "fail" else 200)
        return told

    def watch(self, after=timedelta()):
        self.plan()
        self.actions_began(NOW + after)
        with freeze_time(NOW + after):
            self.env.ref("exivo_access.ir_cron_watch").method_direct_trigger()
        self.actions_began(NOW)

    # === WHO IS TOLD === #

    def test_there_is_no_page_for_anybody_without_the_token(self):
        for authorization in (
            None,
            "",
            "Bearer ",
            "Bearer wrong",
            f"Basic {TOKEN}",
            TOKEN,
            "Bearer schl\xfcssel",
        ):
            answer = self.ask(authorization)
            self.assertEqual(answer.status_code, 404, authorization)
            self.assertNotIn("status", answer.text)

    def test_without_a_token_on_the_server_nobody_has_it(self):
        for empty in ("", None):
            with patch.dict(os.environ, {"EXIVO_ACCESS_HEALTH_TOKEN": empty or ""}):
                for authorization in ("Bearer ", "Bearer", "Bearer None", None):
                    self.assertEqual(self.ask(authorization).status_code, 404)

    def test_an_administrator_sees_it_and_staff_and_customers_do_not(self):
        manager = self._create_user("exivo_boss", "exivo_access.group_manager")
        for user, code in (
            (manager, 404),
            (self.holder, 404),
            (self.env.ref("base.user_admin"), 200),
        ):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.ask(None).status_code, code, user.login)

    def test_nothing_of_persons_rooms_or_secrets_is_in_it(self):
        booking = self.book_for_holder()
        self.synchronise()
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        failed = self.book(hours=1)
        self.synchronise()
        self.watch()
        accesses = self.accesses(booking) | self.accesses(failed)
        text = self.ask().text
        values = {
            *accesses.mapped("partner_id.name"),
            *accesses.mapped("reference"),
            *pins_of(accesses),
            *links_of(accesses.sudo().credential_ids),
            self.room.name,
            self.site.name,
            self.site.remote_id,
            "Component",
        } - {""}
        self.assertGreaterEqual(len(values), 10)
        for value in values:
            self.assertNotIn(value, text)

    # === WHAT IS TOLD === #

    def test_house_in_order_passes(self):
        self.book()
        self.synchronise()
        self.actions_began(NOW)
        told = self.look()
        self.assertEqual(told["status"], "pass")
        self.assertEqual(told["due"], {"count": 0, "since": None, "overdue": False})
        self.assertEqual(told["sites"]["called"], 1)
        self.assertEqual(
            told["actions"]["synchronise"],
            {"last_run": "2027-03-01T09:00:00+00:00", "stands_still": False},
        )

    def test_scheduler_that_stands_still_fails(self):
        self.actions_began(NOW - 29 * MINUTE)
        self.assertEqual(self.look()["status"], "pass")
        self.actions_began(NOW - 31 * MINUTE)
        told = self.look()
        self.assertEqual(told["status"], "fail")
        self.assertTrue(told["actions"]["synchronise"]["stands_still"])
        self.assertFalse(told["actions"]["watch"]["stands_still"])

    def test_action_that_is_switched_off_or_gone_fails(self):
        synchronise, watch, *_others = self.crons
        synchronise.active = False
        self.assertEqual(self.look()["status"], "fail")
        synchronise.active = True
        self.assertEqual(self.look()["status"], "pass")
        watch.unlink()
        self.assertEqual(self.look()["status"], "fail")

    def test_lane_that_is_switched_on_counts_as_any_other_action(self):
        first, second = (
            self.env.ref(f"exivo_access.ir_cron_synchronise{number}")
            for number in ("", "_2")
        )
        second.active = True
        second.failure_count = 1
        self.actions_began(NOW)
        told = self.look()
        self.assertEqual(told["failing_actions"], ["synchronise_2"])
        self.assertIn("synchronise", told["actions"])
        second.failure_count = 0
        first.active = False  # the sites are divided among those that are left
        told = self.look()
        self.assertEqual(told["status"], "pass")
        self.assertNotIn("synchronise", told["actions"])

    def test_every_action_is_missed_after_three_turns(self):
        """Odoo itself switches one off that has failed for a week."""
        for cron, name in zip(self.crons, ACTIONS, strict=True):
            with self.subTest(name=name):
                cron.active = False
                told = self.look()
                self.assertEqual(told["status"], "fail")
                self.assertTrue(told["actions"][name]["stands_still"])
                cron.active = True
        self.actions_began(NOW - 4 * HOUR)
        still = {
            name for name, one in self.look()["actions"].items() if one["stands_still"]
        }
        self.assertLessEqual({"plan_all", "read_events"}, still)
        self.assertFalse({"compare", "clear", "look_ahead"} & still, "they run daily")

    def test_action_that_runs_monthly_is_not_missed_between_its_runs(self):
        """Odoo knows for a week how an action began, and for good when it last ran."""
        clear = self.crons[ACTIONS.index("clear")]
        clear.write({"interval_number": 1, "interval_type": "months"})
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM ir_cron_progress WHERE cron_id = %(id)s;"
            "UPDATE ir_cron SET write_date = %(long_ago)s, lastcall = %(ran)s"
            " WHERE id = %(id)s",
            {"id": clear.id, "long_ago": NOW - 120 * DAY, "ran": NOW - 10 * DAY},
        )
        self.env.invalidate_all()
        told = self.look()
        self.assertEqual(told["status"], "pass")
        self.assertEqual(
            told["actions"]["clear"]["last_run"], "2027-02-19T09:00:00+00:00"
        )
        with freeze_time(NOW + 120 * DAY):
            self.actions_began(NOW + 120 * DAY)
            self.env["ir.cron.progress"].search([("cron_id", "=", clear.id)]).unlink()
            self.assertTrue(self.look()["actions"]["clear"]["stands_still"])

    def test_action_that_fails_warns_and_is_named(self):
        compare = self.crons[ACTIONS.index("compare")]
        compare.failure_count = 2
        told = self.look()
        self.assertEqual(
            (told["status"], told["failing_actions"]), ("warn", ["compare"])
        )

    def test_what_is_due_for_half_an_hour_fails(self):
        self.book()
        access = self.accesses()
        access.due_at = NOW - 29 * MINUTE
        told = self.look()
        self.assertEqual((told["status"], told["due"]["count"]), ("pass", 1))
        self.assertEqual(told["due"]["since"], "2027-03-01T08:31:00+00:00")
        access.due_at = NOW - 30 * MINUTE
        self.assertEqual(self.look()["status"], "fail")

    def test_outage_warns_and_fails_once_staff_are_told(self):
        self.exivo.errors = [(None, DOWN, False)] * 100
        self.book(hours=100)
        self.synchronise()
        self.watch()
        told = self.look()
        self.assertEqual(told["status"], "warn")
        self.assertEqual(told["sites"]["paused"], 1)
        self.assertEqual(told["sites"]["not_called"], 1)
        self.assertEqual(told["due"]["count"], 0)
        self.assertEqual(told["waiting_for_site"]["count"], 1)
        self.watch(25 * HOUR)
        told = self.look()
        self.assertEqual(told["status"], "fail")
        self.assertTrue(told["troubles"]["stopped"]["told"])

    def test_refused_site_with_bookings_fails(self):
        self.book(hours=100)
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        self.watch()
        told = self.look()
        self.assertEqual((told["status"], told["sites"]["refused"]), ("fail", 1))

    def test_access_that_is_gone_at_exivo_warns_and_fails_once_it_is_near(self):
        self.book()
        self.synchronise()
        self.exivo.visits.clear()
        self.env.ref("exivo_access.ir_cron_compare").method_direct_trigger()
        self.actions_began(NOW)
        told = self.look()
        self.assertEqual(told["status"], "warn")
        self.assertEqual(told["gone"], {"count": 1, "soon": False})
        near = self.accesses().start - HOUR
        self.actions_began(near)
        with freeze_time(near):
            self.assertEqual(self.look()["status"], "fail")
            self.accesses().action_give_back()
            self.assertEqual(self.look()["gone"]["count"], 0)

    def test_access_that_is_gone_at_exivo_and_not_wanted_any_more_is_well(self):
        booking = self.book(hours=0.75)
        self.synchronise()
        self.exivo.visits.clear()
        self.env.ref("exivo_access.ir_cron_compare").method_direct_trigger()
        self.actions_began(NOW)
        self.assertEqual(self.look()["gone"], {"count": 1, "soon": True})
        booking.action_cancel()
        self.synchronise()
        told = self.look()
        self.assertEqual(told["gone"], {"count": 0, "soon": False})

    def test_access_that_staff_leave_removed_is_decided(self):
        """Else a booking, or for years a member, would hide the next alarm."""
        self.book(hours=0.75)
        self.synchronise()
        access = self.accesses().with_user(self._create_user(*DESK))
        self.exivo.visits.clear()
        self.env.ref("exivo_access.ir_cron_compare").method_direct_trigger()
        self.actions_began(NOW)
        self.assertEqual(self.look()["status"], "fail")
        answer = access.action_remove()
        self.assertIn("stay removed: 1", answer["params"]["message"])
        self.assertEqual(self.look()["gone"], {"count": 0, "soon": False})
        self.assertFalse(access.activity_ids)
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertIn("removed", self.mails_to(self.customer)[-1].subject)
        access.action_give_back()
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_holder_whom_staff_have_told_is_no_matter_for_an_operator(self):
        self.customer.email = False
        self.book(hours=0.75)
        self.synchronise()
        self.watch()
        self.assertEqual(self.look()["status"], "fail")
        desk = self._create_user(*DESK)
        self.site.activity_ids.with_user(desk).action_done()
        self.assertEqual(self.look()["status"], "warn")
        self.watch()
        self.assertEqual(self.look()["status"], "warn")
        bert = self.env["res.partner"].create({"name": "Bert Beispiel"})
        self.book(hours=0.25, duration=0.25, partners=bert)
        self.synchronise()
        self.watch()
        self.assertEqual(self.look()["status"], "fail", "somebody else is not told")

    def test_revocation_that_hangs_is_counted_and_fails_after_an_hour(self):
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        self.exivo.errors = [("revoke_visit", DOWN, False)] * 100
        self.synchronise()
        self.watch()
        told = self.look()
        self.assertEqual((told["status"], told["revocations"]), ("warn", 1))
        self.watch(HOUR)
        self.assertEqual(self.look()["status"], "fail")

    def test_nobody_who_came_is_no_matter_for_an_operator(self):
        self.env["exivo.trouble"].create({"kind": "no_show", "res_id": 1, "told": True})
        told = self.look()
        self.assertEqual(told["status"], "pass")
        self.assertEqual(told["troubles"]["no_show"]["count"], 1)

    def test_asking_costs_the_same_however_much_there_is(self):
        def count():
            self.env.invalidate_all(flush=True)
            before = self.env.cr.sql_log_count
            describe(self.env)
            return self.env.cr.sql_log_count - before

        self.book()
        few = count()
        for number in range(1, 6):
            self.site.copy(
                {"remote_id": f"{number}", "api_key": "key", "api_secret": "secret"}
            ).write({"state": "verified"})
            self.book(hours=24 + number)
        self.synchronise()
        self.env["exivo.trouble"].create(
            [{"kind": "lingering", "res_id": number} for number in range(1, 20)]
        )
        self.assertLessEqual(count(), few)
