# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.access.exivo_access import ENOUGH_TRIES
from ...tools import connection
from ...tools.connection import ADAPTERS
from ..common import NOW, ExivoCase, FakeExivo, link_of
from ..group_common import GroupCase

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ANNEX = "99999999-9999-4999-8999-999999999999"


def refusals():
    """What may be about the site, or only about what a call names."""
    return (
        exivo.Unauthorized("Not for this key", 401),
        exivo.Forbidden("Not here", 403),
        exivo.NotFound("", 404),
    )


class RefusalsCase(ExivoCase):
    def run_at(self, after):
        """Let the synchroniser run some time after :data:`NOW`."""
        self.exivo.calls.clear()
        with freeze_time(NOW + after):
            self.synchronise()

    def watch(self):
        """Look for what is amiss, as Odoo's scheduler does."""
        self.env.cr.flush()
        self.run_action("ir_cron_watch")

    def get_notes(self):
        """What alarms say to staff."""
        return " ".join(self.env["mail.activity"].search([]).mapped("note"))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRefusalsOfOneThing(RefusalsCase):
    """What is wrong with one access is no trouble of the house."""

    def refuse_for_good(self, error):
        """One 403 or 404 is no verdict yet."""
        for number in range(ENOUGH_TRIES):
            self.exivo.fail(error, "create_visit")
            self.run_at(number * 10 * MINUTE)

    def test_a_refused_visit_does_not_stop_the_site(self):
        for error in refusals():
            with self.subTest(error=error):
                kept = self.book(hours=30)
                self.synchronise()
                refused = self.book(hours=24)
                self.refuse_for_good(error)
                self.assertEqual(self.accesses(refused).failure_type, "rejected")
                self.assertEqual(self.accesses(refused).state, "failed")
                kept.action_cancel()
                other = self.book(hours=34)
                with freeze_time(NOW + HOUR):
                    self.synchronise()
                self.assertEqual(self.site.state, "verified")
                self.assertEqual(self.accesses(other).state, "created")
                self.assertEqual(self.accesses(kept).state, "removed")
                (refused | other).action_cancel()
                self.synchronise()

    def test_a_visit_that_is_refused_once_is_made_some_minutes_later(self):
        for error in refusals():
            with self.subTest(error=error):
                access = self.accesses(self.book())
                self.exivo.fail(error, "create_visit")
                self.run_at(timedelta())
                self.assertEqual(access.state, "in_progress")
                self.run_at(5 * MINUTE)
                self.assertEqual(access.state, "created")
                access.booking_id.unlink()

    def test_maintenance_that_takes_no_orders_is_over_by_itself(self):
        """Of a page that says so a server answers 405 to POST."""
        for error in (exivo.ServerError("", 503), exivo.InvalidAnswer("HTML")):
            for hours in (24, -0.1):
                with self.subTest(error=error, hours=hours):
                    access = self.accesses(self.book(hours=hours))
                    self.exivo.fail(exivo.Rejected("Not allowed", 405), "create_visit")
                    self.exivo.fail(error)
                    self.run_at(timedelta())
                    self.assertEqual(access.state, "in_progress")
                    self.run_at(10 * MINUTE)
                    self.assertEqual(access.state, "created")
                    self.assertEqual(self.exivo.calls, ["create_visit"])
                    access.booking_id.unlink()
                    self.run_at(10 * MINUTE)

    def test_a_refused_revocation_does_not_stop_the_site_and_is_tried_again(self):
        for error in refusals():
            with self.subTest(error=error):
                booking = self.book()
                self.synchronise()
                self.exivo.fail(error, "revoke_visit")
                booking.action_cancel()
                self.synchronise()
                self.assertEqual(self.site.state, "verified")
                self.assertEqual(self.accesses(booking).state, "in_progress")
                self.assertEqual(self.accesses(booking).failure_type, "revoke_rejected")
                self.run_at(HOUR)
                self.assertEqual(self.accesses(booking).state, "removed")

    def test_a_refused_look_up_does_not_stop_the_site_and_is_tried_again(self):
        for error in refusals():
            with self.subTest(error=error):
                self.exivo.forget()
                self.exivo.fail(exivo.TimedOut("cut"), "create_visit", after=True)
                booking = self.book()
                self.synchronise()
                self.exivo.fail(error, "find_visits")
                self.run_at(MINUTE)
                self.assertEqual(self.site.state, "verified")
                self.run_at(HOUR)
                self.assertEqual(self.accesses(booking).state, "created")
                self.assertEqual(len(self.exivo.visits), 1)
                booking.unlink()
                self.run_at(HOUR)

    def test_a_log_that_may_not_be_read_does_not_stop_the_site(self):
        self.book()
        self.synchronise()
        self.exivo.fail(exivo.Forbidden("No log", 403), "list_log")
        self.read_events()
        self.assertEqual(self.site.state, "verified")

    def test_an_outage_while_the_site_is_asked_is_an_outage(self):
        self.exivo.fail(exivo.Forbidden("Not here", 403), "create_visit")
        self.exivo.fail(exivo.TimedOut("cut"), "get_site_info")
        booking = self.book()
        self.synchronise()
        self.assertEqual(self.site.state, "verified")
        self.assertTrue(self.site.outages)
        self.run_at(HOUR)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertNotIn("find_visits", self.exivo.calls, "surely nothing was made")

    def test_a_limit_while_the_site_is_asked_is_kept(self):
        self.exivo.fail(exivo.NotFound("", 404), "create_visit")
        self.exivo.fail(exivo.RateLimited("Many", retry_after=600), "get_site_info")
        booking = self.book()
        self.synchronise()
        self.assertEqual(self.site.state, "verified")
        self.run_at(9 * MINUTE)
        self.assertFalse(self.exivo.calls)
        self.run_at(11 * MINUTE)
        self.assertEqual(self.accesses(booking).state, "created")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRefusalsOfPersons(GroupCase):
    def test_a_person_who_is_refused_does_not_stop_the_site(self):
        for name in ("create_person", "create_access_group", "set_pin_code"):
            for error in refusals():
                with self.subTest(name=name, error=error):
                    self.exivo.fail(error, name)
                    person = self.env["res.partner"].create(
                        {"name": f"{name} {error.status}", "email": "x@example.com"}
                    )
                    person.category_id = self.members
                    self.plan()
                    self.synchronise()
                    self.assertEqual(self.site.state, "verified")

    def test_members_come_in_by_themselves_once_nothing_refuses_all_any_more(self):
        self.exivo.refusal = exivo.Rejected("Bad request", 400)
        access = self.join(self.members)
        self.assertEqual(access.state, "in_progress")
        self.assertTrue(self.site.outages)
        self.exivo.refusal = None
        with freeze_time(NOW + HOUR):
            self.synchronise()
        self.assertEqual(access.state, "created")

    def test_a_member_keeps_the_doors_that_are_left(self):
        access = self.join(self.members, self.club)
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        everything = [*self.exivo.components]
        self.addCleanup(setattr, self.exivo, "components", everything)
        self.exivo.components = [one for one in everything if one.name != "Aare"]
        newcomer = self.env["res.partner"].create(
            {"name": "Newcomer", "email": "newcomer@example.com"}
        )
        ADAPTERS.clear()  # as after some minutes
        theirs = self.join(self.members, self.club, partner=newcomer)
        self.assertEqual((access | theirs).mapped("state"), ["created"] * 2)
        self.assertFalse(self.aare.active)
        self.exivo.calls.clear()
        self.compare()
        self.assertNotIn("update_person", self.exivo.calls, "nobody is let in anew")

    def test_a_member_of_whom_no_door_is_left_fails_with_words_about_it(self):
        everything = [*self.exivo.components]
        self.addCleanup(setattr, self.exivo, "components", everything)
        self.exivo.components = [one for one in everything if one.name != "Aare"]
        access = self.join(self.club)
        self.assertEqual((access.state, access.failure_type), ("failed", "locks_gone"))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDoorsThatAreGone(RefusalsCase):
    """Somebody deletes a door at Exivo."""

    def setUp(self):
        super().setUp()
        everything = [*self.exivo.components]
        self.addCleanup(setattr, self.exivo, "components", everything)
        create_visit = self.exivo.create_visit
        #: what the site answers to an order that names what it does not have
        self.error = exivo.NotFound("", 404)

        def create_what_is_there(request):
            listed = {one.id for one in self.exivo.components}
            if not {*request.component_ids} <= listed:
                self.exivo.fail(self.error, "create_visit")
            return create_visit(request)

        self.patch(self.exivo, "create_visit", create_what_is_there)

    def delete_at_exivo(self, *names):
        self.exivo.components = [
            one for one in self.exivo.components if one.name not in names
        ]

    def get_doors(self):
        (visit,) = self.exivo.live_visits()
        return visit["request"].component_ids

    def test_doors_that_are_left_still_open(self):
        errors = (*refusals(), exivo.Rejected("There is no component x", 400))
        for self.error in errors:
            with self.subTest(error=self.error):
                self.aare.active = True
                self.exivo.forget()
                self.delete_at_exivo("Aare")
                booking = self.book()
                self.synchronise()
                access = self.accesses(booking)
                self.assertEqual(access.state, "created")
                self.assertFalse(access.failure_type)
                self.assertEqual(self.get_doors(), ("entrance",))
                self.assertFalse(self.aare.active)
                self.assertEqual(self.site.state, "verified")
                booking.action_cancel()
                self.synchronise()

    def test_booking_that_runs_already_opens_the_doors_that_are_left(self):
        self.error = exivo.Rejected("There is no component x", 400)
        self.delete_at_exivo("Aare")
        access = self.accesses(self.book(hours=-0.1))
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.get_doors(), ("entrance",))

    def test_holder_is_told_of_the_doors_that_are_left_only(self):
        self.delete_at_exivo("Aare")
        self.book()
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertRegex(mail.body_html, r"Doors:</td><td[^>]*>Entrance</td>")

    def test_staff_see_which_door_is_gone(self):
        self.delete_at_exivo("Aare")
        booking = self.book(hours=3)
        self.synchronise()
        self.watch()
        self.assertIn("Aare, no longer at Exivo", self.get_notes())
        said = self.read_explanation(booking)
        self.assertIn("Aare: Exivo no longer has this lock", said)

    def test_what_is_live_is_left_alone_and_the_door_counts_again_when_it_is_back(self):
        everything = [*self.exivo.components]
        first = self.accesses(self.book(hours=24))
        self.synchronise()
        self.delete_at_exivo("Aare")
        second = self.accesses(self.book(hours=48))
        self.synchronise()
        self.exivo.calls.clear()
        (first | second).due_at = NOW
        self.synchronise()
        self.assertFalse(self.exivo.calls)
        self.assertEqual((first | second).mapped("state"), ["created"] * 2)

        self.exivo.components = everything
        self.site.action_synchronise_locks()
        self.exivo.calls.clear()
        self.synchronise()
        self.assertTrue(self.aare.active)
        self.assertEqual(self.exivo.calls, ["create_visit", "revoke_visit"])
        self.assertEqual(
            second._get_working_credential().lock_ids, self.entrance | self.aare
        )
        self.assertEqual((first | second).mapped("state"), ["created"] * 2)

    def test_door_that_is_gone_and_no_longer_wanted_is_taken_away_all_the_same(self):
        access = self.accesses(self.book())
        self.synchronise()
        self.delete_at_exivo("Aare")
        self.site.action_synchronise_locks()
        self.rule.lock_ids = self.entrance
        self.plan()
        self.synchronise()
        self.assertEqual(self.get_doors(), ("entrance",))
        self.assertEqual(access.state, "created")

    def test_access_fails_if_no_door_is_left_and_goes_on_when_one_is_back(self):
        everything = [*self.exivo.components]
        self.rule.lock_ids = self.aare
        self.delete_at_exivo("Aare")
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual((access.state, access.failure_type), ("failed", "locks_gone"))
        self.assertIn("Aare", access.failure_advice)
        self.assertIn("Choose other doors in the rule", access.failure_advice)
        self.assertFalse(self.exivo.visits)
        self.run_at(HOUR)
        self.assertFalse(self.exivo.calls)

        self.exivo.components = everything
        self.site.action_synchronise_locks()
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_access_is_made_soon_if_its_door_was_missing_for_a_moment_only(self):
        everything = [*self.exivo.components]
        self.rule.lock_ids = self.aare
        self.delete_at_exivo("Aare")
        access = self.accesses(self.book(hours=0.25))
        self.synchronise()
        self.assertEqual(access.failure_type, "locks_gone")
        self.exivo.components = everything
        with freeze_time(NOW + 5 * MINUTE):
            self.assertIn(NOW + 5 * MINUTE, self.moments_to_run("ir_cron_watch"))
            self.watch()
            self.synchronise()
        self.assertEqual(access.state, "created")

    def test_access_that_is_there_fails_while_none_of_its_doors_is(self):
        everything = [*self.exivo.components]
        self.rule.lock_ids = self.aare
        access = self.accesses(self.book())
        self.synchronise()
        self.delete_at_exivo("Aare")
        self.site.action_synchronise_locks()
        for _run in range(2):
            self.synchronise()
            self.assertEqual(
                (access.state, access.failure_type), ("failed", "locks_gone")
            )
            access.due_at = NOW
        self.assertTrue(access.activity_ids)
        self.assertEqual(len(self.exivo.live_visits()), 1, "it opens nothing")
        link = link_of(access)

        self.exivo.components = everything
        self.site.action_synchronise_locks()
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertFalse(access.activity_ids)
        self.assertEqual(link_of(access), link)
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_access_to_a_door_that_is_known_to_be_gone_is_not_ordered(self):
        self.rule.lock_ids = self.aare
        self.delete_at_exivo("Aare")
        self.site.action_synchronise_locks()
        self.exivo.calls.clear()
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.failure_type, "locks_gone")
        self.assertFalse(self.exivo.calls)
        self.rule.lock_ids = self.entrance
        self.plan()
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_site_that_lists_nothing_has_not_lost_all_its_doors(self):
        self.exivo.components = []
        access = self.accesses(self.book())
        for number in range(ENOUGH_TRIES):
            self.run_at(number * 10 * MINUTE)
        self.assertEqual(access.failure_type, "rejected")
        self.assertTrue(self.aare.active)

    def test_synchronising_a_site_that_lists_nothing_takes_no_door_away(self):
        access = self.accesses(self.book())
        self.run_at(timedelta())
        self.exivo.components = []
        note = self.site.action_synchronise_locks()["params"]
        self.assertEqual(note["type"], "warning")
        self.assertIn("nothing was changed", note["message"])
        self.run_at(MINUTE)
        self.assertTrue(self.aare.active)
        self.assertEqual((access.state, access.failure_type), ("created", False))

    def test_doors_that_are_back_are_found_although_none_was_left(self):
        access = self.accesses(self.book(hours=20))
        self.site.lock_ids.active = False
        self.run_at(timedelta())
        self.assertEqual(access.failure_type, "locks_gone")
        with freeze_time(NOW + 2 * HOUR), self._registry_in_test_mode():
            self.env.ref("exivo_access.ir_cron_watch").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.aare.active)
        self.run_at(2 * HOUR)
        self.assertEqual(access.state, "created")

    def test_staff_who_open_a_door_that_is_gone_hear_so(self):
        self.delete_at_exivo("Aare")
        for error in (*refusals(), exivo.Rejected("There is no component", 400)):
            with self.subTest(error=error), self._registry_in_test_mode():
                self.aare.active = True
                self.env.cr.flush()
                self.exivo.fail(error, "unlock")
                said = self.aare.action_open_door()["params"]
                self.assertEqual(said["type"], "danger")
                self.assertIn("Exivo no longer has this lock", said["message"])
                self.assertEqual(self.site.state, "verified")
                self.env.invalidate_all()
                self.assertFalse(self.aare.active)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRefusedSites(RefusalsCase):
    """Exivo refuses all, for a while."""

    def setUp(self):
        super().setUp()
        self.exivo.refusal = exivo.Forbidden("Not on this site", 403)
        self.booking = self.book()
        self.synchronise()

    def test_site_that_refuses_its_own_data_too_is_refused(self):
        self.assertEqual(self.site.state, "refused")
        self.assertEqual(self.accesses(self.booking).state, "in_progress")

    def test_refused_site_is_asked_every_ten_minutes_by_one_call(self):
        for error in refusals():
            self.exivo.refusal = error
        for minutes, asked in ((9, 0), (10, 1), (11, 0), (19, 0), (20, 1), (21, 0)):
            self.run_at(minutes * MINUTE)
            self.assertEqual(self.exivo.calls, ["get_site_info"] * asked, minutes)
        self.assertEqual(self.site.state, "refused")

    def test_refused_site_goes_on_by_itself_when_it_answers(self):
        self.exivo.refusal = None
        self.run_at(10 * MINUTE)
        self.assertEqual(self.site.state, "verified")
        self.assertFalse(self.site.failure_reason)
        self.assertEqual(self.accesses(self.booking).state, "created")
        self.assertEqual(self.exivo.calls, ["get_site_info", "create_visit"])

    def test_synchroniser_is_woken_when_the_site_is_asked_again(self):
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(NOW + 10 * MINUTE, triggers.mapped("call_at"))

    def test_outage_in_between_changes_nothing(self):
        self.exivo.refusal = exivo.Unreachable("No connection to Exivo")
        self.run_at(10 * MINUTE)
        self.assertEqual(self.site.state, "refused")
        self.exivo.refusal = None
        self.run_at(20 * MINUTE)
        self.assertEqual(self.accesses(self.booking).state, "created")

    def test_clock_that_was_ahead_does_not_keep_the_site_waiting(self):
        self.run_at(timedelta(days=3))
        self.exivo.refusal = None
        self.run_at(MINUTE)
        self.assertEqual(self.site.state, "verified")

    def test_time_that_the_site_asks_for_is_granted(self):
        self.exivo.refusal = exivo.RateLimited("Too many", retry_after=1800)
        self.run_at(10 * MINUTE)
        self.exivo.refusal = None
        self.run_at(30 * MINUTE)
        self.assertFalse(self.exivo.calls)
        self.run_at(40 * MINUTE)
        self.assertEqual(self.accesses(self.booking).state, "created")

    def test_site_that_is_refused_when_staff_verify_it_is_asked_again(self):
        self.exivo.refusal = None
        self.site.action_verify()
        self.exivo.refusal = exivo.Unauthorized("no", 401)
        self.site.action_verify()
        self.assertEqual(self.site.state, "refused")
        self.exivo.refusal = None
        self.run_at(10 * MINUTE)
        self.assertEqual(self.site.state, "verified")

    def test_staff_who_verify_in_vain_have_it_asked_again_all_the_same(self):
        self.site.action_verify()
        self.exivo.refusal = None
        self.run_at(10 * MINUTE)
        self.assertEqual(self.site.state, "verified")

    def test_site_with_other_credentials_waits_for_a_person(self):
        self.site.api_secret = "44444444-4444-4444-8444-444444444444"
        self.site.action_verify()
        self.assertEqual(self.site.state, "refused")
        self.exivo.refusal = None
        self.run_at(HOUR)
        self.assertFalse(self.exivo.calls)
        self.assertEqual(self.site.state, "refused")

    def test_site_that_was_never_verified_waits_for_a_person(self):
        self.site.state = "draft"
        self.site.ask_again_at = False
        self.site.action_verify()
        self.exivo.refusal = None
        self.run_at(HOUR)
        self.assertFalse(self.exivo.calls)

    def test_copy_of_the_database_asks_nothing(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "a-copy")
        self.site._compute_hindrance()
        self.exivo.refusal = None
        self.run_at(HOUR)
        self.assertFalse(self.exivo.calls)

    def test_staff_read_that_it_is_asked_again_by_itself(self):
        self.watch()
        self.assertIn("Odoo asks again by itself", self.get_notes())
        said = self.read_explanation(self.booking)
        self.assertIn("Odoo asks again by itself", said)
        arch = self.env["exivo.site"].get_view(view_type="form")["arch"]
        self.assertIn("ask_again_at", arch)

    def test_other_sites_are_not_kept_waiting(self):
        other = FakeExivo()
        other.components = [*self.exivo.components]
        annex = self.site.copy(
            {
                "name": "Annex",
                "remote_id": ANNEX,
                "api_key": "22222222-2222-4222-8222-222222222222",
                "api_secret": "33333333-3333-4333-8333-333333333333",
            }
        )
        with patch.object(
            connection,
            "new_client",
            lambda one: other if one.remote_id == ANNEX else self.exivo,
        ):
            annex.action_verify()
            annex.action_synchronise_locks()
            self.rule.copy({"lock_ids": [(6, 0, annex.lock_ids.ids)]})
            booking = self.book(hours=48)
            self.run_at(10 * MINUTE)
        states = {one.site_id: one.state for one in self.accesses(booking)}
        self.assertEqual(states, {self.site: "in_progress", annex: "created"})
