# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The pages of a booking name its room and time, and lead to what one may do."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ...models.portal.resource_booking import MOST_MOVES
from ..common import NOW
from .test_room_finder import ExivoFinderCase

TWO = "2027-03-02T14:00:00+01:00"
WEEK_LATER = "2027-03-09T10%3A00%3A00%2B01%3A00"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestBookingPage(ExivoFinderCase):
    def _open(self, path):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return html.document_fromstring(response.content.replace(b"\xe2\x80\xaf", b" "))

    def _says(self, node):
        return " ".join(node.text_content().split())

    def test_title_heading_and_breadcrumbs_name_room_and_time(self):
        booking = self.book_for_holder()
        named = "Aare, Tuesday, March 2, 2027, 10:00 AM – 11:00 AM (Europe/Zurich)"
        for path in ("", "/schedule"):
            with self.subTest(path=path):
                page = self._open(f"/my/bookings/{booking.id}{path}")
                (heading,) = page.xpath("//h1")
                (title,) = page.xpath("//head/title")
                crumbs = page.xpath("//ol[contains(@class, 'o_portal_submenu')]")
                self.assertEqual(self._says(heading), named)
                self.assertEqual(self._says(title), named)
                self.assertIn(named, self._says(crumbs[0]))
                self.assertNotIn(f"#{booking.id}", self._says(page))

    def test_all_pages_about_a_booking_name_room_and_time(self):
        """Whoever opens the links of two mails tells the tabs apart."""
        booking = self.book_for_holder()
        page = f"/my/bookings/{booking.id}"
        help_page = f"/my/exivo/accesses/{self.accesses(booking).id}/help"
        ten = "Aare, Tuesday, March 2, 2027, 10:00 AM – 11:00 AM (Europe/Zurich)"
        two = "Aare, Tuesday, March 2, 2027, 2:00 PM – 3:00 PM (Europe/Zurich)"
        moved = f"{page}/confirm?when=2027-03-02T12:00:00%2B01:00"
        for path in (f"{page}/cancel", moved):
            crumbs = self._is_named(self.url_open(path), ten)
            (crumb,) = crumbs.xpath(f".//a[contains(@href, '{page}')]")
            self.assertEqual(self._says(crumb), ten)
        self._is_named(self.url_open(help_page), ten)
        self._is_named(self.url_open(self.address(when=TWO)), two)
        booking.portal_moves = MOST_MOVES
        self._is_named(self.url_open(f"{page}/schedule"), ten)
        self.booking_type.modifications_deadline = 48
        self._is_named(self.url_open(f"{page}/cancel"), ten)
        self.booking_type.modifications_deadline = 0
        self._is_named(self.post(f"{page}/cancel"), ten)
        self._is_named(self.url_open(f"{page}/cancel"), "Aare")

    def _is_named(self, response, name):
        tree = html.document_fromstring(response.text.replace("\u202f", " "))
        (title,) = tree.xpath("//head/title")
        (crumbs,) = tree.xpath("//ol[contains(@class, 'o_portal_submenu')]")
        for part in (title, crumbs):
            self.assertIn(name, self._says(part))
        return crumbs

    def test_cancelled_booking_says_to_its_holder_when_it_was(self):
        booking = self.book_for_holder()
        self.synchronise()
        path = f"/my/bookings/{booking.id}"
        self.post(f"{path}/cancel")
        self.synchronise()
        was = "Tuesday, March 2, 2027, 10:00 AM – 11:00 AM (Europe/Zurich)"
        for suffix in ("", "/cancel", "/schedule"):
            page = self.url_open(path + suffix)
            tree = html.document_fromstring(page.text.replace("\u202f", " "))
            (main,) = tree.xpath("//main")
            self.assertIn(was, self._says(main), suffix)
            links = main.xpath(".//a/@href")
            self.assertTrue({"/my/bookings", "/my/bookings/new"} & {*links}, suffix)
        self.log_in(self.follower)
        self.assertNotIn(was, self._says(self._open(path)))

    def test_portals_home_leads_to_the_bookings_in_our_words(self):
        page = self._open("/my/home")
        (card,) = page.xpath("//a[@href='/my/bookings']")
        self.assertIn("Bookings See, move and cancel what you booked", self._says(card))

    def test_list_of_bookings_names_rooms_and_times(self):
        self.book_for_holder()
        page = self._open("/my/bookings")
        (row,) = page.xpath("//tbody/tr")
        for part in ("Aare", "Tuesday, March 2, 2027, 10:00 AM", "Confirmed"):
            self.assertIn(part, self._says(row))

    def test_booking_without_a_time_says_so(self):
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        booking = self.bookings()
        page = self._open(f"/my/bookings/{booking.id}")
        self.assertIn("No time chosen yet", self._says(page))
        self.assertEqual(self._says(page.xpath("//h1")[0]), "Book Aare")
        self.assertFalse(page.xpath("//a[contains(@class, 'o_exivo_again')]"))

    def test_month_is_named_in_the_visitors_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.holder.lang = "de_DE"
        self.log_in(self.holder)
        booking = self.book_for_holder()
        page = self._open(f"/my/bookings/{booking.id}/schedule")
        self.assertIn("März 2027", self._says(page))

    def test_same_a_week_later_is_booked_from_the_bookings_page_and_asks_first(self):
        booking = self.book_for_holder()
        page = self._open(f"/my/bookings/{booking.id}")
        (again,) = page.xpath("//a[contains(@class, 'o_exivo_again')]/@href")
        self.assertIn(WEEK_LATER, again)
        asked = self.url_open(again)
        self.assertIn("Tuesday, March 9", asked.text)
        self.assertFalse(self.bookings())
        (form,) = (
            one
            for one in html.document_fromstring(asked.content).forms
            if one.method == "POST" and "when" in one.fields
        )
        self.url_open(again.partition("?")[0], data=dict(form.form_values()))
        self.assertEqual(str(self.bookings().start), "2027-03-09 09:00:00")
        self.assertEqual(self.bookings().combination_id, booking.combination_id)

    def test_booking_of_long_ago_is_repeated_in_the_week_to_come(self):
        """At the same hour of the clock, also after it was changed."""
        booking = self.book_for_holder()
        with freeze_time("2027-04-10 09:00:00"):
            self.log_in(self.holder)
            page = self._open(f"/my/bookings/{booking.id}")
            (again,) = page.xpath("//a[contains(@class, 'o_exivo_again')]/@href")
        self.assertIn("2027-04-13T10%3A00%3A00%2B02%3A00", again)

    def test_who_may_not_book_it_alone_cannot_repeat_it(self):
        booking = self.book_for_holder()
        token = booking._portal_ensure_token()
        self.log_in(self.follower)
        path = f"/my/bookings/{booking.id}"
        page = self._open(f"{path}?access_token={token}")
        self.assertFalse(page.xpath("//a[contains(@class, 'o_exivo_again')]"))
        led = self.url_open(f"{path}/again")
        self.assertTrue(led.url.endswith("/my/bookings/new"), led.url)
        self.log_in(self.holder)
        self.assertIn(WEEK_LATER, self.url_open(f"{path}/again").url)
        self.booking_type.portal_bookable = False
        self.assertFalse(
            self._open(path).xpath("//a[contains(@class, 'o_exivo_again')]")
        )

    def test_who_has_a_login_of_another_company_is_led_to_no_rooms_of_theirs(self):
        company = self.env["res.company"].create({"name": "Neighbours"})
        companies = [(6, 0, company.ids)]
        self.holder.write({"company_id": company.id, "company_ids": companies})
        booking = self.book_for_holder()
        self.synchronise()
        (mail,) = self.mails_to(self.holder.partner_id)
        self.assertNotIn("/again", mail.body_html)
        led = self.url_open(f"/my/bookings/{booking.id}/again")
        self.assertEqual(led.status_code, 404)
        self.assertIn("o_exivo_refusal", led.text)

    def test_who_has_a_login_of_two_companies_finds_the_rooms_of_both(self):
        company = self.env["res.company"].create({"name": "Neighbours"})
        companies = [(6, 0, (company | self.env.company).ids)]
        self.holder.write({"company_id": company.id, "company_ids": companies})
        other = self.add_type("Their room")
        other.company_id = company
        booking = self.book_for_holder()
        self.synchronise()
        (mail,) = self.mails_to(self.holder.partner_id)
        self.assertIn("/again", mail.body_html)
        led = self.url_open(f"/my/bookings/{booking.id}/again")
        self.assertEqual(led.status_code, 200)
        self.assertIn(WEEK_LATER, led.url)
        named = {"Aare (Book Aare)", "Their room (Book Their room)"}
        self.assertEqual({*self.rooms(self.look())}, named)
        self.confirm(when=TWO)
        self.assertEqual(self.bookings().state, "confirmed")

    def test_minutes_that_are_no_part_of_an_hour_stay_when_staff_move_it(self):
        self.booking_type.write({"duration": 1 / 3, "slot_duration": 1 / 3})
        self.confirm()
        booking, minutes = self.bookings(), timedelta(minutes=20)
        start = booking.start + timedelta(hours=2)
        booking.meeting_id.write({"start": start, "stop": start + minutes})
        page = self._open(f"/my/bookings/{booking.id}")
        (again,) = page.xpath("//a[contains(@class, 'o_exivo_again')]/@href")
        self.assertEqual(self.url_open(again).status_code, 200)
        asked = f"/my/bookings/{booking.id}/confirm?when={TWO.replace('+', '%2B')}"
        self.assertIn("2:00 PM – 2:20 PM", self._says(self._open(asked)))
        self.choose(booking, TWO)
        self.env.invalidate_all()
        meeting = booking.meeting_id
        self.assertEqual(meeting.start, start + timedelta(hours=2))
        self.assertEqual(meeting.stop - meeting.start, minutes)

    def test_minutes_that_odoo_rounds_up_fit_beside_other_bookings(self):
        self.booking_type.write({"duration": 2 / 3, "slot_duration": 2 / 3})
        booking = self.book_for_holder(hours=24, duration=2 / 3)
        start, minutes = booking.start + timedelta(hours=2), timedelta(minutes=40)
        booking.meeting_id.write({"start": start, "stop": start + minutes})
        self.assertEqual(booking.stop, start + minutes)
        self.book(hours=26 + 2 / 3, duration=2 / 3)
        booking.meeting_id.write({"start": start, "stop": start + minutes})
        self.assertEqual(booking.stop, start + minutes)

    def test_mail_leads_to_moving_cancelling_and_repeating(self):
        booking = self.book_for_holder()
        self.synchronise()
        (mail,) = self.mails_to(self.holder.partner_id)
        links = html.fromstring(mail.body_html).xpath("//a/@href")
        for suffix in ("/schedule?", "/cancel?", "/again"):
            (link,) = (one for one in links if f"/{booking.id}{suffix}" in one)
            path = link.partition(self.env["res.partner"].get_base_url())[2]
            self.assertEqual(self.url_open(path or link).status_code, 200)
        self.assertEqual(booking.state, "confirmed", "following them does nothing")
        self.assertFalse(self.bookings())
