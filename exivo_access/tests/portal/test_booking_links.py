# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whoever follows an address changes no booking; a form of the page does."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlencode

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoPortalCase

#: 10:00 in Zurich on the next day, on the grid of the schedule page.
SLOT = "2027-03-02T10:00:00+01:00"
#: Of the moments that are no answer, what is wrong with them, and what that means.
UNREADABLE = {
    "missing": None,
    "empty": "",
    "words": "tomorrow",
    "without zone": "2027-03-02T10:00:00",
    "day": "2027-03-02",
    "no such day": "2027-02-30T10:00:00Z",
    "no such hour": "2027-03-02T25:00:00Z",
    "null": "2027-03-02T10:00:00Z\0",
    "other digits": "２０２７-03-02T10:00:00Z",
    "plus read as a blank": "2027-03-02T10:00:00 01:00",
    "last moment": "9999-12-31T23:59:59-12:00",
    "first moment": "0001-01-01T00:00:00+14:00",
}
NOT_OFFERED = {
    "past": "2027-02-02T10:00:00+01:00",
    "just past": "2027-03-01T09:30:00+01:00",
    "off the grid": "2027-03-02T10:07:13+01:00",
    "fraction": "2027-03-02T10:00:00.5+01:00",
    "far": "2099-03-02T10:00:00+01:00",
}


