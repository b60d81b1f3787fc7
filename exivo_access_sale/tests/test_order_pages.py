# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Pages and mails of an order say what its doors wait for."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from odoo.addons.exivo_access import api as exivo
from odoo.addons.exivo_access.tests.common import NOW, ExivoPortalCase, pin_of

from ..models import sale_order_doors
from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOrderPages(SaleCase, ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.customer = self.holder.partner_id

    def read_page(self, address):
        page = html.fromstring(self.url_open(address).text)
        (main,) = page.xpath("//main | //div[@id='wrapwrap']")[:1]
        return " ".join(main.text_content().split())

    def doors_of(self, order, address=None):
        page = self.url_open(address or order.get_portal_url())
        found = html.fromstring(page.text).xpath("//div[@id='exivo_order_doors']")
        return " ".join(found[0].text_content().split()) if found else ""

    def test_page_of_the_order_says_what_the_doors_wait_for(self):
        order = self.ordered()
        text = self.doors_of(order)
        self.assertIn("Aare", text)
        self.assertIn("the doors do not open yet", text)
        self.assertIn(f"The order {order.name} is not paid yet.", text)

    def test_page_of_the_order_says_that_the_access_is_not_there_yet(self):
        order = self.ordered()
        self.transfer(order)
        self.assertIn("your access is not there yet", self.doors_of(order))

    def test_page_of_the_order_says_when_the_doors_open_and_not_with_what(self):
        order = self.ordered()
        self.transfer(order)
        self.synchronise()
        access = self.accesses(order.resource_booking_ids)
        text = self.doors_of(order)
        window = " ".join(access._format_window().split())
        self.assertIn(f"the doors open for you {window}", text)
        page = self.url_open(order.get_portal_url()).text
        self.assertNotIn(pin_of(access), page)
        self.assertNotIn("exivo.example.com", page)

    def test_page_of_the_order_says_that_only_some_doors_open(self):
        self.rule.copy({"lock_ids": self.entrance.ids, "payment": "order"})
        order = self.ordered()
        self.synchronise()
        text = self.doors_of(order)
        self.assertIn("not all of the doors open.", text)
        self.assertIn(f"The order {order.name} is not paid yet.", text)
        self.assertNotIn("the doors open for you", text)
        self.log_in(self.holder)
        access = self.accesses(order.resource_booking_ids)
        for page in (
            order.resource_booking_ids.access_url,
            "/my/doors",
            f"/my/exivo/accesses/{access.id}/help",
        ):
            said = self.read_page(page)
            self.assertIn("Not all of the doors open for this booking yet.", said)
            self.assertIn(f"The order {order.name} is not paid yet.", said)
        self.transfer(order)
        self.assertIn("your access is not there yet", self.doors_of(order))
        self.synchronise()
        self.assertIn("the doors open for you", self.doors_of(order))

    def test_page_of_the_order_does_not_deny_the_doors_that_open_already(self):
        self.rule.copy({"lock_ids": self.entrance.ids, "minutes_before": 60})
        order = self.ordered()
        self.transfer(order)
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        self.synchronise()
        states = self.accesses(order.resource_booking_ids).mapped("state")
        self.assertEqual(set(states), {"created", "failed"})
        text = self.doors_of(order)
        self.assertIn("not all of the doors open.", text)
        self.assertNotIn("not there yet", text)

    def test_page_of_the_order_says_that_what_is_renewed_opens_all_the_while(self):
        order = self.ordered()
        self.transfer(order)
        self.synchronise()
        booking = order.resource_booking_ids
        with freeze_time(booking.start):
            self.exivo.fail(exivo.Unreachable("No answer"), "create_visit")
            booking.duration += 1
            self.synchronise()
            text = self.doors_of(order)
            self.assertIn("what you have opens the doors until", text)
            self.assertNotIn("not there yet", text)

    def test_page_of_the_order_says_no_more_of_mails_than_is_in_them(self):
        self.rule.payment = "any"
        order = self.ordered()
        self.synchronise()
        self.assertIn("open them, and so does a mail from us.", self.doors_of(order))
        self.site.pin_in_mail = False
        self.assertRegex(self.doors_of(order), "My doors shows how you open them.$")
        self.holder.partner_id = self.env["res.partner"].create({"name": "Nora"})
        self.assertIn("but not the PIN: please ask us for it.", self.doors_of(order))
        self.customer.email = False
        self.assertIn("Please ask us how you open them.", self.doors_of(order))

    def test_page_of_the_order_says_whose_answer_some_doors_wait_for(self):
        self.rule.write({"payment": "any", "booking_state": "confirmed"})
        self.rule.copy({"lock_ids": self.entrance.ids, "booking_state": "scheduled"})
        order = self.ordered(confirm=False)
        self.synchronise()
        text = self.doors_of(order)
        self.assertIn("not all of the doors open.", text)
        self.assertIn("It is confirmed as soon as you accept it.", text)

    def test_page_of_the_order_says_what_the_doors_of_somebody_else_wait_for(self):
        clerk = self._create_user("clerk", "base.group_user")
        anna = self.env["res.partner"].create({"name": "Anna"})
        order = self.ordered()
        booking = order.resource_booking_ids
        booking.partner_ids = anna | clerk.partner_id
        booking.action_confirm()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_booking SET create_uid = %s WHERE id = %s",
            [clerk.id, booking.id],
        )
        self.env.invalidate_all()
        self.assertEqual(booking.partner_ids[:1], anna)
        unpaid = f"The order {order.name} is not paid yet."
        self.assertIn(unpaid, self.doors_of(order))
        page = self.url_open(booking.get_portal_url())
        self.assertIn(unpaid, page.text)

    def test_page_of_the_order_says_when_all_of_the_doors_open(self):
        self.rule.copy({"lock_ids": self.entrance.ids, "minutes_before": 30})
        self.rule.copy({"lock_ids": self.entrance.ids, "minutes_after": 30})
        order = self.ordered()
        self.transfer(order)
        self.synchronise()
        accesses = self.accesses(order.resource_booking_ids)
        self.assertEqual(len(accesses), 3)
        booking = order.resource_booking_ids
        window = booking._format_exivo_period(
            booking.start - timedelta(minutes=self.rule.minutes_before),
            booking.stop + timedelta(minutes=self.rule.minutes_after),
        )
        text = self.doors_of(order)
        self.assertIn(f"open for you {' '.join(window.split())}.", text)

    def test_page_of_the_order_says_that_staff_took_one_of_the_doors_away(self):
        self.rule.copy({"lock_ids": self.entrance.ids, "minutes_before": 30})
        order = self.ordered()
        self.transfer(order)
        self.synchronise()
        self.accesses(order.resource_booking_ids)[:1].action_remove()
        self.synchronise()
        text = self.doors_of(order)
        self.assertIn("not all of the doors open.", text)
        self.assertNotIn("open for you", text)

    def test_page_of_the_order_promises_nothing_that_staff_took_away(self):
        order = self.ordered()
        self.transfer(order)
        self.synchronise()
        self.accesses(order.resource_booking_ids).action_remove()
        self.synchronise()
        self.assertFalse(self.doors_of(order))

    def test_page_of_the_order_says_for_whom_else_the_doors_open(self):
        order = self.ordered()
        booking = order.resource_booking_ids
        zoe = self.env["res.partner"].create({"name": "Zoe"})
        booking.partner_ids = zoe
        self.transfer(order)
        booking.action_confirm()
        self.plan()
        self.assertIn("the doors are for Zoe, not for you", self.doors_of(order))
        self.synchronise()
        text = self.doors_of(order)
        self.assertIn("the doors are for Zoe, not for you", text)
        self.assertNotIn("My doors", text)
        self.accesses(booking).filtered("is_wanted").action_remove()
        self.synchronise()
        self.assertFalse(self.doors_of(order))

    def colleague_of(self, firm):
        """Somebody new, as rules of who may read what know each user as first seen."""
        user = self._create_user("exivo_colleague", "base.group_portal")
        user.partner_id.parent_id = firm
        return user

    def test_page_of_the_order_tells_each_reader_of_their_own_doors(self):
        firm = self.parent.partner_id
        anna, bert = self.holder, self.colleague_of(firm)
        for customer in anna.partner_id, firm:
            order = self.ordered(partner_id=customer.id)
            order.resource_booking_ids.partner_ids = anna.partner_id
            order.resource_booking_ids.action_confirm()
            self.transfer(order)
            page = f"/my/orders/{order.id}"
            for words in "your access is not there yet", "the doors open for you":
                with self.subTest(customer=customer.name, words=words):
                    self.log_in(anna)
                    text = self.doors_of(order, page)
                    self.assertIn(words, text)
                    self.assertIn("My doors", text)
                    self.log_in(bert)
                    text = self.doors_of(order, page)
                    self.assertIn(f"for {anna.partner_id.name}, not for you", text)
                    self.assertNotIn("My doors", text)
                self.synchronise()
            order._action_cancel()

    def mail_while_another_is_at_work(self, order):
        """Pay by a transfer; the mail of the order is sent in somebody else's request.

        :return: the mail's text.
        """
        self.transfer(order)
        self.env["mail.mail"].search([]).unlink()
        at_work = SimpleNamespace(env=self.env(user=self.follower))
        with patch.object(sale_order_doors, "request", at_work):
            order._send_order_confirmation_mail()
        return self.mails_to(self.customer).body_html

    def test_mail_of_the_order_tells_its_reader_whoever_is_at_work(self):
        text = self.mail_while_another_is_at_work(self.ordered())
        self.assertIn("your access is not there yet", text)

    def test_mail_of_the_order_leads_to_the_times_whoever_is_at_work(self):
        order = self.order()
        text = self.mail_while_another_is_at_work(order)
        booking = order.resource_booking_ids
        self.assertIn(f"/my/bookings/{booking.id}/schedule", text)
        self.assertNotIn(booking.access_token, text)

    def test_colleagues_choose_a_time_if_who_has_ordered_has_no_login(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        colleague = self.colleague_of(firm)
        order = self.order(partner_id=firm.id)
        self.transfer(order)
        self.log_in(colleague)
        page = html.fromstring(self.url_open(f"/my/orders/{order.id}").text)
        (way,) = page.xpath("//div[@id='exivo_order_doors']//a/@href")
        times = html.fromstring(self.url_open(way).text)
        self.assertTrue(times.xpath("//input[@name='when']"))

    def test_nobody_is_led_to_times_that_they_cannot_choose(self):
        colleague = self.colleague_of(self.parent.partner_id)
        order = self.order()
        self.transfer(order)
        for user, is_led in (
            (colleague, False),
            (self.parent, True),
            (self.holder, True),
        ):
            with self.subTest(user=user.login):
                self.log_in(user)
                page = html.fromstring(self.url_open(f"/my/orders/{order.id}").text)
                (doors,) = page.xpath("//div[@id='exivo_order_doors']")
                self.assertIn("there is no time yet", doors.text_content())
                ways = doors.xpath(".//a/@href")
                self.assertEqual(len(ways), int(is_led))
                who = f"{self.customer.name} can choose one."
                self.assertEqual(who in doors.text_content(), not is_led)
                for way in ways:
                    times = html.fromstring(self.url_open(way).text)
                    self.assertTrue(times.xpath("//input[@name='when']"))

    def test_page_of_an_order_without_doors_says_nothing_of_them(self):
        self.rule.unlink()
        for order in self.ordered(), self.order():
            self.assertFalse(self.doors_of(order))

    def test_page_of_the_booking_says_what_is_missing_and_leads_there(self):
        order = self.ordered()
        booking = order.resource_booking_ids
        order.message_subscribe(self.customer.ids)
        self.log_in(self.holder)
        page = self.url_open(f"/my/bookings/{booking.id}").text
        text = f"The order {order.name} is not paid yet."
        (way,) = html.fromstring(page).xpath(f"//a[text()='{text}']/@href")
        self.assertIn(order.name, self.read_page(way))

    def test_page_of_the_booking_leads_nobody_to_an_order_that_is_not_theirs(self):
        order = self.ordered()
        booking = order.resource_booking_ids
        booking.message_subscribe(self.follower.partner_id.ids)
        self.log_in(self.follower)
        page = html.fromstring(self.url_open(f"/my/bookings/{booking.id}").text)
        self.assertTrue(page.xpath("//div[contains(@class, 'o_exivo_waiting')]"))
        self.assertFalse(
            page.xpath("//div[contains(@class, 'o_exivo_waiting')]//a/@href")
        )

    def test_my_doors_say_what_is_missing_and_lead_there(self):
        order = self.ordered()
        self.log_in(self.holder)
        page = html.fromstring(self.url_open("/my/doors").text)
        (part,) = page.xpath("//section[contains(@class, 'o_exivo_waiting')]")
        text = " ".join(part.text_content().split())
        self.assertIn("Aare", text)
        self.assertIn(f"The order {order.name} is not paid yet.", text)
        self.assertEqual(part.xpath(".//a/@href"), [f"/my/orders/{order.id}"])
        self.transfer(order)
        page = html.fromstring(self.url_open("/my/doors").text)
        self.assertFalse(page.xpath("//section[contains(@class, 'o_exivo_waiting')]"))

    def test_my_doors_of_others_say_nothing_of_it(self):
        self.ordered()
        self.log_in(self.parent)
        self.assertNotIn("o_exivo_waiting", self.url_open("/my/doors").text)

    def test_mail_of_the_order_has_a_line_to_the_doors(self):
        self.rule.payment = "order"
        order = self.ordered()
        self.env["mail.mail"].search([]).unlink()
        order._send_order_confirmation_mail()
        mail = self.mails_to(self.customer)
        self.assertIn("your access is not there yet", mail.body_html)
        self.assertIn("/my/doors", mail.body_html)

    def test_mail_to_anybody_else_says_nothing_of_doors(self):
        seller = self._create_user("seller", "sales_team.group_sale_salesman")
        seller.notification_type = "email"
        order = self.ordered()
        self.env["mail.mail"].search([]).unlink()
        order.user_id = seller
        mail = self.mails_to(seller.partner_id)
        self.assertIn(order.name, mail.body_html)
        self.assertNotIn("/my/doors", mail.body_html)
        self.env["mail.mail"].search([]).unlink()
        order.message_post(
            body="When can I come?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            partner_ids=self.parent.partner_id.ids,
        )
        for reader in seller, self.parent:
            mail = self.mails_to(reader.partner_id)
            self.assertIn("When can I come?", mail.body_html)
            self.assertNotIn("the doors", mail.body_html)

    def test_mail_of_an_unpaid_order_says_what_the_doors_wait_for(self):
        order = self.ordered()
        self.env["mail.mail"].search([]).unlink()
        order._send_order_confirmation_mail()
        mail = self.mails_to(self.customer)
        self.assertIn("is not paid yet", " ".join(mail.body_html.split()))
