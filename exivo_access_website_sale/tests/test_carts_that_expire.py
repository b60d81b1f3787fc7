# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Bookings in carts are kept for a while, and longer while money is on its way."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from odoo.addons.exivo_access.models.mails import letter
from odoo.addons.exivo_access.tests.common import NOW

from .common import SLOT, ShopCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCartsThatExpire(ShopCase):
    def test_cart_that_expires_frees_its_room(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        self.expire()
        self.assertEqual(booking.state, "canceled")
        self.assertFalse(booking.meeting_id)

    def test_who_corrects_the_address_is_not_invited_to_what_is_in_the_cart(self):
        """A guest who was at the address, and then takes one room more."""
        order = self.cart()
        order.partner_id = guest = self.env["res.partner"].create(
            {"name": "Gina Gast", "email": "gina@example.com"}
        )
        self.fill_cart()
        self.pick(2, SLOT + timedelta(hours=2))
        booking = order.resource_booking_ids.filtered(
            lambda one: one.partner_ids == guest
        )
        self.assertEqual(booking.meeting_id.attendee_ids.state, "needsAction")
        guest.email = "gina.gast@example.com"
        self.synchronise()
        self.assertFalse(self.mails_to(guest))
        self.expire()
        self.assertEqual(booking.state, "canceled")
        self.assertFalse(self.mails_to(guest))

    def test_cart_of_a_guest_stops_nobody_elses_from_expiring(self):
        guests = self.cart().resource_booking_ids
        others = self.cart(self.holder, when=SLOT + timedelta(hours=1))
        others = others.resource_booking_ids
        self.expire()
        self.assertEqual(set((guests | others).mapped("state")), {"canceled"})

    def test_staff_see_the_booking_of_a_guest_among_all(self):
        booking = self.cart().resource_booking_ids
        shown = booking.with_user(self.desk).search([]).web_read({"display_name": {}})
        names = {one["id"]: one["display_name"] for one in shown}
        self.assertIn(self.booking_type.name, names[booking.id])
        self.assertTrue(self.explain(booking))

    def test_cart_in_a_room_that_was_closed_stops_nobody_elses_from_expiring(self):
        orders = self.cart(self.holder) | self.cart(when=SLOT + timedelta(hours=1))
        self.close_room()
        orders |= self.cart(when=SLOT + timedelta(days=10))
        bookings = orders.resource_booking_ids
        self.expire()
        self.assertEqual(bookings.mapped("state"), ["canceled"] * 3)
        self.assertFalse(bookings.meeting_id)

    def test_order_is_cancelled_although_its_room_was_closed_since(self):
        order = self.cart(self.holder, quantity=2)
        bookings = order.resource_booking_ids
        self.transfer(order)
        self.assertEqual(self.opens(order), 2)
        self.close_room()
        bookings[0].action_cancel()
        self.assertEqual(self.opens(order), 1)
        order._action_cancel()
        self.assertEqual(self.opens(order), 0)
        self.assertFalse(bookings.meeting_id)

    def test_who_sells_and_sees_no_payments_changes_a_cart(self):
        seller = self._create_user(
            "exivo_sells",
            "sales_team.group_sale_salesman_all_leads,exivo_access.group_manager",
        )
        order = self.cart(self.holder)
        for state in None, "pending":
            if state:
                self.transfer(order, state)
            order.order_line.with_user(seller).write({"name": f"With tea {state}"})
            self.assertEqual(order.resource_booking_ids.state, "scheduled")

    def test_booking_is_kept_while_its_money_is_on_the_way(self):
        order = self.cart(self.holder)
        transaction = self.transfer(order, "pending")
        self.expire(hours=48)
        self.assertEqual(order.resource_booking_ids.state, "scheduled")
        self.move_on(transaction, "done")
        self.assertEqual(self.opens(order), 1)

    def test_booking_is_not_kept_for_ever_for_money_that_does_not_come(self):
        self.env.company.email = "house@example.com"
        self.be_told_of_unpaid()

    def test_house_without_an_address_asks_for_no_answer(self):
        self.env.company.email = False
        self.env["exivo.site"].search([]).user_id = False
        self.be_told_of_unpaid()

    def test_copy_of_the_database_gives_nothing_back(self):
        """It does not hear that the money has come."""
        order = self.cart(self.holder, when=SLOT + timedelta(days=20))
        self.transfer(order, "pending")
        self.mails_to(self.holder.partner_id).unlink()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.expire(hours=8 * 24)
        self.assertEqual(order.resource_booking_ids.state, "scheduled")
        self.assertFalse(self.mails_to(self.holder.partner_id))

    def be_told_of_unpaid(self):
        """A booking is cancelled whose money does not come, and both sides are told."""
        order = self.cart(self.holder, when=SLOT + timedelta(days=20))
        booking = order.resource_booking_ids
        self.transfer(order, "pending")
        self.mails_to(self.holder.partner_id).unlink()
        self.expire(hours=6 * 24)
        self.assertEqual(booking.state, "scheduled")
        self.expire(hours=8 * 24)
        self.assertEqual(booking.state, "canceled")
        self.assertFalse(booking.meeting_id)
        (mail,) = self.mails_to(self.holder.partner_id)
        self.assertIn("Your payment has not arrived yet", mail.body_html)
        self.assertIn("Aare", mail.body_html)
        self.assertIn("auto-generated", mail.headers)
        may_answer = bool(letter.get_sender(self.env.company))
        self.assertEqual("please write to us" in mail.body_html, may_answer)
        said = " ".join(self.booking_type.message_ids.mapped("body"))
        self.assertIn(f"No payment for {order.name} has arrived", said)

    def test_customer_hears_once_from_the_house_and_in_one_language(self):
        self.holder.partner_id.lang = "de_DE"
        self.env.company.write({"email": "house@example.com"})
        self.env.company.partner_id.lang = "de_DE"
        order = self.cart(self.holder, quantity=2, when=SLOT + timedelta(days=20))
        bookings = order.resource_booking_ids
        self.transfer(order, "pending")
        self.mails_to(self.holder.partner_id).unlink()
        messages = self.booking_type.message_ids
        self.expire(hours=8 * 24)
        self.assertEqual(bookings.mapped("state"), ["canceled", "canceled"])
        (mail,) = self.mails_to(self.holder.partner_id)
        self.assertIn("house@example.com", mail.email_from)
        self.assertIn("house@example.com", mail.reply_to)
        said = (self.booking_type.message_ids - messages).filtered("body")
        for text in mail.body, said.body:
            self.assertEqual(text.count("März"), 2)
            self.assertNotIn("March", text)

    def test_booking_is_given_back_when_it_begins_at_the_latest(self):
        self.booking_type.modifications_deadline = 0
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        self.transfer(order, "pending")
        self.mails_to(self.holder.partner_id).unlink()
        self.expire(hours=23.9)
        self.assertEqual(booking.state, "scheduled")
        self.expire(hours=24.1)
        self.assertEqual(booking.state, "canceled")
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1)

    def test_booking_is_free_in_time_for_others_if_no_money_has_come(self):
        self.booking_type.modifications_deadline = 24
        order = self.cart(self.holder, when=SLOT + timedelta(days=2))
        booking = order.resource_booking_ids
        self.transfer(order, "pending")
        self.expire(hours=47)
        self.assertEqual(booking.state, "scheduled")
        self.expire(hours=49)
        self.assertEqual(booking.state, "canceled")

    def test_booking_whose_money_has_come_is_given_to_nobody_else(self):
        order = self.cart(self.holder, when=SLOT + timedelta(days=20))
        self.transfer(order, "pending")
        self.transfer(order)
        self.expire(hours=9 * 24)
        self.assertEqual(order.resource_booking_ids.state, "confirmed")
        self.assertEqual(self.opens(order), 1)

    def test_booking_is_kept_once_its_money_has_come_and_odoo_is_slow(self):
        order = self.cart(self.holder)
        transaction = self.transfer(order, "pending")
        self.env.invalidate_all()
        transaction._set_done()
        self.expire(hours=48)
        self.assertEqual(order.resource_booking_ids.state, "scheduled")
        transaction._post_process()
        self.assertEqual(self.opens(order), 1)

    def test_booking_is_kept_before_odoo_looks_at_its_transaction(self):
        for state in ("pending", "authorized", "done"):
            with self.subTest(state=state):
                order = self.cart(self.holder)
                getattr(self.transfer(order, "draft"), f"_set_{state}")()
                self.assertEqual(order.state, "draft")
                self.expire()
                self.assertEqual(order.resource_booking_ids.state, "scheduled")
                order._action_cancel()

    def test_booking_expires_once_its_money_went_back(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        order.prepayment_percent = 0.5
        transaction = self.transfer(order, "draft", amount=60)
        transaction._set_done()
        self.expire()
        self.assertEqual(booking.state, "scheduled")
        for amount, state in ((10, "scheduled"), (50, "canceled")):
            refund = transaction._create_child_transaction(amount, is_refund=True)
            refund._set_done()
            self.expire()
            self.assertEqual(booking.state, state)

    def test_a_cent_keeps_no_room(self):
        """Whoever pays an order in the portal says how much."""
        self.env.company.email = "house@example.com"
        for state in ("pending", "authorized", "done"):
            with self.subTest(state=state):
                order = self.cart(self.holder)
                booking = order.resource_booking_ids
                self.log_in(self.holder)
                answer = self.make_jsonrpc_request(
                    f"/my/orders/{order.id}/transaction",
                    {
                        "access_token": order.access_token,
                        "amount": 0.01,
                        "provider_id": self.provider.id,
                        "payment_method_id": self.provider.payment_method_ids[:1].id,
                        "token_id": None,
                        "flow": "direct",
                        "tokenization_requested": False,
                        "landing_route": "/my",
                    },
                )
                self.env.invalidate_all()
                transaction = order.transaction_ids
                self.assertEqual(answer["reference"], transaction.reference)
                self.assertEqual(transaction.amount, 0.01)
                self.move_on(transaction, state)
                self.assertIn(order.state, ("draft", "sent"))
                self.mails_to(self.holder.partner_id).unlink()
                said = self.booking_type.message_ids
                self.expire()
                self.assertEqual(booking.state, "canceled")
                self.assertFalse(booking.meeting_id)
                (mail,) = self.mails_to(self.holder.partner_id)
                text = "Only a part of your payment has arrived"
                self.assertEqual(text in mail.body_html, state != "pending")
                said = " ".join((self.booking_type.message_ids - said).mapped("body"))
                text = f"Only a part of the payment for {order.name}"
                self.assertEqual(text in said, state != "pending")
                self.assertIn(order.name, said)
                order._action_cancel()

    def test_parts_keep_a_room_once_they_are_enough(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        for amount in (60, 40):
            self.transfer(order, "pending", amount=amount)
        self.expire()
        self.assertEqual(booking.state, "scheduled")
        order.transaction_ids[0]._set_canceled()
        self.expire()
        self.assertEqual(booking.state, "canceled")

    def test_a_cent_makes_nobody_wait_longer_for_the_rest(self):
        order = self.cart(self.holder, when=SLOT + timedelta(days=20))
        booking = order.resource_booking_ids
        self.transfer(order, amount=0.01)
        self.transfer(order, "pending", amount=99.99)
        self.expire(hours=6 * 24)
        self.assertEqual(booking.state, "scheduled")
        self.expire(hours=8 * 24)
        self.assertEqual(booking.state, "canceled")

    def test_booking_expires_once_no_money_is_on_the_way(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        transaction = self.transfer(order, "pending")
        self.move_on(transaction, "cancel")
        self.expire()
        self.assertEqual(booking.state, "canceled")

    def test_who_has_paid_too_late_for_the_time_chooses_another(self):
        for user in (self.holder, None):
            with self.subTest(user=user and user.login):
                order = self.cart(user)
                booking = order.resource_booking_ids
                self.expire()
                self.transfer(order)
                self.assertEqual(booking.state, "pending")
                page = html.fromstring(self.url_open(order.get_portal_url()).text)
                (doors,) = page.xpath("//div[@id='exivo_order_doors']")
                self.assertIn("there is no time yet", doors.text_content())
                (way,) = doors.xpath(".//a[contains(@href, 'schedule')]/@href")
                self.assertIn("Choose a time", doors.text_content())
                self.assertIn("access_token", way)
                page = self.read_page(way.replace("/schedule", ""))
                self.assertTrue(self.room.name in page)
                order._action_cancel()

    def test_guest_who_has_paid_before_choosing_a_time_holds_the_booking(self):
        for cart in self.cart_without_a_time, self.cart_that_is_late:
            with self.subTest(cart.__name__):
                order = cart()
                order.partner_id = guest = self.env["res.partner"].create(
                    {"name": "Gina Gast", "email": "gina@example.com"}
                )
                self.transfer(order)
                booking = order.resource_booking_ids
                self.expire()
                self.assertEqual(booking.state, "pending")
                self.assertEqual(booking.partner_ids, guest)
                page = html.fromstring(self.url_open(order.get_portal_url()).text)
                (way,) = page.xpath("//div[@id='exivo_order_doors']//a/@href")
                path, token = way.replace("/schedule", "/confirm").split("?")
                when = f"{SLOT.isoformat()}+00:00"
                self.post(f"{path}?{token}", when=when)
                self.env.invalidate_all()
                self.assertEqual(booking.state, "confirmed")
                self.assertEqual(self.opens(order), 1)
                self.assertEqual(self.accesses(booking).partner_id, guest)
                page = self.read_page(order.get_portal_url())
                self.assertIn("your access is not there yet", page)
                order._action_cancel()

    def test_time_that_was_paid_and_waits_for_staff_does_not_expire(self):
        self.authenticate(None, None)
        order = self.fill_cart()
        self.transfer(order)
        booking = order.resource_booking_ids
        booking.start = SLOT
        self.assertEqual(booking.state, "scheduled")
        self.expire()
        self.assertEqual(booking.state, "scheduled")

    def cart_without_a_time(self):
        self.authenticate(None, None)
        return self.fill_cart()

    def cart_that_is_late(self):
        order = self.cart()
        self.expire()
        return order

    def test_who_pays_for_a_room_that_was_closed_since_chooses_another_time(self):
        for user in (self.holder, None):
            with self.subTest(user=user and user.login):
                order = self.cart(user, quantity=2)
                first, second = order.resource_booking_ids.sorted("start")
                leave = self.close_room(until=first.stop)
                self.transfer(order)
                self.assertEqual(order.state, "sale")
                self.assertTrue(order.transaction_ids.is_post_processed)
                self.assertEqual(first.state, "pending")
                self.assertFalse(first.meeting_id)
                self.assertEqual(second.state, "confirmed")
                self.assertEqual(self.opens(order), 1)
                lines = order._get_exivo_door_lines(order.partner_id)
                self.assertIn("choose", [one.state for one in lines])
                page = html.fromstring(self.url_open(order.get_portal_url()).text)
                (doors,) = page.xpath("//div[@id='exivo_order_doors']")
                self.assertIn("there is no time yet", doors.text_content())
                leave.unlink()
                order._action_cancel()

    def test_who_is_at_the_checkout_when_a_room_is_closed_chooses_another_time(self):
        for user in (self.holder, None):
            with self.subTest(user=user and user.login):
                order = self.cart(user, quantity=2)
                first, second = order.resource_booking_ids.sorted("start")
                leave = self.close_room(until=first.stop)
                self.subjects()
                with freeze_time(NOW + timedelta(minutes=1)):
                    answer = self.url_open("/shop/checkout", allow_redirects=False)
                self.env.invalidate_all()
                way = urlsplit(answer.headers["Location"])
                self.assertEqual(way.path, "/shop/booking/1/schedule")
                error = parse_qs(way.query)["error"][0]
                self.assertIn("No room is free at that time", error)
                self.assertEqual(first.state, "pending")
                self.assertFalse(first.meeting_id)
                self.assertEqual(second.state, "scheduled")
                self.assertFalse(self.subjects())
                leave.unlink()
                order._action_cancel()

    def test_who_loses_the_second_time_at_the_checkout_chooses_that_one_anew(self):
        order = self.cart(self.holder, quantity=2)
        first, second = order.resource_booking_ids.sorted("id")
        self.close_room(since=first.stop)
        with freeze_time(NOW + timedelta(minutes=1)):
            answer = self.url_open("/shop/checkout", allow_redirects=False)
        self.env.invalidate_all()
        way = urlsplit(answer.headers["Location"])
        self.assertEqual(way.path, "/shop/booking/2/schedule")
        self.assertIn("No room is free at that time", parse_qs(way.query)["error"][0])
        self.assertEqual((first | second).mapped("state"), ["scheduled", "pending"])

    def test_who_comes_late_to_the_checkout_hears_of_no_taken_time(self):
        order = self.cart(self.holder)
        with freeze_time(NOW + timedelta(hours=2)):
            answer = self.url_open("/shop/checkout", allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual(order.resource_booking_ids.state, "pending")
        way = urlsplit(answer.headers["Location"])
        self.assertEqual((way.path, way.query), ("/shop/booking/1/schedule", ""))

    def test_line_of_an_awaited_order_is_edited_although_its_room_was_closed(self):
        order = self.cart(self.holder)
        self.transfer(order, "pending")
        self.close_room()
        self.env.invalidate_all()
        with freeze_time(NOW + timedelta(minutes=1)):
            order.order_line.name = "With tea"
        self.assertEqual(order.resource_booking_ids.state, "pending")

    def test_confirmed_booking_keeps_its_time_although_its_room_is_closed(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        self.transfer(order)
        self.close_room()
        order.order_line.name = "With tea"
        self.assertEqual(booking.start, SLOT)
        self.assertEqual(self.opens(order), 1)

    def test_nobody_else_is_led_to_the_times_without_a_login(self):
        order = self.cart(self.holder)
        self.expire()
        self.transfer(order)
        self.authenticate(None, None)
        page = html.fromstring(self.url_open(order.get_portal_url()).text)
        (way,) = page.xpath(
            "//div[@id='exivo_order_doors']//a/@href[contains(., 'sch')]"
        )
        self.assertNotIn("access_token", way)

    def test_booking_of_a_cancelled_order_is_free_although_money_is_on_the_way(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        self.transfer(order, "pending")
        order._action_cancel()
        self.assertFalse(booking.meeting_id)
