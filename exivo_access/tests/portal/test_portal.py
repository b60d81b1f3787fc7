# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A customer's way through the portal: books, moves, cancels, opens the doors."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoPortalCase, link_of, pin_of


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestPortal(ExivoPortalCase):
    def test_customer_books_in_the_portal_and_finds_link_and_pin_there(self):
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.holder.partner_id.ids)],
            }
        )
        self.authenticate("exivo_holder", "exivo_holder")
        self.choose(booking, "2027-03-02T09:00:00Z")
        self.assertEqual(booking.state, "confirmed")
        access = self.accesses(booking)
        self.assertEqual(access.state, "in_progress")
        self.assertFalse(self.mails_to(self.holder.partner_id))
        self.assertIn("being prepared", self._page(booking))

        self.synchronise()
        page = self._page(booking)
        for part in (link_of(access), "Aare, Entrance", "Created"):
            self.assertIn(part, page)
        self.assertNotIn(pin_of(access), page, "only by a click")
        self.assertFalse(access.reveal_ids)
        self.assertIn(pin_of(access), self.post_for_pin(access, page="booking").text)
        self.assertEqual(access.reveal_ids.user_id, self.holder)
        self.assertIn("9:45", page, "window in the booking's zone")
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1)

    def test_follower_and_token_bearer_see_neither_pin_nor_link(self):
        booking = self.book_for_holder()
        token = booking._portal_ensure_token()
        self.synchronise()
        access = self.accesses(booking)
        for login in ("exivo_follower", None):
            with self.subTest(login=login):
                self.authenticate(login, login)
                page = self._page(booking, token)
                self.assertIn(self.room.name, page)
                self.assertNotIn(pin_of(access), page)
                self.assertNotIn(link_of(access), page)

    def test_pin_is_given_to_nobody_but_the_holder(self):
        booking = self.book_for_holder()
        self.synchronise()
        access = self.accesses(booking)
        self.authenticate("exivo_follower", "exivo_follower")
        response = self.post_for_pin(access)
        self.assertEqual(response.status_code, 404)
        self.assertNotIn(pin_of(access), response.text)
        self.assertFalse(access.reveal_ids)

        self.authenticate("exivo_holder", "exivo_holder")
        url = f"/my/exivo/accesses/{access.id}/pin"
        page = self.url_open(url)  # another language is chosen, or the tab comes back
        self.assertTrue(page.url.endswith("/my/doors"), page.url)
        self.assertNotIn(pin_of(access), page.text)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url, data={"x": 1}).status_code, 400)
        self.assertFalse(access.reveal_ids)
        for unknown in (access.id + 1000, 10**12):
            response = self.post_for_pin(access.browse(unknown))
            self.assertEqual(response.status_code, 404)

    def test_pages_with_pin_or_link_are_kept_in_no_browsers_cache(self):
        """At a shared computer the next one presses *Back*."""
        booking = self.book_for_holder()
        self.synchronise()
        access = self.accesses(booking)
        self.log_in(self.holder)
        for response in (
            self.url_open("/my/doors"),
            self.url_open(f"/my/bookings/{booking.id}"),
            self.post_for_pin(access),
            self.post_for_pin(access, page="booking"),
        ):
            self.assertIn(link_of(access), response.text)
            self.assertIn("no-store", response.headers.get("Cache-Control", ""))

    def test_customer_cancels_in_the_portal_and_the_access_goes(self):
        booking = self.book(partners=self.holder.partner_id)
        self.synchronise()
        self.authenticate("exivo_holder", "exivo_holder")
        self.post(f"/my/bookings/{booking.id}/cancel")
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_customer_moves_the_booking_in_the_portal_and_the_access_follows(self):
        booking = self.book(partners=self.holder.partner_id)
        self.synchronise()
        access = self.accesses(booking)
        pin, link = pin_of(access), link_of(access)
        self.authenticate("exivo_holder", "exivo_holder")
        self.choose(booking, "2027-03-04T09:00:00Z")
        self.synchronise()
        self.assertEqual(self.accesses(booking), access)
        self.assertEqual(access.booking_start, datetime(2027, 3, 4, 9))
        self.assertEqual(pin_of(access), pin)
        self.assertNotEqual(link_of(access), link)
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 2)

    def test_slot_that_just_became_busy_gives_no_access(self):
        self.book(hours=24)
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.holder.partner_id.ids)],
            }
        )
        self.authenticate("exivo_holder", "exivo_holder")
        self.choose(booking, "2027-03-02T09:00:00Z")
        self.synchronise()
        self.assertFalse(self.accesses(booking))
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_access_that_is_being_taken_back_is_not_promised(self):
        booking = self.book_for_holder()
        self.synchronise()
        self.accesses(booking).action_remove()
        self.log_in(self.holder)
        page = self._page(booking)
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.assertIn("being taken back", page)
        self.assertNotIn("being prepared", page)

    def test_access_that_is_just_over_offers_neither_link_nor_pin(self):
        booking = self.book_for_holder(hours=1)
        self.synchronise()
        self.log_in(self.holder)
        self.assertIn("Show the PIN", self._page(booking))
        with freeze_time(NOW + timedelta(hours=3), tick=True):
            self.log_in(self.holder)
            page = self._page(booking)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertIn("Your access", page)
        self.assertIn("Expired", page)
        for offered in ("Show the PIN", "Open the doors", "cannot be shown"):
            self.assertNotIn(offered, page)

    def test_open_page_updates_itself_from_its_own_address(self):
        booking = self.book_for_holder()
        token = booking._portal_ensure_token()
        self.synchronise()
        access = self.accesses(booking)
        self.log_in(self.holder)
        own = f'data-address="/my/bookings/{booking.id}?'
        self.assertIn(f'{own}access_token={token}"', self._page(booking, token))
        shown = self.post_for_pin(access, page="booking").text
        self.assertIn(f'{own}"', shown, "not the address of the PIN, which has no GET")

    def _page(self, booking, token=""):
        return self.url_open(f"/my/bookings/{booking.id}?access_token={token}").text
