# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOrderLines(SaleCase):
    def setUp(self):
        super().setUp()
        self.login = self._create_user("paying", "base.group_portal")
        self.customer = self.login.partner_id

    def bought(self, quantity=1):
        """A paid order whose bookings the customer organises, as in a shop."""
        order = self.ordered(quantity)
        for booking in order.resource_booking_ids:
            booking.user_id = self.login
        order.resource_booking_ids.action_confirm()
        self.transfer(order)
        self.assertEqual(self.opens(order), quantity)
        return order

    def test_staff_edit_a_line_and_the_doors_stay_open(self):
        order = self.bought()
        access = self.accesses(order.resource_booking_ids)
        self.env["mail.mail"].search([]).unlink()
        with Form(order) as form, form.order_line.edit(0) as line:
            line.name = "An hour in Aare, with coffee"
            line.qty_delivered = 1
        self.assertEqual(self.opens(order), 1)
        self.assertEqual(self.accesses(order.resource_booking_ids), access)
        self.assertEqual(order.resource_booking_ids.state, "confirmed")
        self.assertFalse(self.mails_to(self.customer))

    def test_lower_quantity_takes_one_slot_and_leaves_the_other(self):
        order = self.bought(quantity=2)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.opens(order), 1)
        active = order.resource_booking_ids.filtered("active")
        self.assertEqual(active.mapped("state"), ["confirmed"])

    def test_lower_quantity_takes_no_slot_that_has_begun(self):
        for hours in (-0.25, -24):
            with self.subTest(hours=hours):
                order = self.bought(quantity=3)
                begun, kept, last = order.resource_booking_ids.sorted("start")
                begun.start = NOW + timedelta(hours=hours)
                begun.action_confirm()
                self.plan()
                order.order_line.product_uom_qty = 2
                self.assertEqual(begun.state, "confirmed")
                self.assertEqual(kept.state, "confirmed")
                self.assertEqual(last.state, "canceled")
                order.order_line.product_uom_qty = 1
                self.assertEqual(begun.state, "confirmed")
                self.assertEqual(kept.state, "canceled")
                order._action_cancel()

    def test_lower_quantity_takes_a_slot_that_is_over_before_one_that_runs(self):
        order = self.bought(quantity=2)
        over, running = order.resource_booking_ids.sorted("start")
        over.start = NOW - timedelta(hours=24)
        running.start = NOW - timedelta(minutes=15)
        order.resource_booking_ids.action_confirm()
        order.order_line.product_uom_qty = 1
        self.assertEqual(running.state, "confirmed")
        self.assertEqual(self.opens(order), 1)

    def test_order_is_cancelled_although_its_room_was_closed_since(self):
        order = self.bought(quantity=2)
        bookings = order.resource_booking_ids
        self.close_room()
        order._action_cancel()
        self.assertEqual(self.opens(order), 0)
        self.assertEqual(bookings.mapped("state"), ["canceled", "canceled"])

    def test_quotation_that_is_paid_after_its_room_was_closed_is_confirmed(self):
        booking = self.book(confirm=False)
        order = self.order(confirm=False)
        booking.sale_order_line_id = order.order_line
        booking.action_confirm()
        self.assertEqual(booking.state, "scheduled")
        self.close_room()
        self.transfer(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(booking.state, "pending")
        (line,) = order._get_exivo_door_lines()
        self.assertEqual(line.state, "choose")

    def test_booking_of_a_cancelled_order_gets_no_time_that_is_taken(self):
        order = self.bought()
        booking = order.resource_booking_ids
        start, room = booking.start, booking.combination_id
        order._action_cancel()
        other = self.bought().resource_booking_ids
        self.assertEqual((other.start, other.combination_id), (start, room))
        booking.action_unarchive()
        with self.assertRaises(ValidationError):
            booking.write(
                {"start": start, "combination_auto_assign": False}
                | {"combination_id": room.id}
            )

    def test_archived_booking_loses_its_meeting_with_its_order(self):
        order = self.bought()
        booking = order.resource_booking_ids
        booking.action_archive()
        self.assertTrue(booking.meeting_id)
        order._action_cancel()
        self.assertFalse(booking.meeting_id)

    def test_higher_quantity_waits_until_that_is_paid_too(self):
        order = self.bought()
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.opens(order), 0)
        self.transfer(order, amount=100)
        self.assertEqual(self.opens(order), 1)

    def test_removed_line_takes_its_access_along(self):
        self.rule.write({"payment": "any", "booking_state": "scheduled"})
        order = self.order(confirm=False)
        booking = self.book(confirm=False)
        booking.sale_order_line_id = order.order_line
        access = self.accesses(booking)
        self.assertTrue(access.is_wanted)
        meeting = booking.meeting_id
        order.order_line.unlink()
        self.plan()
        self.assertFalse(access.is_wanted)
        self.assertFalse(meeting.exists())

    def test_line_that_goes_with_a_removed_one_takes_its_access_along(self):
        self.rule.write({"payment": "any", "booking_state": "scheduled"})
        order = self.order(confirm=False)
        room = order.order_line
        coffee = self.env["product.product"].create({"name": "Coffee"})
        combo = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": coffee.id}
        )
        room.linked_line_id = combo
        booking = self.book(confirm=False)
        booking.sale_order_line_id = room
        access = self.accesses(booking)
        self.assertTrue(access.is_wanted)
        meeting = booking.meeting_id
        combo.unlink()
        self.assertFalse(room.exists())
        self.plan()
        self.assertFalse(access.is_wanted)
        self.assertFalse(meeting.exists())

    def test_who_sells_nothing_hangs_no_booking_on_the_order_of_a_customer(self):
        """Else the customer's own booking would be cancelled in its place."""
        order = self.bought()
        booking, line = order.resource_booking_ids, order.order_line
        books = self._create_user(
            "exivo_books", "base.group_user,resource_booking.group_user"
        )
        sells = self._create_user(
            "exivo_sells",
            "sales_team.group_sale_salesman_all_leads,resource_booking.group_user",
        )
        bookings = self.env["resource.booking"]
        for user in books, sells:
            own = {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, user.partner_id.ids)],
            }
            theirs = bookings.with_user(user)
            mine = call_kw(theirs, "create", [own], {})
            hung = {"sale_order_line_id": line.id}
            with self.env.cr.savepoint() as savepoint:
                for method, args, context in (
                    ("write", [[mine], hung], {}),
                    ("web_save", [[mine], hung, {}], {}),
                    ("create", [{**own, **hung}], {}),
                    ("create", [own], {"default_sale_order_line_id": line.id}),
                ):
                    with self.subTest(user=user.login, method=method):
                        if user == books:
                            with self.assertRaises(AccessError):
                                with self.env.cr.savepoint():
                                    call_kw(theirs, method, args, {"context": context})
                        else:
                            call_kw(theirs, method, args, {"context": context})
                        self.env.invalidate_all()
                savepoint.rollback()
            self.env.invalidate_all()
            booking.message_subscribe(user.partner_id.ids)
            off = {"sale_order_line_id": False}
            if user == books:
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    call_kw(theirs, "write", [booking.ids, off], {})
                self.env.invalidate_all()
            same = {"name": "With tea", "sale_order_line_id": line.id}
            call_kw(theirs, "write", [booking.ids, same], {})
        order.order_line.name = "An hour in Aare, with coffee"
        self.assertEqual(self.opens(order), 1)
        self.assertEqual(order.resource_booking_ids, booking)

    def test_customer_who_orders_organises_no_meeting(self):
        order = self.order(confirm=False).with_user(self.login).sudo()
        order.with_context(force_bookings_sync=True).action_confirm()
        self.assertFalse(order.resource_booking_ids.user_id)

    def test_staff_who_enter_an_order_organise_the_meeting(self):
        order = self.order()
        self.assertEqual(order.resource_booking_ids.user_id, self.env.user)
