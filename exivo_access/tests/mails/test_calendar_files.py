# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The calendar files of our mails are one entry, which follows the booking."""

from datetime import datetime, timedelta, timezone
from email.utils import parseaddr
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ..calendar_reader import Calendar
from ..common import NOW, ExivoCase, links_of, pin_of
from ..mail_common import MailCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCalendarFiles(MailCase, ExivoCase):
    def setUp(self):
        super().setUp()
        self.calendar_of_anna = Calendar()
        self.env.company.email = "house@example.com"

    def take_in(self, minutes=0):
        """Send what waits; the holder takes the files into a calendar.

        :return: what the last file for the holder says.
        """
        self.sent.clear()
        self.send_mails(minutes=minutes)
        entry = None
        for content in self.files_to("anna@example.com"):
            entry = self.calendar_of_anna.take(content)
        return entry

    def files_to(self, email):
        """The calendar files in all mails to an address that were sent last."""
        mine = [one for one in self.sent if parseaddr(one["To"])[1] == email]
        files = []
        for part in (part for one in mine for part in one.iter_attachments()):
            self.assertEqual(part.get_content_type(), "text/calendar")
            self.assertEqual(part.get_filename(), "invitation.ics")
            files.append(part.get_payload(decode=True))
            parameters = part["Content-Type"].params
            if parameters:  # the calendar gives none for its mails
                self.assertEqual(parameters["charset"].lower(), "utf-8")
                method = f"METHOD:{parameters['method'].upper()}\r\n"
                self.assertIn(method, files[-1].decode())
        return files

    def only_entry(self):
        (entry,) = self.calendar_of_anna.entries.values()
        return entry

    def test_confirmation_move_and_removal_are_one_entry_which_is_cancelled(self):
        booking = self.book()
        first = self.take_in()
        self.assertEqual(self.only_entry().method, "PUBLISH")
        booking.start = NOW + timedelta(hours=48)
        self.take_in(minutes=1)
        moved = self.only_entry()
        self.assertEqual(
            moved.values["DTSTART"],
            (NOW + timedelta(hours=48)).replace(tzinfo=timezone.utc),
        )
        self.assertGreater(moved.values["SEQUENCE"], first.values["SEQUENCE"])
        booking.action_cancel()
        self.take_in(minutes=2)
        gone = self.only_entry()
        self.assertEqual(gone.method, "CANCEL")
        self.assertGreater(gone.values["SEQUENCE"], moved.values["SEQUENCE"])

    def test_entry_follows_where_a_copy_of_the_database_takes_over(self):
        booking = self.book()
        self.take_in()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.site.action_verify()
        booking.start = NOW + timedelta(hours=48)
        self.take_in(minutes=1)
        self.assertEqual(self.only_entry().values["DTSTART"].day, NOW.day + 2)
        booking.action_cancel()
        self.take_in(minutes=2)
        self.assertEqual(self.only_entry().method, "CANCEL")

    def test_entry_says_room_place_time_and_where_to_move_it(self):
        self.booking_type.location = "Riverside 1, 3000 Bern"
        booking = self.book(duration=1.5)
        values = self.take_in().values
        start = (NOW + timedelta(hours=24)).replace(tzinfo=timezone.utc)
        self.assertEqual(values["SUMMARY"], "Aare")
        self.assertEqual(values["LOCATION"], "Riverside 1, 3000 Bern")
        self.assertEqual(values["DTSTART"], start)
        self.assertEqual(values["DTEND"], start + timedelta(hours=1.5))
        self.assertEqual(values["STATUS"], "CONFIRMED")
        self.assertIn(f"/my/bookings/{booking.id}", values["URL"])
        self.assertIn(values["URL"], values["DESCRIPTION"])
        uuid = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(values["UID"], f"{self.accesses(booking).reference}@{uuid}")

    def test_without_a_place_the_site_says_where(self):
        self.book()
        self.assertEqual(self.take_in().values["LOCATION"], "Riverside House")

    def test_entry_holds_nothing_that_opens_a_door(self):
        booking = self.book()
        entry = self.take_in()
        access = self.accesses(booking)
        for secret in (pin_of(access), *links_of(access), access.partner_id.email):
            self.assertNotIn(secret, str(entry))

    def test_nobody_elses_address_is_in_it(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        self.rule.holders = "attendees"
        booking = self.book(partners=self.customer | bert)
        self.assertNotIn("b@x.ch", str(self.take_in()))
        self.assertEqual(
            self.only_entry().values["ORGANIZER"], "mailto:house@example.com"
        )
        (content,) = self.files_to("b@x.ch")
        self.assertNotIn("anna@example.com", str(Calendar().take(content)))
        booking.action_cancel()
        gone = str(self.take_in(minutes=1))
        self.assertIn("mailto:anna@example.com", gone)
        self.assertNotIn("b@x.ch", gone)
        (content,) = self.files_to("b@x.ch")
        self.assertNotIn("anna@example.com", str(Calendar().take(content)))

    def test_whole_days_are_those_of_the_mail(self):
        booking = self.book()
        booking.meeting_id.write(
            {"allday": True, "start": "2027-03-02 08:00", "stop": "2027-03-02 18:00"}
        )
        values = self.take_in().values
        midnight = datetime(2027, 3, 1, 23, tzinfo=timezone.utc)
        self.assertEqual(values["DTSTART"], midnight)
        self.assertEqual(values["DTEND"], midnight + timedelta(days=1))

    def test_mail_that_says_that_the_access_follows_begins_the_entry(self):
        for _try in range(3):
            self.exivo.fail(exivo.Unreachable("No connection"), calls="create_visit")
        self.book()
        self.synchronise()
        follows = self.take_in(minutes=6)
        self.synchronise_at(12)
        is_there = self.take_in(minutes=24)
        self.assertGreater(is_there.values["SEQUENCE"], follows.values["SEQUENCE"])
        self.assertEqual(self.only_entry(), is_there)

    def test_access_that_is_taken_away_leaves_the_booking_in_the_calendar(self):
        booking = self.book()
        self.take_in()
        self.accesses(booking).action_remove()
        self.take_in(minutes=1)
        self.assertEqual(self.only_entry().method, "PUBLISH")

    def test_series_that_is_moved_is_at_its_new_time_before_the_answer(self):
        self.booking_type.location = "Riverside 1"
        booking = self.book()
        self.take_in()
        series = {"rrule_type": "weekly", "tue": True, "end_type": "count", "count": 3}
        booking.meeting_id.write({"recurrency": True, **series})
        self.assertEqual(len(booking.meeting_id.recurrence_id.calendar_event_ids), 3)
        moved = booking.start + timedelta(hours=2)
        booking.meeting_id.write(
            {
                "recurrence_update": "all_events",
                "start": moved,
                "stop": booking.stop + timedelta(hours=2),
                "location": "Harbour 7",
            }
        )
        self.take_in(minutes=1)
        values = self.only_entry().values
        self.assertEqual(booking.state, "scheduled")
        self.assertEqual(values["STATUS"], "TENTATIVE")
        self.assertEqual(values["DTSTART"], moved.replace(tzinfo=timezone.utc))
        self.assertEqual(values["LOCATION"], "Harbour 7")

    def test_reminder_takes_the_place_of_what_was_sent_before(self):
        booking = self.book()
        first = self.take_in()
        alarm = self.env["calendar.alarm"].create(
            {
                "name": "Before",
                "alarm_type": "email",
                "interval": "hours",
                "duration": 2,
                "mail_template_id": self.env.ref(
                    "calendar.calendar_template_meeting_reminder"
                ).id,
            }
        )
        booking.meeting_id.alarm_ids = alarm
        with freeze_time(NOW + timedelta(hours=22, minutes=1)):
            self.env["calendar.alarm_manager"].with_context(
                lastcall=NOW + timedelta(hours=21)
            )._send_reminder()
        reminded = self.take_in(minutes=22 * 60 + 2)
        self.assertGreater(reminded.values["SEQUENCE"], first.values["SEQUENCE"])
        self.assertEqual(self.only_entry(), reminded)

    def test_booking_that_ends_after_its_access_leaves_the_calendar(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

        def remove_by_staff(booking):
            self.accesses(booking).action_remove()

        def delete_rule(booking):
            self.rule.unlink()

        def cancel(booking):
            booking.action_cancel()

        def delete(booking):
            booking.unlink()

        def take_off(booking):
            booking.partner_ids = bert

        for number, (lose, end, said) in enumerate(
            (
                (remove_by_staff, cancel, "does not take place"),
                (remove_by_staff, take_off, "You are no longer on the booking"),
                (remove_by_staff, delete, "does not take place"),
                (delete_rule, cancel, "does not take place"),
            ),
            start=1,
        ):
            with self.subTest(lose=lose.__name__, end=end.__name__):
                minutes = number * 60
                self.calendar_of_anna = Calendar()
                booking = self.book(hours=24 * number)
                self.take_in(minutes)
                lose(booking)
                self.take_in(minutes + 1)
                self.assertEqual(self.only_entry().method, "PUBLISH")
                with freeze_time(NOW + timedelta(minutes=minutes + 2)):
                    end(booking)
                self.take_in(minutes + 3)
                self.assertEqual(self.only_entry().method, "CANCEL")
                mine = [one for one in self.sent if "anna@" in one["To"]]
                (mail,) = [one for one in mine if said in one["Subject"]]
                self.assertNotIn("opens the doors", mail.get_body().get_content())
                self.assertIsNone(self.take_in(minutes + 14), "once")

    def test_booking_that_is_over_leaves_no_mail_when_it_is_cleared_away(self):
        booking = self.book()
        self.take_in()
        self.accesses(booking).action_remove()
        self.take_in(minutes=1)
        with freeze_time(NOW + timedelta(hours=30)):
            booking.unlink()
        self.assertIsNone(self.take_in(minutes=30 * 60))

    def test_place_that_changes_is_told_and_follows_in_the_entry(self):
        self.booking_type.location = "Riverside 1"
        for number, name in enumerate(("booking", "event"), start=1):
            with self.subTest(changed=name):
                minutes = number * 60
                self.calendar_of_anna = Calendar()
                booking = self.book(hours=24 * number)
                self.take_in(minutes)
                changed = booking if name == "booking" else booking.meeting_id
                changed.location = "Harbour 7"
                self.take_in(minutes + 1)
                (mail,) = [one for one in self.sent if "anna@" in one["To"]]
                self.assertIn("Other place: your access to Aare", mail["Subject"])
                text = mail.get_body().get_content()
                self.assertIn("Harbour 7", text)
                self.assertIn("is in another place", text)
                for untrue in ("no longer works", "other doors", "new PIN", "The time"):
                    self.assertNotIn(untrue, text)
                self.assertEqual(self.only_entry().values["LOCATION"], "Harbour 7")
                self.assertIsNone(self.take_in(minutes + 14), "once")

    def test_mails_of_the_calendar_bring_the_same_entry(self):
        """Asked, accepted, taken away, moved: several mails, and one entry."""
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(confirm=False, partners=self.customer | bert)
        asked = self.take_in(minutes=6)
        self.assertEqual(len(self.sent), 2)
        for message in self.sent:
            self.assertIn("Invitation", message["Subject"])
            self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(asked.values["STATUS"], "TENTATIVE")
        self.assertEqual(asked.values["SUMMARY"], "Aare")
        self.assertIn("/calendar/meeting/view?token=", asked.values["URL"])
        self.assertNotIn("b@x.ch", str(asked))
        self.assertNotIn("anna@example.com", str(asked))
        with freeze_time(NOW + timedelta(minutes=7)):
            booking.meeting_id.attendee_ids.do_accept()
        accepted = self.take_in(minutes=7)
        self.assertEqual(accepted.values["STATUS"], "CONFIRMED")
        self.accesses(booking).action_remove()
        self.take_in(minutes=8)
        with freeze_time(NOW + timedelta(minutes=9)):
            booking.start += timedelta(hours=2)
            self.plan()
        moved = self.take_in(minutes=9)
        self.assertIn("New time or place: Aare", self.sent[-1]["Subject"])
        self.assertEqual(
            moved.values["DTSTART"],
            (NOW + timedelta(hours=26)).replace(tzinfo=timezone.utc),
        )
        self.assertEqual(len(self.calendar_of_anna.entries), 1)

    def test_mail_of_the_calendar_about_whole_days_has_those_of_our_mails(self):
        self.book(confirm=False).meeting_id.write(
            {"allday": True, "start": "2027-03-02 08:00", "stop": "2027-03-02 18:00"}
        )
        values = self.take_in(minutes=6).values
        midnight = datetime(2027, 3, 1, 23, tzinfo=timezone.utc)
        self.assertEqual(values["DTSTART"], midnight)
        self.assertEqual(values["DTEND"], midnight + timedelta(days=1))

    def test_another_room_or_place_is_told_to_who_holds_no_access_as_well(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(partners=self.customer | bert)
        self.take_in()
        for number, vals in enumerate(
            ({"name": "Yoga"}, {"location": "Harbour 7"}), start=1
        ):
            with self.subTest(**vals):
                booking.write(vals)
                self.plan()
                self.take_in(minutes=number)
                told = [one for one in self.sent if "b@x.ch" in one["To"]]
                self.assertEqual(len(told), int("location" in vals))

    def test_entry_of_an_invitation_goes_with_the_booking(self):
        """No access knows of it, as staff had not confirmed the booking."""
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        for end, said in (
            (lambda booking: booking.action_cancel(), "does not take place"),
            (lambda booking: booking.unlink(), "does not take place"),
            (
                lambda booking: booking.write({"partner_ids": [(6, 0, bert.ids)]}),
                "You are no longer on the booking",
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                booking = self.book(confirm=False)
                self.assertEqual(self.take_in(minutes=6).method, "PUBLISH")
                self.assertIsNone(self.take_in(minutes=7), "nothing has changed")
                end(booking)
                self.plan()
                self.assertEqual(self.take_in(minutes=8).method, "CANCEL")
                self.assertTrue([one for one in self.sent if said in one["Subject"]])
                self.assertIsNone(self.take_in(minutes=9), "once")
                self.assertEqual(self.only_entry().method, "CANCEL")
                self.calendar_of_anna = Calendar()
                savepoint.rollback()

    def test_who_comes_along_has_the_entry_as_long_as_the_booking_is_theirs(self):
        """A trainer who is booked with the room, or somebody invited to the meeting."""
        eve = self._create_user("exivo_eve", "base.group_user")
        trainer = self.env["resource.resource"].create(
            {
                "name": "Eve",
                "resource_type": "user",
                "user_id": eve.id,
                "calendar_id": self.calendar.id,
            }
        )
        combination = self.booking_type.combination_rel_ids.combination_id

        def book_along():
            combination.resource_ids += trainer
            return self.book()

        def invite():
            booking = self.book()
            booking.meeting_id.partner_ids += eve.partner_id
            return booking

        def take_off(booking):
            booking.meeting_id.partner_ids -= eve.partner_id

        gone, without = "does not take place", "You are no longer on the booking"
        for begin, end, said in (
            (book_along, lambda booking: booking.action_cancel(), gone),
            (invite, lambda booking: booking.action_unschedule(), gone),
            (invite, lambda booking: booking.unlink(), gone),
            (invite, take_off, without),
        ):
            with (
                self.subTest(begin=begin.__name__, said=said),
                self.env.cr.savepoint() as savepoint,
            ):
                calendar = Calendar()
                booking = begin()
                self.take_in()
                (content,) = self.files_to(eve.email)
                entry = calendar.take(content)
                self.assertNotIn(booking.access_token or "?", content.decode())
                self.take_in(minutes=1)
                self.assertFalse(self.sent, "nothing has changed")
                booking.start += timedelta(hours=2)
                self.plan()
                self.take_in(minutes=2)
                (content,) = self.files_to(eve.email)
                self.assertEqual(calendar.take(content).method, "PUBLISH")
                end(booking)
                self.plan()
                self.take_in(minutes=3)
                (content,) = self.files_to(eve.email)
                self.assertEqual(calendar.take(content).method, "CANCEL")
                self.assertEqual(list(calendar.entries), [entry.values["UID"]])
                (subject,) = self.subjects_to(eve.email)
                self.assertIn(said, subject)
                self.assertIn("Aare", subject)
                self.take_in(minutes=4)
                self.assertFalse(self.sent, "once")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_who_comes_along_keeps_the_entry_while_the_customer_is_another(self):
        eve = self.env["res.partner"].create({"name": "Eve", "email": "eve@x.ch"})
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book()
        booking.meeting_id.partner_ids += eve
        self.take_in()
        booking.partner_ids = bert
        self.take_in(minutes=1)
        self.assertFalse(self.subjects_to("eve@"))
        booking.action_cancel()
        self.take_in(minutes=2)
        (content,) = self.files_to("eve@x.ch")
        self.assertEqual(Calendar().take(content).method, "CANCEL")

    def test_entry_of_an_invitation_goes_with_the_access_that_came_after_it(self):
        booking = self.book(confirm=False)
        self.take_in(minutes=6)
        booking.action_confirm()
        self.take_in(minutes=7)
        booking.action_cancel()
        self.take_in(minutes=8)
        self.assertIn("has been removed", self.sent[-1]["Subject"])
        self.assertEqual(len(self.sent), 1)
        self.assertEqual(self.only_entry().method, "CANCEL")

    def test_entry_of_an_invitation_is_forgotten_when_the_booking_is_over(self):
        booking = self.book(confirm=False)
        self.take_in(minutes=6)
        self.assertIsNone(self.take_in(minutes=60 * 30))
        booking.action_cancel()
        self.assertIsNone(self.take_in(minutes=60 * 30))
        self.assertFalse(self.env["exivo.awaited.answer"].search([]))

    def test_who_was_replaced_before_the_invitation_left_is_not_invited(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(confirm=False)
        booking.partner_ids = bert
        self.plan()
        self.take_in(minutes=6)
        self.assertFalse([one for one in self.sent if "anna@" in one["To"]])
        self.assertEqual(len([one for one in self.sent if "b@x.ch" in one["To"]]), 1)

    def test_invitation_to_what_is_about_to_begin_waits_for_nobody(self):
        self.site.patience_minutes = 1440
        self.book(hours=0.1, confirm=False)
        self.plan()
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.mails_to(self.customer).unlink()
        self.book(hours=30, confirm=False)
        self.plan()
        self.assertFalse(self.mails_to(self.customer))
        with patch.object(type(self.env["mail.mail"]), "send_after_commit") as sending:
            with freeze_time(NOW + timedelta(minutes=6)):
                self.synchronise()
        self.assertFalse(sending.called, "a run waits for no mail server")
        self.assertEqual(self.mails_to(self.customer).state, "outgoing")

    def test_only_who_is_on_the_booking_gets_its_token(self):
        clerk = self._create_user("exivo_clerk", "base.group_user").partner_id
        booking = self.book(confirm=False)
        booking.meeting_id.partner_ids |= clerk
        self.plan()
        self.take_in(minutes=6)
        (content,) = self.files_to(clerk.email)
        self.assertNotIn(booking.access_token, content.decode())

    def test_mail_of_the_calendar_is_in_the_language_of_reader_or_house(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env.company.partner_id.lang = "de_DE"
        for number, (lang, word) in enumerate(
            ((False, "2. März 2027"), ("en_US", "March 3, 2027"))
        ):
            with self.subTest(lang=lang):
                self.customer.lang = lang
                self.book(hours=24 * (number + 1), confirm=False)
                self.take_in(minutes=6)
                (message,) = self.sent
                self.assertIn(word, message["Subject"])
                self.assertNotIn("Odoo", message["From"])
                self.mails_to(self.customer).unlink()

    def test_who_is_taken_off_the_booking_hears_no_more_of_it(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

        def change(booking, minute, **vals):
            with freeze_time(NOW + timedelta(minutes=minute)):
                booking.write(vals)
                self.plan()

        for number, confirm in enumerate((True, False), start=1):
            with self.subTest(confirm=confirm):
                minutes = number * 60
                with freeze_time(NOW + timedelta(minutes=minutes)):
                    booking = self.book(hours=24 * number, confirm=confirm)
                self.assertEqual(self.take_in(minutes + 6).method, "PUBLISH")
                change(booking, minutes + 7, partner_ids=[(6, 0, bert.ids)])
                self.assertEqual(self.take_in(minutes + 8).method, "CANCEL")
                later = booking.start + timedelta(hours=2)
                change(booking, minutes + 9, start=later)
                self.assertIsNone(self.take_in(minutes + 20))
                self.assertFalse(self.subjects_to("anna@"))
                self.assertTrue(self.subjects_to("b@x.ch"))
                change(booking, minutes + 21, partner_ids=[(6, 0, self.customer.ids)])
                self.take_in(minutes + 30)
                change(booking, minutes + 31, start=later + timedelta(hours=2))
                self.assertEqual(self.take_in(minutes + 40).method, "PUBLISH")

    def test_invited_and_then_taken_off_the_booking_has_no_entry_any_more(self):
        """Also who came along to its meeting before."""
        eve = self.env["res.partner"].create({"name": "Eve", "email": "eve@x.ch"})
        booking = self.book(confirm=False)
        self.take_in(minutes=6)
        booking.meeting_id.partner_ids += eve
        self.plan()
        self.take_in(minutes=12)
        self.assertTrue(self.files_to("eve@x.ch"))
        booking.partner_ids += eve
        self.take_in(minutes=13)
        booking.partner_ids -= eve
        self.take_in(minutes=14)
        (content,) = self.files_to("eve@x.ch")
        self.assertEqual(Calendar().take(content).method, "CANCEL")

    def test_who_is_taken_off_the_booking_has_no_entry_any_more(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book()
        self.take_in()
        booking.partner_ids = bert
        self.assertEqual(self.take_in(minutes=1).method, "CANCEL")

    def test_resent_and_changed_doors_follow_in_the_same_entry(self):
        booking = self.book()
        self.take_in()
        clerk = self._create_user("exivo_clerk", "exivo_access.group_user")
        self.accesses(booking).with_user(clerk).action_resend()
        self.take_in(minutes=1)
        self.rule.lock_ids = self.aare
        self.take_in(minutes=2)
        self.assertEqual(len(self.calendar_of_anna.entries), 1)

    def test_any_name_keeps_the_file_whole(self):
        name = 'Café "Zoë"; 1, 2: \\n\r\nBEGIN:VEVENT\u2028' + "ü" * 80
        self.room.name = self.env.company.name = self.booking_type.location = name
        self.book()
        values = self.take_in().values
        self.assertEqual(values["SUMMARY"], " ".join(name.split()))
        self.assertEqual(values["LOCATION"], " ".join(name.split()))

    def test_what_nobody_reads_in_a_name_is_in_no_file(self):
        name = "Au\x07la \x08\x7f 1"
        self.room.name = self.env.company.name = self.booking_type.location = name
        self.book()
        values = self.take_in().values
        self.assertEqual(values["SUMMARY"], "Au la 1")
        self.assertEqual(values["LOCATION"], "Au la 1")
        (content,) = self.files_to("anna@example.com")
        self.assertNotRegex(content.decode(), r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")

    def test_company_without_an_address_organises_nothing_in_odoobots_name(self):
        self.env.company.email = False
        booking = self.book()
        self.assertNotIn("odoobot", str(self.take_in()))
        booking.action_cancel()
        self.assertNotIn("odoobot", str(self.take_in(minutes=1)))

    # === WHOSE ENTRY IT IS === #

    def book_with_bert(self, email="b@x.ch", **vals):
        """A confirmed booking of Anna and Bert, with an access for each."""
        self.rule.holders = "attendees"
        self.bert = self.env["res.partner"].create({"name": "Bert", "email": email})
        booking = self.book(partners=self.customer | self.bert, **vals)
        return booking

    def answer_of(self, booking, partner):
        return booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == partner
        )

    def subjects_to(self, email):
        """Of the mails that were sent last."""
        return [one["Subject"] for one in self.sent if email in one["To"]]

    def test_who_declines_has_no_entry_any_more_and_has_it_back_by_accepting(self):
        booking = self.book_with_bert()
        self.take_in()
        calendar = Calendar()
        with freeze_time(NOW + timedelta(minutes=1)):
            self.answer_of(booking, self.bert).do_decline()
        self.take_in(minutes=1)
        (content,) = self.files_to("b@x.ch")
        gone = calendar.take(content)
        self.assertEqual(gone.method, "CANCEL")
        self.assertFalse(self.subjects_to("anna@"), "hers stays")
        self.take_in(minutes=2)
        self.assertFalse(self.subjects_to("b@x.ch"), "once")
        with freeze_time(NOW + timedelta(minutes=3)):
            self.answer_of(booking, self.bert).do_accept()
        self.take_in(minutes=3)
        (content,) = self.files_to("b@x.ch")
        back = calendar.take(content)
        self.assertEqual(back.method, "PUBLISH")
        self.assertGreater(back.values["SEQUENCE"], gone.values["SEQUENCE"])

    def test_who_has_declined_hears_of_another_time_only_if_the_booking_hangs_on_it(
        self,
    ):
        booking = self.book_with_bert()
        self.take_in()
        hers, his = "anna@example.com", self.bert.email
        for number, (partner, hear) in enumerate(
            ((self.bert, [hers]), (self.customer, [hers, his]))
        ):
            with self.subTest(declines=partner.name):
                minutes = number * 60
                with freeze_time(NOW + timedelta(minutes=minutes + 1)):
                    self.answer_of(booking, partner).do_decline()
                    self.plan()
                self.take_in(minutes + 1)
                self.assertTrue(self.subjects_to(partner.email), "out of the calendar")
                with freeze_time(NOW + timedelta(minutes=minutes + 2)):
                    booking.start += timedelta(hours=2)
                    self.plan()
                self.take_in(minutes + 10)
                self.assertEqual(
                    [one for one in (hers, his) if self.subjects_to(one)], hear
                )

    def test_who_declines_after_the_access_was_taken_away_has_no_entry_either(self):
        booking = self.book_with_bert()
        self.take_in()
        self.accesses(booking).filtered(
            lambda one: one.partner_id == self.bert
        ).action_remove()
        self.take_in(minutes=1)
        self.answer_of(booking, self.bert).do_decline()
        self.take_in(minutes=2)
        (content,) = self.files_to("b@x.ch")
        self.assertEqual(Calendar().take(content).method, "CANCEL")
        self.take_in(minutes=3)
        self.assertFalse(self.sent, "once")

    def test_who_has_declined_or_lost_the_access_is_not_invited_later(self):
        def decline(booking):
            self.answer_of(booking, self.bert).do_decline()

        def remove(booking):
            accesses = self.accesses(booking)
            accesses.filtered(lambda one: one.partner_id == self.bert).action_remove()

        for number, lose in enumerate((decline, remove), start=1):
            with self.subTest(lose=lose.__name__):
                minutes = number * 60
                with freeze_time(NOW + timedelta(minutes=minutes)):
                    booking = self.book_with_bert(
                        f"b{number}@x.ch", hours=24 * number, confirm=False
                    )
                    booking.action_confirm()
                self.take_in(minutes)
                with freeze_time(NOW + timedelta(minutes=minutes + 1)):
                    lose(booking)
                    self.plan()
                self.take_in(minutes + 1)
                self.take_in(minutes + 6)
                self.assertFalse([one["Subject"] for one in self.sent])

    def test_who_lost_the_booking_with_its_time_is_invited_to_the_next_one(self):
        booking = self.book()
        self.take_in()
        booking.action_unschedule()
        self.take_in(minutes=1)
        self.assertEqual(self.only_entry().method, "CANCEL")
        with freeze_time(NOW + timedelta(minutes=2)):
            booking.start = NOW + timedelta(hours=48)
            self.plan()
        self.assertEqual(self.take_in(minutes=8).method, "PUBLISH")
        (subject,) = self.subjects_to("anna@")
        self.assertIn("Invitation", subject)

    def test_mailbox_keeps_the_booking_while_somebody_who_reads_it_is_on_it(self):
        for number, end in enumerate(("access", "invitation")):
            with self.subTest(end=end), self.env.cr.savepoint() as savepoint:
                self.calendar_of_anna = Calendar()
                confirm = end == "access"
                booking = self.book_with_bert(
                    "anna@example.com", hours=24 + number, confirm=confirm
                )
                self.take_in(minutes=0 if confirm else 6)
                booking.partner_ids -= self.bert
                self.take_in(minutes=7)
                files = self.files_to("anna@example.com")
                self.assertTrue(files)
                for order in files, files[::-1]:
                    calendar = Calendar()
                    for content in order:
                        calendar.take(content)
                    (entry,) = calendar.entries.values()
                    self.assertEqual(entry.method, "PUBLISH")
                    self.assertIn(booking.access_token, entry.values["URL"])
                self.take_in(minutes=8)
                self.assertFalse(self.sent, "once")
                booking.action_cancel()
                self.take_in(minutes=9)
                self.assertEqual(self.only_entry().method, "CANCEL")
                self.assertEqual(len(self.sent), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_room_without_doors_keeps_the_one_entry_and_its_name(self):
        garden = self._create_type(self._create_room("Garden")).combination_rel_ids
        garden.type_id = self.booking_type
        aare = self.booking_type.combination_rel_ids.combination_id
        aare -= garden.combination_id
        for confirm in (True, False):
            with self.subTest(confirm=confirm), self.env.cr.savepoint() as savepoint:
                self.calendar_of_anna = Calendar()
                booking = self.book(
                    confirm=confirm,
                    combination_auto_assign=False,
                    combination_id=aare.id,
                )
                self.take_in(minutes=0 if confirm else 6)
                with freeze_time(NOW + timedelta(minutes=7)):
                    booking.write(
                        {
                            "combination_id": garden.combination_id.id,
                            "start": booking.start + timedelta(hours=2),
                        }
                    )
                    self.plan()
                self.take_in(minutes=7)
                self.take_in(minutes=13)
                entry = self.only_entry()
                self.assertEqual(entry.method, "PUBLISH")
                self.assertEqual(entry.values["SUMMARY"], "Garden")
                booking.action_cancel()
                self.take_in(minutes=14)
                self.assertEqual(self.only_entry().method, "CANCEL")
                (subject,) = self.subjects_to("anna@")
                self.assertIn("The booking of Garden does not take place", subject)
                (mail,) = self.sent
                text = mail.get_body().get_content()
                self.assertIn("Garden", text)
                self.assertNotIn("Aare", text)
                self.assertEqual(self.only_entry().values["SUMMARY"], "Garden")
                savepoint.rollback()
            self.env.invalidate_all()
