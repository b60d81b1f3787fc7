# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who moves or confirms a booking says nothing for those who do not come."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW
from .test_booking_links import SLOT, ExivoLinkCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestAnswersOfOthers(ExivoLinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking_type.slot_duration = 10  # see ``TestBookingLinks``
        cls.rule.holders = "attendees"
        cls.ben = cls.env["res.partner"].create(
            {"name": "Ben", "email": "ben@example.com"}
        )

    def setUp(self):
        super().setUp()
        self.anna = self.holder.partner_id
        self.booking = self.book(hours=48, partners=self.anna | self.ben)
        self.synchronise()

    def _answer(self, partner, state):
        self._answer_of(partner).state = state
        self.synchronise()

    def _answer_of(self, partner):
        attendees = self.booking.meeting_id.attendee_ids
        return attendees.filtered(lambda one: one.partner_id == partner)

    def _move(self, user=None):
        self.authenticate(user and user.login, user and user.login)
        before = self.booking.start
        self.assertEqual(self.choose(self.booking, SLOT).status_code, 200)
        self.synchronise()
        self.assertNotEqual(self.booking.start, before)

    def _holders(self):
        return self.accesses(self.booking).filtered("is_wanted").partner_id

    def test_who_has_declined_stays_out_when_somebody_else_moves_it(self):
        self._answer(self.ben, "declined")
        told = self.mails_to(self.ben)
        for user in (self.holder, None):  # in the portal, or from a mail
            with self.subTest(user=user and user.login):
                self._move(user)
                self.assertEqual(self._answer_of(self.ben).state, "declined")
                self.assertEqual(self.booking.state, "confirmed")
                self.assertEqual(self._holders(), self.anna)
                self.assertEqual(self.mails_to(self.ben), told)
                self.booking.start += timedelta(hours=1)

    def test_who_may_come_goes_on_to_say_no_more_than_that(self):
        self._answer(self.ben, "tentative")
        self._move(self.holder)
        self.assertEqual(self._answer_of(self.ben).state, "tentative")
        self.assertEqual(self._holders(), self.anna | self.ben)

    def test_who_moves_it_comes_and_so_does_who_it_hangs_on(self):
        guest = self._create_user("exivo_guest", "base.group_portal").partner_id
        self.booking.partner_ids |= guest
        self.booking.action_confirm()
        for partner in (self.anna, guest):
            self._answer(partner, "declined")
        self._move(guest.user_ids)
        self.assertEqual(self._answer_of(guest).state, "accepted")
        self.assertEqual(self._answer_of(self.anna).state, "accepted")
        self.assertIn(guest, self._holders())

    def test_staff_who_confirm_it_let_nobody_in_who_has_declined(self):
        self._answer(self.ben, "declined")
        self.booking.with_user(self.desk).action_confirm()
        self.synchronise()
        self.assertEqual(self._answer_of(self.ben).state, "declined")
        self.assertEqual(self._holders(), self.anna)
        self._answer(self.anna, "declined")
        self.booking.with_user(self.desk).action_confirm()
        self.assertEqual(self.booking.state, "confirmed")

    def test_who_has_declined_does_not_wait_for_staff(self):
        self.booking_type.portal_staff_confirms = True
        self._answer(self.ben, "declined")
        told = self.mails_to(self.ben)
        self._move(self.holder)
        self.assertEqual(self._answer_of(self.anna).state, "needsAction")
        self.assertEqual(self._answer_of(self.ben).state, "declined")
        self.assertEqual(self.booking.state, "scheduled")
        self.booking.with_user(self.desk).action_confirm()
        self.synchronise()
        self.assertEqual(self._holders(), self.anna)
        self.assertEqual(self.mails_to(self.ben), told)

    def test_who_declines_what_waits_for_staff_does_not_hear_that_it_takes_place(self):
        self.booking_type.portal_staff_confirms = True
        self._move(self.holder)
        self._answer(self.ben, "declined")
        told = self.mails_to(self.ben)
        self.booking.with_user(self.desk).action_confirm()
        self.synchronise()
        self.assertEqual(self._holders(), self.anna)
        self.assertEqual(self.mails_to(self.ben), told)
        self._answer(self.ben, "accepted")
        self.assertEqual(self._holders(), self.anna | self.ben)
