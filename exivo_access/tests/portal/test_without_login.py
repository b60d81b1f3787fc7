# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Books without a login: by a link in a mail, and not a moment sooner."""

import json
import re
from base64 import b64decode
from datetime import timedelta
from html import unescape
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.portal.exivo_booking_request import _get_network
from ..calendar_reader import Calendar
from ..common import NOW, pin_of
from .test_room_finder import TEN, ExivoFinderCase
from .test_who_may_book import BROKEN

MODELS = "odoo.addons.exivo_access.models"
EMAIL = "nora@example.com"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWithoutLogin(ExivoFinderCase):
    def setUp(self):
        super().setUp()
        self.open_from(9, 18)  # small pages
        self.booking_type.portal_who = "anybody"
        self.authenticate(None, None)
        mails = type(self.env["mail.mail"])
        self.patch(mails, "send_after_commit", lambda mail: None)

    def _ask(self, name="Nora Nobody", email=EMAIL, when=TEN):
        return self.confirm(name=name, email=email, when=when)

    def _mails(self):
        mails = self.env["mail.mail"].search([], order="id")
        return mails.filtered(lambda mail: "confirm your booking" in mail.subject)

    def _get_link(self):
        body = self._mails()[-1].body_html
        return re.search(r"/my/bookings/request/[\w-]+", body)[0]

    def _requests(self):
        return self.env["exivo.booking.request"].search([])

    def _let_pass(self, interval):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE exivo_booking_request SET create_date = create_date - %s::interval",
            [interval],
        )
        self.env.invalidate_all()

    def _contacts(self):
        return self.env["res.partner"].search([("email", "=", EMAIL)])

    # === THE WAY === #

    def test_who_follows_the_link_has_the_room_and_its_doors(self):
        self.assertTrue(self.rooms(self.look()))
        asked = self.url_open(self.address())
        self.assertIn("Your name", asked.text)
        self.assertIn("Nothing is kept for you", asked.text)
        sent = self._ask().text
        self.assertIn(EMAIL, sent)
        self.assertIn("Aare, Tuesday, March 2, 2027", sent.partition("</title>")[0])
        self.assertFalse(self.bookings(), "nothing is held")
        self.assertFalse(self._contacts(), "nobody is known by having been typed")
        (mail,) = self._mails()
        self.assertEqual(mail.email_to, EMAIL)
        self.assertNotIn("Nora", mail.body_html, "nobody writes with our hand")
        for said in ("Aare", "10:00"):
            self.assertIn(said, mail.body_html)
        link = self._get_link()
        self.assertIn("Book this?", self.url_open(link).text)
        self.assertFalse(self.bookings(), "a mail scanner has looked at it")
        page = self.post(link)
        booking = self.bookings()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(str(booking.start), "2027-03-02 09:00:00")
        self.assertIn("Aare", page.text)
        self.assertIn(f"/my/bookings/{booking.id}", page.url)
        self.assertEqual(booking.partner_ids.name, "Nora Nobody")
        self.assertEqual(booking.partner_ids.email, EMAIL)
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.mails_to(booking.partner_ids)), 1)
        page = self.url_open(page.url)
        self.assertIn("comes by e-mail to whoever has booked", page.text)
        self.assertNotIn(pin_of(access), page.text, "the page can be forwarded")

    def test_page_of_the_booking_says_no_more_of_the_mail_than_is_in_it(self):
        self.site.pin_in_mail = False
        self._ask()
        url = self.post(self._get_link()).url
        self.synchronise()
        self.assertIn(
            "by e-mail to whoever has booked, but not the PIN", self._read(url)
        )
        self.accesses(self.bookings()).mail_state = "bounced"
        self.assertIn("Please ask us how to get in.", self._read(url))
        with freeze_time(NOW + timedelta(days=3), tick=True):
            said = self._read(url)
            self.assertNotIn("how to get in", said.lower())

    def _read(self, url):
        page = html.document_fromstring(self.url_open(url).content)
        return " ".join(page.text_content().split())

    def test_page_after_the_form_says_what_is_left_to_do_and_how_to_mend_it(self):
        page = html.document_fromstring(self._ask().text.replace("\u202f", " "))
        (main,) = page.xpath("//main")
        said = " ".join(main.text_content().split())
        for part in (
            "Aare, Tuesday, March 2, 2027, 10:00 AM – 11:00 AM",
            "press “Book it” there",
        ):
            self.assertIn(part, said)
        links = main.xpath(".//a/@href")
        self.assertIn("/my/bookings/new", links)
        (again,) = (one for one in links if f"/{self.combination.id}?" in one)
        self.assertIn("Your e-mail", self.url_open(again).text)
        self.assertIn("press “Book it” there", self.url_open(self.address()).text)

    def test_mail_with_the_link_has_sender_and_head_and_is_followed(self):
        self.env.company.write(
            {"name": "House\nBcc: eve@example.com", "email": "house@example.com"}
        )
        self._ask()
        (mail,) = self._mails()
        self.assertIn("house@example.com", mail.email_from)
        self.assertNotIn("\n", mail.email_from)
        self.assertIn("Auto-Submitted", mail.headers)
        self.assertTrue(
            self.env["exivo.mail"].search([("number", "=", mail.id)]), "is followed"
        )

    def test_mail_with_the_link_comes_from_who_looks_after_the_house(self):
        responsible = self._create_user("exivo_desk", "base.group_user")
        self.site.user_id = responsible
        self.env.company.email = False
        self._ask()
        self.assertIn(responsible.email, self._mails().email_from)

    def test_where_no_mail_can_be_sent_none_is_promised(self):
        self.env.company.email = False
        self.site.user_id = False
        self.env["mail.alias.domain"].search([]).unlink()
        servers = type(self.env["ir.mail_server"])
        self.patch(servers, "_get_default_from_address", lambda server: None)
        page = self._ask()
        self.assertIn("We cannot send mails at the moment", page.text)
        self.assertNotIn("on its way", page.text)
        self.assertFalse(self._mails() or self._requests())

    def test_link_books_once_and_leads_to_the_booking_afterwards(self):
        self._ask()
        link = self._get_link()
        self.post(link)
        again = self.post(link)
        self.assertEqual(len(self.bookings()), 1)
        self.assertIn(f"/my/bookings/{self.bookings().id}", again.url)
        self.assertIn(f"/my/bookings/{self.bookings().id}", self.url_open(link).url)

    def test_link_that_has_booked_still_leads_there_when_it_would_book_no_more(self):
        self._ask()
        link = self._get_link()
        self.post(link)
        (booking,) = self.bookings()
        with freeze_time("2027-03-01 10:31:00"):
            for page in (self.url_open(link), self.post(link)):
                self.assertIn(f"/my/bookings/{booking.id}?", page.url)
        with freeze_time("2027-03-02 10:01:00"):
            page = self.url_open(link)
        self.assertEqual(page.status_code, 404, "a day is enough")
        self.assertNotIn("Nothing was booked", page.text, "it was")

    def test_second_link_for_the_same_leads_to_what_the_first_has_booked(self):
        links = []
        for _tap in range(2):
            self._ask()
            links.append(self._get_link())
        self._ask(when=TEN.replace("T10", "T12"))
        other = self._get_link()
        self.post(links[0])
        (booking,) = self.bookings()
        for page in (self.url_open(links[1]), self.post(links[1])):
            self.assertIn(f"/my/bookings/{booking.id}?", page.url)
        self.assertIn("Book this?", self.url_open(other).text)
        self.assertEqual(self.bookings(), booking)
        booking.partner_ids = self.holder.partner_id
        taken = self.url_open(links[1])
        self.assertEqual(taken.status_code, 409, "it is somebody else's now")

    def test_visitor_cancels_by_the_page_that_the_link_leads_to(self):
        self._ask()
        page = self.post(self._get_link())
        booking = self.bookings()
        self.synchronise()
        token = re.search(r"access_token=([\w-]+)", page.url)[1]
        self.post(f"/my/bookings/{booking.id}/cancel", access_token=token)
        self.assertFalse(booking.active)
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_who_comes_again_keeps_the_contact(self):
        self._ask()
        self.post(self._get_link())
        self._ask(when=TEN.replace("T10", "T12"), name="N. N.")
        self.post(self._get_link())
        self.assertEqual(len(self.bookings()), 2)
        self.assertEqual(len(self._contacts()), 1)
        request = self._requests()[0]
        self.assertFalse(request.email or request.name)

    def test_same_a_week_later_is_asked_for_from_the_page_of_the_booking(self):
        self._ask()
        page = self.post(self._get_link())
        link = "//a[contains(@class, 'o_exivo_again')]/@href"
        (again,) = html.document_fromstring(page.text).xpath(link)
        asked = self.url_open(again).text
        self.assertIn("Your e-mail", asked)
        self.assertIn("March 9, 2027", asked)
        self.booking_type.portal_who = "login"
        page = html.document_fromstring(self.url_open(page.url).text)
        self.assertFalse(page.xpath(link))

    def test_mail_leads_to_the_same_a_week_later_where_that_takes_no_login(self):
        self._ask()
        self.post(self._get_link())
        self.synchronise()
        (again,) = self._get_links_to_repeat()
        asked = self.url_open(again).text
        self.assertIn("Your e-mail", asked)
        self.assertIn("March 9, 2027", asked)
        self.booking_type.portal_who = "confirmed"
        self._ask_for_mail_again()
        self.assertFalse(self._get_links_to_repeat(), "nobody could follow it")

    def test_login_that_was_never_used_is_not_needed_to_repeat_a_booking(self):
        self._ask()
        self.post(self._get_link())
        self.synchronise()
        (partner,) = self._contacts()
        group = self.env.ref("base.group_portal")
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": EMAIL,
                "partner_id": partner.id,
                "group_ids": [Command.set(group.ids)],
            }
        )
        self._ask_for_mail_again()
        (again,) = self._get_links_to_repeat()
        self.assertIn("Your e-mail", self.url_open(again).text)
        self.booking_type.portal_who = "login"
        self._ask_for_mail_again()
        self.assertFalse(self._get_links_to_repeat())

    def _ask_for_mail_again(self):
        access = self.accesses(self.bookings())
        access.resent_at = False
        access.action_resend()

    def _get_links_to_repeat(self):
        """Where the last mail to the visitor says that the same is booked again."""
        body = html.fromstring(self.mails_to(self._contacts())[-1].body_html)
        links = body.xpath("//a[contains(., 'again a week later')]/@href")
        return [one[one.index("/my/") :] for one in links]

    # === NOBODY ELSE IS TOUCHED === #

    def test_address_of_a_contact_gives_nobody_what_is_that_contacts(self):
        self.holder.partner_id.email = EMAIL
        before = self.holder.partner_id.name
        self._ask(name="Mallory")
        self.post(self._get_link())
        booking = self.bookings()
        self.assertNotEqual(booking.partner_ids, self.holder.partner_id)
        self.assertEqual(self.holder.partner_id.name, before)

    def test_links_that_are_old_wrong_or_of_others_book_nothing(self):
        self._ask()
        link = self._get_link()
        for wrong in (f"{link[:-2]}AA", "/my/bookings/request/AQ"):
            with self.subTest(path=wrong):
                self.assertEqual(self.url_open(wrong).status_code, 404)
                self.assertEqual(self.post(wrong).status_code, 404)
        with freeze_time("2027-03-01 10:31:00"):
            self.assertEqual(self.post(link).status_code, 404)
        self.assertFalse(self.bookings())

    def test_link_from_before_a_restore_does_not_lead_to_somebody_elses_booking(self):
        """A backup that is restored gives ids a second time."""
        lost = self.env.cr.savepoint()
        self._ask()
        number, link = self._requests().id, self._get_link()
        lost.close(rollback=True)
        self.env.cr.execute(
            "SELECT setval('exivo_booking_request_id_seq', %s, false)", [number]
        )
        self._ask(name="Bob", email="bob@example.com")
        self.assertEqual(self._requests().id, number)
        self.assertEqual(self.url_open(link).status_code, 404)
        self.post(self._get_link())
        self.assertTrue(self.bookings())
        for page in (self.url_open(link), self.post(link)):
            self.assertEqual(page.status_code, 404)

    def test_page_promises_no_mail_to_who_has_no_address(self):
        """Staff have booked for somebody, and handed on the page's link."""
        person = self.env["res.partner"].create({"name": "Nora"})
        booking = self.book(hours=30, partners=person)
        booking._portal_ensure_token()
        for email, says, silent in (
            (False, "Please ask us how to get in", "comes by e-mail"),
            ("n@example.com", "comes by e-mail", "Please ask us how to get in"),
        ):
            person.email = email
            page = self.url_open(booking.get_portal_url())
            self.assertIn(says, page.text)
            self.assertNotIn(silent, page.text)

    def test_where_nobody_books_without_a_login_the_pages_ask_for_one(self):
        self._ask()
        link = self._get_link()
        for who in ("login", "confirmed", "members"):
            self.booking_type.portal_who = who
            with self.subTest(who=who):
                for path in ("/my/bookings/new", self.address()):
                    self.assertIn("/web/login", self.url_open(path).url)
                self.assertIn("/web/login", self._ask().url)
                self.assertEqual(self.url_open(link).status_code, 409)
                self.assertEqual(self.post(link).status_code, 409)
        self.assertFalse(self.bookings())
        self.assertEqual(len(self._mails()), 1)

    def test_other_types_stay_unseen(self):
        other = self.booking_type.copy({"name": "Members' Lounge"})
        other.portal_who = "login"
        page = self.url_open("/my/bookings/new")
        self.assertNotIn("Lounge", page.text)
        path = f"/my/bookings/new/{other.id}/{self.combination.id}?when={TEN}"
        self.assertIn("/web/login", self.url_open(path.replace("+", "%2B")).url)

    def test_who_has_a_login_confirms_the_address_once(self):
        self.log_in(self.holder)
        self.assertIn(
            "confirm your e-mail address first", self.url_open("/my/bookings/new").text
        )
        self.assertEqual(self.confirm().status_code, 409)
        self.holder.partner_id.exivo_confirmed_email = self.holder.email
        self.confirm()
        self.assertEqual(self.bookings().partner_ids, self.holder.partner_id)

    def test_nobody_reads_or_makes_requests_by_rpc(self):
        self._ask()
        requests = self._requests()
        for login in (self.holder, self.follower, self.env.ref("base.public_user")):
            with self.subTest(login=login.login), self.assertRaises(AccessError):
                requests.with_user(login).read(["email"])
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        with self.assertRaises(AccessError):
            requests.with_user(manager).write({"email": "x@example.com"})

    # === WHAT IS TYPED === #

    def test_what_is_no_name_or_address_is_asked_for_again(self):
        for name, email in (
            ("", EMAIL),
            (" \n", EMAIL),
            ("123", EMAIL),
            ("Nora", ""),
            ("Nora", "nora"),
            ("Nora", "nora@example.com, all@example.com"),
            ("Nora", "nora@example.com\nBcc: all@example.com"),
            ("Nora", f"{'n' * 300}@example.com"),
            ("Nora", "no\0ra@example.com"),
            ("Nora", "nora@exam\u200bple.com"),
            ("Nora", "no\u00a0ra@example.com"),
        ):
            with self.subTest(name=name, email=email):
                page = self._ask(name=name, email=email)
                self.assertIn("exivo_hint", page.text)
        self.assertFalse(self._requests())

    def test_what_nobody_sees_around_an_address_is_cut_off(self):
        for before, after in (("", "\u200b"), ("\ufeff", "\u00a0"), ("\u202e", "\0")):
            self._ask(email=f"{before}{EMAIL}{after}")
        self.assertEqual(self._requests().mapped("email"), [EMAIL] * 3)

    def test_what_is_typed_is_shown_as_it_is(self):
        page = self._ask(name="<b>Nora</b>", email="<i>x")
        self.assertIn("&lt;b&gt;Nora", page.text)
        self.assertNotIn("<b>Nora", page.text)
        self._ask(name=f"Nora\r\n\u200b{'x' * 200}")
        self.assertEqual(self._requests().name, f"Nora {'x' * 75}")

    # === LIMITS === #

    def test_links_are_not_sent_in_floods(self):
        for _click in range(5):
            page = self._ask()
        self.assertIn("No link was sent now", page.text)
        self.assertEqual(len(self._mails()), 3)
        for number in range(40):
            self._ask(email=f"nora{number}@example.com")
        self.assertEqual(len(self._mails()), 30)
        self._let_pass("61 minutes")
        self._ask()
        self.assertEqual(len(self._mails()), 31)

    def test_limits_are_those_of_a_mailbox_whatever_follows_a_plus(self):
        self.booking_type.portal_most_ahead = 2
        for number in range(4):
            email, when = (
                f"nora+{number}@example.com",
                TEN.replace("T10", f"T1{number}"),
            )
            page = self._ask(email=email, when=when)
        self.assertIn("No link was sent now", page.text)
        sent = self._mails()
        self.assertEqual(sent.mapped("email_to")[0], "nora+0@example.com")
        answers = []
        for mail in sent:
            link = re.search(r"/my/bookings/request/[\w-]+", mail.body_html)[0]
            answers.append(self.post(link).status_code)
        self.assertEqual(answers, [200, 200, 409])
        self.assertEqual(len(self.bookings()), 2)
        self.assertEqual(len(self.bookings().partner_ids), 2)

    def test_limits_hold_for_links_that_are_followed_too(self):
        for hour in range(9, 13):
            page = self._ask(when=TEN.replace("T10", f"T{hour:02}"))
            self.post(self._get_link())
            self.bookings().unlink()
        self.assertIn("No link was sent now", page.text)
        self.assertEqual(len(self._mails()), 3)

    def test_networks_are_told_apart_however_they_are_written(self):
        requests = self.env["exivo.booking.request"]
        names = ("1.2.3.4", "::ffff:1.2.3.4", "::ffff:5.6.7.8", "2001:db8::1", "?", "")
        digests = [requests._digest(_get_network(name)) for name in names]
        self.assertEqual(digests[0], digests[1])
        self.assertEqual(len({*digests}), 5)
        self.assertEqual(_get_network("2001:db8::1"), _get_network("2001:db8::2"))
        self.assertTrue(_get_network("1.2.3.4:5678"))

    def test_what_is_no_longer_offered_is_not_booked_by_a_link_from_before(self):
        self.booking_type.modifications_deadline = 1
        with freeze_time("2027-03-02 07:50:00"):
            self._ask()
            link = self._get_link()
            self.assertEqual(self.url_open(link).status_code, 200)
        with freeze_time("2027-03-02 08:10:00"):
            self.assertEqual(self.post(link).status_code, 409)
        self.assertFalse(self.bookings() or self._contacts())
        self._ask()
        link = self._get_link()
        self.booking_type.active = False
        self.assertEqual(self.post(link).status_code, 409)
        self.assertFalse(self.bookings() or self._contacts())

    def test_who_begins_first_books_no_more_than_allowed(self):
        self.booking_type.write({"portal_who": "login", "portal_most_ahead": 1})
        self.log_in(self.holder)
        for _time in range(2):
            self.post(f"/my/bookings/new/{self.booking_type.id}")
        first, second = self.bookings()
        self.choose(first, TEN)
        self.choose(second, TEN.replace("T10", "T12"))
        self.assertTrue(first.meeting_id)
        self.assertFalse(second.meeting_id)
        for offered, reason in (
            (True, "You have reached the number of upcoming bookings"),
            (False, "You cannot book this here"),
        ):
            self.booking_type.portal_bookable = offered
            page = self.url_open(f"/my/bookings/{second.id}/schedule")
            self.assertEqual(page.status_code, 409)
            self.assertIn(reason, " ".join(page.text.split()))
            self.assertNotIn('name="when"', page.text)

    def test_one_address_has_no_more_to_come_than_allowed(self):
        for most, booked in ((0, 5), (2, 2)):
            self.bookings().unlink()
            self.booking_type.portal_most_ahead = most
            with self.subTest(most=most):
                for hour in range(9, 16):
                    with patch.object(
                        type(self.env["exivo.booking.request"]),
                        "_is_flooded",
                        lambda *_requests, **_digests: False,
                    ):
                        self._ask(when=TEN.replace("T10", f"T{hour:02}"))
                    response = self.post(self._get_link())
                self.assertEqual(response.status_code, 409)
                self.assertEqual(len(self.bookings()), booked)

    def test_link_says_that_others_wait_for_staff_already(self):
        self.booking_type.write(
            {"portal_staff_confirms": True, "portal_open_requests": 1}
        )
        for hour in (10, 12):
            self._ask(when=TEN.replace("T10", f"T{hour}"))
            answer = self.post(self._get_link())
        self.assertEqual(answer.status_code, 409)
        said = " ".join(answer.text.split())
        self.assertIn("Bookings of yours wait for our answer already", said)
        self.assertNotIn("not free any more", said)

    def test_limit_holds_with_a_login_too(self):
        self.booking_type.write({"portal_who": "login", "portal_most_ahead": 1})
        self.log_in(self.holder)
        self.confirm()
        later = {"when": TEN.replace("T10", "T12")}
        self.assertIn("the number of upcoming bookings", self.confirm(**later).text)
        begun = self.post(f"/my/bookings/new/{self.booking_type.id}")
        self.assertIn("/my/bookings/new", begun.url)
        self.assertEqual(len(self.bookings()), 1)
        with freeze_time("2027-03-02 10:30:00"):
            self.log_in(self.holder)
            self.confirm(when=TEN.replace("T10", "T17"))
        self.assertEqual(len(self.bookings()), 2)

    def test_who_is_too_late_books_nothing_and_leaves_no_contact(self):
        self._ask()
        link = self._get_link()
        self._ask(email="first@example.com")
        self.post(self._get_link())
        self.assertEqual(self.url_open(link).status_code, 409)
        self.assertEqual(self.post(link).status_code, 409)
        self.assertEqual(len(self.bookings()), 1)
        self.assertFalse(self._contacts())

    def test_who_never_followed_the_link_is_forgotten(self):
        self._ask()
        self._ask(email="second@example.com")
        self.post(self._get_link())
        self._let_pass("25 hours")
        self.env["exivo.booking.request"]._gc_unconfirmed()
        self.assertFalse(self._requests().network or self._requests().mailbox)
        self.assertEqual(self._requests().booking_id, self.bookings())

    def test_who_has_booked_is_given_out_and_forgotten_with_holders(self):
        self._ask()
        self.post(self._get_link())
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        contact = self._requests().partner_id
        data = self.env["exivo.personal.data"].with_user(manager)
        data = data.create({"partner_id": contact.id})
        (booked,) = json.loads(b64decode(data.data_file))["booked_without_login"]
        self.assertEqual(booked["from"], str(self.bookings().start))
        forget = self.env["exivo.booking.request"]._gc_unconfirmed
        with freeze_time(self.bookings().start + timedelta(days=364)):
            forget()
            self.assertTrue(self._requests())
        with freeze_time(self.bookings().start + timedelta(days=366)):
            forget()
            self.assertFalse(self._requests())

    def test_what_was_booked_without_a_login_is_erased_once_it_is_over(self):
        self._ask()
        self.post(self._get_link())
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        data = self.env["exivo.personal.data"].with_user(manager)
        data = data.create({"partner_id": self._requests().partner_id.id})
        with freeze_time(self.bookings().start + timedelta(days=1)):
            data.action_erase()
        self.assertFalse(self._requests())

    # === STAFF === #

    def test_staff_confirm_first_where_they_said_so(self):
        self.booking_type.portal_staff_confirms = True
        self._ask()
        self.post(self._get_link())
        self.assertEqual(self.bookings().state, "scheduled")

    def test_who_waits_for_staff_has_a_way_back_and_is_told(self):
        self.booking_type.portal_staff_confirms = True
        self._ask()
        self.post(self._get_link())
        booking = self.bookings()
        (mail,) = self.mails_to(booking.partner_ids)
        self.assertIn("Not confirmed yet: Aare", mail.subject)
        (link,) = re.findall(r'href="([^"]+)"[^>]*>See the booking', mail.body_html)
        self.assertIn("Our staff confirm it first", self.url_open(link).text)
        mail.unlink()
        booking.action_cancel()
        self.synchronise()
        (mail,) = self.mails_to(booking.partner_ids)
        self.assertIn("is not confirmed: Aare", mail.subject)

    def _request(self):
        """A booking that waits for staff."""
        self.booking_type.portal_staff_confirms = True
        self._ask()
        self.post(self._get_link())
        return self.bookings()

    def _get_link_in(self, mail, label):
        (link,) = re.findall(rf'href="([^"]+)"[^>]*>{label}', mail.body_html)
        return unescape(link)

    def _take_in(self, calendar, booking):
        """Let the customer take the calendar files of the mails since last time."""
        self.synchronise()
        mails = self.our_mails_to(booking.partner_ids)
        for content in mails.attachment_ids.sorted("id").mapped("raw"):
            entry = calendar.take(content)
        mails.unlink()
        return entry

    def test_each_mail_about_what_waits_takes_the_place_of_the_one_before(self):
        self.rule.unlink()
        calendar = Calendar()
        with freeze_time(NOW):
            booking = self._request()
            self._take_in(calendar, booking)
        with freeze_time(NOW + timedelta(minutes=1)):
            self.choose(booking, TEN.replace("T10", "T12"))
            self._take_in(calendar, booking)
        with freeze_time(NOW + timedelta(minutes=2)):
            booking.action_confirm()
            self._take_in(calendar, booking)
        (entry,) = calendar.entries.values()
        self.assertEqual(entry.values["STATUS"], "CONFIRMED")
        self.assertEqual(str(entry.values["DTSTART"]), "2027-03-02 11:00:00+00:00")

    def test_booking_that_staff_take_back_is_in_the_calendar_again(self):
        calendar = Calendar()
        with freeze_time(NOW):
            booking = self._request()
            self._take_in(calendar, booking)
            start = booking.start
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.action_cancel()
            self.assertEqual(self._take_in(calendar, booking).method, "CANCEL")
        with freeze_time(NOW + timedelta(minutes=2)):
            booking.action_unarchive()
            booking.start = start
            booking.action_confirm()
            self._take_in(calendar, booking)
        (entry,) = calendar.entries.values()
        self.assertEqual(entry.values["STATUS"], "CONFIRMED")

    def test_confirmed_booking_that_is_moved_and_refused_is_said_once(self):
        calendar = Calendar()
        with freeze_time(NOW):
            booking = self._request()
            booking.action_confirm()
            self._take_in(calendar, booking)
        with freeze_time(NOW + timedelta(minutes=1)):
            self.choose(booking, TEN.replace("T10", "T12"))
            self._take_in(calendar, booking)
        (entry,) = calendar.entries.values()
        self.assertEqual(str(entry.values["DTSTART"]), "2027-03-02 11:00:00+00:00")
        self.assertEqual(entry.values["STATUS"], "TENTATIVE")
        with freeze_time(NOW + timedelta(minutes=2)):
            booking.action_cancel()
            self.synchronise()
            self.assertEqual(len(self.our_mails_to(booking.partner_ids)), 1)
            self._take_in(calendar, booking)
        (entry,) = calendar.entries.values()
        self.assertEqual(entry.method, "CANCEL")
        with freeze_time(NOW + timedelta(minutes=13)):
            self.synchronise()
        self.assertFalse(self.our_mails_to(booking.partner_ids))

    def test_link_that_cancels_asks_first_where_there_are_no_doors_too(self):
        self.rule.unlink()
        booking = self._request()
        link = self._get_link_in(self.our_mails_to(booking.partner_ids), "Cancel it")
        asked = self.url_open(link)
        self.assertTrue(booking.active, "a mail scanner has looked at it")
        self.assertIn("Cancel your booking?", asked.text)
        token = booking.access_token
        done = self.post(f"/my/bookings/{booking.id}/cancel", access_token=token)
        self.assertFalse(booking.active)
        self.assertIn("/cancel", done.url)
        self.assertIn("is cancelled", done.text)

    def test_what_waits_and_is_moved_is_one_mail(self):
        booking = self._request()
        nora = booking.partner_ids
        self.mails_to(nora).unlink()
        self.choose(booking, TEN.replace("T10", "T12"))
        self.synchronise()
        (mail,) = self.mails_to(nora)
        self.assertIn("Not confirmed yet", mail.subject)
        mail.unlink()
        booking.partner_ids += self.customer
        self.choose(booking, TEN)
        self.synchronise()
        self.assertTrue(self.mails_to(self.customer), "who hears of it in no other way")

    def test_mail_offers_nothing_that_would_be_refused(self):
        self.rule.unlink()
        self.booking_type.modifications_deadline = 3
        booking = self._request()
        mail = self.our_mails_to(booking.partner_ids)
        self.assertIn("Move it", mail.body_html)
        mail.unlink()
        booking.portal_moves = 19
        self.choose(booking, TEN.replace("T10", "T12"))
        mail = self.our_mails_to(booking.partner_ids)
        self.assertNotIn("Move it", mail.body_html)
        self.assertIn("Cancel it", mail.body_html)
        mail.unlink()
        with freeze_time("2027-03-02 09:00:00"):
            booking.action_confirm()
            self.synchronise()
        mail = self.our_mails_to(booking.partner_ids)
        self.assertNotIn("Cancel it", mail.body_html)

    def test_who_was_taken_off_gets_no_way_to_what_others_have_now(self):
        booking = self._request()
        nora = booking.partner_ids
        request = self._get_link()
        self.mails_to(nora).unlink()
        booking.partner_ids = self.holder.partner_id
        self.log_in(self.holder)
        self.choose(booking, TEN.replace("T10", "T12"))
        self.assertEqual(str(booking.start), "2027-03-02 11:00:00")
        self.assertFalse(self.mails_to(nora))
        self.synchronise()
        (mail,) = self.mails_to(nora)
        self.assertIn("is not confirmed: Aare, Tuesday, March 2", mail.subject)
        self.assertNotIn(booking.access_token, mail.body_html)
        self.authenticate(None, None)
        for lost in (self.url_open(request), self.post(request)):
            self.assertEqual(lost.status_code, 404)

    def test_who_stays_on_what_waits_gets_its_new_link(self):
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids += self.customer
        before = booking.access_token
        self.mails_to(nora).unlink()
        booking.partner_ids -= self.customer
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Not confirmed yet", mail.subject)
        self.assertIn(booking.access_token, mail.body_html)
        self.assertNotIn(before, mail.body_html)

    def test_corrected_address_gets_what_waits_for_staff_and_then_their_answer(self):
        self.rule.unlink()
        booking = self._request()
        nora = booking.partner_ids
        self.our_mails_to(nora).unlink()
        nora.email = "nora.other@example.com"
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Not confirmed yet", mail.subject)
        mail.unlink()
        nora.email = False
        booking.action_confirm()
        self.synchronise()
        self.assertFalse(self.our_mails_to(nora))
        nora.email = "nora.third@example.com"
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Your booking is confirmed: Aare", mail.subject)

    def test_refusal_waits_for_an_address(self):
        booking = self._request()
        nora = booking.partner_ids
        self.our_mails_to(nora).unlink()
        nora.email = False
        booking.action_cancel()
        for _run in range(2):
            self.synchronise()
        self.assertFalse(self.our_mails_to(nora))
        answers = self.env.registry["exivo.awaited.answer"]
        with patch.object(answers, "_give") as give:
            self.synchronise()
        give.assert_not_called()  # it would be in each run, for months
        self.woken_synchroniser()
        nora.email = "nora.other@example.com"
        self.assertTrue(self.woken_synchroniser())
        for _run in range(2):
            self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("is not confirmed: Aare", mail.subject)
        self.assertFalse(self.env["exivo.awaited.answer"].search([]))

    def test_refusal_that_finds_no_address_is_given_up_in_the_end(self):
        booking = self._request()
        booking.partner_ids.email = False
        booking.action_cancel()
        for day, waits in ((1, True), (12, False)):
            with freeze_time(NOW + timedelta(days=day)):
                self.synchronise()
            self.assertEqual(bool(self.env["exivo.awaited.answer"].search([])), waits)

    def woken_synchroniser(self):
        """Whether the synchroniser is to run since the last look."""
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        woken = bool(triggers)
        triggers.unlink()
        return woken

    def test_archived_contact_gets_no_way_to_what_others_have_now(self):
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids += self.customer
        self.our_mails_to(nora).unlink()
        nora.active = False
        self.assertFalse(self.our_mails_to(nora))
        booking.action_confirm()
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("is not confirmed: Aare", mail.subject)
        self.assertNotIn(booking.access_token, mail.body_html)

    def test_new_link_comes_with_what_is_kept_and_not_with_what_was_asked_for(self):
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids += self.customer
        booking.start = "2027-03-09 13:00:00"
        self.mails_to(nora).unlink()
        booking.partner_ids -= self.customer
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Not confirmed yet: Aare, Tuesday, March 9", mail.subject)
        self.assertIn(b"DTSTART:20270309T130000Z", mail.attachment_ids.raw)

    def test_new_link_to_what_is_confirmed_comes_with_just_that(self):
        self.rule.unlink()
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids += self.customer
        self.mails_to(nora).unlink()
        booking.action_confirm()
        booking.partner_ids -= self.customer
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Your booking is confirmed: Aare", mail.subject)
        self.assertIn(booking.access_token, mail.body_html)

    def test_new_link_to_what_was_confirmed_long_ago_comes_once(self):
        self.rule.unlink()
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids += self.customer
        booking.action_confirm()
        self.synchronise()
        self.mails_to(nora).unlink()
        booking.partner_ids -= self.customer
        for _run in range(2):
            self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Your booking is confirmed: Aare", mail.subject)
        self.assertIn(booking.access_token, mail.body_html)

    def test_new_link_comes_to_whom_no_access_tells_it_any_more(self):
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids += self.customer
        booking.action_confirm()
        self.synchronise()
        self.rule.unlink()
        self.plan()
        self.synchronise()
        self.assertEqual(set(self.accesses(booking).mapped("state")), {"removed"})
        self.mails_to(nora).unlink()
        booking.partner_ids -= self.customer
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn(booking.access_token, mail.body_html)

    def test_who_is_taken_off_and_put_back_hears_the_answer(self):
        self.rule.unlink()
        booking = self._request()
        nora = booking.partner_ids
        booking.partner_ids = self.customer
        booking.partner_ids |= nora
        self.mails_to(nora).unlink()
        self.synchronise()
        self.assertFalse(self.our_mails_to(nora))
        booking.action_confirm()
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("Your booking is confirmed: Aare", mail.subject)
        self.assertIn(booking.access_token, mail.body_html)

    def test_answer_comes_from_the_house_that_was_asked(self):
        """Of a type that is of no company, the scheduled action knows no house."""
        house = self.env["res.company"].create(
            {"name": "Other House", "email": "other@example.com"}
        )
        self.env.ref("base.public_user").write(
            {"company_ids": [(4, house.id)], "company_id": house.id}
        )
        self.booking_type.company_id = False
        self.rule.unlink()
        booking = self._request()
        nora = booking.partner_ids
        self.assertIn("other@example.com", self.our_mails_to(nora).email_from)
        self.our_mails_to(nora).unlink()
        booking.action_confirm()
        self.synchronise()
        (mail,) = self.our_mails_to(nora)
        self.assertIn("other@example.com", mail.email_from)
        self.assertIn(b"mailto:other@example.com", mail.attachment_ids.raw)

    def test_mail_template_that_somebody_broke_keeps_nobody_from_booking(self):
        template = self.env.ref("exivo_access.mail_template_booking_awaited")
        good = template.body_html
        for spoil in (
            lambda: template.write({"body_html": BROKEN}),
            lambda: template.unlink(),
        ):
            self.bookings().unlink()
            spoil()
            with (
                self.assertLogs(f"{MODELS}.mails.notifier", "ERROR"),
                mute_logger("odoo.addons.mail.models.mail_render_mixin"),
            ):
                self.assertEqual(self._request().state, "scheduled")
            if template.exists():
                template.body_html = good
                with freeze_time(NOW + timedelta(minutes=10)):
                    self.synchronise()
                (mail,) = self.our_mails_to(self.bookings().partner_ids)
                self.assertIn("Not confirmed yet: Aare", mail.subject)

    def test_form_says_what_it_means(self):
        with Form(self.booking_type) as form:
            form.portal_most_ahead = 3
        self.assertEqual(self.booking_type.portal_most_ahead, 3)
        self.assertFalse(self.booking_type.portal_open_to_strangers)

    def test_site_names_what_strangers_can_book(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        site = self.site.with_user(manager)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("auth_signup.invitation_scope", "b2c")
        for who, said in (("login", self.booking_type.name), ("anybody", "")):
            self.booking_type.portal_who = who
            with self.subTest(who=who):
                self.env.invalidate_all()
                self.assertEqual(site.open_to_strangers, said)
