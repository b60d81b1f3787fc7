# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Doors open for the customer that an order has in the end, and no other."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOrderCustomer(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create(
            {"name": "Beat Muster", "email": "beat@example.com"}
        )

    def choose(self, order):
        """A time is chosen for what was ordered, and it is paid."""
        booking = order.resource_booking_ids
        booking.start = NOW + timedelta(hours=24)
        booking.action_confirm()
        self.transfer(order)
        return booking

    def test_order_that_was_confirmed_for_another_customer_opens_for_the_right_one(
        self,
    ):
        order = self.ordered()
        order._action_cancel()
        self.synchronise()
        order.action_draft()
        order.partner_id = self.other
        self.env["mail.mail"].search([]).unlink()
        order.action_confirm()
        booking = self.choose(order)
        self.synchronise()
        access = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(access.partner_id, self.other)
        self.assertFalse(self.mails_to(self.customer))
        self.assertTrue(self.mails_to(self.other))

    def test_booking_of_a_quotation_is_that_of_its_customer_in_the_end(self):
        order = self.order(confirm=False)
        order.action_bookings_resync()
        self.assertEqual(order.resource_booking_ids.partner_ids, self.customer)
        order.partner_id = self.other
        order.action_confirm()
        access = self.accesses(self.choose(order)).filtered("is_wanted")
        self.assertEqual(access.partner_id, self.other)

    def test_time_of_a_quotation_that_gets_another_customer_is_theirs(self):
        order = self.order(confirm=False)
        order.action_bookings_resync()
        booking = order.resource_booking_ids
        booking.start = NOW + timedelta(hours=24)
        order.partner_id = self.other
        order.action_confirm()
        booking.action_confirm()
        self.transfer(order)
        access = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(access.partner_id, self.other)

    def test_whom_staff_have_named_stays_when_the_customer_changes(self):
        guest = self.other.copy({"name": "Gina Gast"})
        order = self.order(confirm=False)
        order.action_bookings_resync()
        order.resource_booking_ids.partner_ids = guest
        order.partner_id = self.other
        order.action_confirm()
        access = self.accesses(self.choose(order)).filtered("is_wanted")
        self.assertEqual(access.partner_id, guest)

    def test_who_is_in_the_room_stays_when_the_customer_changes(self):
        order = self.ordered(after=1)
        with freeze_time(NOW + timedelta(minutes=70)):
            order.partner_id = self.other
        self.assertEqual(order.resource_booking_ids.partner_ids, self.customer)
