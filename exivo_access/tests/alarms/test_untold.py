# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Staff hear whom an access waits for in vain, and what stands still."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.alarms.health import ACTIONS, describe
from ...models.desk import synchroniser
from ...models.sync.run import Run
from ...pure import pin
from ..common import NOW, link_of, pin_of
from ..mail_common import DOWN, MailCase
from ..member_common import MemberCase
from .test_lookout import LookoutCase

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: What an exception may quote.
QUOTED = "https://exivo.example.com/v/1"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestUntold(MailCase, MemberCase, LookoutCase):
    def untold_alarms(self, after=timedelta()):
        self.watch(after)
        kind = self.env.ref("exivo_access.mail_activity_type_holders_untold")
        return self.alarms(self.site).filtered(lambda one: one.activity_type_id == kind)

    def test_holder_whose_mail_failed_is_an_alarm_until_it_is_sent(self):
        self.book(hours=2)
        self.synchronise()
        self.send_mails(down=DOWN)
        self.assertFalse(self.untold_alarms(), "there is time enough")
        self.send_mails(minutes=45, down=DOWN)
        (alarm,) = self.untold_alarms(45 * MINUTE)
        access = self.accesses()
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(alarm.summary, "Accesses whose holders do not know of them: 1")
        for part in (
            access.reference,
            "Anna Muster",
            "Could not be sent",
            "Call these",
        ):
            self.assertIn(part, alarm.note)
        for secret in (pin_of(access), link_of(access)):
            self.assertNotIn(secret, alarm.note)
        self.assertEqual(describe(self.env)["status"], "fail")
        self.send_mails(minutes=90)
        self.assertEqual(access.mail_state, "sent")
        self.assertTrue(self.woken())
        self.assertFalse(self.untold_alarms(90 * MINUTE))

    def test_wrong_missing_and_returning_addresses_are_alarms(self):
        for email, state in ((False, "no_email"), ("anna", "invalid")):
            with self.subTest(email=email):
                self.customer.email = email
                booking = self.book(hours=1)
                self.synchronise()
                self.send_mails()
                self.assertEqual(self.accesses(booking).mail_state, state)
                self.assertTrue(self.untold_alarms())
                booking.action_cancel()
                self.synchronise()
                self.assertFalse(self.untold_alarms())
        self.customer.email = "anna@example.com"
        self.book(hours=1)
        self.send_mails()
        self.assertFalse(self.untold_alarms())
        self.bounce(self.sent[-1])
        self.assertIn("Came back", self.untold_alarms(5 * MINUTE).note)

    def test_mail_that_stays_in_the_queue_is_an_alarm_after_the_patience(self):
        self.book(hours=1)
        self.synchronise()
        self.assertFalse(self.untold_alarms(4 * MINUTE))
        self.assertIn("On its way", self.untold_alarms(6 * MINUTE).note)

    def test_holder_who_was_told_is_no_alarm_because_a_reminder_failed(self):
        alarm = self.env["calendar.alarm"].create(
            {
                "name": "Mail an hour before",
                "alarm_type": "email",
                "duration": 1,
                "interval": "hours",
            }
        )
        self.booking_type.alarm_ids = alarm
        self.book(hours=2)
        self.synchronise()
        self.send_mails()
        cron = self.env.ref("calendar.ir_cron_scheduler_alarm")
        cron.lastcall = NOW
        with freeze_time(NOW + 66 * MINUTE), self._registry_in_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.send_mails(minutes=67, down=DOWN)
        self.assertFalse(self.untold_alarms(67 * MINUTE))
        self.sent.clear()
        self.send_mails(minutes=70)
        self.assertRegex(self.sent[0]["Subject"], "^Reminder")

    def test_member_who_is_not_told_is_an_alarm_after_some_hours(self):
        self.customer.email = False
        self.customer.category_id = self.members
        self.synchronise()
        self.assertEqual(self.accesses().mail_state, "no_email")
        self.assertFalse(self.untold_alarms(3 * HOUR))
        self.assertTrue(self.untold_alarms(4 * HOUR))

    def test_member_who_changes_the_address_all_day_knows_link_and_pin(self):
        self.customer.category_id = self.members
        self.send_mails()
        with freeze_time(NOW + 10 * HOUR):
            for number in range(5):
                self.customer.email = f"anna{number}@example.com"
                self.synchronise()
                if number < 3:
                    self.send_mails(minutes=10 * 60)
        self.assertEqual(self.accesses().mail_state, "waiting")
        self.assertFalse(self.untold_alarms(11 * HOUR))
        self.send_mails(minutes=36 * 60)
        self.assertEqual(self.sent[-1]["To"].count("anna4@example.com"), 1)

    def test_holder_whose_booking_has_another_page_knows_link_and_pin(self):
        self.rule.holders = "attendees"
        other = self.customer.copy({"name": "Bert"})
        booking = self.book(hours=1, partners=self.customer | other)
        self.send_mails()
        with freeze_time(NOW + 30 * MINUTE):
            booking.partner_ids -= other
            self.plan()
        self.assertFalse(self.untold_alarms(31 * MINUTE))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOneBrokenHolder(MailCase, LookoutCase):
    """What cannot be done for one access is done for all others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bert = cls.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

    def break_for(self, partner, model, name):
        """Have a method fail where it is called for a holder's accesses."""
        cls = type(self.env[model])
        method = getattr(cls, name)

        def broken(model, *args):
            accesses = args[0] if args else model
            if partner in accesses.partner_id:
                raise ValueError(QUOTED)
            return method(model, *args)

        return patch.object(cls, name, broken)

    def test_others_are_told_although_one_cannot_be(self):
        broken = self.book(hours=24)
        good = self.book(hours=26, partners=self.bert)
        with (
            self.break_for(self.customer, "exivo.notifier", "_tell_holder"),
            self.assertLogs("odoo.addons.exivo_access", "ERROR") as logs,
        ):
            self.synchronise()
        self.assertNotIn(QUOTED, str(logs.output))
        self.assertEqual(self.accesses(good).mail_state, "queued")
        access = self.accesses(broken)
        self.assertEqual((access.state, access.mail_state), ("created", "waiting"))
        self.assertEqual(access.failure_type, "internal")
        self.assertGreater(access.due_at, NOW)
        with freeze_time(access.due_at):
            self.synchronise()
        self.assertEqual(access.mail_state, "queued")
        self.assertFalse(access.failure_type)

    def assert_others_hear_that_it_takes_long(self, model, method):
        """Break a method for one holder while the site is down."""
        self.is_down()
        self.book(hours=24)
        good = self.book(hours=26, partners=self.bert)
        self.synchronise()
        with (
            self.break_for(self.customer, model, method),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise_at(6)
        self.assertEqual(self.accesses(good).mail_state, "announced")

    def test_others_hear_that_it_takes_long_although_one_cannot_be_told(self):
        self.assert_others_hear_that_it_takes_long("exivo.notifier", "_tell_late")

    def test_other_accesses_end_although_one_cannot(self):
        broken = self.book(hours=1)
        good = self.book(hours=2, partners=self.bert)
        self.synchronise()
        self.site.state = "refused"
        with (
            freeze_time(NOW + 5 * HOUR),
            self.break_for(self.customer, "exivo.access", "_end_over"),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(good).state, "expired")
        self.assertEqual(self.accesses(broken).failure_type, "internal")

    def test_other_outcomes_are_recorded_although_one_cannot_be(self):
        broken = self.book(hours=24)
        good = self.book(hours=26, partners=self.bert)
        cls = type(self.env["exivo.credential"])
        record = cls._record
        access = self.accesses(broken)

        def fail(credential, *args):
            if credential.access_id == access:
                raise ValueError("Broken")
            return record(credential, *args)

        with (
            patch.object(cls, "_record", fail),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(good).state, "created")
        self.assertEqual(access.failure_type, "internal")
        with freeze_time(access.due_at):
            self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertFalse(access.failure_type)
        self.assertEqual(len(self.exivo.live_visits()), 2)

    def test_access_whose_outcome_is_never_written_is_an_alarm_before_its_start(self):
        self.book(hours=0.5)
        with (
            patch.object(
                type(self.env["exivo.credential"]), "_record", side_effect=ValueError
            ),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            for minutes in range(0, 12, 3):
                self.synchronise_at(minutes)
        self.assertTrue(self.imminent_alarms(9 * MINUTE))
        self.synchronise_at(12)
        self.assertEqual(self.accesses().state, "created")
        self.assertFalse(self.imminent_alarms(12 * MINUTE))

    def imminent_alarms(self, after):
        self.watch(after)
        kind = self.env.ref("exivo_access.mail_activity_type_accesses_imminent")
        return self.alarms(self.site).filtered(lambda one: one.activity_type_id == kind)

    def test_access_whose_worker_always_dies_is_an_alarm_before_its_start(self):
        self.book(hours=0.5)
        with patch.object(Run, "_record", lambda *_args: None):
            for minutes in range(0, 12, 3):
                self.synchronise_at(minutes)
        self.assertTrue(self.imminent_alarms(9 * MINUTE))
        self.synchronise_at(12)
        self.assertEqual(self.accesses().state, "created")
        self.assertFalse(self.imminent_alarms(12 * MINUTE))

    def spoil(self, booking):
        """What stands for the booking at Exivo cannot be read any more."""
        self.spoil_record(self.accesses(booking).credential_ids)

    def spoil_record(self, record):
        record.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {record._table} SET rights = '[[5, null]]' WHERE id = %s",
            [record.id],
        )
        self.env.invalidate_all()

    def test_access_that_cannot_be_read_keeps_no_other_from_its_door(self):
        broken = self.book(hours=24)
        self.synchronise()
        self.spoil(broken)
        good = self.book(hours=30, partners=self.bert)
        self.accesses(good).due_at = NOW + 22.6 * HOUR
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            self.synchronise_at(22.6 * 60)
        self.assertEqual(self.accesses(good).state, "created")
        self.assertEqual(self.accesses(broken).failure_type, "internal")
        self.assertGreater(self.accesses(broken).due_at, NOW + 22.6 * HOUR)

    def test_what_should_be_gone_is_told_although_something_cannot_be_read(self):
        broken = self.book(hours=24)
        gone = self.book(hours=30, partners=self.bert)
        self.synchronise()
        self.is_down()
        gone.action_cancel()
        self.synchronise()
        self.spoil(broken)
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            self.watch(22.6 * HOUR)
            self.watch(24 * HOUR)
        self.assertIn("May still open", self.alarms(self.accesses(gone)).summary)

    def test_what_cannot_be_read_is_shut_once_nothing_promises_it(self):
        lost = self.book(hours=24)
        self.synchronise()
        self.spoil(lost)
        self.lose(lost)
        self.synchronise_at(10)
        self.assertFalse(self.exivo.live_visits())

    def test_what_cannot_be_read_and_should_be_gone_is_an_alarm(self):
        lost = self.book(hours=24)
        access = self.accesses(lost)
        self.synchronise()
        self.spoil(lost)
        self.lose(lost)
        self.is_down()
        self.synchronise_at(10)
        self.watch(22.6 * HOUR)
        self.watch(24 * HOUR)
        self.assertIn("May still open", self.alarms(access).summary)

    def test_booking_of_what_cannot_be_read_is_cancelled_and_staff_take_it_away(self):
        cancelled = self.book(hours=24)
        removed = self.book(hours=30, partners=self.bert)
        self.synchronise()
        for booking in cancelled, removed:
            self.spoil(booking)
        cancelled.action_cancel()
        self.plan()
        access = self.accesses(removed)
        access.with_user(self.user).action_remove()
        access.with_user(self.user).action_remove()  # asks again
        self.synchronise_at(10)
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(access.state, "removed")

    def test_booking_of_what_cannot_be_read_is_moved_and_nobody_says_it_is_there(self):
        booking = self.book(hours=24)
        self.synchronise()
        self.spoil(booking)
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            booking.start += timedelta(days=1)
            self.plan()
            self.assertEqual(self.accesses(booking).state, "in_progress")
            self.synchronise()
        (visit,) = self.exivo.live_visits()
        begins = visit["request"].valid_from.replace(tzinfo=None)
        self.assertEqual(begins, self.accesses(booking).start)

    def test_holder_hears_of_the_new_time_of_what_could_not_be_read(self):
        booking = self.book(hours=24)
        self.send_mails()
        self.spoil(booking)
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            booking.start += timedelta(days=1)
            self.plan()
            self.send_mails()
        self.assertEqual(self.accesses(booking).mail_state, "sent")
        self.assertIn("New time", self.sent[-1]["Subject"])
        booking.start -= timedelta(days=1)
        self.plan()
        self.send_mails()
        self.assertEqual(len(self.sent), 3)

    def test_holder_with_a_code_hears_of_other_doors_of_what_could_not_be_read(self):
        (self.entrance | self.aare).has_keypad = True
        self.rule.method = "keypad"
        booking = self.book(hours=24)
        self.send_mails()
        self.spoil(booking)
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            self.rule.lock_ids = self.aare
            self.send_mails()
        access = self.accesses(booking)
        self.assertEqual((access.state, access.mail_state), ("created", "sent"))
        self.assertFalse(access.failure_type)
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertIn("Other doors", self.sent[-1]["Subject"])

    def lengthen_in_vain(self, **vals):
        """A booking that runs is changed, which Exivo refuses; it cannot be read."""
        booking = self.book(hours=24)
        self.synchronise()
        self.spoil(booking)
        self.is_down(exivo.Rejected("No", 400), "create_visit")
        with (
            freeze_time(NOW + 24.5 * HOUR),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            booking.duration += 1
            self.rule.write(vals)
            self.synchronise()
            self.synchronise_at(24.5 * 60 + 1)
        self.assertEqual(self.accesses(booking).state, "failed")

    def test_what_cannot_be_read_opens_on_where_a_running_booking_is_lengthened(self):
        self.lengthen_in_vain()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_what_cannot_be_read_and_opens_too_much_goes_without_a_replacement(self):
        self.lengthen_in_vain(lock_ids=[(6, 0, self.aare.ids)])
        self.assertFalse(self.exivo.live_visits())

    def test_order_without_an_answer_that_cannot_be_read_is_looked_up(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit")
        booking = self.book(hours=24)
        self.synchronise()
        self.spoil(booking)
        for minutes in 10, 20:
            self.synchronise_at(minutes)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_imminent_ones_are_told_although_one_cannot_be_read(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit")
        broken = self.book(hours=0.5)
        self.synchronise()
        self.assertEqual(self.accesses(broken).credential_ids.state, "creating")
        self.spoil_record(self.accesses(broken))
        self.is_down()
        good = self.book(hours=1.6, partners=self.bert)
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            self.synchronise_at(20)
            (alarm,) = self.imminent_alarms(25 * MINUTE)
        for booking in broken, good:
            self.assertIn(self.accesses(booking).reference, alarm.note)

    def test_others_are_made_although_none_hears_that_pins_are_used_up(self):
        broken = self.book(hours=24)
        good = self.book(hours=26, partners=self.bert)
        draw, tries = pin.draw, []

        def draw_late(*args):
            tries.append(1)
            if len(tries) <= 2:
                raise pin.PinsTaken
            return draw(*args)

        with (
            patch.object(pin, "draw", draw_late),
            self.break_for(self.customer, "exivo.alarm", "_follow"),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(good).state, "created")
        self.assertEqual(self.accesses(broken).state, "in_progress")

    def test_what_is_due_soon_is_not_forgotten_although_no_alarm_can_be_closed(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit")
        self.book(hours=24)
        self.env["ir.cron.trigger"].search([]).unlink()
        alarms = type(self.env["exivo.alarm"])

        def fail(_model):
            raise ValueError

        with (
            patch.object(alarms, "_close_healed_sites", fail),
            patch.object(synchroniser, "have_looked_again", fail),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise()
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.accesses().due_at, woken.mapped("call_at"))

    def lose(self, *bookings):
        """The database deletes bookings with something else."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM resource_booking WHERE id = ANY(%s)",
            [[one.id for one in bookings]],
        )
        self.env.invalidate_all()

    def test_others_are_withdrawn_and_made_although_one_cannot_be_withdrawn(self):
        lost = self.book(hours=24), self.book(hours=26, partners=self.bert)
        self.synchronise()
        broken, access = map(self.accesses, lost)
        self.lose(*lost)
        good = self.book(hours=28, partners=self.bert)
        for name in ("synchronise", "plan_all"):
            access.is_wanted = True
            self.plan()
            with (
                self.subTest(name=name),
                self.break_for(self.customer, "exivo.access", "_withdraw"),
                self.assertLogs("odoo.addons.exivo_access", "ERROR"),
                self._registry_in_test_mode(),
            ):
                self.env.ref(f"exivo_access.ir_cron_{name}").method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((broken.is_wanted, access.is_wanted), (True, False))
        self.assertEqual(self.accesses(good).state, "created")

    def test_others_are_told_although_it_cannot_be_said_who_is_owed_a_mail(self):
        self.assert_others_hear_that_it_takes_long("exivo.access", "_is_owed_a_mail")

    def call_off(self, **vals):
        """Staff call off what they have not confirmed, and what no access is for."""
        self.booking_type.portal_staff_confirms = True
        self.book(confirm=False, from_portal=True, **vals).action_cancel()
        self.plan()

    def test_what_breaks_after_a_run_keeps_nothing_else_from_its_turn(self):
        answers = self.env["exivo.awaited.answer"]
        his = [("partner_id", "=", self.bert.id)]
        invited = self.book(hours=100, confirm=False).meeting_id.attendee_ids
        for number, (model, method) in enumerate(
            (
                ("exivo.access", "_find_dead_entries"),
                ("exivo.notifier", "_get_late_accesses"),
                ("exivo.mail", "_find_open"),
                ("exivo.awaited.answer", "_give_all"),
            )
        ):
            with self.subTest(method=method):
                invited.exivo_invite_at = NOW
                self.call_off(hours=24 + 2 * number, partners=self.bert)
                self.assertTrue(answers.search(his))
                with (
                    patch.object(
                        type(self.env[model]), method, side_effect=ValueError(QUOTED)
                    ),
                    self.assertLogs("odoo.addons.exivo_access", "ERROR") as logs,
                ):
                    self.synchronise()
                self.assertNotIn(QUOTED, str(logs.output))
                self.assertFalse(invited.exivo_invite_at)
                self.assertEqual(bool(answers.search(his)), model == answers._name)
                self.assertEqual(describe(self.env)["failing_actions"], ["synchronise"])
                self.synchronise()
                self.assertFalse(answers.search(his))
                self.assertFalse(describe(self.env)["failing_actions"])

    def test_others_hear_what_staff_decide_although_it_cannot_be_told_for_one(self):
        self.call_off(hours=24)
        self.call_off(hours=26, partners=self.bert)
        with (
            self.break_for(self.customer, "exivo.awaited.answer", "_find"),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise()
        left = self.env["exivo.awaited.answer"].search([])
        self.assertEqual(left.partner_id, self.customer)
        self.assertTrue(self.our_mails_to(self.bert))

    def test_what_was_refused_is_tried_again_although_one_list_cannot_be_worded(self):
        broken = self.book_and_fail(hours=20)
        good = self.book_and_fail(hours=22, partners=self.bert)
        with (
            freeze_time(NOW + 2 * HOUR),
            patch.object(
                type(self.env["exivo.alarm"]), "_word_missing", side_effect=ValueError
            ),
            self.break_for(self.customer, "exivo.access", "_reconsider"),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.look_ahead()
            self.synchronise()
        self.assertEqual(self.accesses(broken).state, "failed")
        self.assertEqual(self.accesses(good).state, "created")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestScheduledActions(LookoutCase):
    def setUp(self):
        super().setUp()
        self.crons = {
            name: self.env.ref(f"exivo_access.ir_cron_{name}") for name in ACTIONS
        }

    def action_alarms(self, sites=None):
        kind = self.env.ref("exivo_access.mail_activity_type_actions_amiss")
        return self.alarms(sites or self.site).filtered(
            lambda one: one.activity_type_id == kind
        )

    def watch_for(self, minutes):
        """Let the lookout run at first, and some minutes later."""
        self.watch()
        self.watch(minutes * MINUTE)

    def test_actions_that_are_off_or_fail_or_are_gone_are_one_alarm(self):
        self.crons["compare"].active = False
        self.crons["clear"].failure_count = 2
        self.crons["encrypt"].unlink()
        self.watch_for(29)
        self.assertFalse(self.action_alarms(), "after a restart it takes a while")
        self.watch(31 * MINUTE)
        (alarm,) = self.action_alarms()
        self.assertEqual(alarm.user_id, self.user)
        self.assertEqual(
            alarm.summary, "Scheduled actions that do not run as they should: 3"
        )
        for part in (
            "Exivo: compare accesses with Exivo's own list: switched off",
            "personal data: its last run failed",
            "ir_cron_encrypt: deleted",
            "Scheduled Actions",
        ):
            self.assertIn(part, str(alarm.note).replace("&#39;", "'"))

    def test_alarm_closes_once_all_run_again(self):
        self.crons["plan_all"].active = False
        self.watch_for(31)
        self.assertTrue(self.action_alarms())
        self.crons["plan_all"].active = True
        self.watch(32 * MINUTE)
        self.assertFalse(self.action_alarms())

    def test_each_who_is_responsible_is_told_once_however_many_sites(self):
        values = {"api_key": "key", "api_secret": "secret"}
        same, other = (
            self.site.copy({"remote_id": number, "user_id": user.id, **values})
            for number, user in (("1", self.user), ("2", self.env.user))
        )
        self.crons["compare"].active = False
        self.watch_for(31)
        self.assertEqual(
            self.action_alarms(self.site | same | other).mapped("res_id"),
            [self.site.id, other.id],
        )

    def test_synchroniser_tells_that_the_lookout_stands_still(self):
        self.crons["watch"].active = False
        self.actions_began(NOW)
        self.synchronise()
        with freeze_time(NOW + 31 * MINUTE):
            self.actions_began(NOW + 31 * MINUTE)
            self.synchronise()
        (alarm,) = self.action_alarms()
        self.assertIn("Exivo: look for what is amiss: switched off", alarm.note)
        self.crons["watch"].active = True
        self.watch(32 * MINUTE)
        self.assertFalse(self.action_alarms())

    def test_synchroniser_that_leaves_something_undone_is_named_until_it_is_done(self):
        mails = type(self.env["exivo.mail"])
        with (
            patch.object(mails, "_find_open", side_effect=ValueError),
            self.assertLogs("odoo.addons.exivo_access", "ERROR"),
        ):
            self.synchronise()
        self.watch_for(31)
        (alarm,) = self.action_alarms()
        self.assertIn("its last run failed", alarm.note)
        self.synchronise()
        self.watch(32 * MINUTE)
        self.assertFalse(self.action_alarms())

    def test_action_that_is_late_is_named(self):
        self.watch()
        self.actions_began(NOW - 8 * HOUR)
        with self._registry_in_test_mode():
            self.crons["watch"].method_direct_trigger()
        with freeze_time(NOW + 31 * MINUTE), self._registry_in_test_mode():
            self.crons["watch"].method_direct_trigger()
        self.env.invalidate_all()
        (alarm,) = self.action_alarms()
        self.assertIn("has not run for too long", alarm.note)

    def test_other_troubles_are_seen_although_one_kind_cannot_be_looked_for(self):
        lookout = type(self.env["exivo.trouble"])
        self.book_and_fail(hours=1)
        with (
            patch.object(lookout, "_find_doubled", side_effect=ValueError("Broken")),
            self.assertLogs("odoo.addons.base.models.ir_cron", "ERROR"),
        ):
            self.watch()
        self.env.invalidate_all()
        self.assertTrue(self.alarms(self.site))
