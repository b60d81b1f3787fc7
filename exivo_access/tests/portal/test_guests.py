# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who has booked takes others along, and nobody learns whom we know."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ...models.portal import exivo_guest as guest_list
from ..common import NOW
from ..mails.test_mail_templates import migration
from .test_room_finder import TEN, ExivoFinderCase

BEA = "bea@example.com"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestGuests(ExivoFinderCase):
    def setUp(self):
        super().setUp()
        self.booking_type.portal_guests = 2
        self.rule.holders = "attendees"
        self.booking = self.book_for_holder()

    def _add(self, email=BEA, booking=None):
        response = self.post(
            f"/my/bookings/{(booking or self.booking).id}/guests", email=email
        )
        self.plan()
        return response

    def _take_off(self, guest):
        response = self.post(f"/my/bookings/{self.booking.id}/guests/{guest.id}")
        self.plan()
        return response

    def _guests(self):
        return self.env["exivo.guest"].search([])

    def _access_of(self, guest):
        return self.accesses(self.booking).filtered(
            lambda one: one.partner_id == guest.partner_id
        )

    def test_guest_gets_an_access_and_a_mail_of_their_own(self):
        page = self._add()
        self.assertIn(BEA, page.text)
        self.synchronise()
        access = self._access_of(self._guests())
        self.assertEqual(access.state, "created")
        own = self.accesses(self.booking) - access
        self.assertEqual(own.partner_id, self.holder.partner_id)
        (mail,) = self.mails_to(self._guests().partner_id)
        self.assertIn("Open the doors", mail.body_html)
        links = html.fromstring(mail.body_html).xpath("//a/@href")
        self.assertFalse([one for one in links if "/my/bookings/" in one])
        self.assertNotIn(self.booking.access_token, mail.body_html)

    def _read_mails_of_guest(self):
        """Subjects and texts of the mails to the guest since the last time."""
        mails = self.mails_to(self._guests_ever().partner_id)
        texts = [
            f"{mail.subject} {html.fromstring(mail.body_html).text_content()}"
            for mail in mails
        ]
        mails.unlink()
        return [" ".join(text.split()) for text in texts]

    def _guests_ever(self):
        return self.env["exivo.guest"].with_context(active_test=False).search([])

    def test_mails_tell_a_guest_who_takes_them_along(self):
        host = self.holder.partner_id
        host.name = "Hanna Host"
        self._add()
        self.synchronise()
        self.choose(self.booking, TEN.replace("T10", "T13"))
        self.synchronise()
        taken, moved = self._read_mails_of_guest()
        self._take_off(self._guests())
        self.synchronise()
        (off,) = self._read_mails_of_guest()
        for text in (taken, moved):
            self.assertIn("Hanna Host has booked, for you as well.", text)
            self.assertIn("If you do not come, you need not do anything.", text)
        self.assertIn("The time of your access has changed", moved)
        self.assertIn("You were taken off the booking of Hanna Host.", off)
        for text in (taken, moved, off):
            self.assertIn("Hello, ", text)
            self.assertNotIn("your booking", text.lower())

    def test_mails_tell_a_guest_who_waits_whose_booking_it_is(self):
        self.holder.partner_id.name = "Hanna Host"
        for _holder in range(2):
            self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        self._add()
        self.synchronise()
        later = fields.Datetime.now() + timedelta(minutes=6)
        with freeze_time(later, tick=True):
            self.synchronise()
        (late,) = self._read_mails_of_guest()
        self.assertIn("Hanna Host has booked Aare on Tuesday", late)
        self.assertNotIn("your booking", late.lower())
        self.booking.action_cancel()
        self.synchronise()
        (gone,) = self._read_mails_of_guest()
        self.assertIn("Hanna Host had booked", gone)
        self.assertIn("The booking does not take place.", gone)

    def test_mails_carry_no_message_that_somebody_has_as_a_name(self):
        for name in (
            *("You won: prize.example.com", "http://x.example", "A" * 61),
            "Bank: please call",
            "Please call 0900 123 456",
            "You have won and must call us now",
        ):
            with self.subTest(name=name):
                self.holder.partner_id.name = name
                self._add()
                self.synchronise()
                (text,) = self._read_mails_of_guest()
                self.assertIn("Somebody has booked, for you as well.", text)
                self.assertNotIn(name, text)
                self._take_off(self._guests())
                self.synchronise()
                self._read_mails_of_guest()

    def test_guests_access_follows_every_change_and_ends_with_the_booking(self):
        self._add()
        self.synchronise()
        access = self._access_of(self._guests())
        self.choose(self.booking, TEN.replace("T10", "T13"))
        self.synchronise()
        self.assertEqual(str(access.booking_start), "2027-03-02 12:00:00")
        self.assertEqual(len(self.exivo.live_visits()), 2)
        self.post(f"/my/bookings/{self.booking.id}/cancel")
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def _live(self):
        self.synchronise()
        return len(self.exivo.live_visits())

    def test_guest_whose_contact_is_archived_has_no_access_any_more(self):
        self._add()
        self.assertEqual(self._live(), 2)
        self._guests().partner_id.active = False
        self.plan()
        self.assertEqual(self._live(), 1)

    def test_guest_who_is_archived_past_all_hooks_is_found(self):
        self._add()
        cron = self.env.ref("exivo_access.ir_cron_plan_all")
        with self._registry_in_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._live(), 2)
        self.env.cr.execute(
            "UPDATE res_partner SET active = FALSE WHERE id = %s",
            [self._guests().partner_id.id],
        )
        self.env.invalidate_all()
        with self._registry_in_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._live(), 1)

    def test_guests_go_with_the_host_whom_staff_take_off(self):
        self._add()
        self.booking.partner_ids |= self.customer
        self.plan()
        self.assertEqual(self._live(), 3)
        guest = self._access_of(self._guests())
        self.booking.partner_ids -= self.holder.partner_id
        self.booking.action_confirm()
        self.plan()
        self.assertEqual(self._live(), 1)
        self.assertEqual(guest.state, "removed")

    def test_host_takes_guests_off_where_none_can_be_added_any_more(self):
        self._add()
        self.booking_type.portal_guests = 0
        self.assertIn(BEA, self.url_open(self.booking.access_url).text)
        self._take_off(self._guests())
        self.assertFalse(self._guests())
        self.assertEqual(self._live(), 1)

    def test_mails_to_strangers_have_a_limit_over_all_bookings(self):
        with patch.object(guest_list, "MOST_A_DAY", 3):
            self.booking_type.portal_guests = 1
            for number in range(3):
                self._add(f"guest{number}@example.com")
                self._take_off(self._guests())
            other = self.book_for_holder(hours=48)
            page = self._add(booking=other).text
            self.assertIn("Please go on tomorrow", page)
            self.assertNotIn("No more guests", page)

    def test_guests_of_other_companies_are_nobodys_business(self):
        self._add()
        company = self.env["res.company"].create({"name": "Neighbours"})
        user = self._create_user("exivo_next", "exivo_access.group_user")
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        ours = self._create_user("exivo_ours", "exivo_access.group_user")
        for company in (self.env.company, self.env.company.browse()):
            self.booking_type.company_id = company
            self.plan()
            guests = self.env["exivo.guest"]
            self.assertFalse(guests.with_user(user).search([]), company.name)
            self.assertTrue(guests.with_user(ours).search([]), company.name)

    def test_update_changes_the_rule_by_which_guests_are_seen(self):
        rule = self.env.ref("exivo_access.rule_exivo_guest_company")
        update, shipped = migration("19.0.1.15.0/post-guests.py"), rule.domain_force
        mine = "[('booking_id.type_id.company_id', 'in', company_ids)]"
        for before, after in ((update.OLD, shipped), (mine, mine)):
            rule.domain_force = before
            self.env.flush_all()
            update.migrate(self.env.cr, "19.0.1.14.0")
            self.env.invalidate_all()
            self.assertEqual(rule.domain_force, after)

    def test_who_is_taken_off_has_no_access_any_more(self):
        self._add()
        self.synchronise()
        guest = self._guests()
        page = self._take_off(guest)
        self.assertNotIn(BEA, page.text)
        self.synchronise()
        self.assertEqual(self._access_of(guest).state, "removed")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_deleted_booking_leaves_no_access_of_a_guest(self):
        self._add()
        self.synchronise()
        self.booking.unlink()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self._guests())

    def test_nobody_learns_or_changes_whom_we_know(self):
        known = self.env["res.partner"].create(
            {"name": "Beatrice Secret", "email": BEA, "phone": "+41 79 000 00 00"}
        )
        fields = ["name", "email", "phone", "write_date", "lang", "message_ids"]
        before = known.read(fields)
        page = self._add()
        again = self.url_open(f"/my/bookings/{self.booking.id}")
        for text in (page.text, again.text):
            self.assertNotIn("Beatrice", text)
        self.assertNotIn(known, self._guests().partner_id)
        self.env.invalidate_all()
        self.assertEqual(known.read(fields), before)
        self.synchronise()
        self.assertFalse(
            self.env["exivo.access"].search([("partner_id", "=", known.id)])
        )
        # somebody unknown looks just the same
        other = self._add("unknown@example.com")
        self.assertEqual(
            page.text.count("o_exivo_guest"), other.text.count("o_exivo_guest") - 1
        )

    def test_guest_of_one_customer_is_not_anothers(self):
        self._add()
        mine = self._guests().partner_id
        later = self.book_for_holder(hours=48)
        self._add(booking=later)
        self.assertEqual(self._guests().partner_id, mine, "one contact for one host")
        foreign = self.book(hours=72, partners=self.follower.partner_id)
        self.log_in(self.follower)
        self._add(booking=foreign)
        self.assertEqual(len(self._guests().partner_id), 2)

    def test_only_so_many_and_not_in_turns_without_end(self):
        self._add()
        self.assertIn("on the list already", self._add(f" {BEA.upper()} ").text)
        self._add("two@example.com")
        self.assertIn("No more guests", self._add("three@example.com").text)
        self.assertEqual(len(self._guests()), 2)
        for number in range(9):
            for guest in self._guests()[-1:]:
                self._take_off(guest)
            self._add(f"guest{number}@example.com")
        every = self.env["exivo.guest"].with_context(active_test=False).search([])
        self.assertEqual(len(every), 6)

    def test_what_is_no_address_adds_nobody(self):
        for text in ("", "bea", "a@b@c", "Bea <x>", "bea@example.com, eve@example.com"):
            with self.subTest(text=text):
                self.assertIn("no e-mail address", self._add(text).text)
        self.assertFalse(self._guests())

    @mute_logger("odoo.http")
    def test_only_who_has_booked_says_who_comes_along(self):
        self._add()
        guest = self._guests()
        token = self.booking._portal_ensure_token()
        for login in (self.follower.login, self.parent.login, None):
            self.authenticate(login, login)
            page = self.url_open(f"/my/bookings/{self.booking.id}?access_token={token}")
            self.assertNotIn(BEA, page.text)
            self._add("eve@example.com")
            self._take_off(guest)
        self.assertEqual(self._guests(), guest)
        self.log_in(self.holder)
        path = f"/my/bookings/{self.booking.id}/guests"
        self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 303)
        self.assertEqual(self.url_open(path, data={"email": BEA}).status_code, 400)

    def test_page_of_before_leads_to_what_the_booking_is_now(self):
        def cancel():
            self.post(f"/my/bookings/{self.booking.id}/cancel")

        def allow_none():
            self.booking_type.portal_guests = 0

        for happen in (allow_none, cancel):
            with self.subTest(happen.__name__):
                happen()
                page = self._add()
                self.assertEqual(page.status_code, 200)
                self.assertIn(f"/my/bookings/{self.booking.id}?guest=over", page.url)
                self.assertIn("Nobody was added", page.text)
                self.assertFalse(self._guests())
        self.assertIn("This booking is cancelled", page.text)

    def test_employee_without_rights_on_bookings_takes_somebody_along(self):
        employee = self._create_user("exivo_employee", "base.group_user")
        booking = self.book(hours=30, partners=employee.partner_id)
        self.log_in(employee)
        page = self._add(booking=booking)
        self.assertIn(BEA, page.text)
        self.assertEqual(self._guests().booking_id, booking)
        self.assertEqual(self._add(booking=self.booking).status_code, 404)

    def test_guests_are_not_offered_where_they_would_get_nothing(self):
        for change in (
            {"rule": {"holders": "requester"}},
            {"type": {"portal_guests": 0}},
        ):
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                self.rule.write(change.get("rule", {}))
                self.booking_type.write(change.get("type", {}))
                page = self.url_open(f"/my/bookings/{self.booking.id}")
                self.assertNotIn("exivo_guests", page.text)
                self.assertIn("Nobody was added", self._add().text)
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
        self.assertFalse(self._guests())

    def test_page_says_that_guests_get_in_only_where_they_do(self):
        def take_back():
            self.rule.holders = "requester"

        def cancel():
            self.booking.action_cancel()

        self._add()
        self.synchronise()
        self.assertIn("opens the doors alone", self._read_guests())
        for happen in (take_back, cancel):
            with self.subTest(happen.__name__):
                happen()
                self.plan()
                said = self._read_guests()
                self.assertIn(BEA, said)
                self.assertNotIn("opens the doors alone", said)
                self.assertIn("This booking opens no door for guests.", said)
                self.rule.holders = "attendees"

    def test_page_claims_no_doors_that_do_not_open_for_guests_yet(self):
        only = "A guest for whom doors open gets a mail from us then"
        self._add()
        self.assertIn(only, self._read_guests())
        self.synchronise()
        self.assertNotIn(only, self._read_guests())
        access = self._access_of(self._guests())
        access.action_remove()
        self.assertIn(only, self._read_guests())
        access.action_give_back()
        self.synchronise()
        self.assertNotIn(only, self._read_guests())
        self.booking = self.book_for_holder(hours=48, confirm=False)
        said = self._read_guests()
        self.assertIn(only, said)
        self.assertNotIn("Each guest gets a mail", said)

    def test_page_denies_no_doors_to_guests_of_a_booking_that_has_ended(self):
        """They open for some minutes more; later, they have opened."""
        self._add()
        self.synchronise()
        for minutes in (5, 60):
            with freeze_time(NOW + timedelta(hours=25, minutes=minutes), tick=True):
                self.log_in(self.holder)
                said = self._read_guests()
                self.assertIn(BEA, said)
                self.assertNotIn("opens the doors alone", said)
                self.assertNotIn("opens no door", said)

    def _read_guests(self):
        page = html.document_fromstring(self.url_open(self.booking.access_url).content)
        (said,) = page.xpath("//section[@id='exivo_guests']")
        return " ".join(said.text_content().split())

    def test_guest_of_who_was_taken_off_can_be_the_guest_of_who_came(self):
        """The one before is told to be off; no place on the list is lost by it."""
        self.booking_type.portal_guests = 1
        self._add()
        self.booking.partner_ids = self.follower.partner_id
        self.booking.action_confirm()
        self.log_in(self.follower)
        self.assertNotIn(BEA, self.url_open(self.booking.access_url).text)
        page = self._add()
        self.assertIn(BEA, page.text)
        self.assertNotIn("on the list already", page.text)
        (guest,) = self._guests().filtered(
            lambda one: one.host_id == self.follower.partner_id
        )
        self.assertTrue(self._access_of(guest).is_wanted)
        self.assertIn("on the list already", self._add().text)
        self.assertIn("No more guests", self._add("two@example.com").text)

    def test_guest_whose_contact_was_archived_is_added_anew(self):
        self._add()
        self._guests().partner_id.active = False
        self.assertNotIn(BEA, self._read_guests())
        self.assertIn(BEA, self._add().text)
        self.assertEqual(self._live(), 2)

    def test_staff_see_why_a_guest_may_enter(self):
        self._add()
        lines = self.explain(self.booking, self._guests().partner_id)
        said = [text for _verdict, title, text in lines if title == "Person"]
        self.assertEqual(said, [f"{BEA} is a guest of who has booked."])
        contact = self._guests().partner_id
        contact.active = False
        said = self.read_explanation(self.booking, contact)
        self.assertIn("Unarchive the contact", said)
