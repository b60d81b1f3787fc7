# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*My doors*: lists what opens for somebody, and shows the PIN by a click."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoPortalCase, link_of, pin_of
from ..member_common import MemberCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestMyDoors(ExivoPortalCase):
    def test_current_and_coming_accesses_soonest_first(self):
        later, sooner = self.book_for_holder(hours=48), self.book_for_holder(hours=0)
        self.synchronise()
        self.log_in(self.holder)
        page = self._page()
        first, second = self.accesses(sooner), self.accesses(later)
        self.assertLess(page.index(link_of(first)), page.index(link_of(second)))
        for booking in (sooner, later):
            self.assertIn(f'href="/my/bookings/{booking.id}"', page)
        for part in ("Aare, Entrance", "Created", "9:45", "Europe/Zurich"):
            self.assertIn(part, page)
        self.assertNotIn(pin_of(first), page, "only by a click")
        self.assertEqual(self._count(), 2)

    def test_pin_is_shown_on_the_page_of_the_click_and_each_look_is_recorded(self):
        access = self._created_access()
        other = self.book_for_holder(hours=72)
        self.synchronise()
        self.log_in(self.holder)
        for looks, (page, title) in enumerate(
            {"doors": "<h1", "booking": "Your access"}.items(), 1
        ):
            with self.subTest(page=page):
                response = self.post_for_pin(access, page=page)
                self.assertEqual(response.status_code, 200)
                self.assertIn(title, response.text)
                self.assertEqual(response.text.count(pin_of(access)), 1)
                self.assertEqual(len(access.reveal_ids), looks)
        self.assertEqual(access.reveal_ids.user_id, self.holder)
        self.assertFalse(self.accesses(other).reveal_ids)
        self.assertNotIn(pin_of(access), self._page(), "it takes another click")

    def test_who_looks_too_often_is_asked_to_wait(self):
        access, other = self._created_access(), self.book_for_holder(hours=72)
        self.synchronise()
        self.log_in(self.holder)
        for _look in range(10):
            self.assertEqual(self.post_for_pin(access).status_code, 200)
        for page in ("doors", "booking"):
            for one in (access, self.accesses(other)):
                response = self.post_for_pin(one, page=page)
                self.assertEqual(response.status_code, 429)
                self.assertIn("wait a while", response.text)
                self.assertNotIn(pin_of(one), response.text)
        self.assertEqual(len(access.reveal_ids), 10)
        self.env.cr.execute(
            "UPDATE exivo_pin_reveal SET create_date = create_date - interval '1 hour'"
        )
        self.assertIn(pin_of(access), self.post_for_pin(access).text)

    def test_who_looks_too_often_is_sent_to_the_mail_only_if_it_has_the_pin(self):
        access = self._created_access()
        self.log_in(self.holder)
        for _look in range(10):
            self.post_for_pin(access)
        self.assertIn("in our mail", self.post_for_pin(access).text)
        self.site.pin_in_mail = False
        self.assertNotIn("in our mail", self.post_for_pin(access).text)

    def test_looks_of_one_person_do_not_hinder_another(self):
        access = self._created_access()
        self._note_looks({"access_id": access.id, "user_id": self.parent.id})
        self.log_in(self.holder)
        self.assertIn(pin_of(access), self.post_for_pin(access).text)

    def test_pins_that_somebody_types_do_not_hinder_the_look_at_the_own_one(self):
        access = self._created_access()
        self._note_looks({"user_id": self.holder.id, "company_id": self.env.company.id})
        self.log_in(self.holder)
        self.assertIn(pin_of(access), self.post_for_pin(access).text)

    def test_page_that_the_click_names_cannot_lead_away(self):
        access = self._created_access()
        self.log_in(self.holder)
        for page in ("https://evil.test", "//evil.test", "", "unknown"):
            with self.subTest(page=page):
                response = self.post_for_pin(access, page=page)
                self.assertFalse(response.history, "no redirect")
                self.assertIn("My doors", response.text)
                self.assertIn(pin_of(access), response.text)
                self.assertNotIn("evil.test", response.text)

    def test_nobody_else_sees_a_customers_doors(self):
        access = self._created_access()
        stranger = self._create_user("exivo_stranger", "base.group_portal")
        for user in (self.follower, self.parent, stranger):
            with self.subTest(user=user.login):
                self.log_in(user)
                page = self._page()
                self.assertIn("no door for you", page)
                self.assertNotIn(link_of(access), page)
                self.assertEqual(self._count(), 0)
                self.assertEqual(self.post_for_pin(access).status_code, 404)
        self.assertFalse(access.reveal_ids)

    def test_visitor_without_a_login_is_asked_for_it(self):
        access = self._created_access()
        self.authenticate(None, None)
        response = self.url_open("/my/doors")
        self.assertIn("/web/login", response.url)
        self.assertNotIn(link_of(access), response.text)

    def test_what_is_over_or_taken_away_is_not_listed(self):
        over, cancelled, removed, deleted, too_late = (
            self.book_for_holder(hours=hours) for hours in (1, 24, 48, 72, 96)
        )
        self.synchronise()
        self.accesses(too_late).state = "expired"  # made when its end was near
        self.accesses(removed).action_remove()
        cancelled.action_cancel()
        deleted.unlink()
        self.plan()
        self.log_in(self.holder)
        self.assertEqual(self._count(), 1)
        self.assertIn(link_of(self.accesses(over)), self._page())
        with freeze_time("2027-03-01 11:10:00"):
            self.assertEqual(self._count(), 0)

    def test_access_that_is_not_there_yet_is_told_in_plain_words(self):
        booking = self.book_for_holder()
        self.log_in(self.holder)
        self.assertIn("being prepared", self._page())
        self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "failed")
        page = self._page()
        self.assertIn("could not be made yet", page)
        self.assertNotIn("no such component", page)
        self.assertEqual(self.post_for_pin(self.accesses(booking)).status_code, 404)

    def test_access_that_waits_for_its_site_is_not_promised_in_a_moment(self):
        self.site.paused_until = NOW + timedelta(hours=1)
        self.book_for_holder()
        self.log_in(self.holder)
        page = self._page()
        self.assertIn("is taking longer than usual", page)
        self.assertNotIn("in a moment", page)

    def test_employee_who_may_read_no_bookings_sees_doors_and_the_own_booking(self):
        employee = self._create_user("exivo_employee", "base.group_user")
        booking = self.book(partners=employee.partner_id)
        self.synchronise()
        access = self.accesses(booking)
        self.log_in(employee)
        page = self._page()
        self.assertIn(link_of(access), page)
        self.assertIn(f"/my/bookings/{booking.id}?access_token=", page)
        response = self.post_for_pin(access, page="booking")
        self.assertIn("My doors", response.text)
        self.assertIn(pin_of(access), response.text)

    def test_looking_writes_nothing_on_the_booking(self):
        booking = self.book_for_holder()
        self.synchronise()
        self.mails_to(self.holder.partner_id).unlink()
        self.log_in(self.holder)
        with patch.object(type(booking), "write") as write:
            self._page()
        write.assert_not_called()
        self.synchronise()
        self.assertFalse(self.mails_to(self.holder.partner_id), "no “date changed”")

    def test_empty_page_says_what_to_do_next(self):
        self.log_in(self.holder)
        self.assertNotIn("/my/bookings/new", self._page())
        self.assertIn("please ask", self._page())
        self.booking_type.portal_bookable = True
        self.assertIn("/my/bookings/new", self._page())
        self.assertNotIn("please ask", self._page())

    def test_portals_home_leads_to_the_doors(self):
        self.log_in(self.holder)
        self.assertIn('href="/my/doors"', self.url_open("/my").text)
        self.assertEqual(self._count(), 0)

    def _created_access(self):
        booking = self.book_for_holder()
        self.synchronise()
        return self.accesses(booking)

    def _note_looks(self, vals):
        """Note as many looks as customers have, by the clock of the pages."""
        looks = self.env["exivo.pin.reveal"].create([vals] * 10)
        self.env.cr.execute(
            "UPDATE exivo_pin_reveal SET create_date = %s WHERE id = ANY(%s)",
            [fields.Datetime.now(), looks.ids],
        )

    def _page(self):
        response = self.url_open("/my/doors")
        self.assertEqual(response.status_code, 200)
        return response.text

    def _count(self):
        return self.counters("exivo_door_count")["exivo_door_count"]


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestDoorsOfMembers(MemberCase, ExivoPortalCase):
    def test_what_a_member_has_is_said_to_work_on_while_it_is_renewed(self):
        self.holder.partner_id.category_id = self.members
        self.synchronise()
        access = self.accesses()
        with freeze_time(access.stop - timedelta(days=4), tick=True):
            self.exivo.fail(exivo.Unreachable("No answer"))
            self.run_action("ir_cron_plan_all")
            self.synchronise()
            self.assertEqual(access.state, "in_progress")
            self.log_in(self.holder)
            page = " ".join(self.url_open("/my/doors").text.split())
            self.assertIn(pin_of(access), self.post_for_pin(access).text)
        self.assertIn("what you have goes on to work", page)
        self.assertIn(link_of(access.credential_ids[0]), page)
