# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking whose meeting staff have archived is no booking, until it is moved."""

from datetime import timedelta
from urllib.parse import urlencode

from freezegun import freeze_time

from odoo.tests import tagged

from ...models.portal.room_finder import get_choices
from ..common import NOW
from .test_booking_links import ExivoLinkCase

TWO = "2027-03-02T14:00:00+01:00"
SAME = "2027-03-02T10:00:00+01:00"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestCalledOff(ExivoLinkCase):
    def setUp(self):
        super().setUp()
        self.log_in(self.holder)

    def call_off(self, **vals):
        """A booking of the holder that staff call off in the calendar's list."""
        booking = self.book_for_holder(**vals)
        self.synchronise()
        booking.meeting_id.active = False
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.mails_to(self.holder.partner_id).unlink()
        return booking

    def takes_place_at(self, booking, start):
        """Assert that the room is taken and opens then, and that the holder hears."""
        self.synchronise()
        self.assertTrue(booking.meeting_id.active)
        self.assertEqual(booking.meeting_id.start, start)
        access = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(access.state, "created")
        self.assertEqual(access.booking_start, start)
        taken = self.env["exivo.occupancy"].search([("booking_id", "=", booking.id)])
        self.assertEqual(taken.resource_id, self.room)
        self.assertTrue(self.our_mails_to(self.holder.partner_id))

    def test_pages_say_that_it_does_not_take_place(self):
        booking = self.call_off()
        page = self.url_open(f"/my/bookings/{booking.id}")
        self.says(page, "Does not take place", "If you move it to another time")
        for one in (page, self.url_open("/my/bookings")):
            self.says(one, "Does not take place", "10:00 AM – 11:00 AM")
            self.assertNotIn("Confirmed", one.text)
        self.assertNotIn("Aare, Tuesday", page.text, "no heading with a time")

    def test_moved_by_its_customer_it_takes_place_again(self):
        for when, hours in ((TWO, 28), (SAME, 24)):
            with self.subTest(when=when):
                booking = self.call_off()
                page = self.choose(booking, when)
                self.says(page, "Confirmed")
                self.takes_place_at(booking, NOW + timedelta(hours=hours))
                booking.action_cancel()
                self.synchronise()

    def test_moved_where_staff_confirm_first_it_is_really_kept(self):
        booking = self.call_off()
        self.booking_type.portal_staff_confirms = True
        self.says(self.choose(booking, TWO), "The time is kept for you.")
        self.assertTrue(booking.meeting_id.active)
        booking.action_confirm()
        self.takes_place_at(booking, NOW + timedelta(hours=28))

    def test_kept_for_nobody_no_page_says_that_it_is(self):
        booking = self.call_off(from_portal=True, confirm=False)
        self.booking_type.portal_staff_confirms = True
        page = self.url_open(f"/my/bookings/{booking.id}")
        self.assertNotIn("is kept for you", page.text)

    def test_moved_by_staff_it_takes_place_again(self):
        booking = self.call_off()
        booking.with_user(self.desk).start += timedelta(hours=4)
        self.takes_place_at(booking, NOW + timedelta(hours=28))

    def test_what_staff_write_beside_brings_nothing_back(self):
        booking = self.call_off()
        booking.with_user(self.desk).name = "Yoga"
        self.synchronise()
        self.assertFalse(booking.meeting_id.active)

    def test_invitation_to_it_leads_nowhere_and_nobody_answers_it(self):
        booking = self.book_for_holder(confirm=False)
        booking.meeting_id.active = False
        attendee = booking.meeting_id.attendee_ids
        query = urlencode({"token": attendee.access_token, "id": attendee.event_id.id})
        page = self.url_open(f"/my/bookings/{booking.id}")
        self.assertNotIn("o_exivo_accept", page.text)
        for path in ("view", "accept"):
            page = self.url_open(f"/calendar/meeting/{path}?{query}")
            self.assertEqual(page.status_code, 404, path)
        done = self.post(f"/calendar/meeting/accept?{query}")
        self.assertEqual(done.status_code, 404)
        self.assertEqual(attendee.state, "needsAction")

    def test_it_uses_up_none_of_what_a_customer_may_have(self):
        self.booking_type.write({"portal_bookable": True, "portal_most_ahead": 1})
        booking = self.call_off(from_portal=True)
        partner = self.holder.partner_id
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        another = partner.resource_booking_ids - booking
        self.says(self.choose(another, TWO), "Confirmed")
        page = self.choose(booking, "2027-03-02T16:00:00+01:00")
        self.assertEqual(page.status_code, 409)
        self.assertFalse(booking.meeting_id.active)

    def test_whoever_may_not_book_any_more_brings_it_not_back(self):
        booking = self.call_off(from_portal=True)
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.booking_type.write(
            {
                "portal_bookable": True,
                "portal_who": "members",
                "portal_category_ids": [(6, 0, members.ids)],
            }
        )
        page = self.url_open(f"/my/bookings/{booking.id}")
        self.assertNotIn("If you move it to another time", page.text)
        self.assertEqual(self.choose(booking, TWO).status_code, 409)
        self.assertFalse(booking.meeting_id.active)

    def test_it_waits_for_nobodys_answer(self):
        self.booking_type.write(
            {
                "portal_bookable": True,
                "portal_staff_confirms": True,
                "portal_open_requests": 1,
            }
        )
        self.call_off(from_portal=True, confirm=False)
        partner = self.holder.partner_id
        self.assertFalse(self.booking_type._get_exivo_limit(partner))

    def test_its_time_is_free_for_its_customer_as_for_others(self):
        self.booking_type.portal_bookable = True
        booking = self.call_off(from_portal=True)
        (choice,) = get_choices(self.booking_type)
        self.assertFalse(choice.get_booked(booking.start, self.holder.partner_id))
        self.book(hours=24)
        page = self.url_open("/my/bookings/new?day=2027-03-02")
        self.assertNotIn("o_exivo_not_yours", page.text)
