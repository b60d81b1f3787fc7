# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Mails say what has happened, and nothing that has not."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ..common import NOW, ExivoCase, links_of, pins_of
from ..member_common import MemberCase

REASONS = {
    "cancelled": "The booking does not take place.",
    "no time": "The booking has no time any more.",
    "taken off": "You are no longer on the booking.",
    "declined": "You have answered that you do not come.",
    "stands": "The booking itself stands: Aare, Tuesday, March 2, 2027",
    "unconfirmed": "The booking is not confirmed now: Aare, Tuesday, March 2, 2027",
}


class MailWordsCase(ExivoCase):
    def read_mail(self, partner=None):
        """Subject and text of the only new mail to somebody, which is put away."""
        mails = self.mails_to(partner or self.customer)
        self.assertEqual(len(mails), 1, mails.mapped("subject"))
        text = f"{mails.subject} {html.fromstring(mails.body_html).text_content()}"
        self.html = mails.body_html
        mails.unlink()
        return " ".join(text.split())


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailWords(MailWordsCase):
    def setUp(self):
        super().setUp()
        self.rule.holders = "attendees"
        self.bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

    def book_both(self, **vals):
        booking = self.book(partners=self.customer | self.bert, **vals)
        self.synchronise()
        self.mails_to(self.customer | self.bert).unlink()
        return booking

    def answer_of(self, booking, partner):
        return booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == partner
        )

    def assertReason(self, partner, reason):
        """The mail says that the access is removed, and this about the booking."""
        self.synchronise()
        text = self.read_mail(partner)
        self.assertIn("has been removed", text)
        for name, sentence in REASONS.items():
            self.assertEqual(sentence in text, name == reason, (name, text))

    def test_whom_somebody_elses_answer_keeps_out_reads_that_it_is_not_confirmed(self):
        booking = self.book_both()
        first = booking.meeting_id.attendee_ids[:1]
        first.do_decline()
        self.assertEqual(booking.state, "scheduled")
        self.assertReason(first.partner_id, "declined")
        self.assertReason((self.customer | self.bert) - first.partner_id, "unconfirmed")

    def test_removal_says_what_becomes_of_the_booking(self):
        def remove(booking):
            accesses = self.accesses(booking)
            accesses.filtered(lambda one: one.partner_id == self.bert).action_remove()

        def move_to_a_room_without_doors(_booking):
            self.rule.active = False

        for lose, reason in (
            (lambda booking: booking.action_cancel(), "cancelled"),
            (lambda booking: booking.unlink(), "cancelled"),
            (lambda booking: booking.meeting_id.unlink(), "no time"),
            (lambda booking: booking.action_unschedule(), "no time"),
            (
                lambda booking: booking.write({"partner_ids": [(3, self.bert.id)]}),
                "taken off",
            ),
            (
                lambda booking: self.answer_of(booking, self.bert).do_decline(),
                "declined",
            ),
            (remove, "stands"),
            (move_to_a_room_without_doors, "stands"),
        ):
            with self.subTest(reason), self.env.cr.savepoint() as savepoint:
                booking = self.book_both()
                lose(booking)
                self.assertReason(self.bert, reason)
                if reason == "stands":
                    self.assertIn(booking.access_token, self.html)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_invitation_names_room_and_zone_of_the_house_and_nobody_elses_address(self):
        self.env.user.tz = "Europe/Brussels"
        self.customer.phone = "+41 79 111 22 33"
        booking = self.book(partners=self.customer | self.bert, confirm=False)
        meeting = booking.meeting_id
        meeting.description = meeting._get_contact_details_description(
            self.env.user, self.customer
        )
        when = "March 2, 2027, 10:00 AM – 11:00 AM (Europe/Zurich)"
        for minutes, heading, hour in ((6, "Invitation", 10), (9, "New time", 11)):
            if hour > 10:
                with freeze_time(NOW + timedelta(minutes=minutes - 1)):
                    booking.start += timedelta(hours=1)
                    self.plan()
                when = "March 2, 2027, 11:00 AM – 12:00 PM (Europe/Zurich)"
            with freeze_time(NOW + timedelta(minutes=minutes)):
                self.synchronise()
            text = self.read_mail(self.bert)
            self.assertIn(heading, text)
            self.assertIn("Aare, Tuesday, March 2, 2027", text)
            self.assertIn(when, text)
            self.assertIn("/calendar/meeting/accept", self.html)
            self.assertIn(booking.access_token, self.html)
            for other in "anna@", "79 111", "Brussels", "UTC":
                self.assertNotIn(other, self.html)

    def test_merged_holder_reads_of_nothing_new(self):
        booking = self.book_both()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | self.bert).ids, self.bert
        )
        self.env.invalidate_all()
        self.synchronise()
        text = self.read_mail(self.bert)
        access = self.accesses(booking)._working()
        self.assertIn(pins_of(access)[0], text)
        self.assertIn(links_of(access)[0], self.html)
        self.assertIn("only what stands below still does", text)
        for untrue in ("new PIN", "New PIN", "New link", "old link"):
            self.assertNotIn(untrue, text)

    def test_who_stays_on_a_booking_reads_that_only_its_page_is_another(self):
        booking = self.book_both()
        booking.partner_ids -= self.bert
        self.synchronise()
        text = self.read_mail()
        self.assertIn("New page of the booking: your access to Aare", text)
        self.assertIn("The page of the booking has a new address", text)
        self.assertIn("What opens the doors for you stays the same.", text)
        self.assertNotIn("your booking is confirmed", text)
        self.assertIn(booking.access_token, self.html)

    def test_other_doors_and_another_page_at_once_say_both(self):
        booking = self.book_both()
        booking.partner_ids -= self.bert
        self.rule.lock_ids = self.aare
        self.synchronise()
        text = self.read_mail()
        self.assertIn("Other doors: your access", text)
        self.assertIn("The page of the booking has a new address", text)
        self.assertNotIn("stays the same", text)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailWordsForMembers(MailWordsCase, MemberCase):
    def test_member_whose_doors_change_reads_that_the_link_is_another(self):
        self.member_rule.lock_ids = self.entrance | self.aare
        self.customer.category_id = self.members
        self.synchronise()
        first = self.read_mail()
        self.assertNotIn("old link", first)
        self.member_rule.lock_ids = self.entrance
        self.synchronise()
        text = self.read_mail()
        self.assertIn("it opens these doors from now on", text)
        self.assertIn("The old link no longer works; please use the new one.", text)
