# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who stands before a closed door hears why, and what can be done."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged
from odoo.tools.misc import hmac

from ... import api as exivo
from ..common import NOW, ExivoPortalCase, link_of, pin_of
from ..mails.test_mail_templates import migration

HINT = "Second courtyard,\nthen left <b>up</b>"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestDoorHelp(ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder(hours=0.1)
        self.access = self.accesses(self.booking)
        self.log_in(self.holder)

    def _path(self, what="help"):
        return f"/my/exivo/accesses/{self.access.id}/{what}"

    def _page(self, status=200, query=""):
        response = self.url_open(self._path() + query)
        self.assertEqual(response.status_code, status)
        return response

    def _read_reason(self):
        (said,) = html.document_fromstring(self._page().content).xpath(
            "//*[contains(@class, 'o_exivo_reason')]"
        )
        return " ".join(said.text_content().split())

    def _says(self, reason):
        self.assertIn(reason, self._read_reason())

    def test_page_says_what_is_the_matter(self):
        self._says("is being made")
        self.synchronise()
        self._says("the doors open for you now")
        self.entrance.is_ready = False
        self._says("A door is not answering. It is: Entrance.")
        self.entrance.is_ready = True
        self.booking.start = NOW + timedelta(hours=5)
        self.synchronise()
        self._says("It is too early. The doors open for you: Monday, March 1, 2027")

    def test_access_that_failed_is_told_without_what_exivo_says(self):
        self.synchronise()
        self.access = self.accesses(self.book_for_holder(hours=48))
        self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        self.synchronise()
        self._says("could not be made yet")
        self.assertNotIn("no such component", self._page().text)

    def test_access_that_is_renewed_opens_all_the_while(self):
        """A booking that staff lengthen while Exivo is away, or refuses it."""
        self.post(self._path("code"))  # what it opens by now has the new code
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=30), tick=True):
            for error in (exivo.Rejected("no", 400), exivo.Unreachable("No answer")):
                self.exivo.errors = [("create_visit", error, False)] * 9
                self.booking.duration += 1
                self.synchronise()
                self._says("the doors open for you now")
                self._says("Until then what you have goes on to work")
                self.entrance.is_ready = False
                self._says("A door is not answering. It is: Entrance.")
                self.entrance.is_ready = True
                self.assertNotIn("in a moment", self.url_open("/my/doors").text)
            self.booking.start += timedelta(hours=5)
            self.plan()
            self._says("is being made")

    def test_what_opens_all_the_while_is_there_to_use(self):
        self.rule.write({"lock_ids": self.entrance.ids, "customer_may_open": True})
        self.site.pin_in_mail = False
        self.synchronise()
        link, pin = link_of(self.access), pin_of(self.access)
        with freeze_time(NOW + timedelta(minutes=30), tick=True):
            for error in (exivo.Rejected("no", 400), exivo.Unreachable("No answer")):
                self.exivo.errors = [("create_visit", error, False)] * 99
                self.booking.duration += 1
                self.synchronise()
                door = f"open/{self.entrance.id}"
                for page in (self._page(), self.url_open("/my/doors")):
                    for part in (self._path("pin"), self._path(door), link):
                        self.assertIn(part, page.text)
                    self.assertNotIn("o_exivo_renew", page.text)
                self.assertIn(pin, self.post(self._path("pin")).text)
                self.assertEqual(self.url_open(self._path(door)).status_code, 200)
            doors, code = self.entrance | self.aare, self.access.pin_number
            self.rule.lock_ids = doors
            self.plan()
            self._has_nothing_to_use(link)
            self.rule.lock_ids = self.entrance
            self.plan()
            self.assertIn(link, self._page().text)
            self.new_code(self.access)
            self.assertNotEqual(self.access.pin_number, code)
            self._has_nothing_to_use(link)

    def _has_nothing_to_use(self, link):
        for page in (self._page(), self.url_open("/my/doors")):
            for part in (self._path("pin"), link):
                self.assertNotIn(part, page.text)
        self.assertEqual(self.post(self._path("pin")).status_code, 404)

    def test_who_stands_outside_is_not_asked_to_wait_a_minute_again_and_again(self):
        self.exivo.errors = [("create_visit", ValueError("broken"), False)] * 9
        with self.assertLogs("odoo.addons.exivo_access", "ERROR"):
            self.synchronise()
        self.assertEqual(self.access.state, "in_progress")
        self._says("is taking longer than usual")
        self.assertNotIn("in a moment", self.url_open("/my/doors").text)

    def test_what_staff_read_of_it_is_in_the_language_of_the_house(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.holder.partner_id.lang = "de_DE"
        self.synchronise()
        self.log_in(self.holder)
        self.post(self._path("code"))
        self.assertEqual(self.access.new_code_reason, "Asked for in the portal.")

    def _read(self, response):
        page = html.document_fromstring(response.content)
        return " ".join(page.text_content().split())

    def test_page_says_where_the_new_code_is(self):
        self.synchronise()
        self.post(self._path("code"))
        for is_in_mail, says in (
            (True, "A mail brings it within a minute or two"),
            (False, "You see it here within a minute or two, not in our mail"),
        ):
            self.site.pin_in_mail = is_in_mail
            self.assertIn(says, self._read(self._page(query="?code=1")))
        self.site.pin_in_mail = True
        mail = self.env["exivo.mail"].search([], order="id desc", limit=1)
        mail.state = "bounced"
        self.assertIn(says, self._read(self._page(query="?code=1")))
        self.site.paused_until = NOW + timedelta(hours=1)
        said = self._read(self._page(query="?code=1"))
        self.assertNotIn("within a minute", said)
        self.assertIn("is taking longer than usual", said)

    def test_page_says_that_the_new_code_is_there(self):
        self.synchronise()
        self.post(self._path("code"))
        for _try in range(9):
            self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        self.synchronise()
        self.assertEqual(self.access.state, "failed")
        self.exivo.errors.clear()
        said = self._read(self._page(query="?code=1"))
        self.assertNotIn("is being made", said)
        self.assertNotIn("Your new code is there", said)
        self.access.action_retry()
        self.synchronise()
        said = self._read(self._page(query="?code=1"))
        self.assertNotIn("is being made", said)
        self.assertIn("Your new code is there.", said)

    def test_address_claims_no_new_code(self):
        """It may be in the browser's history, or somebody else's words."""
        self.synchronise()
        for code, claims in (
            ("1", ("is being made", "Your new code is there")),
            ("0", ("No new code was made",)),
        ):
            said = self._read(self._page(query=f"?code={code}"))
            for claim in claims:
                self.assertNotIn(claim, said)

    def test_site_that_is_not_called_keeps_nobody_outside(self):
        """Link and PIN open without us."""
        self.synchronise()
        for vals in (
            {"paused_until": NOW + timedelta(minutes=5)},
            {"state": "refused"},
        ):
            self.site.write(vals)
            self._says("the doors open for you now")

    def test_page_leads_to_pin_link_door_and_people(self):
        self.synchronise()
        self.rule.customer_may_open = True
        self.env.company.write({"phone": "+41 44 000 00 00"})
        page = self._page()
        for part in (
            self._path("pin"),
            link_of(self.access),
            "tel:+41 44 000 00 00",
            f"/my/bookings/{self.booking.id}#booking_chat",
        ):
            self.assertIn(part, page.text)
        for lock in self.entrance | self.aare:
            self.assertIn(self._path(f"open/{lock.id}"), page.text)
        self.assertNotIn(pin_of(self.access), page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])

    def test_my_doors_booking_and_mail_lead_to_it(self):
        self.synchronise()
        for path in ("/my/doors", f"/my/bookings/{self.booking.id}"):
            self.assertIn(self._path(), self.url_open(path).text)
        (mail,) = self.mails_to(self.holder.partner_id)
        self.assertIn(self._path(), mail.body_html)

    def test_new_code_is_made_once_for_each_booking(self):
        self.synchronise()
        pin = pin_of(self.access)
        self.assertIn("o_exivo_renew", self._page().text)
        answer = self.post(self._path("code"))
        self.assertIn("A new code is being made", answer.text)
        self.synchronise()
        renewed = pin_of(self.access)
        self.assertNotEqual(renewed, pin)
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 2)
        self.assertNotIn("o_exivo_renew", self._page().text)
        self.assertIn("once for each booking", self.post(self._path("code")).text)
        self.synchronise()
        self.assertEqual(pin_of(self.access), renewed)

    def test_no_new_code_is_promised_while_the_site_is_not_called(self):
        self._says("look again in a minute")
        self.site.paused_until = NOW + timedelta(hours=1)
        self._says("is taking longer than usual")
        self.site.paused_until = False
        self.synchronise()
        pin = pin_of(self.access)
        self.site.paused_until = NOW + timedelta(hours=1)
        self.assertNotIn("o_exivo_renew", self._page().text)
        answer = self.post(self._path("code"))
        self.assertNotIn("is being made", answer.text)
        self.assertIn("No new code can be made at the moment.", self._read(answer))
        self.assertFalse(self.access.code_asked_at)
        self.assertIn(pin, self.post_for_pin(self.access).text)
        self.site.paused_until = False
        self.assertIn("o_exivo_renew", self._page().text)

    def test_new_code_hides_none_at_another_site_that_is_not_called(self):
        """One booking has one PIN at all of its sites."""
        other = self._connect_once_more(
            remote_id=str(uuid4()), company_id=self.env.company.id
        )
        self.rule.copy({"lock_ids": [(6, 0, other.lock_ids[:1].ids)]})
        booking = self.book_for_holder(hours=30)
        self.synchronise()
        accesses = self.accesses(booking)
        self.assertEqual(accesses.site_id, self.site | other)
        self.access = accesses.filtered(lambda one: one.site_id == self.site)
        pin = pin_of(self.access)
        self.assertIn("o_exivo_renew", self._page().text)
        other.paused_until = NOW + timedelta(hours=1)
        self.assertNotIn("o_exivo_renew", self._page().text)
        self.post(self._path("code"))
        self.synchronise()
        for access in accesses:
            self.assertIn(pin, self.post_for_pin(access).text)
        other.paused_until = False
        self.assertIn("o_exivo_renew", self._page().text)

    def test_who_can_be_sent_no_key_hears_what_to_enter(self):
        self.site.app_id = "4711"
        (self.entrance | self.aare).has_mobile_access = True
        self.rule.method = "app"
        self.holder.partner_id.write({"email": False, "phone": False})
        self.access = self.accesses(self.book_for_holder(hours=30))
        self.synchronise()
        self._says("neither a mobile number nor an e-mail address")
        self._says("enter one under your details")
        nora = self.env["res.partner"].create({"name": "Nora"})
        self.access = self.accesses(self.book(hours=60, partners=nora))
        self.synchronise()
        self.authenticate(None, None)
        self.assertIn("tell us one", self.url_open(self.access._get_help_url()).text)

    def test_mails_link_is_answered_when_the_access_is_over(self):
        self.synchronise()
        link = link_of(self.access)
        with freeze_time(NOW + timedelta(hours=3), tick=True):
            self.log_in(self.holder)
            self._says("It is over. Its time was: Monday, March 1, 2027")
            self._opens_nothing(link)
            self.assertEqual(self.post(self._path("code")).status_code, 404)
            self.synchronise()
            self.assertEqual(self.access.state, "expired")
            self._says("It is over.")

    def test_mails_link_is_answered_when_the_access_was_taken_back(self):
        self.synchronise()
        link = link_of(self.access)
        self.access.action_remove()
        self._says("This access is being taken back.")
        self._opens_nothing(link)
        self.synchronise()
        self._says("This access was taken back: it opens no doors.")
        self._opens_nothing(link)
        for what in ("code", "pin"):
            self.assertEqual(self.post(self._path(what)).status_code, 404)
        self.log_in(self.follower)
        self._page(404)

    def test_mails_link_is_answered_when_the_booking_was_cancelled(self):
        self.synchronise()
        link = link_of(self.access)
        self.booking.action_cancel()
        self.synchronise()
        self._says("This access was taken back")
        self._opens_nothing(link)

    def _get_wanted(self):
        return self.accesses(self.booking).filtered("is_wanted").sorted("start")

    def _opens_nothing(self, link):
        page = self._page().text
        for part in (link, self._path("pin"), self._path("code"), "one of these doors"):
            self.assertNotIn(part, page)

    def test_page_leads_to_the_bookings_other_doors(self):
        """The one mail about all of them leads to the help for the first."""
        self.rule.write({"lock_ids": [(6, 0, self.aare.ids)], "minutes_before": 0})
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 30})
        self.plan()
        self.synchronise()
        first, second = self._get_wanted()
        self.access = first
        page = html.document_fromstring(self._page().content)
        said = " ".join(page.text_content().split()).replace("\u202f", " ")
        self.assertNotIn("opens no others", said)
        (other,) = page.xpath("//li[contains(@class, 'o_exivo_other')]")
        said = " ".join(other.text_content().split()).replace("\u202f", " ")
        self.assertIn("Aare The doors open for you: Monday, March 1, 2027, 10:06", said)
        (help_url,) = other.xpath(".//a/@href")
        self.access = second
        self.assertTrue(help_url.endswith(self._path()))
        self._says("It is too early.")
        first.action_remove()
        page = html.document_fromstring(self._page().content)
        self.assertFalse(page.xpath("//li[contains(@class, 'o_exivo_other')]"))
        self.assertIn("opens no others", page.text_content())
        self.access = first
        page = html.document_fromstring(self._page().content)
        self.assertTrue(page.xpath("//li[contains(@class, 'o_exivo_other')]"))

    def test_no_access_has_an_id_like_that(self):
        for number in (0, 2**31, 2**70):
            path = f"/my/exivo/accesses/{number}/help"
            self.assertEqual(self.url_open(path).status_code, 404)

    def test_who_has_no_login_is_helped_by_the_mail(self):
        """Nothing on the page opens a door: mails are passed on."""
        nora = self.env["res.partner"].create({"name": "Nora", "email": "n@x.ch"})
        self.env.company.phone = "+41 31 123 45 67"
        self.access = self.accesses(self.book(hours=30, partners=nora))
        self.synchronise()
        self.authenticate(None, None)
        (mail,) = self.our_mails_to(nora)
        path = self.access._get_help_url()
        self.assertIn(path, unescape(mail.body_html))
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        for said in ("It is too early.", "Entrance", "+41 31 123 45 67"):
            self.assertIn(said, page.text)
        for kept in (pin_of(self.access), link_of(self.access), "/my/doors", "/open/"):
            self.assertNotIn(kept, page.text)
        other = self.accesses(self.booking)
        for wrong in (f"{path}0", path.replace(f"/{self.access.id}/", f"/{other.id}/")):
            self.assertEqual(self.url_open(wrong).status_code, 404)
        self.assertIn("/web/login", self.post(self._path("code")).url)
        self.access.action_remove()
        self.assertIn("being taken back", self.url_open(path).text)

    def test_who_has_a_login_is_helped_by_the_mail_without_it(self):
        """At a door a login page is a dead end for who never had a password."""
        self.rule.customer_may_open = True
        self.synchronise()
        (mail,) = self.our_mails_to(self.holder.partner_id)
        path = self.access._get_help_url()
        self.assertIn(path, unescape(mail.body_html))
        self.authenticate(None, None)
        page = self.url_open(path)
        self.assertNotIn("/web/login", page.url)
        self.assertIn("the doors open for you now", self._read(page))
        for kept in (pin_of(self.access), link_of(self.access), "/open/", "/pin"):
            self.assertNotIn(kept, page.text)

    def test_mails_help_leads_those_to_the_login_who_have_used_theirs(self):
        self.synchronise()
        path = self.access._get_help_url()
        self.authenticate(None, None)
        offer = "Log in to see the PIN"
        logs = self.env["res.users.log"].with_user(self.holder).sudo()
        logs.search([("create_uid", "=", self.holder.id)]).unlink()
        self.assertNotIn(offer, self._read(self.url_open(path)))
        logs.create({})
        page = self.url_open(path)
        self.assertIn(offer, self._read(page))
        self.assertIn(f'href="{self._path()}"', page.text)
        self.assertIn("/web/login", self._page().url)
        self.log_in(self.follower)  # no login page would come
        self.assertNotIn(offer, self._read(self.url_open(path)))

    def _book_without_login(self, name="Nora"):
        person = self.env["res.partner"].create({"name": name, "email": "n@x.ch"})
        return self.accesses(self.book(hours=30, partners=person))

    def test_link_from_before_a_restore_does_not_lead_to_somebody_elses_access(self):
        """A backup that is restored gives ids a second time."""
        lost = self.env.cr.savepoint()
        access = self._book_without_login()
        number, path = access.id, access._get_help_url()
        self.authenticate(None, None)
        self.assertEqual(self.url_open(path).status_code, 200)
        lost.close(rollback=True)
        self.env.cr.execute("SELECT setval('exivo_access_id_seq', %s, false)", [number])
        access = self._book_without_login("Bob")
        self.assertEqual(access.id, number)
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self.url_open(access._get_help_url()).status_code, 200)

    def test_mails_link_counts_where_a_copy_takes_over(self):
        path = self._book_without_login()._get_help_url()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.authenticate(None, None)
        self.assertEqual(self.url_open(path).status_code, 200)

    def test_links_of_mails_that_were_signed_count(self):
        access = self._book_without_login()
        signature = hmac(self.env, "exivo_access.help", access.id)
        path = f"/my/exivo/accesses/{access.id}/help/{signature}"
        migration("19.0.1.12.0/post-help-links.py").migrate(self.env.cr, "19.0.1.11.0")
        self.env.invalidate_all()
        self.authenticate(None, None)
        self.assertEqual(self.url_open(path).status_code, 200)

    def test_who_has_a_login_by_now_is_led_from_the_mail_to_the_own_page(self):
        path = f"{self._path()}/{self.access.help_token}"
        self.assertTrue(self.url_open(path).url.endswith(self._path()))

    def test_staff_see_what_the_holder_sees_and_nothing_that_opens_a_door(self):
        self.synchronise()
        clerk = self._create_user("exivo_clerk", "exivo_access.group_user")
        explanation = self.open_explanation(self.access, user=clerk).save()
        self.assertTrue(explanation.may_see_help)
        action = explanation.action_see_help()
        reason = self._read_reason()
        self.log_in(clerk)
        self.assertEqual(action["url"], self._path())
        self.assertEqual(self._read_reason(), reason)
        page = self._page()
        for said in ("This is what the holder sees", self.holder.name):
            self.assertIn(said, page.text)
        for kept in (pin_of(self.access), link_of(self.access), "/open/", "/pin"):
            self.assertNotIn(kept, page.text)
        self.assertEqual(self.post(self._path("code")).status_code, 404)
        self.site.company_id = self.env["res.company"].create({"name": "Neighbours"})
        self._page(404)

    def test_nobody_else_is_helped(self):
        self.synchronise()
        pin = pin_of(self.access)
        for user in (self.follower, self.parent):
            self.log_in(user)
            self._page(404)
            self.assertEqual(self.post(self._path("code")).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self._page().url)
        self.log_in(self.holder)
        self.assertTrue(self.url_open(self._path("code")).url.endswith("/help"))
        self.assertEqual(pin_of(self.access), pin)

    def test_hints_for_arriving_are_on_pages_and_in_the_mail(self):
        self.room.arrival_hint = HINT
        self.site.arrival_hint = "House with the red door"
        self.synchronise()
        (mail,) = self.mails_to(self.holder.partner_id)
        texts = [mail.body_html] + [
            self.url_open(path).text
            for path in ("/my/doors", f"/my/bookings/{self.booking.id}", self._path())
        ]
        for text in texts:
            said = html.fromstring(f"<div>{text}</div>").text_content()
            self.assertIn("House with the red door", said)
            self.assertIn(HINT, said)
