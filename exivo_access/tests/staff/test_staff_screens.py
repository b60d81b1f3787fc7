# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Screens of staff: a booking's note, administration, lists, PIN by a click."""

from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import Form, HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import NOW
from ..explain_common import ExplainCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBookingNote(ExplainCase):
    def note(self, booking):
        self.env.invalidate_all()
        return booking.with_user(self.user).exivo_note

    def test_booking_says_why_it_has_no_access(self):
        booking = self.book(confirm=False)
        self.assertIn("Booking: It is not confirmed yet", self.note(booking))
        booking.action_confirm()
        self.plan()
        self.assertFalse(self.note(booking))
        self.synchronise()
        self.assertFalse(self.note(booking))
        with freeze_time(NOW + timedelta(days=2)):
            self.synchronise()
            self.assertIn("It is over since", self.note(booking))

    def test_booking_says_that_it_ends_too_soon(self):
        booking = self.book(hours=1)
        with freeze_time(NOW + timedelta(hours=1, minutes=59, seconds=30)):
            self.rule.minutes_after = 0
            self.synchronise()
            self.assertIn("ends too soon", self.note(booking))

    def save(self, booking, vals):
        """Save the form as a browser does, and return what it shows then."""
        shown = {
            "exivo_note": {},
            "exivo_access_count": {},
            "exivo_access_ids": {"fields": {"state": {}, "start": {}}},
        }
        bookings = booking.with_user(self.user)
        (saved,) = call_kw(bookings, "web_save", [booking.ids, vals, shown], {})
        return saved

    def test_form_that_is_saved_shows_the_access_as_it_is_planned(self):
        self.rule.booking_state = "scheduled"
        vals = {
            "type_id": self.booking_type.id,
            "partner_ids": [(6, 0, self.customer.ids)],
            "start": NOW + timedelta(hours=24),
            "duration": 1.0,
        }
        saved = self.save(self.env["resource.booking"], vals)
        self.assertFalse(saved["exivo_note"])
        self.assertEqual(saved["exivo_access_count"], 1)
        (access,) = saved["exivo_access_ids"]
        self.assertEqual(access["state"], "in_progress")
        self.synchronise()
        booking = self.env["resource.booking"].browse(saved["id"])
        self.env.invalidate_all()
        start = NOW + timedelta(hours=30)
        saved = self.save(booking, {"start": start})
        (access,) = saved["exivo_access_ids"]
        self.assertEqual(access["state"], "in_progress")
        self.assertEqual(access["start"], start - timedelta(minutes=15))

    def test_booking_of_a_room_without_rules_says_nothing(self):
        self.rule.active = False
        self.assertFalse(self.note(self.book(confirm=False)))

    def test_new_booking_says_nothing(self):
        form = Form(self.env["resource.booking"].with_user(self.user))
        self.assertFalse(form.exivo_note)

    def test_note_is_cheap_where_there_is_an_access_and_absent_from_lists(self):
        booking = self.book()
        self.note(booking)  # fills the caches
        self.env.invalidate_all()
        booking = booking.with_user(self.user)
        booking.exivo_access_ids.mapped("state")  # the form shows it anyway
        with self.assertQueryCount(0):
            self.assertFalse(booking.exivo_note)
        for view in ("list", "calendar", "kanban"):
            arch = self.env["resource.booking"].get_view(view_type=view)["arch"]
            self.assertNotIn("exivo_note", arch)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestAdminPage(ExplainCase):
    def test_buttons_lead_to_exivo_and_to_the_settings(self):
        access = self.accesses(self.book()).with_user(self.user)
        for record in (access, self.site.with_user(self.user)):
            self.assertEqual(
                record.action_open_at_exivo(),
                {
                    "type": "ir.actions.act_url",
                    "url": "https://customer.exivo.io",
                    "target": "new",
                },
            )
        self.site.admin_url = "https://portal.example.com/#/doors"
        self.assertEqual(
            access.action_open_at_exivo()["url"], "https://portal.example.com/#/doors"
        )
        action = access.action_open_site()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("exivo.site", self.site.id)
        )
        with self.assertRaises(AccessError):
            self.site.with_user(self.user).admin_url = "https://other.example.com"

    def test_admin_page_must_be_safe_to_open(self):
        for url in (
            "http://customer.exivo.io",
            "javascript:alert(1)",
            "customer.exivo.io",
            "https://user:secret@customer.exivo.io",
        ):
            with (
                self.subTest(url=url),
                self.assertRaisesRegex(ValidationError, "starts with https"),
            ):
                self.site.admin_url = url


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestBookingTour(ExplainCase, HttpCase):
    def test_staff_see_the_access_of_a_booking_and_have_it_explained(self):
        booking = self.book()
        self.synchronise()
        self.start_tour(
            f"/odoo/resource.booking/{booking.id}",
            "exivo_booking_accesses",
            login="exivo_desk",
        )
        access = self.accesses(booking)
        self.assertEqual(access.reveal_ids.user_id.login, "exivo_desk")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestPinByClick(ExplainCase, HttpCase):
    def test_route_shows_no_pin_that_opens_nothing(self):
        access = self.accesses(self.book())
        self.env.flush_all()
        self.authenticate("exivo_desk", "exivo_desk")
        with self.assertRaisesRegex(JsonRpcException, "UserError"):
            self.ask(access)
        self.synchronise()
        self.assertTrue(self.ask(access)["pin"])
        access.with_user(self.user).action_remove()
        self.synchronise()
        with self.assertRaisesRegex(JsonRpcException, "UserError"):
            self.ask(access)
        self.assertEqual(len(access.reveal_ids), 1)

    @mute_logger("odoo.http")
    def ask(self, access):
        return self.make_jsonrpc_request(f"/exivo/access/{access.id}/pin")

    def test_screens_offer_it_where_it_opens_something(self):
        for model, kind in (
            ("exivo.access", "list"),
            ("exivo.access", "form"),
            ("resource.booking", "form"),
        ):
            views = self.env[model].with_user(self.user)
            arch = etree.fromstring(views.get_view(view_type=kind)["arch"])
            (pin,) = arch.findall(".//field[@widget='exivo_pin']")
            with self.subTest(model=model, kind=kind):
                self.assertEqual(pin.get("invisible"), "not can_show_pin")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestListOfAccesses(ExplainCase):
    def test_it_opens_on_the_bookings_of_today_however_many_members_there_are(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = members
        booking = self.book(hours=2)
        self.book(hours=72)
        self.synchronise()
        self.assertEqual(len(self.accesses()), 3)
        found = self.accesses().with_user(self.user).search(self._get_first_domain())
        self.assertEqual(found.booking_id, booking)
        self.assertEqual(len(found), 1)

    def test_where_it_finds_nothing_it_names_each_filter_that_can_be_taken_away(self):
        action = self.env.ref("exivo_access.exivo_access_action")
        for one in self._get_first_filters():
            self.assertIn(f"<em>{one.get('string')}</em>", action.help)

    def _get_first_domain(self):
        """What the filters find with which the list opens."""
        filters = self._get_first_filters()
        return Domain.AND(literal_eval(one.get("domain")) for one in filters)

    def _get_first_filters(self):
        action = self.env.ref("exivo_access.exivo_access_action")
        arch = self.env.ref("exivo_access.exivo_access_view_search")
        arch = arch._get_combined_arch()
        return [
            arch.find(f".//filter[@name='{key[len('search_default_') :]}']")
            for key in literal_eval(action.context)
        ]
