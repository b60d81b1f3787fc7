# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Bookings are planned at once when something changes that they depend on."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWhatBookingsDependOn(ExivoCase):
    def wanted(self, booking):
        self.plan()
        return self.accesses(booking).filtered("is_wanted")

    def test_staff_who_confirm_from_now_on_confirm_what_waits_too(self):
        self.rule.booking_state = "scheduled"
        waiting, confirmed = (
            self.book(hours=hours, from_portal=True, confirm=confirm)
            for hours, confirm in ((24, False), (48, True))
        )
        self.assertTrue(self.wanted(waiting))
        self.booking_type.portal_staff_confirms = True
        self.assertFalse(self.wanted(waiting))
        self.assertTrue(self.wanted(confirmed))
        self.booking_type.portal_staff_confirms = False
        self.assertTrue(self.wanted(waiting))

    def book_whole_day(self):
        booking = self.book()
        booking.meeting_id.write(
            {"allday": True, "start_date": "2027-03-02", "stop_date": "2027-03-02"}
        )
        self.assertWholeDay(booking, datetime(2027, 3, 1, 22, 45))
        return booking

    def assertWholeDay(self, booking, start):
        self.assertEqual(self.wanted(booking).start, start)

    def test_whole_days_follow_the_zone_of_their_calendar(self):
        booking = self.book_whole_day()
        self.calendar.tz = "Europe/London"
        self.assertWholeDay(booking, datetime(2027, 3, 1, 23, 45))

    def test_whole_days_follow_another_calendar_of_their_type(self):
        booking = self.book_whole_day()
        self.booking_type.resource_calendar_id = self.calendar.copy(
            {"tz": "Europe/London"}
        )
        self.assertWholeDay(booking, datetime(2027, 3, 1, 23, 45))

    def test_people_on_a_booking_are_changed_from_the_contacts_side_too(self):
        self.rule.holders = "attendees"
        booking = self.book()
        other = self.env["res.partner"].create({"name": "Bert Beispiel"})
        other.resource_booking_ids = [Command.link(booking.id)]
        self.assertEqual(self.wanted(booking).partner_id, self.customer | other)
        other.resource_booking_ids = [Command.unlink(booking.id)]
        self.assertEqual(self.wanted(booking).partner_id, self.customer)
        third = self.env["res.partner"].create(
            {
                "name": "Carla Colori",
                "resource_booking_ids": [Command.link(booking.id)],
            }
        )
        self.assertEqual(self.wanted(booking).partner_id, self.customer | third)

    def test_who_may_not_change_a_booking_adds_nobody_to_it_from_a_contact(self):
        self.rule.holders = "attendees"
        booking = self.book()
        clerk = self._create_user(
            "exivo_clerk", "base.group_user,base.group_partner_manager"
        )
        contacts = self.env["res.partner"].with_user(clerk)
        link = {"resource_booking_ids": [Command.link(booking.id)]}
        with self.assertRaises(AccessError):
            contacts.browse(clerk.partner_id.id).write(link)
        with self.assertRaises(AccessError):
            contacts.create({"name": "Bert Beispiel", **link})
        with self.assertRaises(AccessError):
            contacts.browse(self.customer.id).write(
                {"resource_booking_ids": [Command.clear()]}
            )
        self.assertEqual(self.wanted(booking).partner_id, self.customer)

    def test_who_may_only_read_a_booking_adds_nobody_to_it_by_a_default(self):
        self.rule.holders = "attendees"
        booking = self.book()
        groups = "base.group_partner_manager,resource_booking.group_user"
        clerk = self._create_user("exivo_clerk", f"base.group_user,{groups}")
        booking.message_subscribe(clerk.partner_id.ids)
        self.env.ref("resource_booking.resource_booking_user").perm_write = False
        contacts = self.env["res.partner"].with_user(clerk)
        for value in ([Command.set(booking.ids)], booking.ids):
            context = {"default_resource_booking_ids": value}
            with self.subTest(value=value), self.assertRaises(AccessError):
                call_kw(contacts, "create", [{"name": "Bert"}], {"context": context})
        self.assertEqual(self.wanted(booking).partner_id, self.customer)
