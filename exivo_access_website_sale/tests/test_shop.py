# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A customer books, pays and chooses times in the shop."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time
from lxml import html

from odoo import http
from odoo.service.model import call_kw
from odoo.tests import JsonRpcException, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.exivo_access.tests.common import NOW
from odoo.addons.exivo_access_sale import install

from .common import SLOT, ShopCase

#: Where a cart leads after its first time was chosen.
NEXT = "/shop/booking/2/schedule"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestShop(ShopCase):
    def test_cart_opens_nothing_whatever_the_rule_says(self):
        self.rule.booking_state = "scheduled"
        order = self.cart(self.holder)
        for payment in ("any", "order", "paid"):
            with self.subTest(payment=payment):
                self.rule.payment = payment
                self.assertEqual(self.opens(order), 0)

    def test_hints_for_arriving_are_for_who_has_paid(self):
        self.site.arrival_hint = "Second courtyard, then left"
        order = self.cart(self.holder)
        page = f"/my/bookings/{order.resource_booking_ids.id}"
        self.assertNotIn("Second courtyard", self.read_page(page))
        self.transfer(order)
        self.assertIn("Second courtyard", self.read_page(page))

    def test_form_warns_of_strangers_who_sign_up_at_any_website(self):
        websites = self.env["website"].search([])
        websites.auth_signup_uninvited = "b2b"
        public = websites[0].copy({"auth_signup_uninvited": "b2b"})
        self.booking_type.portal_bookable = True
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        for company, scope, said in (
            (websites.company_id[0], "b2b", False),
            (websites.company_id[0], "b2c", True),
            (theirs, "b2c", False),
        ):
            with self.subTest(company=company.name, scope=scope):
                public.write({"auth_signup_uninvited": scope, "company_id": company.id})
                self.booking_type.invalidate_recordset()
                self.assertEqual(self.booking_type.portal_open_to_strangers, said)

    def test_paid_cart_opens_the_doors(self):
        order = self.cart(self.holder)
        self.transfer(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.opens(order), 1)
        self.synchronise()
        access = self.accesses(order.resource_booking_ids)
        self.assertEqual(access.state, "created")
        self.assertEqual(access.partner_id, self.holder.partner_id)

    def test_employee_gives_oneself_no_discount(self):
        clerk = self._create_user("exivo_clerk", "base.group_user")
        defaults = self.env["ir.default"].with_user(clerk)
        for name, value in (("discount", 100.0), ("price_unit", 0.0)):
            call_kw(defaults, "set", ["sale.order.line", name, value, True], {})
        self.log_in(clerk)
        self.assertEqual(self.fill_cart().amount_total, 100)

    def test_guest_who_pays_gets_an_access(self):
        order = self.cart()
        self.assertEqual(self.opens(order), 0)
        self.transfer(order)
        access = self.accesses(order.resource_booking_ids)
        self.assertTrue(access.is_wanted)
        self.assertEqual(access.partner_id.email, "gina@example.com")

    def test_whoever_buys_gets_two_mails_and_not_three(self):
        order = self.cart(self.holder)
        self.subjects()
        self.transfer(order)
        self.synchronise()
        subjects = self.subjects()
        self.assertEqual(len(subjects), 2, subjects)
        self.assertTrue(any(order.name in one for one in subjects), subjects)
        self.assertTrue(any("Aare" in one for one in subjects), subjects)

    def test_who_is_confirmed_before_the_money_is_there_is_not_invited_as_well(self):
        for confirm in self.authorize, self.confirm_by_staff:
            with self.subTest(confirm.__name__):
                order = self.cart(self.holder)
                self.subjects()
                pay = confirm(order)
                self.assertEqual(order.state, "sale")
                self.assertEqual(self.opens(order), 0)
                pay()
                self.assertEqual(self.opens(order), 1)
                self.synchronise()
                subjects = self.subjects()
                self.assertEqual(sum("Aare" in one for one in subjects), 1, subjects)
                self.assertTrue(any(order.name in one for one in subjects), subjects)
                order._action_cancel()
                self.synchronise()

    def authorize(self, order):
        """The money is reserved, and taken later."""
        transaction = self.transfer(order, "authorized")
        return lambda: self.move_on(transaction, "done")

    def confirm_by_staff(self, order):
        """Staff confirm what waits for a transfer, and enter the money later."""
        self.transfer(order, "pending")
        order.action_confirm()
        return lambda: self.pay(self.invoice(order))

    def test_who_pays_before_having_a_time_gets_two_mails_and_not_three(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        closed = self.close_room(until=SLOT + timedelta(hours=1))
        self.subjects()
        self.transfer(order)
        self.assertEqual(booking.state, "pending")
        (mail,) = self.mails_to(self.holder.partner_id)
        self.assertIn(order.name, mail.subject)
        (way,) = html.fromstring(mail.body_html).xpath(
            f"//a[contains(@href, '/my/bookings/{booking.id}/schedule')]/@href"
        )
        self.assertTrue(way.startswith(booking.get_base_url()))
        self.subjects()
        closed.unlink()
        self.choose(booking, f"{SLOT.isoformat()}Z")
        self.env.invalidate_all()
        self.synchronise()
        self.assertEqual(self.opens(order), 1)
        self.assertEqual(len(self.subjects()), 1)

    def test_whom_no_mail_of_the_order_leads_to_the_times_is_invited_there(self):
        for name, confirm in (
            (self.holder.name, lambda order: order.action_confirm()),
            ("A colleague", self.transfer),
        ):
            with self.subTest(name=name):
                self.authenticate(self.holder.login, self.holder.login)
                order = self.fill_cart()
                person = self.env["res.partner"].create(
                    {"name": name, "email": f"{len(name)}@example.com"}
                )
                if name == self.holder.name:
                    person = self.holder.partner_id
                self.pick(name=name, email=person.email)
                closed = self.close_room(until=SLOT + timedelta(hours=1))
                self.mails_to(person).unlink()
                confirm(order)
                self.assertEqual(order.resource_booking_ids.state, "pending")
                subjects = self.mails_to(person).mapped("subject")
                self.assertTrue(any("Invitation" in one for one in subjects), subjects)
                closed.unlink()
                order._action_cancel()

    def test_who_has_paid_a_part_is_invited_when_staff_confirm(self):
        order = self.cart(self.holder)
        self.transfer(order, amount=order.amount_total / 2)
        self.assertEqual(order.state, "draft")
        self.close_room(until=SLOT + timedelta(hours=1))
        self.subjects()
        order.action_confirm()
        self.assertEqual(order.resource_booking_ids.state, "pending")
        subjects = self.subjects()
        self.assertTrue(any("Invitation" in one for one in subjects), subjects)

    def test_invitation_goes_out_where_no_doors_open(self):
        self.rule.unlink()
        order = self.cart(self.holder)
        self.subjects()
        self.transfer(order)
        self.assertTrue(any("Invitation to access" in one for one in self.subjects()))

    def test_quotation_that_is_confirmed_and_not_paid_opens_nothing(self):
        order = self.cart(self.holder)
        order.action_confirm()
        self.assertEqual(self.opens(order), 0)
        self.pay(self.invoice(order))
        self.assertEqual(self.opens(order), 1)

    def test_customer_of_the_shop_organises_no_meeting(self):
        order = self.cart(self.holder)
        self.assertFalse(order.resource_booking_ids.user_id)
        self.assertFalse(order.resource_booking_ids.meeting_id.user_id)

    def test_staff_edit_a_line_and_the_doors_stay_open(self):
        order = self.cart(self.holder)
        self.transfer(order)
        access = self.accesses(order.resource_booking_ids)
        order.order_line.write({"name": "With coffee", "qty_delivered": 1})
        self.assertEqual(self.opens(order), 1)
        self.assertEqual(self.accesses(order.resource_booking_ids), access)

    def test_staff_edit_the_line_of_an_employee_who_bought_and_the_doors_stay_open(
        self,
    ):
        clerk = self._create_user("exivo_clerk", "base.group_user")
        order = self.cart(clerk)
        self.transfer(order)
        self.assertEqual(self.opens(order), 1)
        order.order_line.write({"name": "With coffee", "qty_delivered": 1})
        self.assertEqual(self.opens(order), 1)
        self.assertEqual(order.resource_booking_ids.state, "confirmed")

    def test_staff_move_the_meeting_and_the_doors_follow(self):
        clerk = self._create_user("exivo_clerk", "base.group_user")
        for user in (self.holder, clerk):
            with self.subTest(user=user.login):
                order = self.cart(user)
                self.transfer(order)
                meeting = order.resource_booking_ids.meeting_id
                meeting.write(
                    {"start": NOW.replace(day=4), "stop": NOW.replace(day=4, hour=10)}
                )
                self.assertEqual(self.opens(order), 1)
                order._action_cancel()

    def test_who_bought_before_the_add_on_was_installed_organises_nothing_either(self):
        clerk = self._create_user("exivo_clerk", "base.group_user")
        for user in (self.holder, clerk):
            with self.subTest(user=user.login):
                order = self.cart(user)
                self.transfer(order)
                booking = order.resource_booking_ids
                meeting = booking.meeting_id
                for record in booking, meeting:
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %s SET user_id = %s WHERE id = %s",
                            *(SQL.identifier(record._table), user.id, record.id),
                        )
                    )
                self.env.invalidate_all()
                install(self.env)
                meeting.write(
                    {"start": NOW.replace(day=4), "stop": NOW.replace(day=4, hour=10)}
                )
                self.assertEqual(self.opens(order), 1)
                order._action_cancel()

    def test_lower_quantity_takes_one_slot_and_leaves_the_other(self):
        order = self.cart(self.holder, quantity=2)
        self.transfer(order)
        self.assertEqual(self.opens(order), 2)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.opens(order), 1)

    def test_lower_quantity_in_the_cart_leaves_one_time_to_choose(self):
        self.authenticate(None, None)
        order = self.fill_cart(quantity=3)
        self.pick(2)
        self.make_jsonrpc_request(
            "/shop/cart/update", {"line_id": order.order_line.id, "quantity": 1}
        )
        page = self.read_page("/shop/booking/1/schedule")
        self.assertIn("(1 of 1)", page)
        answer = self.pick(when=SLOT + timedelta(hours=2))
        self.assertEqual(urlsplit(answer.headers["Location"]).path, NEXT)
        answer = self.url_open(NEXT, allow_redirects=False)
        self.assertEqual(urlsplit(answer.headers["Location"]).path, "/shop/checkout")
        self.assertEqual(len(order.resource_booking_ids), 1)

    def test_cart_that_has_expired_asks_for_its_times_again(self):
        self.authenticate(None, None)
        order = self.fill_cart(quantity=2)
        self.pick()
        self.expire()
        self.assertFalse(order.resource_booking_ids)
        page = self.read_page("/shop/booking/1/schedule")
        self.assertIn("(1 of 2)", page)
        self.assertIn("Booking has expired", page)
        self.assertEqual(len(order.resource_booking_ids), 2)

    def test_product_that_is_taken_out_of_the_cart_leaves_nothing(self):
        order = self.cart(self.holder)
        booking = order.resource_booking_ids
        meeting = booking.meeting_id
        self.make_jsonrpc_request(
            "/shop/cart/update", {"line_id": order.order_line.id, "quantity": 0}
        )
        self.assertFalse(booking.exists() or meeting.exists())

    def test_transfer_that_is_awaited_opens_nothing_until_it_is_there(self):
        order = self.cart(self.holder)
        transaction = self.transfer(order, "pending")
        self.assertEqual(order.state, "sent")
        self.assertEqual(self.opens(order), 0)
        self.move_on(transaction, "done")
        self.assertEqual(self.opens(order), 1)

    def test_page_after_the_purchase_has_a_line_to_the_doors(self):
        order = self.cart(self.holder)
        self.session["sale_last_order_id"] = order.id
        http.root.session_store.save(self.session)
        self.transfer(order, "pending")
        text = self.read_page("/shop/confirmation")
        self.assertIn(f"The order {order.name} is not confirmed yet.", text)
        self.move_on(order.transaction_ids, "done")
        text = self.read_page("/shop/confirmation")
        self.assertIn("your access is not there yet", text)
        self.synchronise()
        self.assertIn("the doors open for you", self.read_page("/shop/confirmation"))

    def test_cart_whose_room_was_closed_awaits_its_transfer_without_a_time(self):
        order = self.cart(self.holder)
        self.close_room()
        self.transfer(order, "pending")
        self.env.flush_all()
        booking = order.resource_booking_ids
        self.assertEqual((order.state, booking.state), ("sent", "pending"))
        self.assertFalse(booking.meeting_id)
        order.action_draft()
        self.env.flush_all()

    def test_who_only_reads_a_booking_does_not_follow_it_by_the_website(self):
        staff = self._create_user("exivo_staff", "exivo_access.group_user")
        booking = self.book()
        self.authenticate(staff.login, staff.login)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/website_mail/follow",
                {
                    "object": "resource.booking",
                    "id": booking.id,
                    "message_is_follower": "off",
                },
            )
        self.assertNotIn(staff.partner_id, booking.message_partner_ids)

    def test_guest_who_has_not_paid_yet_has_a_line_to_the_doors(self):
        order = self.cart()
        booking = order.resource_booking_ids
        order.partner_id = self.customer.copy({"email": "gina@example.com"})
        self.session["sale_last_order_id"] = order.id
        http.root.session_store.save(self.session)
        self.transfer(order, "pending")
        line = f"the doors do not open yet. The order {order.name} is not confirmed yet"
        for address in ("/shop/confirmation", order.get_portal_url()):
            self.assertIn(line, self.read_page(address))
        self.assertIn("Gina Gast is named", self.read_explanation(booking))
        self.assertNotIn("Add the person", self.read_explanation(booking))

    def test_page_after_the_purchase_claims_no_door_that_is_for_somebody_else(self):
        zoe = self.env["res.partner"].create(
            {"name": "Zoe Secret", "email": "zoe@example.com"}
        )
        self.authenticate(self.holder.login, self.holder.login)
        order = self.fill_cart()
        self.pick(name="A colleague", email=zoe.email)
        self.session["sale_last_order_id"] = order.id
        http.root.session_store.save(self.session)
        self.transfer(order)
        self.assertEqual(self.accesses(order.resource_booking_ids).partner_id, zoe)
        for _before_and_after in range(2):
            for address in ("/shop/confirmation", order.get_portal_url()):
                text = self.read_page(address)
                self.assertIn(f"the doors are for {zoe.email}, not for you.", text)
                self.assertNotIn("open for you", text)
                self.assertNotIn("your access", text)
                self.assertNotIn("My doors", text)
                self.assertNotIn(zoe.name, text)
            self.synchronise()
        self.env["mail.mail"].search([]).unlink()
        order._send_order_confirmation_mail()
        text = self.mails_to(self.holder.partner_id).body_html
        self.assertIn(zoe.email, text)
        self.assertNotIn("your access", text)

    def test_page_names_nobody_whom_somebody_else_takes_along(self):
        zoe = self.env["res.partner"].create(
            {"name": "Zoe", "email": "zoe@example.com"}
        )
        self.rule.holders = "attendees"
        self.authenticate(self.holder.login, self.holder.login)
        order = self.fill_cart()
        self.pick(name="A colleague", email=zoe.email)
        self.transfer(order)
        self.env["exivo.guest"].create(
            {
                "booking_id": order.resource_booking_ids.id,
                "host_id": zoe.id,
                "partner_id": self.customer.id,
                "email": self.customer.email,
            }
        )
        for _before_and_after in range(2):
            text = self.read_page(order.get_portal_url())
            self.assertIn(f"the doors are for {zoe.email}, not for you.", text)
            self.assertNotIn(self.customer.email, text)
            self.synchronise()
        self.assertIn(
            self.customer, self.accesses(order.resource_booking_ids).partner_id
        )

    def test_staff_of_several_companies_see_what_the_holder_sees_at_any_website(self):
        self.rule.payment = "any"
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        access = self.accesses(self.book_for_holder())
        self.site.company_id = theirs
        clerk = self._create_user("exivo_clerk", "exivo_access.group_user")
        self.log_in(clerk)
        path = f"/my/exivo/accesses/{access.id}/help"
        self.assertEqual(self.url_open(path).status_code, 404)
        clerk.company_ids |= theirs
        self.assertEqual(self.url_open(path).status_code, 200)

    def test_page_leads_nobody_without_a_login_to_one(self):
        order = self.cart()
        order.partner_id = self.env["res.partner"].create(
            {"name": "Gina Gast", "email": "gina@example.com"}
        )
        self.session["sale_last_order_id"] = order.id
        http.root.session_store.save(self.session)
        self.transfer(order)
        access = self.accesses(order.resource_booking_ids)
        self.assertEqual(access.partner_id, order.partner_id)
        page = html.fromstring(self.url_open("/shop/confirmation").text)
        (doors,) = page.xpath("//div[@id='exivo_order_doors']")
        self.assertFalse(doors.xpath(".//a"))
        self.assertIn("your access is not there yet", doors.text_content())
        self.assertIn("A mail from us says how", doors.text_content())

    def test_page_of_the_cart_offers_times_and_says_how_long_they_are_kept(self):
        self.authenticate(self.holder.login, self.holder.login)
        self.fill_cart()
        answer = self.url_open("/shop/booking/1/schedule")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(html.fromstring(answer.text).xpath("//input[@name='when']"))
        text = self.read_page("/shop/booking/1/schedule")
        for words in ("Please indicate the attendee", "pre-reservation will expire"):
            self.assertIn(words, text)

    def test_whole_address_says_who_holds_the_doors(self):
        contacts = self.env["res.partner"].create(
            [
                {"name": "Aaron", "email": "ginaxg@example.com"},
                {"name": "Zoe", "email": "Gina_G@example.com"},
            ]
        )
        self.authenticate(None, None)
        order = self.fill_cart()
        self.pick(email="gina_g@example.com")
        self.transfer(order)
        self.assertEqual(order.resource_booking_ids.partner_ids, contacts[1])
        self.assertEqual(self.opens(order), 1)
        everybody = self.env["res.partner"].search([])
        order = self.fill_cart()
        self.pick(email="%", when=SLOT + timedelta(hours=2))
        self.transfer(order)
        self.assertNotIn(order.resource_booking_ids.partner_ids, everybody)

    def test_who_is_named_is_a_contact_of_the_seller_in_the_language_of_the_buyer(self):
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        website = self.env["website"].search([], limit=1)
        website.company_id = theirs
        self.authenticate(None, None)
        order = self.fill_cart()
        self.pick()
        order.partner_id = self.env["res.partner"].create(
            {"name": "Berta", "email": "berta@example.com", "lang": "de_DE"}
        )
        order.action_confirm()
        named = order.resource_booking_ids.partner_ids
        self.assertEqual(named.email, "gina@example.com")
        self.assertEqual(order.company_id, theirs)
        self.assertEqual(named.company_id, theirs)
        self.assertEqual(named.lang, "de_DE")

    def test_cart_that_staff_give_to_another_customer_opens_for_that_one(self):
        other = self.env["res.partner"].create(
            {"name": "Berta", "email": "berta@example.com"}
        )
        cases = (self.holder, other.email), (None, "gina@example.com")
        for number, (named, email) in enumerate(cases):
            self.authenticate(self.holder.login, self.holder.login)
            order = self.fill_cart()
            names = {"name": named.name, "email": named.email} if named else {}
            self.pick(when=SLOT + timedelta(hours=2 * number), **names)
            order.partner_id = other
            self.transfer(order)
            self.assertEqual(order.resource_booking_ids.partner_ids.email, email)
            self.assertEqual(self.opens(order), 1)

    def test_address_that_somebody_with_a_login_only_typed_in_is_not_theirs(self):
        email = "zoe@example.com"
        self.holder.partner_id.write({"name": "Aaaron", "email": email})
        zoe = self.env["res.partner"].create({"name": "Zoe", "email": email})
        self.authenticate(None, None)
        order = self.fill_cart()
        self.pick(email=email)
        self.transfer(order)
        self.assertEqual(order.resource_booking_ids.partner_ids, zoe)

    def test_address_of_somebody_else_makes_nobody_its_holder(self):
        email = "zoe@example.com"
        clerk = self._create_user("aaron", "base.group_user")
        vals = {"name": "Aaron", "email": email}
        call_kw(clerk.with_user(clerk), "write", [clerk.ids, vals], {})
        added = {**vals, "parent_id": self.holder.partner_id.id, "type": "delivery"}
        others = self.env["res.partner"].create(added) | clerk.partner_id
        self.authenticate(None, None)
        order = self.fill_cart()
        self.pick(email=email)
        self.transfer(order)
        zoe = order.resource_booking_ids.partner_ids
        self.assertEqual(zoe.email, email)
        self.assertFalse(zoe & others)
        self.assertEqual(self.opens(order), 1)
        clerk.login = email
        zoe.active = False
        bought = {"partner_id": clerk.partner_id.id, "website_id": order.website_id.id}
        self.env["sale.order"].create(bought)
        order = self.fill_cart()
        self.pick(email=email, when=SLOT + timedelta(hours=2))
        self.transfer(order)
        named = order.resource_booking_ids.partner_ids
        self.assertEqual(named, clerk.partner_id, "no login is chosen by its owner")

    def buy_as_guest(self, email):
        """Somebody without a login types in an address, and waits with the money."""
        self.authenticate(None, None)
        order = self.fill_cart()
        order.partner_id = self.env["res.partner"].create(
            {"name": "Aaron", "email": email}
        )
        return order

    def test_guest_of_the_shop_gets_nothing_by_the_address_of_somebody_else(self):
        email = "zoe@example.com"
        guest = self.buy_as_guest(email).partner_id
        holders = []
        for hours in 0, 2:
            self.authenticate(self.holder.login, self.holder.login)
            order = self.fill_cart()
            self.pick(email=email, when=SLOT + timedelta(hours=hours))
            self.transfer(order)
            holders.append(order.resource_booking_ids.partner_ids)
            self.assertEqual(holders[-1].email, email)
            self.assertNotEqual(holders[-1], guest)
        self.assertEqual(*holders)

    def test_who_signs_up_on_the_page_of_the_order_has_confirmed_no_address(self):
        guest = self.buy_as_guest("zoe@example.com").partner_id
        guest.signup_prepare()
        token = guest._generate_signup_token()
        values = {"login": "zoe@example.com", "password": "exivo-zoe-1"}
        self.env["res.users"].sudo().signup(values, token)
        self.assertTrue(guest.user_ids)
        self.assertFalse(guest.exivo_confirmed_email)

    def test_customer_who_once_was_a_guest_holds_what_was_bought(self):
        host = self.book(hours=72)
        guest = self.env["res.partner"].create(
            {"name": self.holder.email, "email": self.holder.email}
        )
        self.env["exivo.guest"].create(
            {
                "booking_id": host.id,
                "partner_id": guest.id,
                "host_id": self.customer.id,
                "email": self.holder.email,
            }
        )
        self.holder.partner_id.exivo_confirmed_email = self.holder.email
        for user in (self.holder, None):
            self.authenticate(user and user.login, user and user.login)
            order = self.fill_cart()
            self.pick(
                email=self.holder.email, when=SLOT + timedelta(hours=0 if user else 2)
            )
            self.transfer(order)
            self.assertEqual(
                order.resource_booking_ids.partner_ids, self.holder.partner_id
            )

    def test_only_times_that_the_page_offers_are_taken_and_only_by_its_form(self):
        self.authenticate(self.holder.login, self.holder.login)
        order = self.fill_cart()
        answer = self.pick(when=SLOT + timedelta(minutes=7))
        self.assertIn("not+offered", answer.headers["Location"])
        query = "partner_name=Eve&partner_email=eve@example.com"
        address = f"/shop/booking/1/confirm?{query}&when={SLOT.isoformat()}%2B00:00"
        self.url_open(address)
        self.env.invalidate_all()
        self.assertFalse(order.resource_booking_ids.start)
        self.pick()
        self.assertTrue(order.resource_booking_ids.start)

    def test_time_that_somebody_has_just_taken_leads_back_to_the_times(self):
        self.book()
        self.authenticate(self.holder.login, self.holder.login)
        booking = self.fill_cart().resource_booking_ids
        answer = self.pick()
        way = urlsplit(answer.headers["Location"])
        self.assertEqual(way.path, "/shop/booking/1/schedule")
        self.assertIn("No room is free at that time", parse_qs(way.query)["error"][0])
        self.assertFalse(booking.start or booking.meeting_id)
