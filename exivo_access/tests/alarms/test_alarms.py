# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml.html import fromstring
from psycopg2.errors import LockNotAvailable

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ... import api as exivo
from ...models.access.exivo_access import ExivoAccess
from ...models.access.exivo_access_failure import BLOCKING_FAILURES
from ...models.alarms import exivo_alarm_words
from ..common import NOW, ExivoCase, pin_of


class AlarmCase(ExivoCase):
    """Somebody at the front desk is responsible for the site."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_desk", "exivo_access.group_user")
        cls.site.user_id = cls.user

    def book_and_fail(self, **vals):
        """Book, and have Exivo refuse all accesses of the booking."""
        booking = self.book(**vals)
        for _access in self.accesses(booking):
            self.exivo.fail(
                exivo.Rejected("Component is unknown.", 400), calls="create_visit"
            )
        self.synchronise()
        return booking

    def alarms(self, records):
        return self.env["mail.activity"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )

    def look_ahead(self, before=False):
        """Look ahead.

        :param datetime before: when that was done before.
        """
        self.env.ref("exivo_access.ir_cron_look_ahead").lastcall = before
        self.plan()
        self.run_action("ir_cron_look_ahead")

    def hold(self, held):
        """Somebody keeps an access locked."""
        reconsider = ExivoAccess._reconsider

        def reconsider_unless_held(accesses):
            if held in accesses:
                raise LockNotAvailable()
            reconsider(accesses)

        return patch.object(ExivoAccess, "_reconsider", reconsider_unless_held)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestAlarms(AlarmCase):
    # === ACCESSES THAT FAIL === #

    def test_failed_access_gets_one_alarm_that_says_why_and_what_to_do(self):
        booking = self.book_and_fail()
        access = self.accesses(booking)
        alarm = self.alarms(access)
        self.assertEqual(len(alarm), 1)
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(
            alarm.summary, "No access for Anna Muster: Aare, Tuesday, March 2, 2027"
        )
        for part in (
            "Anna Muster",
            "10:00",
            "Europe/Zurich",
            "Aare, Entrance",
            "Component is unknown).",
            "press Retry",
        ):
            self.assertIn(part, alarm.note)
        self.assertNotIn(pin_of(access), alarm.note)

    def test_alarm_of_several_accesses_says_what_to_do_about_each(self):
        self.customer.write({"email": False, "phone": False})
        self.site.app_id = "4711"
        self.aare.has_mobile_access = True
        self.rule.copy({"method": "app", "lock_ids": [(6, 0, self.aare.ids)]})
        booking = self.book_and_fail()
        accesses = self.accesses(booking)
        self.assertEqual(accesses.mapped("state"), ["failed", "failed"])
        (alarm,) = self.alarms(accesses)
        for part in ("press Retry", "Put a mobile number"):
            self.assertEqual(alarm.note.count(part), 1)

    def test_what_was_refused_is_tried_once_more_a_day_before(self):
        access = self.accesses(self.book_and_fail(hours=24 * 60))
        for days, state in ((1, "failed"), (58, "failed"), (59, "created")):
            with freeze_time(NOW + timedelta(days=days, minutes=1)):
                self.look_ahead()
                self.synchronise()
                self.assertEqual(access.state, state, days)
        self.assertFalse(self.alarms(access))

    def test_what_was_refused_in_the_morning_is_tried_before_the_evening(self):
        access = self.accesses(self.book_and_fail(hours=10))
        for hours, state in ((0.5, "failed"), (6, "created")):
            with freeze_time(NOW + timedelta(hours=hours)):
                self.look_ahead()
                self.synchronise()
                self.assertEqual(access.state, state, hours)

    def test_refused_access_that_somebody_holds_keeps_no_other_from_its_last_try(self):
        held, other = (
            self.accesses(self.book_and_fail(hours=hours)) for hours in (10, 12)
        )
        later = NOW + timedelta(hours=6)
        with freeze_time(later):
            with self.hold(held):
                self.look_ahead()
            self.synchronise()
        self.assertEqual((held.state, other.state), ("failed", "created"))
        (again,) = self.moments_to_run("ir_cron_look_ahead")
        self.assertEqual(again, later + timedelta(minutes=1))
        with freeze_time(again):
            self.look_ahead()
            self.synchronise()
        self.assertEqual(held.state, "created")

    def test_while_a_refused_access_is_held_the_others_are_tried_once_more_only(self):
        held, other = (
            self.accesses(self.book_and_fail(hours=hours)) for hours in (10, 12)
        )
        later = NOW + timedelta(hours=6)
        refusal = exivo.Rejected("Component is unknown.", 400)
        with freeze_time(later):
            with self.hold(held):
                self.look_ahead()
            self.exivo.fail(refusal, calls="create_visit")
            self.synchronise()
            self.alarms(self.site).with_user(self.user).action_done()
        alarm = self.alarms(other)
        for minutes in (1, 2):
            again = later + timedelta(minutes=minutes)
            with freeze_time(again), self.hold(held):
                self.look_ahead(before=again - timedelta(minutes=1))
                self.synchronise()
        self.assertEqual(self.alarms(other), alarm)
        self.assertFalse(self.alarms(self.site), "staff have taken note of it")
        self.assertEqual((held.state, other.state), ("failed", "failed"))
        with freeze_time(later + timedelta(days=1)):
            self.book_and_fail(hours=40)
            self.look_ahead(before=again)
        self.assertTrue(self.alarms(self.site))

    def test_what_was_tried_once_more_is_tried_again_the_next_day(self):
        access = self.accesses(self.book_and_fail(hours=24 * 60))
        refusal = exivo.Rejected("Component is unknown.", 400)
        for days, state in ((59, "failed"), (60, "created")):
            with freeze_time(NOW + timedelta(days=days)):
                self.look_ahead()
                if state == "failed":
                    self.exivo.fail(refusal, calls="create_visit")
                self.synchronise()
                self.assertEqual(access.state, state, days)

    def test_whatever_needs_a_person_says_what_to_do(self):
        access = self.accesses(self.book())
        # not by the calls that lead to each: a new one is tried by itself
        for failure_type in BLOCKING_FAILURES:
            with self.subTest(failure_type=failure_type):
                access._note_failure(failure_type)
                access._update_state()
                _lead, _doors, advice = fromstring(self.alarms(access).note)
                self.assertGreater(len(advice.text_content()), 20)
                access._forget_failure()
                access._update_state()
                self.assertFalse(self.alarms(access))

    def test_very_many_missing_accesses_are_counted_rather_than_listed(self):
        self.site.state = "refused"
        for hours in (2, 4, 6):
            self.book(hours=hours)
        with patch.object(exivo_alarm_words, "LIST_LENGTH", 2):
            self.look_ahead()
        (missing,) = self.alarms(self.site).filtered(
            lambda one: "3" in one.summary and "24 hours" in one.summary
        )
        self.assertEqual(missing.note.count("<li>"), 3)
        self.assertIn("… and 1 more", missing.note)

    def test_alarm_is_raised_once_however_often_the_synchroniser_runs(self):
        booking = self.book_and_fail()
        (alarm,) = self.alarms(self.accesses(booking))
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
        self.assertEqual(self.alarms(self.accesses(booking)), alarm)

    def test_alarm_closes_by_itself_when_the_access_heals(self):
        access = self.accesses(self.book_and_fail())
        access.with_user(self.user).action_retry()
        self.assertFalse(self.alarms(access))
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertFalse(self.alarms(access))

    def test_alarm_closes_when_the_booking_is_cancelled_or_over(self):
        cancelled = self.book_and_fail(hours=24)
        over = self.book_and_fail(hours=48)
        cancelled.action_cancel()
        self.plan()
        self.assertFalse(self.alarms(self.accesses(cancelled)))
        self.assertTrue(self.alarms(self.accesses(over)))
        with freeze_time(NOW + timedelta(hours=50)):
            self.synchronise()
        self.assertEqual(self.accesses(over).state, "expired")
        self.assertFalse(self.alarms(self.accesses(over)))

    def test_alarm_marked_done_comes_back_only_when_it_fails_anew(self):
        access = self.accesses(self.book_and_fail())
        self.alarms(access).with_user(self.user).action_done()
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
            self.assertFalse(self.alarms(access))
            self.exivo.fail(exivo.Rejected("Still unknown", 400), calls="create_visit")
            access.with_user(self.user).action_retry()
            self.synchronise()
        self.assertEqual(access.state, "failed")
        self.assertIn("Still unknown", self.alarms(access).note)

    def test_accesses_of_one_booking_share_an_alarm_until_both_heal(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        first, second = self.accesses(self.book_and_fail())
        alarm = self.alarms(first | second)
        self.assertEqual(len(alarm), 1)
        self.assertIn("Aare: Exivo refused", alarm.note)
        self.assertIn("Entrance: Exivo refused", alarm.note)
        self.env["exivo.access"].browse(alarm.res_id).action_retry()
        self.synchronise()
        still_failed = (first | second).filtered(lambda one: one.state == "failed")
        self.assertEqual(self.alarms(first | second), alarm)
        self.assertEqual(self.alarms(still_failed), alarm, "it moves to what fails")
        still_failed.action_retry()
        self.synchronise()
        self.assertFalse(self.alarms(first | second))

    def test_alarm_marked_done_does_not_come_back_because_another_access_heals(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        accesses = self.accesses(self.book_and_fail())
        self.alarms(accesses).action_done()
        accesses[0].action_retry()
        self.synchronise()
        self.assertEqual(set(accesses.mapped("state")), {"created", "failed"})
        self.assertFalse(self.alarms(accesses))

    def test_alarm_of_who_no_longer_works_with_accesses_is_nobodys(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        for change in (
            {"group_ids": [(6, 0, self.env.ref("base.group_user").ids)]},
            {"active": False},
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id},
        ):
            with self.subTest(change=change):
                user = self.user.copy({"login": f"desk {change}"})
                self.site.user_id = user
                user.write(change)
                alarm = self.alarms(self.accesses(self.book_and_fail()))
                self.assertEqual(len(alarm), 1)
                self.assertFalse(alarm.user_id)
                alarm.unlink()
                self.accesses().booking_id.unlink()

    def test_alarm_stays_when_who_is_responsible_leaves(self):
        for leave in (self.user.action_archive, self.user.unlink):
            with self.subTest(leave=leave.__name__):
                self.site.user_id = self.user
                self.user.active = True
                access = self.accesses(self.book_and_fail())
                self.assertEqual(self.alarms(access).user_id, self.user)
                own = access.activity_schedule(user_id=self.user.id)
                leave()
                alarm = self.alarms(access) - own
                self.assertEqual(len(alarm), 1)
                self.assertFalse(alarm.user_id)
                self.assertFalse(own.exists(), "what a person has to do goes along")
                self.accesses().booking_id.unlink()

    def test_alarm_goes_back_to_the_responsible_when_who_took_it_over_leaves(self):
        for number, leave in enumerate(("archive", "write", "unlink")):
            with self.subTest(leave=leave):
                colleague = self._create_user(
                    f"exivo_leaver_{number}", "exivo_access.group_user"
                )
                access = self.accesses(self.book_and_fail())
                self.alarms(access).user_id = colleague
                if leave == "archive":
                    colleague.action_archive()
                elif leave == "write":
                    colleague.write({"active": False})
                else:
                    colleague.unlink()
                self.assertEqual(self.alarms(access).user_id, self.user)
                self.accesses().booking_id.unlink()

    def test_another_responsible_gets_the_alarms_that_are_open(self):
        colleague = self._create_user("exivo_colleague", "exivo_access.group_user")
        other = self._create_user("exivo_other_desk", "exivo_access.group_user")
        of_access = self.alarms(self.accesses(self.book_and_fail(hours=24)))
        taken = self.alarms(self.accesses(self.book_and_fail(hours=48)))
        taken.user_id = colleague
        self.book_and_fail(hours=2)
        self.look_ahead()
        of_site = self.alarms(self.site)
        self.assertEqual((of_access | of_site).user_id, self.user)
        elsewhere = self._connect_once_more(user_id=self.user.id)
        its_own = elsewhere.activity_schedule(
            "exivo_access.mail_activity_type_site_stopped", user_id=self.user.id
        )
        self.site.user_id = other
        self.assertTrue(of_site)
        self.assertEqual((of_access | of_site).user_id, other)
        self.assertEqual(taken.user_id, colleague, "somebody sees to it already")
        self.assertEqual(its_own.user_id, self.user)
        other.action_archive()
        self.site.user_id = self.user
        self.assertEqual((of_access | of_site).user_id, self.user)

    def test_site_says_that_nobody_is_responsible_or_who_is_has_left(self):
        self.assertFalse(Form(self.site).tells_nobody)
        self.user.action_archive()
        other = self._create_user("exivo_other_desk", "exivo_access.group_user")
        with Form(self.site) as form:
            self.assertTrue(form.tells_nobody)
            form.user_id = other
            self.assertFalse(form.tells_nobody)
        self.site.user_id = False
        self.assertTrue(Form(self.site).tells_nobody)

    def test_alarm_without_responsible_goes_to_the_default_user_of_its_type(self):
        self.site.user_id = False
        kind = self.env.ref("exivo_access.mail_activity_type_access_failed")
        kind.default_user_id = self.user
        alarm = self.alarms(self.accesses(self.book_and_fail()))
        self.assertEqual(alarm.user_id, self.user)

    def test_alarm_is_due_on_the_day_that_it_is_for_its_user(self):
        for tz, moment in (
            ("America/Los_Angeles", "2027-03-02 02:00"),
            ("Pacific/Auckland", "2027-03-01 18:00"),
        ):
            with self.subTest(tz=tz), freeze_time(moment):
                self.user.tz = tz
                alarm = self.alarms(self.accesses(self.book_and_fail(hours=72)))
                self.assertEqual(alarm.with_user(self.user).state, "today")
                groups = self.user.with_user(self.user)._get_activity_groups()
                self.assertEqual(sum(one["total_count"] for one in groups), 1)
                self.accesses().booking_id.unlink()

    def test_what_is_renewed_in_vain_is_not_called_a_door_that_is_shut(self):
        self.rule.active = False
        tag = self.env["res.partner.category"].create({"name": "Choir"})
        rule = self.rule.create(
            {"category_id": tag.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = tag
        self.synchronise()
        access = self.accesses()
        with freeze_time(NOW + timedelta(hours=1)):
            rule.lock_ids |= self.aare
            for _try in range(9):  # a refusal of what begins now is no verdict
                refusal = exivo.Rejected("Component is unknown.", 400)
                self.exivo.fail(refusal, calls="create_visit")
            self.synchronise()
        self.assertEqual(access.state, "failed")
        alarm = self.alarms(access)
        self.assertIn("Not renewed: ", alarm.summary)
        self.assertIn("Choir", alarm.summary)
        for part in ("Component is unknown", "goes on to open doors", "It ends: "):
            self.assertIn(part, alarm.note)
        self.assertNotIn("cannot open", alarm.note)

    def test_types_of_our_alarms_are_kept(self):
        kind = self.env.ref("exivo_access.mail_activity_type_access_failed")
        with self.assertRaises(UserError):
            kind.unlink()
        kind.action_archive()
        access = self.accesses(self.book_and_fail())
        self.assertEqual(self.alarms(access).activity_type_id, kind)
        access.action_retry()
        self.synchronise()
        self.assertFalse(self.alarms(access))

    def test_every_colleague_can_mark_an_alarm_done(self):
        other = self._create_user("exivo_other_desk", "exivo_access.group_user")
        access = self.accesses(self.book_and_fail())
        self.alarms(access).with_user(other).action_done()
        self.assertFalse(self.alarms(access))

    def test_every_colleague_can_put_an_alarm_off_or_drop_it(self):
        other = self._create_user("exivo_other_desk", "exivo_access.group_user")
        access = self.accesses(self.book_and_fail())
        alarm = self.alarms(access).with_user(other)
        alarm.user_id = other
        alarm.unlink()
        self.assertFalse(self.alarms(access))

    def test_nobody_without_a_right_to_the_access_touches_its_alarm(self):
        plain = self._create_user("exivo_plain", "base.group_user")
        alarm = self.alarms(self.accesses(self.book_and_fail())).with_user(plain)
        for attempt in (alarm.unlink, alarm.action_done):
            with self.assertRaises(AccessError):
                attempt()

    def test_what_a_colleague_wrote_stays_as_it_was_written(self):
        other = self._create_user("exivo_other_desk", "exivo_access.group_user")
        access = self.accesses(self.book_and_fail())
        for record in (access, self.site):
            line = self.comment(
                record.with_user(other), "Anna called", message_type="comment"
            )
            line = line.with_user(self.user)
            self.assertIn("Anna called", line.body)
            with self.assertRaises(AccessError):
                line.body = "Bert called"
            with self.assertRaises(AccessError):
                line.unlink()
            line.with_user(other).body = "Anna called twice"

    def test_alarms_speak_the_language_of_the_responsible(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.user.lang = "de_DE"
        alarm = self.alarms(self.accesses(self.book_and_fail()))
        self.assertIn("Dienstag, 2. März 2027", alarm.summary)

    def test_many_failures_send_no_mail_to_staff(self):
        before = self.mails_to(self.user.partner_id)
        for hours in range(24, 34, 2):
            self.book_and_fail(hours=hours)
        self.assertEqual(len(self.alarms(self.accesses())), 5)
        self.assertEqual(self.mails_to(self.user.partner_id), before)
        self.assertFalse(
            self.env["mail.message"].search(
                [("partner_ids", "in", self.user.partner_id.ids)]
            )
        )

    def test_booking_a_room_leaves_no_trace_in_the_chatter_of_the_access(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        self.assertFalse(access.message_follower_ids)
        self.assertFalse(access.message_ids)
        (mail,) = self.mails_to(self.customer)
        message = mail.mail_message_id.with_user(self.user)
        self.assertFalse(message.has_access("read"), "it holds the PIN")

    # === ACCESSES THAT ARE NOT THERE YET === #

    def test_evening_before_lists_what_is_missing_in_one_alarm_on_the_site(self):
        soon = self.book_and_fail(hours=20)
        self.exivo.fail(exivo.Unreachable("No connection"), calls="create_visit")
        running = self.book(hours=22)
        self.synchronise()
        self.book_and_fail(hours=30)
        with freeze_time(NOW + timedelta(minutes=5)):
            self.exivo.fail(exivo.Unreachable("No connection"), calls="create_visit")
            self.look_ahead()
        (alarm,) = self.alarms(self.site)
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(
            alarm.summary, "Accesses of the next 24 hours that are not there yet: 2"
        )
        self.assertEqual(alarm.note.count("<li>"), 2)
        for access in self.accesses(soon) | self.accesses(running):
            self.assertIn(access.reference, alarm.note)
        for part in (
            "Anna Muster",
            "Aare",
            "5:45",
            "Europe/Zurich",
            "Component is unknown",
            "Exivo cannot be reached",
            "Open what has failed",
        ):
            self.assertIn(part, alarm.note)
        self.assertNotIn(pin_of(self.accesses(soon)), alarm.note)

    def test_list_is_replaced_the_next_day_and_not_doubled(self):
        self.book_and_fail(hours=20)
        self.look_ahead()
        (alarm,) = self.alarms(self.site)
        self.book_and_fail(hours=40)
        with freeze_time(NOW + timedelta(hours=18)):
            self.look_ahead()
        self.assertEqual(self.alarms(self.site), alarm)
        self.assertEqual(
            alarm.summary, "Accesses of the next 24 hours that are not there yet: 2"
        )

    def test_list_closes_as_soon_as_nothing_is_missing(self):
        booking = self.book_and_fail(hours=20)
        self.look_ahead()
        self.assertTrue(self.alarms(self.site))
        self.accesses(booking).action_retry()
        self.synchronise()
        self.assertFalse(self.alarms(self.site))

    def test_list_leaves_out_what_is_not_wanted_or_is_there(self):
        self.book(hours=20)
        self.synchronise()
        withheld = self.book(hours=22)
        self.synchronise()
        self.accesses(withheld).action_remove()
        self.assertEqual(self.accesses(withheld).state, "in_progress")
        self.look_ahead()
        self.assertFalse(self.alarms(self.site))
