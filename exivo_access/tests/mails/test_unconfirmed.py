# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestUnconfirmed(ExivoCase):
    """The rule gives access as soon as the booking has a time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.booking_state = "scheduled"
        cls.env.cr.flush()

    def test_who_is_still_to_accept_is_invited_and_has_access(self):
        booking = self.book(confirm=False)
        self.synchronise()
        self.assertEqual(booking.state, "scheduled")
        (mail,) = self.mails_to(self.customer)
        self.assertIn(link_of(self.accesses(booking)), mail.body_html)
        self.assertIn("not confirmed yet", mail.body_html)
        self.assertNotIn("your booking is confirmed", mail.body_html)
        token = booking.meeting_id.attendee_ids.access_token
        for answer in ("accept", "decline"):
            self.assertIn(f"/calendar/meeting/{answer}?token={token}", mail.body_html)

    def test_door_for_confirmed_bookings_comes_with_the_answer(self):
        self.rule.lock_ids = self.entrance
        self.rule.copy(
            {"lock_ids": [(6, 0, self.aare.ids)], "booking_state": "confirmed"}
        )
        booking = self.book(confirm=False)
        self.synchronise()
        self.assertEqual(self.accesses(booking).lock_ids, self.entrance)
        self.mails_to(self.customer).unlink()
        booking.meeting_id.attendee_ids.do_accept()
        self.synchronise()
        self.assertEqual(self.accesses(booking).lock_ids, self.entrance | self.aare)
        (mail,) = self.mails_to(self.customer)
        self.assertIn("Other doors", mail.subject)

    def test_confirmed_at_once_is_one_mail_that_says_so(self):
        self.book()
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("your booking is confirmed", mail.body_html)
        self.assertNotIn("/calendar/meeting/", mail.body_html)

    def test_moved_before_it_is_confirmed_is_told_once(self):
        booking = self.book(confirm=False)
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.start += timedelta(days=1)
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("New time: your access", mail.subject)

    def test_who_has_answered_already_is_not_invited(self):
        with patch.object(type(self), "plan"):  # all of it is one transaction
            booking = self.book(confirm=False)
        booking.meeting_id.attendee_ids.do_tentative()
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn(link_of(self.accesses(booking)), mail.body_html)

    def test_who_has_declined_has_no_access(self):
        with patch.object(type(self), "plan"):  # all of it is one transaction
            booking = self.book(confirm=False)
        booking.meeting_id.attendee_ids.do_decline()
        self.synchronise()
        self.assertEqual(booking.state, "scheduled")
        self.assertFalse(self.accesses(booking))
        self.assertFalse(self.exivo.visits)

    def test_who_declines_loses_the_access_and_gets_it_back_by_accepting(self):
        booking = self.book(confirm=False)
        self.synchronise()
        attendee = booking.meeting_id.attendee_ids
        attendee.do_decline()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertIn("has been removed", self.mails_to(self.customer)[-1].subject)
        attendee.do_accept()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_who_only_comes_along_declines_for_nobody_else(self):
        guest = self.env["res.partner"].create({"name": "Bert", "email": "b@e.com"})
        booking = self.book(confirm=False, partners=self.customer | guest)
        attendees = booking.meeting_id.attendee_ids.sorted("id")
        attendees[1].do_decline()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_who_only_comes_along_and_declines_opens_nothing(self):
        self.rule.holders = "attendees"
        guest = self.env["res.partner"].create({"name": "Bert", "email": "b@e.com"})
        booking = self.book(partners=self.customer | guest)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)
        answer = booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == guest
        )
        answer.do_decline()
        self.synchronise()
        accesses = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(accesses.partner_id, self.customer)
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertIn("Bert has declined", self.read_explanation(booking, guest))
        answer.do_accept()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)

    def test_access_that_takes_long_confirms_nothing(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        self.book(confirm=False)
        self.synchronise()
        self.mails_to(self.customer).unlink()
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("not confirmed yet", mail.body_html)
        self.assertNotIn("your booking is confirmed", mail.body_html)
        self.assertIn("/calendar/meeting/accept", mail.body_html)
