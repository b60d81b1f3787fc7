# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whose session was over when a form was sent is led back to it by the login."""

from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW, pin_of
from .test_room_finder import ExivoFinderCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestBackFromLogin(ExivoFinderCase):
    def test_who_had_to_log_in_comes_to_the_form_and_nothing_is_done(self):
        self.rule.write({"holders": "attendees", "customer_may_open": True})
        self.booking_type.portal_guests = 2
        booking = self.book_for_holder(hours=0)
        self.synchronise()
        access = self.accesses(booking)
        pin = pin_of(access)
        own, door = f"/my/bookings/{booking.id}", f"/my/exivo/accesses/{access.id}"
        opening = f"{door}/open/{self.aare.id}"
        for path, back in (
            (f"/my/bookings/new/{self.booking_type.id}", "/my/bookings/new"),
            (f"{own}/guests", own),
            (f"{own}/guests/1", own),
            (f"{door}/code", f"{door}/help"),
            (f"{opening}/now", opening),
        ):
            with self.subTest(path=path):
                self.authenticate(None, None)
                asked = self.post(path, email="bea@example.com")
                login = urlsplit(asked.url)
                self.assertEqual(login.path, "/web/login")
                self.log_in(self.holder)
                page = self.url_open(parse_qs(login.query)["redirect"][0])
                self.assertEqual(page.status_code, 200)
                self.assertEqual(urlsplit(page.url).path, back)
        self.env.invalidate_all()
        self.assertFalse(self.bookings())
        self.assertFalse(booking.exivo_guest_ids)
        self.assertEqual(pin_of(access), pin)
        self.assertFalse(self.exivo.unlocked)
