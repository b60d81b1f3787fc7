# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Mails about accesses: one for each piece of news, and none too many."""

import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of, links_of, pin_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMails(MockEmail, ExivoCase):
    def assertOneMail(self, *parts):
        """One mail to the customer, whose subject or body holds all these parts."""
        mails = self.mails_to(self.customer)
        self.assertEqual(len(mails), 1, mails.mapped("subject"))
        for part in parts:
            self.assertIn(part, f"{mails.subject} {mails.body_html}")
        return mails

    def test_the_only_mail_is_the_confirmation_with_link_pin_doors_and_zone(self):
        booking = self.book(hours=24)
        self.assertFalse(self.mails_to(self.customer), "no invitation of the calendar")
        self.synchronise()
        access = self.accesses(booking)
        mail = self.assertOneMail(
            "Aare",
            "Entrance",
            pin_of(access),
            link_of(access),
            "Europe/Zurich",
            "10:00",
        )
        self.assertEqual(mail.attachment_ids.mapped("name"), ["invitation.ics"])
        self.assertNotIn(pin_of(access), mail.attachment_ids.raw.decode())
        self.assertEqual(access.mail_state, "queued")

    def test_confirmation_speaks_the_customers_language(self):
        module = self.env["ir.module.module"].search([("name", "=", "exivo_access")])
        for number, (lang, parts) in enumerate(
            {
                "de_DE": ("Ihr Zugang", "Dienstag, 2. März 2027", "Ihre PIN"),
                "fr_FR": ("Votre accès", "mercredi 3 mars 2027", "Votre code PIN"),
                "it_IT": ("Il Suo accesso", "giovedì 4 marzo 2027", "Il Suo PIN"),
            }.items(),
            start=1,
        ):
            with self.subTest(lang=lang):
                self.env["res.lang"]._activate_lang(lang)
                module._update_translations([lang])
                self.customer.lang = lang
                self.book(hours=24 * number)
                self.synchronise()
                self.assertOneMail(*parts)
                self.mails_to(self.customer).unlink()

    def test_mail_that_the_queue_has_not_got_to_goes_out_a_minute_later(self):
        self.book()
        self.synchronise()
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.env["ir.cron.trigger"].search(
            [("cron_id", "=", queue.id), ("call_at", "<=", NOW)]
        ).unlink()  # as after a run that was given up
        later = self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)])
        self.assertEqual(later.call_at, NOW + timedelta(minutes=1))

    def test_running_again_sends_nothing_new(self):
        self.book()
        self.synchronise()
        self.synchronise()
        self.assertOneMail()

    def test_moved_booking_sends_the_new_link_and_no_date_change_mail(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        mail = self.assertOneMail(
            "New time: your access to Aare, Wednesday",
            "The time of your access has changed.",
            "The old link no longer works",
            link_of(self.accesses(booking)),
        )
        self.assertNotIn("new PIN", mail.body_html)
        self.assertNotIn("other doors", mail.body_html)

    def test_new_code_says_so_and_keeps_the_reason_to_the_staff(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.new_code(self.accesses(booking), "Seen handing the PIN to a stranger")
        self.synchronise()
        mail = self.assertOneMail(
            "New PIN and link: your access to Aare, Tuesday",
            "You have a new PIN.",
            "The old link no longer works",
            pin_of(self.accesses(booking)),
        )
        self.assertNotIn("stranger", mail.body_html)
        self.assertNotIn("time of your access", mail.body_html)

    def test_new_code_during_the_booking_is_no_new_time(self):
        booking = self.book(hours=1)
        self.synchronise()
        self.mails_to(self.customer).unlink()
        with freeze_time(NOW + timedelta(minutes=70)):
            self.new_code(self.accesses(booking))
            self.synchronise()
        mail = self.assertOneMail("New PIN and link: your access to Aare")
        self.assertNotIn("time of your access", mail.body_html)

    def test_other_doors_are_said(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.rule.lock_ids = self.aare
        self.synchronise()
        mail = self.assertOneMail(
            "Other doors: your access to Aare",
            "Your access opens other doors than before.",
            link_of(self.accesses(booking)),
        )
        self.assertNotIn("time of your access", mail.body_html)
        self.assertNotIn("new PIN", mail.body_html)

    def test_further_door_with_a_link_of_its_own_leaves_the_old_link_working(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        self.synchronise()
        mail = self.assertOneMail("New way in", *links_of(self.accesses(booking)))
        self.assertNotIn("old link no longer works", mail.body_html)
        self.assertNotIn("other doors", mail.body_html)

    def test_rule_that_is_split_in_two_says_nothing_of_other_doors(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        self.rule.lock_ids -= self.entrance
        self.synchronise()
        mail = self.assertOneMail("your access", *links_of(self.accesses(booking)))
        self.assertIn("The old link no longer works", mail.body_html)
        self.assertNotIn("Other doors", mail.subject)
        self.assertNotIn("other doors", mail.body_html)

    def test_further_door_behind_a_link_of_its_own_is_said(self):
        self.rule.lock_ids = self.aare
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        self.synchronise()
        mail = self.assertOneMail("Other doors", *links_of(self.accesses(booking)))
        self.assertNotIn("old link no longer works", mail.body_html)

    def test_another_way_to_the_same_doors_is_said_as_what_it_is(self):
        (self.entrance | self.aare).has_keypad = True
        booking = self.book()
        self.synchronise()
        for method, dead in (("keypad", True), ("link", False)):
            with self.subTest(method=method):
                self.mails_to(self.customer).unlink()
                pin = pin_of(self.accesses(booking)._working())
                self.rule.method = method
                self.synchronise()
                self.synchronise()
                mail = self.assertOneMail("New way in: your access", "a new way in:")
                text = mail.body_html
                self.assertEqual("The old link no longer works" in text, dead)
                self.assertNotIn("use the new one", text)
                self.assertNotIn("other doors", text)
                is_new = pin != pin_of(self.accesses(booking)._working())
                self.assertEqual("You have a new PIN" in text, is_new)
        self.assertIn(link_of(self.accesses(booking)._working()), mail.body_html)

    def test_moved_and_new_code_at_once_say_both(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.start = NOW + timedelta(hours=48)
        self.new_code(self.accesses(booking))
        self.synchronise()
        self.assertOneMail(
            "New time: your access",
            "The time of your access has changed.",
            "You have a new PIN.",
        )

    def test_a_write_that_changes_nothing_for_the_customer_sends_nothing(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.description = "Bring the beamer"
        self.synchronise()
        self.assertFalse(self.mails_to(self.customer))

    def test_cancelled_booking_sends_one_mail_that_says_so(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.action_cancel()
        self.synchronise()
        self.assertOneMail(
            "Your access to Aare has been removed, Tuesday",
            "no longer opens the doors",
            "Europe/Zurich",
        )

    def test_cancelled_booking_with_two_accesses_sends_one_mail(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.exivo.fail(exivo.ServerError("500", 500), calls="revoke_visit")
        booking.action_cancel()
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertOneMail("removed")

    def test_booking_cancelled_before_anything_was_said_sends_nothing(self):
        booking = self.book()
        booking.action_cancel()
        self.synchronise()
        self.assertFalse(self.mails_to(self.customer))

    def test_two_accesses_of_one_booking_share_a_mail(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book()
        self.synchronise()
        self.assertOneMail(*links_of(self.accesses(booking)))

    def test_customer_without_address_has_access_and_staff_see_no_mail_went(self):
        self.customer.email = False
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        self.assertEqual(access.mail_state, "no_email")
        self.assertFalse(self.mails_to(self.customer))

        self.customer.email = "anna@example.com"
        self.synchronise()
        self.assertOneMail(link_of(access))
        self.assertEqual(access.mail_state, "queued")

    def test_who_is_still_asked_to_confirm_gets_the_calendars_invitation(self):
        booking = self.book(confirm=False)
        booking.start += timedelta(hours=24)
        self.synchronise()
        self.assertFalse(self.mails_to(self.customer), "staff may confirm it yet")
        for minutes in (6, 7, 60):
            with freeze_time(NOW + timedelta(minutes=minutes)):
                self.synchronise()
        mail = self.assertOneMail("Invitation", "/calendar/meeting/accept")
        self.assertIn("Wednesday", mail.body_html)

    def test_saved_and_then_confirmed_is_one_mail(self):
        booking = self.book(confirm=False)
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.action_confirm()
            self.synchronise()
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        self.assertOneMail("your booking is confirmed", link_of(self.accesses(booking)))

    def test_saved_and_then_cancelled_is_no_mail(self):
        bookings = self.book(confirm=False) | self.book(hours=48, confirm=False)
        bookings[0].action_cancel()
        bookings[1].meeting_id.active = False
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        self.assertFalse(self.mails_to(self.customer))

    def test_saved_and_confirmed_without_an_access_is_the_calendars_mail(self):
        self.rule.holders = "requester"
        other = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(confirm=False, partners=self.customer | other)
        booking.action_confirm()
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        holder = self.accesses(booking).partner_id
        (mail,) = self.mails_to((self.customer | other) - holder)
        self.assertIn("Invitation", mail.subject)
        (mail,) = self.mails_to(holder)
        self.assertIn("PIN", mail.body_html)

    def test_invitation_that_cannot_be_written_is_said_once_and_stops_nothing(self):
        booking = self.book(confirm=False)
        events = type(self.env["calendar.event"])
        with (
            freeze_time(NOW + timedelta(minutes=6)),
            patch.object(events, "_get_ics_file", side_effect=ValueError("Broken")),
            self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"),
        ):
            self.synchronise()
        with freeze_time(NOW + timedelta(minutes=60)):
            self.synchronise()
        self.assertFalse(self.mails_to(self.customer))
        self.assertEqual(booking.state, "scheduled")

    def test_attendee_without_access_gets_the_calendars_invitation(self):
        other = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        self.book(partners=self.customer | other)
        self.assertEqual(len(self.mails_to(other)), 1)
        self.assertFalse(self.mails_to(self.customer))

    def test_room_without_rule_keeps_the_calendars_invitation(self):
        self.rule.unlink()
        self.plan()
        self.book()
        self.assertOneMail("Invitation")

    def test_a_broken_template_keeps_no_door_shut(self):
        template = self.env.ref("exivo_access.mail_template_confirmation")
        good, template.body_html = template.body_html, '<p t-out="object.nothing"/>'
        booking = self.book()
        with self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"):
            with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
                self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        self.assertEqual(access.mail_state, "failed")
        self.assertFalse(self.mails_to(self.customer))

        template.body_html = good
        booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        self.assertOneMail(link_of(access))

    def test_access_that_takes_long_is_said_to_follow_and_follows(self):
        for _try in range(3):
            self.exivo.fail(exivo.Unreachable("No connection"), calls="create_visit")
        booking = self.book()
        self.synchronise()
        self.assertFalse(self.mails_to(self.customer), "patience first")
        for minutes in (6, 12):
            with freeze_time(NOW + timedelta(minutes=minutes)):
                self.synchronise()
            mail = self.assertOneMail("Your booking of Aare", "follows in another mail")
        self.assertEqual(mail.attachment_ids.mapped("name"), ["invitation.ics"])
        self.assertEqual(self.accesses(booking).mail_state, "announced")
        with freeze_time(NOW + timedelta(minutes=24)):
            self.synchronise()
        access = self.accesses(booking)
        self.assertEqual((access.state, access.mail_state), ("created", "queued"))
        self.assertIn(link_of(access), self.mails_to(self.customer)[-1].body_html)
        self.assertRegex(self.mails_to(self.customer)[-1].subject, "^Your access")

    def test_no_copy_of_link_and_pin_stays_in_the_database_after_sending(self):
        booking = self.book()
        self.synchronise()
        mail = self.assertOneMail()
        self.assertTrue(mail.auto_delete)
        self.assertFalse(
            booking.message_ids.filtered(
                lambda message: pin_of(self.accesses(booking)) in (message.body or "")
            )
        )

    def test_mail_reads_well_as_plain_text_and_fits_a_phone(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        with self.mock_mail_gateway():
            self.mails_to(self.customer).send()
        message = self._mails[0]["EmailMessage"]
        text = message.get_body(["plain"]).get_content()
        for part in (
            "Room: *Aare*",
            "Tuesday, March 2, 2027, 10:00",
            "(Europe/Zurich)",
            "Doors: Aare, Entrance",
            f"Your PIN\n{pin_of(access)}\n",
            link_of(access),
        ):
            self.assertIn(part, text)
        html = message.get_body(["html"]).get_content()
        widths = re.findall(r"(?:^|[\s;\"])(?:min-)?width[:=]\s*\"?(\d+)(px|\")", html)
        self.assertLessEqual(max(int(width) for width, _unit in widths), 320)
