# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*Book a room*: customers with a login make bookings of their own."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import SUPERUSER_ID
from odoo.exceptions import ValidationError
from odoo.http import request
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoPortalCase, link_of


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestSelfService(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking_type.write({"portal_bookable": True, "location": "Riverside 1"})

    def setUp(self):
        super().setUp()
        self.log_in(self.holder)

    # === WHAT THERE IS TO BOOK === #

    def test_page_tells_what_can_be_booked(self):
        self.booking_type.duration = 1.5
        helper = self.env["resource.resource"].create(
            {"name": "Helga Helper", "resource_type": "user", "user_id": self.env.uid}
        )
        self.booking_type.combination_rel_ids.combination_id.resource_ids += helper
        page = self._page()
        for part in ("Book Aare", "1 hour 30 minutes", "Riverside 1", "Room:"):
            self.assertIn(part, page)
        self.assertNotIn("Helga", page, "people are not shown")

    def test_only_what_is_marked_active_bookable_and_of_the_own_company(self):
        shared, unmarked, archived, empty, foreign = (
            self._create_type(self._create_room(name))
            for name in ("Shared", "Unmarked", "Archived", "Empty", "Foreign")
        )
        (shared | archived | empty | foreign).portal_bookable = True
        shared.company_id = False
        archived.active = False
        empty.combination_rel_ids.unlink()
        foreign.company_id = self.env["res.company"].create({"name": "Other"})
        page = self._page()
        self.assertIn("Book Aare", page)
        self.assertIn("Book Shared", page)
        hidden = unmarked | archived | empty | foreign
        for booking_type in hidden:
            self.assertNotIn(booking_type.name, page)
        for type_id in (*hidden.ids, hidden[-1].id + 1000, 10**12):
            with self.subTest(type_id=type_id):
                self.assertEqual(self._begin(type_id).status_code, 404)
        self.assertFalse(self._requests())

    def test_links_are_there_only_if_there_is_something_to_book(self):
        for bookable in (True, False):
            self.booking_type.portal_bookable = bookable
            with self.subTest(bookable=bookable):
                page = self.url_open("/my/bookings").text
                self.assertIn("no bookings for your account", page)
                self.assertEqual("/my/bookings/new" in page, bookable)
                counters = self.counters("exivo_bookable_count")
                self.assertEqual(counters["exivo_bookable_count"], int(bookable))
        self.assertIn("nothing to book", self._page())
        self.assertIn("exivo_bookable_count", self.url_open("/my").text)

    # === BOOKING === #

    def test_customer_begins_a_booking_and_goes_on_to_its_slots(self):
        response = self._begin()
        booking = self._requests()
        self.assertEqual(booking.partner_ids, self.holder.partner_id)
        self.assertEqual(booking.state, "pending")
        self.assertTrue(booking.from_portal)
        self.assertFalse(booking.user_id)
        self.assertIn(f"/my/bookings/{booking.id}/schedule", response.url)
        self.assertIn("o_booking_calendar", response.text)
        self.assertFalse(self.mails_to(self.holder.partner_id))

    def test_customer_chooses_a_slot_and_gets_the_access_without_staff(self):
        booking = self._book_and_confirm()
        self.assertEqual(booking.state, "confirmed")
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        self.assertEqual(access.partner_id, self.holder.partner_id)
        self.assertIn(link_of(access), self.url_open("/my/doors").text)
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1)

    def test_staff_move_the_meeting_and_the_customer_keeps_the_access(self):
        booking = self._book_and_confirm()
        self.synchronise()
        booking.meeting_id.write(
            {
                "start": booking.start + timedelta(hours=2),
                "stop": booking.stop + timedelta(hours=2),
            }
        )
        self.synchronise()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(self.accesses(booking).state, "created")

    def test_copy_of_such_a_booking_is_staffs_own(self):
        self._begin()
        self.assertFalse(self._requests().copy().from_portal)

    def test_nothing_is_made_by_looking_or_without_token_or_login(self):
        path = f"/my/bookings/new/{self.booking_type.id}"
        self._page()
        self.assertTrue(self.url_open(path).url.endswith("/my/bookings/new"))
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path, data={"x": 1}).status_code, 400)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/bookings/new").url)
        self.assertFalse(self._requests())

    # === OPEN REQUESTS === #

    def test_open_request_can_be_continued(self):
        self._begin()
        booking = self._requests()
        page = self._page()
        self.assertIn(f"/my/bookings/{booking.id}/schedule", page)
        self.assertIn("Book another one", page)
        link = f"//a[contains(@href, '/my/bookings/{booking.id}/schedule')]"
        (said,) = html.document_fromstring(page).xpath(link)
        self.assertEqual(said.text_content(), "Choose a time: Book Aare")
        booking.action_cancel()
        self.assertNotIn(f"/my/bookings/{booking.id}/schedule", self._page())

    def test_above_the_limit_nothing_is_made_and_the_open_ones_are_offered(self):
        for _click in range(2):
            self._begin()
        bookings = self._requests()
        self.assertEqual(len(bookings), 2)
        response = self._begin()
        self.assertEqual(self._requests(), bookings)
        self.assertIn("Please choose a time", response.text)
        self.assertNotIn("Book another one", response.text)
        for booking in bookings:
            self.assertIn(f"/my/bookings/{booking.id}/schedule", response.text)

    def test_limit_is_the_customers_own_and_the_types_own(self):
        self.booking_type.portal_open_requests = 1
        other = self._create_type(self._create_room("Reuss"))
        other.portal_bookable = True
        self._request(self.follower.partner_id)
        self._request(self.holder.partner_id, from_portal=False)
        self._begin(other.id)
        self.assertFalse(self._requests() - self._requests(other))
        self._begin()
        self.assertEqual(len(self._requests() - self._requests(other)), 1)
        self._begin()
        self.assertEqual(len(self._requests() - self._requests(other)), 1)

    def test_booking_with_a_slot_no_longer_counts(self):
        self.booking_type.portal_open_requests = 1
        self._book_and_confirm()
        self._begin()
        self.assertEqual(len(self._requests()), 2)

    def test_limit_below_one_is_refused_in_words(self):
        form = Form(self.booking_type)
        form.portal_open_requests = 0
        with self.assertRaisesRegex(ValidationError, "at least one open request"):
            form.save()

    # === CLEAN-UP === #

    def test_abandoned_requests_are_deleted_after_a_day(self):
        lost_slot, left, fresh = (
            self._request(self.holder.partner_id) for _number in range(3)
        )
        self.book()
        self._confirm(lost_slot)  # somebody was faster
        self.assertFalse(lost_slot.start or lost_slot.stop or lost_slot.meeting_id)
        self._clean_up(lost_slot | left, fresh)
        self.assertFalse((lost_slot | left).exists())
        self.assertTrue(fresh.exists())

    def test_clean_up_leaves_everything_else_alone(self):
        partner = self.holder.partner_id
        bookings = {
            "made by staff": self._request(partner, from_portal=False),
            "confirmed": self._book_and_confirm(),
            "cancelled": self._request(partner),
            "once with an access": self._request(partner),
            "once with a slot": self._request(partner),
            "written on": self._request(partner),
        }
        bookings["cancelled"].action_cancel()
        silent = bookings["once with an access"].with_context(tracking_disable=True)
        silent.start = NOW + timedelta(days=2)
        silent.action_confirm()
        self.plan()
        silent.action_unschedule()
        self.assertTrue(self.accesses(silent))
        self.rule.unlink()
        self._confirm(bookings["once with a slot"], days=3)
        bookings["once with a slot"].action_unschedule()
        self.comment(
            bookings["written on"], "Is there a beamer?", message_type="comment"
        )
        for booking in bookings.values():
            self._clean_up(booking)
        for name, booking in bookings.items():
            with self.subTest(name):
                self.assertTrue(booking.exists())

    # === IN THE BROWSER === #

    def test_from_book_a_room_to_my_doors_in_the_browser(self):
        self.start_tour("/my", "exivo_book_a_room", login=self.holder.login)
        booking = self._requests()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(str(booking.start), "2027-03-02 09:00:00")
        self.synchronise()
        access, later = self.accesses(booking), self.book_for_holder(hours=48)
        with self._synchronising_after_a_look_at(access):
            self.start_tour("/my", "exivo_my_doors", login=self.holder.login)
        self.assertEqual(self.accesses(later).state, "created")
        self.assertEqual(len(access.reveal_ids), 1)

    @contextmanager
    def _synchronising_after_a_look_at(self, access):
        """Let what is in progress arrive while the page with a PIN is open."""
        partners = self.env.registry["res.partner"]
        get_current_accesses = partners._get_exivo_current_accesses

        def synchronise_first(self):
            reveals = self.env["exivo.pin.reveal"].sudo()
            seen = reveals.search([("access_id", "=", access.id)])
            if seen and request.httprequest.method == "GET":
                superuser = self.env(user=SUPERUSER_ID)
                superuser["exivo.synchroniser"]._cron_synchronise()
            return get_current_accesses(self)

        with patch.object(partners, "_get_exivo_current_accesses", synchronise_first):
            yield

    # === HELPERS === #

    def _page(self):
        response = self.url_open("/my/bookings/new")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_defaults_of_the_visitor_choose_neither_room_nor_time(self):
        """Odoo takes an employee's own defaults also in superuser mode."""
        clerk = self._create_user("exivo_clerk", "base.group_user")
        secret = self._create_type(self._create_room("Server Room"))
        combination = secret.combination_rel_ids.combination_id
        for name, value in {
            "combination_auto_assign": False,
            "combination_id": combination.id,
            "duration": 48.0,
            "start": "2027-03-01 09:03:00",
            "user_id": clerk.id,
        }.items():
            self.env["ir.default"].with_user(clerk).set(
                "resource.booking", name, value, True
            )
        self.log_in(clerk)
        before = self.env["resource.booking"].search([])
        self._begin()
        booking = self.env["resource.booking"].search([]) - before
        self.assertEqual(booking.state, "pending")
        self.assertEqual(booking.duration, self.booking_type.duration)
        self.assertFalse(booking.start or booking.combination_id or booking.meeting_id)
        self.assertTrue(booking.combination_auto_assign)
        self._confirm(booking)
        self.assertEqual(booking.combination_id.resource_ids, self.room)

    def _begin(self, type_id=None):
        return self.post(f"/my/bookings/new/{type_id or self.booking_type.id}")

    def _confirm(self, booking, days=1):
        """Choose 10:00 in Zurich, as the portal's calendar does."""
        start = NOW + timedelta(days=days)
        return self.choose(booking, f"{start.isoformat()}Z")

    def _book_and_confirm(self, days=1):
        before = self._requests()
        self._begin()
        booking = self._requests() - before
        self._confirm(booking, days)
        return booking

    def _request(self, partner, **vals):
        """A pending booking."""
        return self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, partner.ids)],
                "from_portal": True,
                **vals,
            }
        )

    def _requests(self, booking_type=None):
        """What the customer has made."""
        domain = [
            ("from_portal", "=", True),
            ("partner_ids", "in", self.holder.partner_id.ids),
        ]
        if booking_type:
            domain.append(("type_id", "=", booking_type.id))
        return self.env["resource.booking"].search(domain)

    def _clean_up(self, old, young=None):
        """Run the scheduled action on bookings of 25 and of 23 hours ago."""
        self.plan()
        self.env.flush_all()
        for bookings, hours in ((old, 25), (young, 23)):
            if bookings:
                self.env.cr.execute(
                    "UPDATE resource_booking SET write_date = %s WHERE id IN %s",
                    [NOW - timedelta(hours=hours), tuple(bookings.ids)],
                )
        self.env.invalidate_all()
        self.env.ref("exivo_access.ir_cron_remove_abandoned").method_direct_trigger()
