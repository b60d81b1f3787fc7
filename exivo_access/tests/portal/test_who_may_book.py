# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking type says who may book it alone, and whether staff have the last word."""

import base64
import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.portal import resource_booking_type as type_file
from ..common import NOW
from .test_room_finder import TEN, ExivoFinderCase

#: The body of a mail template that somebody broke.
BROKEN = '<p t-out="object.nothing"/>'
NOTIFIER = "odoo.addons.exivo_access.models.mails.notifier"


def _get_calendar_file(mail):
    return base64.b64decode(mail.attachment_ids.datas).decode()


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWhoMayBook(ExivoFinderCase):
    def setUp(self):
        super().setUp()
        self.open_from(9, 18)  # small pages

    def _assert_may_book(self, may):
        """Each way to book: the page, its form, a booking begun before.

        Who has only to confirm the address is led to the page that sends the link.
        """
        to_confirm = not may and self.booking_type.portal_who == "confirmed"
        page = self.look()
        self.assertEqual(bool(self.rooms(page)), may)
        asked = self.url_open(self.address())
        refused = 409 if to_confirm else 404
        self.assertEqual(asked.status_code, 200 if may else refused)
        begun = self.post(f"/my/bookings/new/{self.booking_type.id}")
        self.assertEqual(begun.status_code, 200 if may else 404)
        if not may:
            for page in (asked, begun):
                self.assertIn("Nothing was booked", " ".join(page.text.split()))
            self.assertEqual(self.confirm().status_code, refused)
            self.assertFalse(self.bookings())
        count = self.counters("exivo_bookable_count")["exivo_bookable_count"]
        self.assertEqual(count, int(may or to_confirm))

    # === MEMBERS === #

    def test_only_members_of_chosen_communities_book(self):
        tags = self.env["res.partner.category"].create(
            [{"name": "Choir"}, {"name": "Makers"}]
        )
        self.booking_type.portal_who = "members"
        self._assert_may_book(False)
        self.booking_type.portal_category_ids = tags[0]
        self.holder.partner_id.category_id = tags[1]
        self._assert_may_book(False)
        self.holder.partner_id.category_id = tags
        self._assert_may_book(True)

    def test_members_of_child_tags_book_where_a_rule_counts_them(self):
        tag = self.env["res.partner.category"].create({"name": "Club"})
        youth = tag.create({"name": "Youth", "parent_id": tag.id})
        self.booking_type.write(
            {"portal_who": "members", "portal_category_ids": [(6, 0, tag.ids)]}
        )
        self.holder.partner_id.category_id = youth.create(
            {"name": "Juniors", "parent_id": youth.id}
        )
        rule = self.env["exivo.access.rule"].create(
            {"category_id": tag.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self._assert_may_book(False)
        rule.with_children = True
        self._assert_may_book(True)
        youth.parent_id = False
        self.bookings().unlink()
        self._assert_may_book(False)

    def test_booking_begun_as_a_member_is_no_way_in_afterwards(self):
        tag = self.env["res.partner.category"].create({"name": "Choir"})
        self.booking_type.write(
            {"portal_who": "members", "portal_category_ids": [(6, 0, tag.ids)]}
        )
        self.holder.partner_id.category_id = tag
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        booking = self.bookings()
        self.holder.partner_id.category_id = False
        self.assertEqual(self.choose(booking, TEN).status_code, 409)
        self.assertFalse(booking.meeting_id)
        self.holder.partner_id.category_id = tag
        self.choose(booking, TEN)
        self.assertEqual(booking.state, "confirmed")
        self.holder.partner_id.category_id = False
        self.choose(booking, TEN.replace("T10", "T12"))
        self.assertEqual(str(booking.start), "2027-03-02 11:00:00", "it may move")

    def test_what_staff_begin_for_somebody_is_theirs_to_decide(self):
        self.booking_type.portal_who = "members"
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.holder.partner_id.ids)],
            }
        )
        self.choose(booking, TEN)
        self.assertEqual(booking.state, "confirmed")

    # === CONFIRMED ADDRESSES === #

    def test_who_follows_a_link_in_a_mail_books(self):
        self.booking_type.portal_who = "confirmed"
        self._assert_may_book(False)
        page = self.url_open("/my/bookings/new")
        self.assertIn("confirm your e-mail address first", page.text)
        path = self._ask_for_link()
        asked = self.url_open(path)
        self.assertIn("Is", asked.text)
        self._assert_may_book(False)  # a mail scanner has looked at it
        self.assertIn("is confirmed", self.post(path).text)
        self._assert_may_book(True)
        self.holder.partner_id.email = "somebody.else@example.com"
        self.bookings().unlink()
        self._assert_may_book(False)
        self.assertEqual(self.post(path).status_code, 404, "it was for another one")
        self._assert_may_book(False)

    def test_who_must_confirm_the_address_first_is_led_to_where_one_does(self):
        self.booking_type.portal_who = "confirmed"
        for path in ("/my/bookings", "/my/doors"):
            with self.subTest(path=path):
                page = html.document_fromstring(self.url_open(path).content)
                links = page.xpath("//a[contains(@class, 'btn')]/@href")
                self.assertIn("/my/bookings/new", links)
        said = self.url_open("/my/bookings/new").text
        self.assertIn("confirm your e-mail address first", said)
        self.assertNotIn("nothing to book", said)

    def test_time_that_asks_for_a_confirmed_address_says_so(self):
        """The login that a page without one offers ends there, and a link of others."""
        for who in ("anybody", "confirmed"):
            self.booking_type.portal_who = who
            for response in (self.url_open(self.address()), self.confirm()):
                with self.subTest(who=who, method=response.request.method):
                    self.assertEqual(response.status_code, 409)
                    self.assertIn("Send me a link", response.text)
                    said = " ".join(response.text.split())
                    self.assertIn("Nothing was booked.", said)
        self.assertFalse(self.bookings())

    def test_links_of_others_old_and_invented_ones_confirm_nothing(self):
        self.booking_type.portal_who = "confirmed"
        path = self._ask_for_link()
        self.log_in(self.follower)
        for wrong in (path, "/my/exivo/address/AQ", f"{path[:-2]}AA"):
            with self.subTest(path=wrong):
                self.assertEqual(self.url_open(wrong).status_code, 404)
                self.assertEqual(self.post(wrong).status_code, 404)
        self._assert_may_book(False)
        with freeze_time("2027-03-02 09:30:00"):
            self.log_in(self.holder)
            self.assertEqual(self.post(path).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(path).url)

    def test_links_are_not_sent_in_floods_nor_to_nowhere(self):
        for _click in range(3):
            self._ask()
        self.assertEqual(len(self._mails()), 1)
        with freeze_time("2027-03-01 09:06:00"):
            self.log_in(self.holder)
            self._ask()
        self.assertEqual(len(self._mails()), 2)
        self.log_in(self.follower)
        self.follower.partner_id.email = False
        self.assertIn("no e-mail address", self._ask().text)
        self.assertEqual(len(self._mails()), 2)

    def test_link_is_sent_by_a_form_only(self):
        page = self.url_open("/my/exivo/address")
        self.assertTrue(page.url.endswith("/my/bookings/new"), page.url)
        self.assertFalse(self._mails())

    def test_link_goes_to_an_address_that_was_put_right_at_once(self):
        for email in ("hodler@example.com", "holder@example.com"):
            self.holder.partner_id.email = email
            for _click in range(2):
                self.assertIn(email, self._ask().text)
        self.assertEqual(
            self._mails().mapped("email_to"),
            ["holder@example.com", "hodler@example.com"],
        )

    def test_whoever_changes_the_address_has_few_links_sent_in_a_day(self):
        for number in range(7):
            self.holder.partner_id.email = f"eve{number}@example.com"
            with freeze_time(f"2027-03-01 09:{10 + 6 * number}:00"):
                self.log_in(self.holder)
                page = self._ask().text
            self.assertEqual("very many links today" in page, number > 4)
        self.assertEqual(len(self._mails()), 5)

    def test_link_comes_from_the_house_and_not_from_who_asks_for_it(self):
        self.env.company.email = False
        self.site.user_id = False
        servers = type(self.env["ir.mail_server"])
        sender = "odoo@example.com"
        self.patch(servers, "_get_default_from_address", lambda server: sender)
        self._ask()
        self.assertEqual(self._mails().email_from, sender)
        self.assertIn("Auto-Submitted", self._mails().headers)

    def test_where_no_link_can_be_sent_the_page_says_so(self):
        self.env.company.email = False
        self.site.user_id = False
        servers = type(self.env["ir.mail_server"])
        self.patch(servers, "_get_default_from_address", lambda server: None)
        self.assertIn("We cannot send mails at the moment", self._ask().text)
        self.assertFalse(self._mails())

    def test_who_signs_up_by_an_invitation_has_a_confirmed_address(self):
        partner = self.customer
        partner.signup_prepare()
        token = partner._generate_signup_token()
        values = {"login": "anna@example.com", "password": "exivo-anna-1"}
        self.env["res.users"].sudo().signup({**values, "name": "Anna"}, token)
        self.assertEqual(partner.exivo_confirmed_email, "anna@example.com")

    def test_new_password_confirms_no_address_that_was_typed_in_after_its_mail(self):
        partner = self.holder.partner_id
        # Odoo reads the real moment in a way that a frozen clock cannot give
        with patch.object(type(partner), "_get_login_date", lambda partner: 1):
            partner.signup_prepare(signup_type="reset")
            token = partner._generate_signup_token()
            partner.email = "ceo@example.com"
            self.env["res.users"].sudo().signup({"password": "exivo-holder-2"}, token)
        self.assertFalse(partner.exivo_confirmed_email)

    def test_contacts_with_confirmed_addresses_can_be_merged_by_staff(self):
        self.customer.exivo_confirmed_email = self.customer.email
        other = self.customer.copy()
        user = self._create_user(
            "exivo_merger", "base.group_user,base.group_partner_manager"
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard = wizard.create({})
        wizard._merge((self.customer | other).ids, other.with_user(user))
        self.assertFalse(self.customer.exists())

    def test_tag_that_only_bookings_ask_for_is_given_by_their_company_only(self):
        site = self._connect_once_more()
        company = site.company_id
        tag = self.env["res.partner.category"].create({"name": "Choir"})
        child = tag.create({"name": "Youth", "parent_id": tag.id})
        rule = {"category_id": tag.id, "with_children": True}
        self.env["exivo.access.rule"].create(
            {**rule, "lock_ids": [(6, 0, site.lock_ids[:1].ids)]}
        )
        self.booking_type.write(
            {
                "portal_who": "members",
                "portal_category_ids": [(6, 0, tag.ids)],
                "company_id": self.env.company.id,
            }
        )
        user = self._create_user("exivo_next", "base.group_partner_manager")
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for records, vals in (
            (self.holder.partner_id, {"category_id": [(4, tag.id)]}),
            (tag, {"partner_ids": [(4, self.holder.partner_id.id)]}),
        ):
            with self.subTest(records=records), self.assertRaises(AccessError):
                records.with_user(user).write(vals)
        self.holder.partner_id.category_id = child
        self._assert_may_book(False)  # the neighbours' rule says nothing about ours
        self.env["exivo.access.rule"].create(
            {**rule, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        with self.assertRaises(AccessError):
            child.with_user(user).write({"partner_ids": [(4, self.customer.id)]})

    def test_employees_have_a_confirmed_address(self):
        self.booking_type.portal_who = "confirmed"
        self.log_in(self._create_user("exivo_clerk", "base.group_user"))
        self.assertTrue(self.rooms(self.look()))

    def _ask(self):
        return self.post("/my/exivo/address")

    def _mails(self):
        return self.env["mail.mail"].search([("subject", "ilike", "confirm your")])

    def _ask_for_link(self):
        mails = type(self.env["mail.mail"])
        with patch.object(mails, "send_after_commit", lambda mail: None):
            self.assertIn("on its way", self._ask().text)
        mail = self._mails()
        self.assertEqual(mail.email_to, self.holder.partner_id.email)
        return re.search(r"/my/exivo/address/[\w-]+", mail.body_html)[0]

    # === STAFF CONFIRM FIRST === #

    def test_what_waits_for_staff_has_a_limit(self):
        self.booking_type.write(
            {"portal_staff_confirms": True, "portal_open_requests": 1}
        )
        self.confirm()
        self.assertEqual(len(self.bookings()), 1)
        later = self.address(when=TEN.replace("T10", "T13"))
        self.assertIn("wait for our answer", self.url_open(later).text)
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        self.assertEqual(len(self.bookings()), 1)

    def test_staff_confirm_first_and_only_then_doors_open(self):
        self.booking_type.portal_staff_confirms = True
        self.rule.booking_state = "scheduled"
        self.assertIn("staff confirm it first", self.url_open(self.address()).text)
        staff = self._create_user(
            "exivo_desk", "base.group_user,resource_booking.group_manager"
        )
        self.booking_type.message_subscribe(partner_ids=staff.partner_id.ids)
        page = self.confirm()
        booking = self.bookings()
        self.assertEqual(booking.state, "scheduled")
        self.assertIn("staff confirm it first", page.text)
        self.synchronise()
        self.assertFalse(self.accesses(booking))
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.mails_to(self.holder.partner_id))
        message = self.booking_type.message_ids[0]
        self.assertIn("waits for somebody to confirm", message.body)
        self.assertIn(staff.partner_id, message.notified_partner_ids)
        (mail,) = self.mails_to(staff.partner_id)
        self.assertIn("auto-generated", mail.headers)
        self.assertEqual(mail.email_from, self.env.company.email_formatted)
        booking.with_user(staff).action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1)

    @mute_logger("odoo.http")
    def test_customer_does_not_confirm_in_place_of_staff(self):
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        booking = self.bookings()
        attendee = booking.meeting_id.attendee_ids
        answer = f"/calendar/meeting/accept?token={attendee.access_token}"
        for login in (self.holder.login, None):
            self.authenticate(login, login)
            path = f"{answer}&id={booking.meeting_id.id}"
            response = self.post(path)
            self.assertEqual(response.status_code, 409)
        for call in (
            lambda: attendee.with_user(self.holder).write({"state": "accepted"}),
            lambda: attendee.with_user(self.holder).do_accept(),
            lambda: booking.with_user(self.holder).action_confirm(),
        ):
            with self.assertRaises(AccessError):
                call()
        self.env.invalidate_all()
        self.assertEqual(booking.state, "scheduled")

    def test_what_a_customer_moves_is_confirmed_by_staff_again(self):
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        booking = self.bookings()
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.choose(booking, TEN.replace("T10", "T12"))
        self.assertEqual(booking.state, "scheduled")
        self.assertEqual(str(booking.start), "2027-03-02 11:00:00")
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_what_a_customer_moves_of_a_booking_by_staff_is_confirmed_by_staff(self):
        self.booking_type.portal_staff_confirms = True
        self.rule.booking_state = "scheduled"
        booking = self.book_for_holder()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.choose(booking, TEN.replace("T10", "T12"))
        self.assertEqual(booking.state, "scheduled")
        self.assertEqual(str(booking.start), "2027-03-02 11:00:00")
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        attendee = booking.meeting_id.attendee_ids.with_user(self.holder)
        with self.assertRaises(AccessError):
            attendee.filtered(
                lambda one: one.partner_id == self.holder.partner_id
            ).do_accept()
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_what_staff_have_booked_waits_for_its_customer_alone(self):
        self.booking_type.portal_staff_confirms = True
        self.rule.booking_state = "scheduled"
        booking = self.book_for_holder(confirm=False)
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_staff_confirm_what_moves_where_there_are_no_doors_too(self):
        self.booking_type.portal_staff_confirms = True
        self.rule.unlink()
        booking = self.book_for_holder()
        self.choose(booking, TEN.replace("T10", "T12"))
        self.assertEqual(str(booking.start), "2027-03-02 11:00:00")
        self.assertEqual(booking.state, "scheduled")

    # === BOOKING AND CANCELLING === #

    def test_whoever_books_and_cancels_all_day_has_to_wait(self):
        other = self._create_type(self._create_room("Reuss"))
        other.write({"portal_bookable": True, "duration": 1, "slot_duration": 1})
        with patch.object(type_file, "MOST_CANCELLED", 3):
            for _round in range(3):
                self.confirm()
                booking = self.bookings().filtered("active")
                self.assertEqual(booking.state, "confirmed")
                self.post(f"/my/bookings/{booking.id}/cancel")
                self.assertFalse(booking.active)
            refused = self.confirm()
            self.assertEqual(refused.status_code, 409)
            self.assertIn("booked and cancelled very often", refused.text)
            self.assertIn(
                "cancelled very often", self.url_open("/my/bookings/new").text
            )
            self.post(f"/my/bookings/new/{other.id}")
            self.assertFalse(self.bookings(), "whatever it is")
            self.log_in(self.follower)
            self.confirm()
            self.assertEqual(self.bookings().partner_ids, self.follower.partner_id)
            self.log_in(self.holder)
            self._make_a_day_older()
            self.confirm(when=TEN.replace("T10", "T12"))
            self.assertEqual(len(self.bookings()), 2)

    def _make_a_day_older(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_booking SET create_date = create_date - interval '1 day'"
        )
        self.env.invalidate_all()

    def test_staff_are_told_in_the_language_of_the_house(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.holder.partner_id.lang = "de_DE"
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        body = self.booking_type.message_ids[0].body
        self.assertIn("waits for somebody to confirm a booking", body)
        self.assertIn("Tuesday, March 2, 2027", body)

    # === WHAT BECOMES OF IT === #

    def _request(self):
        """A booking that waits for staff."""
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        booking = self.bookings()
        self.assertEqual(booking.state, "scheduled")
        self.synchronise()
        return booking

    def _get_news(self):
        """Mails to the customer since the last time."""
        self.synchronise()
        mails = self.our_mails_to(self.holder.partner_id)
        news = [
            (mail.subject, mail.body_html, _get_calendar_file(mail)) for mail in mails
        ]
        mails.unlink()
        return news

    def test_customer_is_told_that_staff_have_cancelled(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.holder.partner_id.lang = "de_DE"
        booking = self._request()
        self.assertFalse(self._get_news())
        booking.action_cancel()
        ((subject, text, entry),) = self._get_news()
        self.assertIn("Aare, Dienstag, 2. März 2027", subject)
        self.assertIn("Aare", text)
        self.assertIn("METHOD:CANCEL", entry)
        self.assertIn(f"UID:B{booking.id:05d}@", entry)
        self.assertFalse(self._get_news(), "once")

    def test_copy_of_the_database_answers_nobody(self):
        """The original may have confirmed what somebody tries out in the copy."""
        booking = self._request()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        booking.action_cancel()
        self.assertFalse(self._get_news())
        self.site.action_verify()
        ((subject, _text, entry),) = self._get_news()
        self.assertIn("is not confirmed: Aare", subject)
        self.assertIn("METHOD:CANCEL", entry)

    def test_copy_that_is_kept_from_its_doors_answers_nobody_either(self):
        """Somebody types another key there; or the original's was refused before."""
        booking = self._request()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.site.state = "refused"
        booking.action_cancel()
        self.assertFalse(self._get_news())
        self.site.api_secret = "66666666-3333-4333-8333-333333333333"
        self.assertEqual(self.site.state, "draft")
        self.assertFalse(self._get_news())
        self.site.action_verify()
        self.assertEqual(len(self._get_news()), 1)

    def test_copy_that_took_over_with_one_of_its_sites_answers(self):
        """The other one is of no use any more."""
        other = self._connect_once_more()
        booking = self._request()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Restore" does
        self.site.action_verify()
        booking.action_cancel()
        self.assertFalse(self._get_news(), "the original has the other one")
        other.active = False
        self.assertEqual(len(self._get_news()), 1)

    def test_customer_is_told_of_a_booking_that_staff_have_deleted(self):
        booking = self._request()
        booking.unlink()
        ((subject, _text, entry),) = self._get_news()
        self.assertIn("is not confirmed: Aare", subject)
        self.assertIn("METHOD:CANCEL", entry)

    def test_customer_is_told_what_staff_confirm_where_no_door_says_so(self):
        self.rule.unlink()
        booking = self._request()
        booking.action_confirm()
        ((subject, text, entry),) = self._get_news()
        self.assertIn("Your booking is confirmed: Aare", subject)
        self.assertIn(f"/my/bookings/{booking.id}", text)
        self.assertIn("STATUS:CONFIRMED", entry)
        self.assertFalse(self._get_news(), "once")

    def test_customer_hears_when_staff_cancel_what_they_have_confirmed(self):
        """Also where no door, and so no access, says it."""
        self.rule.unlink()
        booking = self._request()
        booking.action_confirm()
        self._get_news()
        booking.action_cancel()
        ((subject, _text, entry),) = self._get_news()
        self.assertIn("The booking of Aare does not take place", subject)
        self.assertIn("METHOD:CANCEL", entry)
        self.assertFalse(self._get_news(), "once")

    def test_customer_reads_where_the_room_is_that_staff_have_confirmed(self):
        self.rule.unlink()
        self.env.company.phone = "+41 31 123 45 67"
        self.room.arrival_hint = "Second courtyard, left"
        booking = self._request()
        booking.location = "Riverside 1, 3000 Bern"
        booking.action_confirm()
        ((_subject, text, _entry),) = self._get_news()
        self.assertIn("Riverside 1, 3000 Bern", text)
        self.assertIn("Show on a map", text)
        self.assertIn("Second courtyard, left", text)
        self.assertIn("+41 31 123 45 67", text)

    def test_customer_is_told_the_time_and_room_that_staff_have_confirmed(self):
        self.rule.unlink()
        for moment in (NOW, "2027-03-02 11:00:00"):
            with self.subTest(moment=moment), self.env.cr.savepoint() as savepoint:
                booking = self._request()
                emme = self.env["resource.booking.combination"].create(
                    {"resource_ids": [(6, 0, self._create_room("Emme").ids)]}
                )
                booking.write(
                    {
                        "combination_auto_assign": False,
                        "combination_id": emme.id,
                        "start": "2027-03-09 13:00:00",
                    }
                )
                with freeze_time(moment):
                    self.assertFalse(self._get_news(), "it still waits")
                    booking.action_confirm()
                    ((subject, text, entry),) = self._get_news()
                self.assertIn("Emme, Tuesday, March 9", subject)
                self.assertIn("Emme", text)
                self.assertNotIn("Aare", text)
                self.assertIn("DTSTART:20270309T130000Z", entry)
                savepoint.rollback()

    def test_mail_and_page_bring_the_same_entry_into_the_calendar(self):
        self.rule.unlink()
        booking = self._request()
        booking.location = "Riverside 1"
        booking.action_confirm()
        ((_subject, _text, entry),) = self._get_news()
        page = self.url_open(f"/my/bookings/{booking.id}/calendar.ics").text

        def get_facts(file):
            lines = file.replace("\r\n ", "").splitlines()
            by_clock_or_reader = ("DTSTAMP", "SEQUENCE", "URL", "DES")
            return [one for one in lines if not one.startswith(by_clock_or_reader)]

        self.assertEqual(get_facts(entry), get_facts(page))
        self.assertIn("LOCATION:Riverside 1", entry)

    def test_meeting_that_is_gone_is_a_refusal(self):
        for refuse in (
            lambda booking: booking.action_unschedule(),
            lambda booking: booking.meeting_id.unlink(),
            lambda booking: booking.meeting_id.write({"active": False}),
            lambda booking: booking.write(
                {"partner_ids": [(6, 0, self.follower.partner_id.ids)]}
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                booking = self._request()
                refuse(booking)
                ((subject, text, entry),) = self._get_news()
                self.assertIn("is not confirmed: Aare", subject)
                self.assertNotIn("/my/bookings", text)
                self.assertIn("METHOD:CANCEL", entry)
                self.assertFalse(self._get_news(), "once")
                savepoint.rollback()

    def test_customer_who_cancels_leaves_no_other_one_waiting(self):
        booking = self._request()
        booking.partner_ids += self.follower.partner_id
        self.choose(booking, TEN.replace("T10", "T12"))
        self.post(f"/my/bookings/{booking.id}/cancel")
        self.assertFalse(booking.active)
        ((subject, _text, entry),) = self._get_news()
        self.assertIn("does not take place", subject)
        self.assertIn("METHOD:CANCEL", entry, "it came with the mail about the move")
        (mail,) = self.our_mails_to(self.follower.partner_id)
        self.assertIn("is not confirmed: Aare", mail.subject)

    def test_answer_that_cannot_be_written_is_given_later(self):
        self.rule.unlink()
        template = self.env.ref("exivo_access.mail_template_booking_confirmed")
        good, template.body_html = template.body_html, BROKEN
        booking = self._request()
        booking.action_confirm()
        with self.assertLogs(NOTIFIER, "ERROR"):
            with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
                self.assertFalse(self._get_news())
        self.assertFalse(self._get_news(), "it is not tried in every run")
        template.body_html = good
        with freeze_time(NOW + timedelta(minutes=10)):
            ((subject, _text, _entry),) = self._get_news()
        self.assertIn("Your booking is confirmed", subject)

    def test_answer_that_can_never_be_written_is_given_up(self):
        booking = self._request()
        booking.action_cancel()
        self.env.ref("exivo_access.mail_template_booking_refused").unlink()
        for day, waits in ((2, True), (12, False)):
            with (
                freeze_time(NOW + timedelta(days=day)),
                self.assertLogs(NOTIFIER, "ERROR"),
            ):
                self.assertFalse(self._get_news())
            self.assertEqual(bool(self.env["exivo.awaited.answer"].search([])), waits)

    def test_whole_day_that_waits_is_answered_until_it_is_over(self):
        self.rule.unlink()
        booking = self._request()
        booking.meeting_id.allday = True
        with freeze_time("2027-03-02 19:00:00"):
            self.assertFalse(self._get_news(), "it still waits")
            booking.action_confirm()
            ((subject, _text, _entry),) = self._get_news()
        self.assertIn("Your booking is confirmed", subject)

    def test_what_waits_again_meanwhile_is_still_answered(self):
        """The run has seen it confirmed; then its customer has moved it."""
        self.rule.unlink()
        booking = self._request()
        booking.action_confirm()
        answers = self.env.registry["exivo.awaited.answer"]
        give = answers._give

        def move_and_give(answer):
            answer.booking_id.meeting_id.attendee_ids.state = "needsAction"
            return give(answer)

        with patch.object(answers, "_give", move_and_give):
            self.assertFalse(self._get_news())
        self.assertEqual(booking.state, "scheduled")
        booking.action_confirm()
        ((subject, _text, _entry),) = self._get_news()
        self.assertIn("Your booking is confirmed", subject)

    def test_customer_who_gets_an_access_is_told_by_that_alone(self):
        booking = self._request()
        booking.action_confirm()
        ((subject, _text, _entry),) = self._get_news()
        self.assertIn("Your access to Aare", subject)
        booking.action_cancel()
        ((subject, _text, _entry),) = self._get_news()
        self.assertIn("has been removed", subject)

    def test_customer_who_cancels_is_told_by_the_page_alone(self):
        for has_doors in (True, False):
            with self.subTest(has_doors=has_doors):
                self.rule.active = has_doors
                booking = self._request()
                self.post(f"/my/bookings/{booking.id}/cancel")
                self.assertFalse(booking.active)
                self.assertFalse(self._get_news())
                booking.unlink()

    def test_customer_whom_staff_never_answered_hears_nothing_afterwards(self):
        booking = self._request()
        with freeze_time("2027-03-02 11:00:00"):
            self.assertFalse(self._get_news())
            booking.action_cancel()
            self.assertFalse(self._get_news())

    # === WHAT STAFF ARE TOLD === #

    def test_form_says_what_it_means_that_strangers_can_sign_up(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for scope, who, first, said in (
            ("b2c", "login", False, True),
            ("b2b", "login", False, False),
            ("b2c", "confirmed", False, False),
            ("b2c", "login", True, False),
        ):
            parameters.set_param("auth_signup.invitation_scope", scope)
            with self.subTest(scope=scope, who=who, first=first):
                with Form(self.booking_type) as form:
                    form.portal_who = who
                    form.portal_staff_confirms = first
                    self.assertEqual(form.portal_open_to_strangers, said)