class ExivoLinkCase(ExivoPortalCase):
    def state_of(self, booking):
        """What following an address must not change."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["start", "stop", "state", "active", "meeting_id", "combination_id"]
        return booking.read(names), [
            (attendee.partner_id, attendee.state)
            for attendee in booking.meeting_id.attendee_ids
        ]

    @contextmanager
    def unchanged(self, booking):
        before = self.state_of(booking)
        yield
        self.assertEqual(self.state_of(booking), before)

    def submit(self, response, ending):
        """Press the button of the form of a page that goes to some address."""
        form = self.form(response, ending)
        self.assertEqual(form.method, "POST")
        return self.url_open(
            form.action, data=dict(form.form_values()), allow_redirects=True
        )

    def form(self, response, ending):
        tree = html.document_fromstring(response.content)
        tree.make_links_absolute(response.url)
        (form,) = (
            form
            for form in tree.forms
            if form.action.partition("?")[0].endswith(ending)
        )
        return form

    def says(self, response, *parts):
        text = " ".join(
            html.document_fromstring(response.content).text_content().split()
        )
        for part in parts:
            self.assertIn(part, text)
        self.assertNotIn("Traceback", text)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestBookingLinks(ExivoLinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # small pages, with 10:00 on them
        cls.booking_type.slot_duration = 10
        cls.company = cls.booking_type.company_id
        cls.company.write({"phone": "+41 44 000 00 00", "email": "desk@example.com"})

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.pending = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.holder.partner_id.ids)],
            }
        )

    def _address(self, booking, what, **query):
        query = {"access_token": booking._portal_ensure_token(), **query}
        return f"/my/bookings/{booking.id}/{what}?{urlencode(query)}"

    def _confirm(self, booking, when=SLOT):
        return self.choose(booking, when)

    def _cancel(self, booking):
        token = booking._portal_ensure_token()
        return self.post(f"/my/bookings/{booking.id}/cancel", access_token=token)

    def _offered(self, page):
        forms = html.document_fromstring(page.content).forms
        return [form.fields["when"] for form in forms if "when" in form.fields]

    # === WHICH BOOKINGS === #

    def test_booking_has_doors_if_any_room_that_it_has_or_may_get_has_a_rule(self):
        plain = self._create_room("Plain")
        plain_type = self._create_type(plain)
        booked = self.book(hours=48)
        no_doors = self.book(hours=48, type_id=plain_type.id)
        self.assertTrue(booked._has_exivo_doors())
        self.assertTrue(self.pending._has_exivo_doors())
        self.assertFalse(no_doors._has_exivo_doors())
        # a room among others that the type can give
        plain_type.combination_rel_ids = [
            (0, 0, {"combination_id": booked.combination_id.id})
        ]
        self.assertTrue(no_doors._has_exivo_doors())
        plain_type.combination_rel_ids[1:].unlink()
        # a room that the type no longer gives, but the booking has
        booked.type_id.combination_rel_ids = [
            (5, 0, 0),
            (0, 0, {"combination_id": no_doors.combination_id.id}),
        ]
        self.assertTrue(booked._has_exivo_doors())
        self.assertFalse(self.pending._has_exivo_doors())

    def test_archived_rooms_count_and_archived_rules_do_not(self):
        self.rule.booking_state = "scheduled"
        self.room.active = False
        self.assertTrue(self.pending._has_exivo_doors())
        self.pending.active = False
        self.assertTrue(self.pending._has_exivo_doors())
        self.rule.active = False
        self.assertFalse(self.pending._has_exivo_doors())
        self.assertFalse((self.pending - self.pending)._has_exivo_doors())

    # === FOLLOWING AN ADDRESS === #

    @mute_logger("odoo.http")
    def test_following_an_address_cancels_and_moves_nothing(self):
        booked = self.book_for_holder()
        for login in (None, self.holder.login):
            self.authenticate(login, login)
            for booking in (booked, self.pending):
                for address in (
                    self._address(booking, "cancel"),
                    self._address(booking, "confirm", when=SLOT),
                    self._address(booking, "confirm", when=SLOT, _method="POST"),
                    self._address(booking, "cancel", _method="POST"),
                ):
                    for method in ("GET", "HEAD", "OPTIONS"):
                        with self.subTest(address=address, method=method):
                            with self.unchanged(booking):
                                response = self.url_open(address, method=method)
                            self.assertLess(response.status_code, 500)

    @mute_logger("odoo.http")
    def test_forged_forms_cancel_and_move_nothing(self):
        booked = self.book_for_holder()
        self.log_in(self.holder)
        for data in ({"x": "1"}, {"csrf_token": "1"}, {"_method": "GET"}):
            for what in ("cancel", "confirm"):
                address = self._address(booked, what, when=SLOT)
                with self.subTest(data=data, what=what), self.unchanged(booked):
                    response = self.url_open(address, data=data)
                    self.assertEqual(response.status_code, 400)
        for method in ("PUT", "DELETE", "PATCH"):
            with self.subTest(method=method), self.unchanged(booked):
                self.url_open(self._address(booked, "cancel"), method=method)
        header = {"X-HTTP-Method-Override": "POST"}
        with self.unchanged(booked):
            self.url_open(self._address(booked, "cancel"), headers=header)

    # === CHOOSING A TIME === #

    def test_page_that_asks_says_which_time_and_room_and_leads_to_the_booking(self):
        self.authenticate(None, None)
        asked = self.url_open(self._address(self.pending, "confirm", when=SLOT))
        self.assertEqual(asked.status_code, 200)
        self.says(asked, "Aare", "March 2, 2027", "10:00", "Europe/Zurich", "Back")
        self.assertEqual(self.pending.state, "pending")
        done = self.submit(asked, "/confirm")
        self.assertEqual(done.status_code, 200)
        self.assertIn(f"/my/bookings/{self.pending.id}", done.url)
        self.assertEqual(self.pending.state, "confirmed")
        self.assertEqual(str(self.pending.start), "2027-03-02 09:00:00")

    def test_page_that_asks_names_the_rooms_of_which_it_may_be_one(self):
        other = self._create_type(self._create_room("Reuss"))
        self.booking_type.combination_rel_ids = [
            (0, 0, {"combination_id": other.combination_rel_ids.combination_id.id})
        ]
        first = self.booking_type.combination_rel_ids[0]
        for sequence in (99, first.sequence):  # moves its row behind the other's
            first.sequence = sequence
            first.flush_recordset()
        asked = self.url_open(self._address(self.pending, "confirm", when=SLOT))
        self.says(asked, "Possible rooms Aare, Reuss")

    def test_page_that_asks_about_a_move_says_from_when(self):
        booked = self.book_for_holder(hours=48)
        asked = self.url_open(self._address(booked, "confirm", when=SLOT))
        self.says(asked, "Move your booking?", "March 2, 2027", "March 3, 2027")

    def test_schedule_page_books_without_asking_twice(self):
        self.authenticate(None, None)
        page = self.url_open(self._address(self.pending, "schedule"))
        self._press(page, SLOT)
        self.assertEqual(self.pending.state, "confirmed")

    def test_form_that_asks_whether_to_book_moves_nothing(self):
        """Two pages of a booking without a time are open, and both are sent."""
        page = self.url_open(self._address(self.pending, "schedule"))
        first, second = self._offered(page)[:2]
        asked = self.url_open(self._address(self.pending, "confirm", when=second))
        self._press(page, first)
        self.assertEqual(self.pending.state, "confirmed")
        with self.unchanged(self.pending):
            for stale in (self._press(page, second), self.submit(asked, "/confirm")):
                self.assertEqual(stale.status_code, 200)
                self.says(stale, "Move your booking?", "Until now Monday, March 1")
        self.submit(stale, "/confirm")
        self.assertEqual(self.pending.portal_moves, 1)
        self.assertNotIn("2027-03-02", str(self.pending.start))

    def _press(self, page, when):
        """Press the button of the dialog of a time."""
        tree = html.document_fromstring(page.content)
        (form,) = (one for one in tree.forms if one.fields.get("when") == when)
        return self.url_open(form.action, data=dict(form.form_values()))

    def test_schedule_page_begins_with_the_month_of_the_booking(self):
        booked = self.book_for_holder(hours=24 * 65)
        page = self.url_open(self._address(booked, "schedule"))
        (month,) = html.document_fromstring(page.content).xpath("//th[@colspan='5']")
        self.assertEqual(month.text_content().strip(), "May 2027")
        forms = html.document_fromstring(page.content).forms
        dialog = next(form for form in forms if "when" in form.fields)
        said = " ".join(dialog.text_content().split())
        for part in ("Move your booking?", "Until now", "May 5, 2027", "Move it"):
            self.assertIn(part, said)
        self.assertNotIn("Confirm booking", said)
        page = self.url_open(self._address(self.pending, "schedule"))
        self.says(page, "March 2027", "Book this time?", "Confirm booking")

    def test_all_that_the_schedule_page_offers_is_taken_and_nothing_else(self):
        """In a calendar with hours, on a grid of another length than the booking."""
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": "Open",
                    "dayofweek": "1",
                    "hour_from": 8.25,
                    "hour_to": 12,
                    "day_period": "morning",
                },
            )
        ]
        self.booking_type.write({"duration": 1, "slot_duration": 0.75})
        self.pending.duration = 1
        page = self.url_open(self._address(self.pending, "schedule"))
        mornings = [one for one in self._offered(page) if one.startswith("2027-03-02")]
        self.assertEqual(
            [when[11:16] for when in mornings], ["08:15", "09:00", "09:45", "10:30"]
        )
        for hour in ("08:00", "08:30", "10:00", "11:15", "12:00"):
            with self.subTest(hour=hour), self.unchanged(self.pending):
                refused = self._confirm(self.pending, f"2027-03-02T{hour}:00+01:00")
                self.assertEqual(refused.status_code, 409)
        for when in mornings:
            self._confirm(self.pending, when)
            self.assertEqual(self.pending.state, "confirmed")
            start = self.pending.start + timedelta(hours=1)
            self.assertEqual(f"{start:%H:%M}", when[11:16])

    def test_bad_times_get_a_sentence_on_the_schedule_page(self):
        self.log_in(self.holder)
        for booking in (self.pending, self.book_for_holder(hours=48)):
            for status, cases in ((400, UNREADABLE), (409, NOT_OFFERED)):
                for name, when in cases.items():
                    with self.subTest(name), self.unchanged(booking):
                        for response in (
                            self._confirm(booking, when),
                            self.url_open(
                                self._address(booking, "confirm", **_given(when))
                            ),
                        ):
                            self.assertEqual(response.status_code, status)
                            self.says(response, "choose", "timezone")
                            self.assertIn("o_booking_calendar", response.text)

    def test_time_inside_the_deadline_is_refused(self):
        self.booking_type.modifications_deadline = 30
        with self.unchanged(self.pending):
            refused = self._confirm(self.pending)
        self.assertEqual(refused.status_code, 409)
        self._confirm(self.pending, "2027-03-03T10:00:00+01:00")
        self.assertEqual(self.pending.state, "confirmed")

    def test_slot_that_is_busy_gets_a_sentence_and_leaves_the_booking_as_it_was(self):
        self.book(hours=24)
        for booking in (self.pending, self.book_for_holder(hours=48)):
            with self.unchanged(booking):
                refused = self._confirm(booking)
            self.assertEqual(refused.status_code, 409)
            self.says(refused, "This time is not free")

    def test_slot_that_became_busy_in_the_last_moment_leaves_the_booking_as_it_was(
        self,
    ):
        """Both had looked before either had booked."""
        self.book(hours=24)
        bookings = self.env.registry["resource.booking"]
        for booking in (self.pending, self.book_for_holder(hours=48)):
            with (
                patch.object(bookings, "_offers_exivo_time", lambda *args: True),
                self.unchanged(booking),
            ):
                refused = self._confirm(booking)
            self.assertEqual(refused.status_code, 409)
            self.says(refused, "This time is not free")
            other = self._offered(refused)[0]
            self.assertEqual(self._confirm(booking, other).status_code, 200)
            self.assertEqual(booking.state, "confirmed")

    def test_what_an_address_says_went_wrong_is_not_shown(self):
        page = self.url_open(
            self._address(self.pending, "schedule", error="Call 0900 000 000")
        )
        text = html.document_fromstring(page.content).text_content()
        self.assertNotIn("0900", text)

    def test_pressing_twice_books_once(self):
        self.log_in(self.holder)
        self._confirm(self.pending)
        self.synchronise()
        mails = len(self.mails_to(self.holder.partner_id))
        with self.unchanged(self.pending):
            again = self._confirm(self.pending)
        self.assertEqual(again.status_code, 200)
        self.says(again, "Your access")
        self.synchronise()
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), mails)

    def test_months_that_are_not_shown_get_a_sentence(self):
        for month in ("2027/13", "2027/0", "0/1", "99999/1", "2099/1", "2027/2", "1/1"):
            with self.subTest(month=month):
                page = self.url_open(self._address(self.pending, f"schedule/{month}"))
                self.assertEqual(page.status_code, 404)
                self.says(page, "no times to choose", "March 2027")
        for month in ("2027/3", "2027/4", "2029/3"):
            page = self.url_open(self._address(self.pending, f"schedule/{month}"))
            self.assertEqual(page.status_code, 200)

    # === CANCELLING === #

    def test_page_that_asks_before_cancelling_says_what_and_leads_to_it(self):
        booked = self.book_for_holder()
        self.authenticate(None, None)
        asked = self.url_open(self._address(booked, "cancel"))
        self.assertEqual(asked.status_code, 200)
        self.says(asked, "Cancel your booking?", "Aare", "March 2, 2027", "Back")
        self.assertTrue(booked.active)
        done = self.submit(asked, "/cancel")
        self.says(done, "Your booking is cancelled")
        self.assertFalse(booked.active)
        self.assertFalse(booked.meeting_id)

    def test_cancelling_on_the_bookings_page_asks_once(self):
        booked = self.book_for_holder()
        self.log_in(self.holder)
        page = self.url_open(f"/my/bookings/{booked.id}")
        self.assertNotIn(f'href="/my/bookings/{booked.id}/cancel', page.text)
        self.says(self.submit(page, "/cancel"), "Your booking is cancelled")
        self.assertFalse(booked.active)

    def test_cancelling_twice_gets_a_friendly_page(self):
        booked = self.book_for_holder()
        address = self._address(booked, "cancel")
        self.log_in(self.holder)
        self._cancel(booked)
        for response in (
            self.post(f"/my/bookings/{booked.id}/cancel"),
            self.url_open(f"/my/bookings/{booked.id}/cancel"),
        ):
            self.assertEqual(response.status_code, 200)
            self.says(response, "is cancelled")
        refused = self.post(f"/my/bookings/{booked.id}/confirm", when=SLOT)
        self.assertEqual(refused.status_code, 409)
        self.says(refused, "is cancelled")
        self.assertFalse(booked.active)
        # the token is gone with the booking
        self.authenticate(None, None)
        for response in (self.url_open(address), self.post(address)):
            self.assertEqual(response.status_code, 404)
            self.says(response, "may be cancelled already")

    def test_too_late_to_cancel_or_move_says_whom_to_ask(self):
        self.booking_type.modifications_deadline = 48
        booked = self.book_for_holder(hours=24)
        self.log_in(self.holder)
        for response in (
            self._cancel(booked),
            self._confirm(booked, "2027-03-09T10:00:00+01:00"),
            self.url_open(self._address(booked, "cancel")),
            self.url_open(self._address(booked, "schedule")),
            self.url_open(
                self._address(booked, "confirm", when="2027-03-09T10:00:00+01:00")
            ),
        ):
            self.assertEqual(response.status_code, 409)
            self.says(response, "2 days", "+41 44 000 00 00", "desk@example.com")
        self.assertTrue(booked.active)
        self.assertEqual(str(booked.start), "2027-03-02 09:00:00")

    def test_booking_is_not_moved_without_end(self):
        booked = self.book_for_holder(hours=72)
        self.log_in(self.holder)
        schedule = self._address(booked, "schedule")
        for move in range(20):
            offered = self._offered(self.url_open(schedule))
            moved = self._confirm(booked, offered[move % 2])
            self.assertEqual(moved.status_code, 200)
            self.assertEqual(booked.portal_moves, move + 1)
        start = booked.start
        for response in (
            self._confirm(booked, offered[2]),
            self.url_open(schedule),
        ):
            self.assertEqual(response.status_code, 409)
            self.says(response, "cannot be moved here any more", "desk@example.com")
        self.assertEqual(booked.start, start)
        self._cancel(booked)
        self.assertFalse(booked.active)

    def test_too_late_in_the_last_moment_says_whom_to_ask(self):
        booked = self.book_for_holder()
        bookings = self.env.registry["resource.booking"]
        action_cancel = bookings.action_cancel

        def cancel_and_refuse(self):
            action_cancel(self)
            raise ValidationError(self.display_name)

        with (
            patch.object(bookings, "action_cancel", cancel_and_refuse),
            self.unchanged(booked),
        ):
            refused = self._cancel(booked)
        self.assertEqual(refused.status_code, 409)
        self.says(refused, "desk@example.com")

    def test_unknown_bookings_and_wrong_tokens_cannot_be_told_apart(self):
        self.authenticate(None, None)
        pages = [
            self.url_open(f"/my/bookings/{booking_id}/{what}?access_token={token}")
            for booking_id in (self.pending.id, self.pending.id + 1000, 10**12)
            for what in ("cancel", "confirm")
            for token in ("wrong", "é", "")
        ]
        self.assertEqual({page.status_code for page in pages}, {404})
        for page in pages:
            self.says(page, "This link leads to no booking")

    # === WHO IS TAKEN OFF A BOOKING === #

    def test_old_address_of_a_page_leads_to_a_sentence_and_not_to_a_login(self):
        booked = self.book_for_holder()
        token = booked._portal_ensure_token()
        path = f"/my/bookings/{booked.id}"
        self._cancel(booked)
        for suffix in ("", "/schedule", "/schedule/2027/4", "/calendar.ics"):
            with self.subTest(suffix=suffix):
                page = self.url_open(f"{path}{suffix}?access_token={token}")
                self.assertEqual(page.status_code, 404)
                self.says(page, "This link leads to no booking")
        for suffix in ("", "/schedule"):  # who may have a login is asked for it
            self.assertIn("/web/login", self.url_open(path + suffix).url)
        self.log_in(self._create_user("exivo_other", "base.group_portal"))
        self.says(self.url_open(path), "This link leads to no booking")

    def test_who_is_taken_off_a_booking_neither_cancels_nor_moves_it(self):
        for name, take_off in {
            "booking": lambda one, who: one.write({"partner_ids": [(3, who.id)]}),
            "requester": lambda one, who: one.write({"partner_id": self.customer.id}),
            "contact": lambda one, who: who.write(
                {"resource_booking_ids": [(3, one.id)]}
            ),
            "archived": lambda one, who: who.write({"active": False}),
            "deleted": lambda one, who: who.unlink(),
        }.items():
            with self.subTest(way=name), self.env.cr.savepoint() as savepoint:
                who = self._create_user(f"exivo_{name}", "base.group_portal")
                leaving = who.partner_id
                booking = self.book(partners=self.customer | leaving)
                booking.message_subscribe(leaving.ids)
                token = booking.access_token
                if name in ("archived", "deleted"):
                    who.unlink()
                take_off(booking, leaving)
                self.plan()
                self.authenticate(None, None)
                path = f"/my/bookings/{booking.id}"
                with self.unchanged(booking):
                    for suffix, data in (("cancel", {}), ("confirm", {"when": SLOT})):
                        answer = self.post(
                            f"{path}/{suffix}", access_token=token, **data
                        )
                        self.assertEqual(answer.status_code, 404)
                    if who.exists():
                        self.log_in(who)
                        answer = self.post(f"{path}/cancel")
                        self.assertEqual(answer.status_code, 404)
                self.assertEqual(booking.partner_ids, self.customer)
                self.assertNotEqual(booking.access_token, token)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_company_of_who_is_taken_off_a_booking_does_not_go_on_following_it(self):
        booking = self.book(partners=self.holder.partner_id)
        asked = self.env["resource.booking"].with_user(self.parent)
        own = self.parent.partner_id
        call_kw(asked, "message_subscribe", [booking.ids, own.ids], {})
        booking.message_subscribe(self.follower.partner_id.ids)
        self.assertTrue(call_kw(asked, "read", [booking.ids, ["name"]], {}))
        colleague = self.customer.copy({"parent_id": own.id, "name": "Cole Ague"})
        booking.partner_ids = colleague
        self.plan()
        self.assertIn(own, booking.message_partner_ids, "it is still one of theirs")
        token = booking.access_token
        booking.partner_ids = self.customer
        self.plan()
        self.assertNotEqual(booking.access_token, token)
        self.assertNotIn(own, booking.message_partner_ids)
        self.assertIn(self.follower.partner_id, booking.message_partner_ids)
        with self.assertRaises(AccessError):
            call_kw(asked, "read", [booking.ids, ["access_token"]], {})
        self.log_in(self.parent)
        with self.unchanged(booking):
            answer = self.post(f"/my/bookings/{booking.id}/cancel")
            self.assertEqual(answer.status_code, 404)

    def test_company_that_a_contact_has_left_goes_on_following_nothing(self):
        booking = self.book(partners=self.holder.partner_id)
        asked = self.env["resource.booking"].with_user(self.parent)
        own = self.parent.partner_id
        call_kw(asked, "message_subscribe", [booking.ids, own.ids], {})
        token = booking.access_token
        self.holder.partner_id.parent_id = False
        self.plan()
        self.assertNotIn(own, booking.message_partner_ids)
        self.assertNotEqual(booking.access_token, token)
        with self.assertRaises(AccessError):
            call_kw(asked, "read", [booking.ids, ["access_token"]], {})

    def test_customer_whom_staff_take_off_the_followers_cancels_nothing(self):
        """Who follows a booking reads its token, and has it from then on."""
        booking = self.book(partners=self.holder.partner_id)
        leaving = self.follower.partner_id
        booking.message_subscribe((leaving | self.customer).ids)
        asked = self.env["resource.booking"].with_user(self.follower)
        (read,) = call_kw(asked, "read", [booking.ids, ["access_token"]], {})
        kept = booking.with_user(self.desk)
        call_kw(kept, "message_unsubscribe", [booking.ids, self.customer.ids], {})
        self.assertEqual(booking.access_token, read["access_token"], "has no login")
        call_kw(kept, "message_unsubscribe", [booking.ids, leaving.ids], {})
        self.env.flush_all()
        self.authenticate(None, None)
        with self.unchanged(booking):
            path = f"/my/bookings/{booking.id}/cancel"
            answer = self.post(path, access_token=read["access_token"])
            self.assertEqual(answer.status_code, 404)
        token = booking.access_token
        booking.message_subscribe(self.holder.partner_id.ids)
        holder = self.holder.partner_id.ids
        call_kw(kept, "message_unsubscribe", [booking.ids, holder], {})
        self.assertEqual(booking.access_token, token, "who is on it goes on to read it")

    def test_who_only_reads_a_booking_does_not_come_to_change_it_by_following(self):
        staff = self._create_user("exivo_staff", "exivo_access.group_user")
        booking = self.book()
        asked = self.env["resource.booking"].with_user(staff)
        self.assertTrue(call_kw(asked, "read", [booking.ids, ["name"]], {}))
        own = staff.partner_id.ids
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            call_kw(asked, "message_subscribe", [booking.ids, own], {})
        # whoever is at work while an automation adds a colleague does not matter
        colleague = self.holder.partner_id
        booking.with_user(staff).sudo().message_subscribe(colleague.ids)
        self.assertIn(colleague, booking.message_partner_ids)
        self.env.invalidate_all()
        self.assertNotIn(staff.partner_id, booking.message_partner_ids)
        with self.assertRaises(AccessError):
            vals = {"partner_ids": [(4, staff.partner_id.id)]}
            call_kw(asked, "write", [booking.ids, vals], {})

    def test_nobody_reads_in_a_meeting_how_to_reach_who_else_was_on_the_booking(self):
        self.customer.phone = "+41 79 123 45 67"
        both = self.customer | self.holder.partner_id
        asked = self.book(confirm=False, partners=both, start=False)
        call_kw(
            self.env["calendar.event"].with_user(self.env.ref("base.user_admin")),
            "create",
            [
                {
                    "name": "As the button Schedule makes it",
                    "start": NOW + timedelta(hours=30),
                    "stop": NOW + timedelta(hours=31),
                    "partner_ids": [(6, 0, both.ids)],
                }
            ],
            {"context": {"default_resource_booking_ids": [(6, 0, asked.ids)]}},
        )
        for booking in self.book(partners=both), asked:
            booking.partner_ids -= self.customer
            self.plan()
            meeting = booking.meeting_id
            self.assertIn(self.holder.partner_id, meeting.partner_ids)
            read = meeting.with_user(self.holder).read(["description"])
            own = meeting.attendee_ids.filtered(
                lambda one: one.partner_id == self.holder.partner_id
            )
            self.authenticate(None, None)
            page = self.url_open(
                f"/calendar/meeting/view?token={own[:1].access_token}&id={meeting.id}"
            )
            self.assertEqual(page.status_code, 200)
            self.assertIn(meeting.name, page.text)
            for text in str(read), page.text:
                for secret in "anna@", "79 123":
                    self.assertNotIn(secret, text)

    def test_who_stays_on_a_booking_gets_its_new_link_unless_a_login_reads_it(self):
        self.rule.holders = "attendees"
        leaving = self.follower.partner_id
        employee = self._create_user("exivo_employee", "base.group_user")
        for stays, reads in (
            (self.customer, False),
            (self.holder.partner_id, True),
            (employee.partner_id, False),
        ):
            with self.subTest(stays=stays.name):
                booking = self.book(partners=stays | leaving)
                self.synchronise()
                self.mails_to(stays).unlink()
                before = booking.access_token
                booking.partner_ids -= leaving
                self.synchronise()
                mails = self.our_mails_to(stays)
                self.assertEqual(len(mails), 0 if reads else 1)
                for mail in mails:
                    self.assertIn(booking.access_token, mail.body_html)
                    self.assertNotIn(before, mail.body_html)
                booking.unlink()
                self.synchronise()

    def _lose_page(self):
        """A booking whose page moves away from the customer, who knows of all of it.

        :return: the booking, and who comes off it.
        """
        self.rule.holders = "attendees"
        leaving = self.follower.partner_id
        booking = self.book(partners=self.customer | leaving)
        self.synchronise()
        self.mails_to(self.customer).unlink()
        return booking, leaving

    def test_who_is_told_of_the_new_page_hears_of_a_cancellation_before(self):
        for is_called in (True, False):
            with self.subTest(is_called=is_called):
                booking, leaving = self._lose_page()
                booking.partner_ids -= leaving
                if is_called:
                    self.plan()
                else:
                    self.site.paused_until = NOW + timedelta(minutes=30)
                    self.synchronise()
                    self.assertFalse(self.our_mails_to(self.customer))
                booking.action_cancel()
                self.site.paused_until = False
                self.synchronise()
                (mail,) = self.our_mails_to(self.customer)
                self.assertIn("has been removed", mail.subject)
                self.assertIn("no longer opens the doors", mail.body_html)
                self.assertIn(b"METHOD:CANCEL", mail.attachment_ids.raw)
                booking.unlink()
                self.synchronise()

    def test_mail_about_what_is_over_stays_as_it_was(self):
        booking, leaving = self._lose_page()
        access = self.accesses(booking).filtered(
            lambda one: one.partner_id == self.customer
        )
        with freeze_time(NOW + timedelta(days=3)):
            self.synchronise()
            self.assertEqual(access.state, "expired")
            before = access.mail_state
            booking.partner_ids -= leaving
            self.plan()
            self.synchronise()
        self.assertEqual(access.mail_state, before)
        self.assertFalse(self.our_mails_to(self.customer))

    def test_who_was_told_that_it_follows_is_told_the_new_page(self):
        self.rule.holders = "attendees"
        leaving = self.follower.partner_id
        pause = timedelta(minutes=30)
        self.site.paused_until = NOW + 4 * pause
        booking = self.book(partners=self.customer | leaving)
        self.synchronise()
        with freeze_time(NOW + pause):
            self.synchronise()
            (mail,) = self.our_mails_to(self.customer)
            self.assertIn(booking.access_token, mail.body_html)
            mail.unlink()
            booking.partner_ids -= leaving
            self.plan()
        for number in (2, 3):
            with freeze_time(NOW + number * pause):
                self.synchronise()
            (mail,) = self.our_mails_to(self.customer)
            self.assertIn(booking.access_token, mail.body_html)

    def test_booking_that_is_taken_up_again_has_a_page_for_who_has_no_login(self):
        booking = self.book()
        start = booking.start
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.action_unarchive()
        booking.write({"start": start, "combination_auto_assign": True})
        booking.action_confirm()
        self.synchronise()
        (mail,) = self.our_mails_to(self.customer)
        self.assertTrue(booking.access_token)
        self.assertIn(f"access_token={booking.access_token}", mail.body_html)

    def test_mail_with_the_new_page_says_what_else_has_changed(self):
        booking, leaving = self._lose_page()
        booking.partner_ids -= leaving
        booking.start += timedelta(hours=1)
        self.synchronise()
        (mail,) = self.our_mails_to(self.customer)
        self.assertIn("New time: your access", mail.subject)
        self.assertIn(booking.access_token, mail.body_html)

    def test_new_page_alone_is_no_change_of_the_booking(self):
        booking, leaving = self._lose_page()
        booking.partner_ids -= leaving
        self.synchronise()
        (mail,) = self.our_mails_to(self.customer)
        self.assertRegex(mail.subject, "^New page of the booking: your access to Aare")
        self.synchronise()
        self.assertEqual(self.our_mails_to(self.customer), mail, "once")

    def test_who_comes_back_at_once_gets_the_new_link(self):
        booking, leaving = self._lose_page()
        booking.partner_ids = leaving
        booking.partner_ids |= self.customer
        self.synchronise()
        (mail,) = self.our_mails_to(self.customer)
        self.assertIn(booking.access_token, mail.body_html)

    # === ROOMS WITHOUT DOORS === #

    def test_rooms_without_doors_keep_the_ways_that_they_have(self):
        self.rule.active = False
        self.url_open(self._address(self.pending, "confirm", when=SLOT))
        self.assertEqual(self.pending.state, "confirmed")
        self.url_open(self._address(self.pending, "cancel"))
        self.assertFalse(self.pending.active)

    def test_unreadable_times_get_a_sentence_for_rooms_without_doors_too(self):
        self.rule.active = False
        with self.unchanged(self.pending):
            refused = self.url_open(self._address(self.pending, "confirm"))
        self.assertEqual(refused.status_code, 400)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestMeetingLinks(ExivoLinkCase):
    """The addresses in the invitations that `calendar` mails."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.booking = self.book(partners=self.holder.partner_id, confirm=False)
        self.attendee = self.booking.meeting_id.attendee_ids

    def _answer(self, what, attendee=None):
        attendee = attendee or self.attendee
        query = {"token": attendee.access_token, "id": attendee.event_id.id}
        return f"/calendar/{what}?{urlencode(query)}"

    @mute_logger("odoo.http")
    def test_following_an_address_answers_no_invitation(self):
        confirmed = self.book_for_holder(hours=48)
        for login in (None, self.holder.login):
            self.authenticate(login, login)
            for booking, answer in ((self.booking, "accept"), (confirmed, "decline")):
                for kind in ("meeting", "recurrence"):
                    address = self._answer(
                        f"{kind}/{answer}", booking.meeting_id.attendee_ids
                    )
                    for method in ("GET", "HEAD", "OPTIONS"):
                        for forged in ("", "&_method=POST"):
                            with self.subTest(address=address, method=method):
                                with self.unchanged(booking):
                                    response = self.url_open(
                                        address + forged, method=method
                                    )
                                self.assertEqual(response.status_code, 200)
                    with self.unchanged(booking):
                        response = self.url_open(address, data={"x": "1"})
                    self.assertEqual(response.status_code, 400)
        self.synchronise()
        self.assertFalse(self.accesses(self.booking))
        self.assertEqual(self.accesses(confirmed).state, "created")

    @mute_logger("odoo.http")
    def test_who_is_taken_off_the_booking_reads_no_more_of_it(self):
        self.booking.partner_ids = self.customer
        self.plan()
        with self.unchanged(self.booking):
            for what in ("meeting/view", "meeting/accept", "recurrence/decline"):
                with self.subTest(what=what):
                    asked = [self.url_open(self._answer(what))]
                    if what != "meeting/view":
                        asked.append(self.post(self._answer(what)))
                    for page in asked:
                        self.assertEqual(page.status_code, 404)
                        for told in self.customer.name, "Aare", "March 2":
                            self.assertNotIn(told, page.text)
        own = self.booking.meeting_id.attendee_ids - self.attendee
        self.assertIn("Aare", self.url_open(self._answer("meeting/view", own)).text)

    def test_who_presses_the_button_accepts_and_the_doors_open(self):
        asked = self.url_open(self._answer("meeting/accept"))
        self.says(asked, "Are you coming?", "March 2, 2027", "Europe/Zurich", "Back")
        self.assertIn("Aare, Tuesday, March 2", asked.text.partition("</title>")[0])
        self.assertIn('lang="en-US"', asked.text)
        done = self.submit(asked, "/accept")
        self.says(done, "You are coming")
        self.assertEqual(self.booking.state, "confirmed")
        self.synchronise()
        self.assertEqual(self.accesses(self.booking).state, "created")

    def test_who_presses_the_button_declines_and_the_doors_stay_shut(self):
        confirmed = self.book_for_holder(hours=48)
        self.synchronise()
        asked = self.url_open(
            self._answer("meeting/decline", confirmed.meeting_id.attendee_ids)
        )
        self.says(asked, "Are you not coming?", "may no longer do so")
        self.says(self.submit(asked, "/decline"), "You are not coming")
        self.synchronise()
        self.assertEqual(self.accesses(confirmed).state, "removed")

    def test_who_has_answered_so_already_sees_the_meeting(self):
        self.attendee.state = "accepted"
        for kind in ("meeting", "recurrence"):
            with self.unchanged(self.booking):
                page = self.url_open(self._answer(f"{kind}/accept"))
            self.says(page, "You are coming")

    def test_answer_to_a_series_asks_if_any_meeting_of_it_is_a_booking(self):
        series = self.env["calendar.event"].create(
            {
                "name": "Weekly",
                "start": "2027-03-02 12:00:00",
                "stop": "2027-03-02 13:00:00",
                "partner_ids": [(6, 0, self.holder.partner_id.ids)],
                "recurrency": True,
                "rrule_type": "weekly",
                "tue": True,
                "count": 2,
            }
        )
        series = series.recurrence_id.calendar_event_ids.sorted("start")
        self.booking.meeting_id.recurrence_id = series.recurrence_id
        attendees = (series | self.booking.meeting_id).attendee_ids
        attendees.state = "needsAction"
        first = series[0].attendee_ids
        asked = self.url_open(self._answer("recurrence/accept", first))
        self.says(asked, "all meetings of this series", "Weekly")
        self.assertEqual(set(attendees.mapped("state")), {"needsAction"})
        self.submit(asked, "/accept")
        self.env.invalidate_all()
        self.assertEqual(set(attendees.mapped("state")), {"accepted"})

    def test_answer_that_does_not_fit_gets_a_sentence_and_changes_nothing(self):
        attendees = self.env.registry["calendar.attendee"]
        do_accept = attendees.do_accept

        def accept_and_refuse(self):
            do_accept(self)
            raise ValidationError(self.display_name)

        asked = self.url_open(self._answer("meeting/accept"))
        with (
            patch.object(attendees, "do_accept", accept_and_refuse),
            self.unchanged(self.booking),
        ):
            refused = self.submit(asked, "/accept")
        self.assertEqual(refused.status_code, 409)
        self.says(refused, "Nothing was changed", "Back")

    def test_joining_a_booking_asks_first(self):
        event = self.booking.meeting_id
        event.access_token = "what-is-in-the-forwarded-link"
        self.log_in(self.follower)
        address = f"/calendar/meeting/join?token={event.access_token}"
        with self.unchanged(self.booking):
            asked = self.url_open(address)
        self.says(asked, "Will you join?", "March 2, 2027")
        self.submit(asked, "/join")
        self.assertIn(self.follower.partner_id, event.partner_ids)

    @mute_logger("odoo.http")
    def test_joining_without_a_token_joins_nothing(self):
        """No token at all is the one of every event that never got one."""
        self.env["calendar.event"].search([]).access_token = "some-other"
        self.booking.meeting_id.access_token = False
        self.log_in(self.follower)
        for ask in (self.url_open, self.post):
            with self.unchanged(self.booking):
                response = ask("/calendar/meeting/join?token=")
            self.assertEqual(response.status_code, 404)

    def test_meetings_in_rooms_without_doors_are_answered_as_ever(self):
        self.rule.active = False
        self.url_open(self._answer("meeting/accept"))
        self.env.invalidate_all()
        self.assertEqual(self.attendee.state, "accepted")
        self.url_open(self._answer("recurrence/decline"))
        self.env.invalidate_all()
        self.assertEqual(self.attendee.state, "accepted", "it has no series")
        self.url_open(self._answer("meeting/decline"))
        self.env.invalidate_all()
        self.assertEqual(self.attendee.state, "declined")
        event = self.booking.meeting_id
        event.access_token = "what-is-in-the-forwarded-link"
        self.log_in(self.follower)
        self.url_open(f"/calendar/meeting/join?token={event.access_token}")
        self.env.invalidate_all()
        self.assertIn(self.follower.partner_id, event.partner_ids)


def _given(when):
    return {} if when is None else {"when": when}
