# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Bookings and doors follow the lines of an order as staff edit them."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
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

    def test_staff_edit_a_line_whose_product_sells_rooms_otherwise_by_now(self):
        elsewhere = self._create_type(self._create_room("Rhine"))
        for sold_now in elsewhere, self.env["resource.booking.type"]:
            with self.subTest(sold_now.name), self.env.cr.savepoint() as savepoint:
                order = self.bought()
                booking = order.resource_booking_ids
                self.product.resource_booking_type_id = sold_now
                order.order_line.name = f"With coffee, by {sold_now.name}"
                self.assertEqual(self.opens(order), 1)
                order.action_bookings_resync()
                self.assertEqual(self.opens(order), 1)
                order.order_line.product_uom_qty = 2
                self.transfer(order, amount=100)
                self.assertEqual(self.opens(order), 1)
                self.assertEqual(booking.type_id, self.booking_type)
                ordered = order.resource_booking_ids - booking
                self.assertEqual(ordered.type_id, sold_now)
                order.order_line.product_uom_qty = 0
                self.assertEqual(self.opens(order), 0)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_line_gets_a_product_that_sells_no_room(self):
        order = self.bought()
        coffee = self._sell("Coffee", resource_booking_type_id=False)
        order.order_line.product_id = coffee
        self.assertEqual(self.opens(order), 0)
        self.assertFalse(order.resource_booking_ids.filtered("active"))

    def test_staff_edit_a_line_and_what_was_cancelled_stays_so(self):
        order = self.bought(quantity=2)
        bookings = order.resource_booking_ids.sorted("start")
        bookings[0].action_cancel()
        order.order_line.write({"name": "With coffee", "product_uom_qty": 2})
        self.assertEqual(bookings.mapped("state"), ["canceled", "confirmed"])
        order.order_line.product_uom_qty = 1
        self.assertEqual(bookings.mapped("state"), ["canceled", "confirmed"])
        self.assertEqual(self.opens(order), 1)

    def sell_another_room(self, booking_type=None):
        """Sell room *Rhine* as well, whose rule is as that of *Aare*.

        :param booking_type: of which each room has a product of its own; one for each
            room if left out.
        """
        rhine = self._create_room("Rhine")
        its_type = self._create_type(rhine)
        sold = {"resource_booking_type_id": (booking_type or its_type).id}
        if booking_type:
            combination = its_type.combination_rel_ids.combination_id
            booking_type.combination_rel_ids = [
                Command.create({"combination_id": combination.id})
            ]
            first, second = booking_type.combination_rel_ids.sorted("id")
            self.product.resource_booking_type_combination_rel_id = first
            sold["resource_booking_type_combination_rel_id"] = second.id
        self.rule.copy({"resource_id": rhine.id, "lock_ids": self.entrance.ids})
        return self._sell("An hour in Rhine", **sold)

    def test_line_gets_another_room_and_its_doors(self):
        for booking_type in None, self.booking_type:
            with self.subTest(type=booking_type), self.env.cr.savepoint() as savepoint:
                other = self.sell_another_room(booking_type)
                order = self.bought()
                booking = order.resource_booking_ids
                start = booking.start
                clerk = self._create_user(
                    "exivo_clerk", "sales_team.group_sale_salesman_all_leads"
                )
                order.with_user(clerk).order_line.product_id = other
                self.assertEqual(self.opens(order), 1)
                wanted = self.accesses(booking).filtered("is_wanted")
                self.assertEqual(wanted.lock_ids, self.entrance)
                self.assertEqual(wanted.partner_id, self.customer)
                self.assertEqual(booking.combination_id.resource_ids.name, "Rhine")
                self.assertEqual(booking.start, start)
                self.assertEqual(booking.state, "confirmed")
                self.assertEqual(self.opens(self.bought()), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_line_gets_another_room_and_its_address(self):
        for typed in False, "Meet me at the station":
            with self.subTest(typed=typed), self.env.cr.savepoint() as savepoint:
                other = self.sell_another_room()
                self.booking_type.location = "Bahnhofstrasse 1"
                its_type = other.resource_booking_type_id
                its_type.location = "Seeweg 5"
                order = self.bought(quantity=2)
                booking, without_time = order.resource_booking_ids.sorted("start")
                without_time.action_unschedule()
                if typed:
                    (booking | without_time).write({"location": typed})
                order.order_line.product_id = other
                for one in booking | without_time:
                    self.assertEqual(one.type_id, its_type)
                    self.assertEqual(one.location, typed or "Seeweg 5")
                self.assertEqual(booking.meeting_id.location, typed or "Seeweg 5")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_line_gets_another_room_for_as_long_as_it_is_sold(self):
        other = self.sell_another_room()
        other.resource_booking_type_id.duration = 4
        for typed in False, 2:
            with self.subTest(typed=typed):
                order = self.order()
                booking = order.resource_booking_ids
                self.assertEqual(booking.duration, self.booking_type.duration)
                if typed:
                    booking.duration = typed
                order.order_line.product_id = other
                self.assertEqual(booking.duration, typed or 4)

    def test_line_is_sold_for_longer_or_shorter_and_its_doors_follow(self):
        for hours in 3, 0.25:
            with self.subTest(hours=hours), self.env.cr.savepoint() as savepoint:
                order, later = self.bought(), self.ordered(after=26)
                self.transfer(later)
                for_long = self.booking_type.copy({"duration": hours})
                for_long.combination_rel_ids = [
                    Command.create({"combination_id": one.id})
                    for one in self.booking_type.combination_rel_ids.combination_id
                ]
                product = self._sell("Longer", resource_booking_type_id=for_long.id)
                order.order_line.product_id = product
                is_free = hours < 3  # the next one begins after two hours
                self.assertEqual(self.opens(order), int(is_free))
                (line,) = order._get_exivo_door_lines(order.partner_id)
                self.assertEqual(line.state == "choose", not is_free)
                for ordered in (order, later) if is_free else (later,):
                    ordered.order_line.product_id = product
                    booking = ordered.resource_booking_ids
                    self.assertEqual(self.opens(ordered), 1)
                    self.assertEqual(booking.state, "confirmed")
                    self.assertEqual(
                        booking.stop - booking.start, timedelta(hours=hours)
                    )
                    access = self.accesses(booking).filtered("is_wanted")
                    self.assertEqual(access.booking_stop, booking.stop)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_line_gets_another_room_or_length_and_who_declined_stays_out(self):
        self.rule.holders = "attendees"
        other = self.sell_another_room()
        ben = self.env["res.partner"].create({"name": "Ben"})
        for hours in self.booking_type.duration, 3:
            for answer in "declined", "tentative":
                with (
                    self.subTest(hours=hours, answer=answer),
                    self.env.cr.savepoint() as savepoint,
                ):
                    other.resource_booking_type_id.duration = hours
                    order = self.ordered()
                    booking = order.resource_booking_ids
                    booking.user_id = self.login
                    booking.partner_ids |= ben
                    booking.action_confirm()
                    self.transfer(order)
                    attendees = booking.meeting_id.attendee_ids
                    theirs = attendees.filtered(lambda one: one.partner_id == ben)
                    theirs.state = answer
                    opens = self.opens(order)
                    self.assertEqual(opens, 1 if answer == "declined" else 2)
                    order.order_line.product_id = other
                    self.assertEqual(booking.duration, hours)
                    self.assertEqual(theirs.state, answer)
                    self.assertEqual(booking.state, "confirmed")
                    self.assertEqual(self.opens(order), opens)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_line_is_sold_for_longer_after_staff_have_moved_its_meeting(self):
        other = self.sell_another_room()
        other.resource_booking_type_id.duration = 3
        for minutes in 20, 40, 50:
            with self.subTest(minutes=minutes), self.env.cr.savepoint() as savepoint:
                self.booking_type.duration = minutes / 60
                order = self.bought()
                booking = order.resource_booking_ids
                # Odoo counts its hours with two digits then
                start = booking.start + timedelta(hours=2)
                stop = start + timedelta(minutes=minutes)
                booking.meeting_id.write({"start": start, "stop": stop})
                booking.action_confirm()
                order.order_line.product_id = other
                self.assertEqual(booking.stop - booking.start, timedelta(hours=3))
                self.assertEqual(self.opens(order), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_line_gets_another_room_that_is_taken(self):
        for booking_type in None, self.booking_type:
            with self.subTest(type=booking_type), self.env.cr.savepoint() as savepoint:
                other = self.sell_another_room(booking_type)
                taken, order = self.bought(), self.ordered(after=30)
                self.transfer(order)
                taken.order_line.product_id = other
                order.resource_booking_ids.start = taken.resource_booking_ids.start
                order.resource_booking_ids.action_confirm()
                self.assertEqual(self.opens(order), 1)
                order.order_line.product_id = other
                self.assertEqual(self.opens(order), 0)
                self.assertEqual(self.opens(taken), 1)
                (line,) = order._get_exivo_door_lines(order.partner_id)
                self.assertEqual((line.state, line.rooms), ("choose", "Rhine"))
                order.resource_booking_ids.start = NOW + timedelta(hours=48)
                order.resource_booking_ids.action_confirm()
                self.assertEqual(self.opens(order), 1)
                wanted = self.accesses(order.resource_booking_ids).filtered("is_wanted")
                self.assertEqual(wanted.lock_ids, self.entrance)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_line_gets_another_room_and_who_is_in_the_first_one_stays(self):
        other = self.sell_another_room()
        order = self.bought(quantity=2)
        begun, to_come = order.resource_booking_ids.sorted("start")
        begun.start = NOW - timedelta(minutes=15)
        begun.action_confirm()
        order.order_line.product_id = other
        self.assertEqual(self.opens(order), 2)
        self.assertEqual(begun.type_id, self.booking_type)
        self.assertEqual(begun.combination_id.resource_ids, self.room)
        self.assertEqual(to_come.combination_id.resource_ids.name, "Rhine")

    def test_line_gets_another_product_of_its_room(self):
        order = self.bought()
        booking = order.resource_booking_ids
        access = self.accesses(booking)
        self.env["mail.mail"].search([]).unlink()
        order.order_line.product_id = self._sell("For regulars")
        self.assertEqual(self.opens(order), 1)
        self.assertEqual(self.accesses(booking), access)
        self.assertFalse(self.mails_to(self.customer))

    def test_line_gets_another_room_before_a_time_is_chosen(self):
        other = self.sell_another_room(self.booking_type)
        order = self.order()
        self.transfer(order)
        order.order_line.product_id = other
        booking = order.resource_booking_ids
        booking.start = NOW + timedelta(hours=24)
        booking.action_confirm()
        self.assertEqual(booking.combination_id.resource_ids.name, "Rhine")
        self.assertEqual(self.opens(order), 1)

    def test_lower_quantity_takes_one_slot_and_leaves_the_other(self):
        order = self.bought(quantity=2)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.opens(order), 1)
        active = order.resource_booking_ids.filtered("active")
        self.assertEqual(active.mapped("state"), ["confirmed"])

    def test_slot_that_fell_away_is_taken_up_again_by_its_order_only(self):
        order = self.bought(quantity=2)
        kept, gone = order.resource_booking_ids.sorted("start")
        order.order_line.product_uom_qty = 1
        self.assertEqual(gone.state, "canceled")
        with self.assertRaises(ValidationError) as refused:
            gone.with_user(self.desk).action_unarchive()
        self.assertIn(f"its order {order.name}", str(refused.exception))
        self.assertEqual(self.opens(order), 1)
        kept.action_cancel()
        kept.with_user(self.desk).action_unarchive()
        self.assertEqual(kept.state, "pending")
        order.order_line.product_uom_qty = 2
        self.assertEqual(gone.state, "pending")

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

    def test_lower_quantity_takes_no_whole_day_that_runs_where_the_room_is(self):
        self.calendar.tz = self.room.tz = "Pacific/Honolulu"
        order = self.bought(quantity=2)
        over, running = order.resource_booking_ids.sorted("start")
        over.start = NOW - timedelta(hours=24)
        day = {"start_date": "2027-03-02", "stop_date": "2027-03-02"}
        running.meeting_id.write({"allday": True, **day})
        order.resource_booking_ids.action_confirm()
        self.plan()
        with freeze_time("2027-03-02 19:00"):  # 9:00 over there
            order.order_line.product_uom_qty = 1
        self.assertEqual(running.state, "confirmed")

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

    def test_order_is_locked_although_its_room_was_closed_since(self):
        order = self.bought()
        self.close_room()
        order.action_lock()
        self.env.flush_all()
        order.action_unlock()
        self.env.flush_all()
        self.assertEqual(order.resource_booking_ids.state, "confirmed")

    def test_order_that_becomes_a_quotation_unlocked_takes_its_bookings_along(self):
        order = self.bought()
        order.write({"locked": False, "state": "draft"})
        self.assertEqual(order.resource_booking_ids.state, "scheduled")

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
        (line,) = order._get_exivo_door_lines(order.partner_id)
        self.assertEqual(line.state, "choose")

    def test_quotation_whose_room_was_closed_is_sent_and_awaits_its_payment(self):
        booking = self.book(confirm=False)
        order = self.order(confirm=False)
        booking.sale_order_line_id = order.order_line
        booking.action_confirm()
        self.close_room()
        for step in "action_quotation_sent", "action_draft":
            getattr(order, step)()
            self.env.flush_all()
        self.transfer(order, state="pending")
        self.env.flush_all()
        self.assertEqual(order.state, "sent")
        self.assertEqual(booking.state, "scheduled")

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
