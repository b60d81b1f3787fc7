# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of, links_of, pin_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestReminders(ExivoCase):
    """The room is booked for tomorrow; the calendar reminds an hour before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alarm = cls.env["calendar.alarm"].create(
            {
                "name": "Mail an hour before",
                "alarm_type": "email",
                "duration": 1,
                "interval": "hours",
            }
        )
        cls.booking_type.alarm_ids = cls.alarm
        cls.bert = cls.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

    def book_and_clear(self, **vals):
        """Book, and forget the mails about it."""
        booking = self.book(**vals)
        self.synchronise()
        self.mails_to(self.customer | self.bert).unlink()
        return booking

    def remind(self, hours=23.5):
        """Run the calendar's scheduled action, which has last run an hour before."""
        moment = NOW + timedelta(hours=hours)
        cron = self.env.ref("calendar.ir_cron_scheduler_alarm")
        cron.lastcall = moment - timedelta(hours=1)
        with freeze_time(moment), self._registry_in_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def assertOurReminder(self, mail, access):
        self.assertEqual(
            mail.subject, "Reminder: your access to Aare, Tuesday, March 2, 2027"
        )
        for part in (
            link_of(access),
            pin_of(access),
            "Entrance",
            "Europe/Zurich",
            "Open the link",
        ):
            self.assertIn(part, mail.body_html)
        self.assertEqual(mail.attachment_ids.mapped("name"), ["invitation.ics"])

    def test_holder_is_reminded_with_link_and_pin_once(self):
        booking = self.book_and_clear()
        self.remind()
        (mail,) = self.mails_to(self.customer)
        self.assertOurReminder(mail, self.accesses(booking))
        self.assertEqual(self.accesses(booking).mail_state, "queued")
        self.remind(hours=24.5)
        self.assertEqual(self.mails_to(self.customer), mail)

    def test_copy_of_the_database_reminds_nobody_of_doors(self):
        """The original does, and may have cancelled meanwhile what the copy knows."""
        self.book_and_clear()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.remind()
        self.assertFalse(self.mails_to(self.customer))
        self.site.action_verify()
        self.remind()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("Reminder: your access", mail.subject)

    def test_nobody_is_reminded_of_an_archived_booking_or_told_of_another_time(self):
        """The calendar has its meeting still, and the room may be somebody else's."""
        booking = self.book_and_clear(partners=self.customer | self.bert)
        booking.action_archive()
        self.synchronise()
        people = self.customer | self.bert
        self.mails_to(people).unlink()
        self.remind()
        booking.meeting_id.start += timedelta(minutes=15)
        self.synchronise()
        self.assertFalse(self.mails_to(people))
        booking.action_unarchive()
        self.synchronise()
        self.mails_to(people).unlink()
        self.remind()
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.assertEqual(len(self.mails_to(self.bert)), 1)

    def test_alarm_with_a_template_of_its_own_is_a_reminder_too(self):
        invitation = self.env.ref("calendar.calendar_template_meeting_invitation")
        self.alarm.mail_template_id = invitation
        booking = self.book_and_clear()
        self.remind()
        (mail,) = self.mails_to(self.customer)
        self.assertOurReminder(mail, self.accesses(booking))

    def test_contact_who_stands_twice_in_the_meeting_is_reminded_once(self):
        booking = self.book_and_clear(partners=self.customer | self.bert)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.bert).ids, self.customer)
        self.env.invalidate_all()
        self.plan()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.assertEqual(booking.meeting_id.attendee_ids.partner_id, self.customer)
        self.remind()
        (mail,) = self.mails_to(self.customer)
        self.assertOurReminder(mail, self.accesses(booking).filtered("is_wanted"))

    def test_accesses_of_one_booking_share_a_reminder(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book_and_clear()
        self.remind()
        (mail,) = self.mails_to(self.customer)
        for link in links_of(self.accesses(booking)):
            self.assertIn(link, mail.body_html)

    def test_two_alarms_remind_twice(self):
        self.booking_type.alarm_ids |= self.alarm.copy({"duration": 3})
        self.book_and_clear()
        self.remind(hours=21.5)
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.remind(hours=23.5)
        self.assertEqual(len(self.mails_to(self.customer)), 2)

    def test_two_bookings_of_one_holder_are_two_reminders(self):
        first = self.book_and_clear(hours=24, duration=0.5)
        second = self.book_and_clear(hours=24.5, duration=0.5)
        self.remind(hours=23.6)
        mails = self.mails_to(self.customer)
        self.assertEqual(len(mails), 2)
        for booking in first | second:
            link = link_of(self.accesses(booking))
            self.assertEqual(sum(link in mail.body_html for mail in mails), 1)

    def test_who_holds_no_access_is_reminded_by_the_calendar(self):
        self.env.company.email = "house@example.com"
        self.booking_type.location = "Riverside 1, 3000 Bern"
        self.book_and_clear(partners=self.customer | self.bert)
        self.remind()
        (mail,) = self.mails_to(self.bert)
        self.assertEqual(mail.subject, "Reminder: Aare, Tuesday, March 2, 2027")
        for others in ("PIN", "Anna", "/calendar/meeting/accept"):
            self.assertNotIn(others, mail.body_html)
        for own in ("Aare", "Riverside 1, 3000 Bern", "house@example.com"):
            self.assertIn(own, mail.body_html)
        self.assertIn("house@example.com", mail.email_from)
        self.assertIn("auto-generated", mail.headers)
        (mail,) = self.mails_to(self.customer)
        self.assertIn("PIN", mail.body_html)

    def test_access_that_does_not_work_leaves_it_to_the_calendar(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        failed = self.book_and_clear(hours=24.25, duration=0.25)
        withheld = self.book_and_clear(hours=24.5, duration=0.25)
        self.accesses(withheld).action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.exivo.fail(exivo.Unreachable("No connection"))
        waiting = self.book_and_clear(hours=24.75, duration=0.25)
        self.remind(hours=24.2)
        self.assertEqual(
            [self.accesses(one).state for one in (failed, withheld, waiting)],
            ["failed", "removed", "in_progress"],
        )
        mails = self.mails_to(self.customer)
        self.assertEqual(len(mails), 3)
        for mail in mails:
            self.assertRegex(mail.subject, "^Reminder: Aare")
            self.assertNotIn("PIN", mail.body_html)

    def test_room_without_rule_keeps_the_calendars_reminder(self):
        self.rule.unlink()
        self.book_and_clear()
        self.remind()
        (mail,) = self.mails_to(self.customer)
        self.assertRegex(mail.subject, "Reminder$")

    def test_whom_the_calendar_does_not_mail_we_do_not_mail(self):
        booking = self.book_and_clear()
        self.env["ir.config_parameter"].set_param("calendar.block_mail", True)
        self.remind()
        self.assertFalse(self.mails_to(self.customer))
        self.env["ir.config_parameter"].set_param("calendar.block_mail", False)
        self.rule.booking_state = "scheduled"
        booking.meeting_id.attendee_ids.do_decline()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.remind()
        self.assertFalse(self.mails_to(self.customer))

    def test_holder_without_address_stops_no_reminder(self):
        self.book_and_clear(hours=24, duration=0.5)
        self.customer.email = False
        self.book_and_clear(hours=24.5, duration=0.5, partners=self.bert)
        self.remind(hours=23.6)
        self.assertFalse(self.mails_to(self.customer))
        self.assertEqual(len(self.mails_to(self.bert)), 1)

    def test_broken_template_falls_back_to_the_calendars_reminder(self):
        template = self.env.ref("exivo_access.mail_template_reminder")
        template.body_html = '<p t-out="object.nothing"/>'
        booking = self.book_and_clear()
        with self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"):
            with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
                self.remind()
        (mail,) = self.mails_to(self.customer)
        self.assertRegex(mail.subject, "^Reminder: Aare")
        self.assertEqual(self.accesses(booking).mail_state, "queued")

    def test_nobody_has_a_holder_reminded_from_afar(self):
        """What says in the context that this is a reminder cannot be said in JSON."""
        booking = self.book_and_clear()
        clerk = self._create_user("exivo_clerk", "base.group_user")
        events = booking.meeting_id.with_user(clerk)
        for value in (True, [None, True], "Mark"):
            context = {"exivo_reminder": value}
            call_kw(events, "action_sendmail", [events.ids], {"context": context})
            self.plan()
        ours = self.mails_to(self.customer).filtered(
            lambda one: pin_of(self.accesses(booking)) in one.body_html
        )
        self.assertFalse(ours)
