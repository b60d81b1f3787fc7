# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSameRoom(ExivoCase):
    """What resource_booking does not look at once a booking is there.

    Two who come at the very same moment: ``tests/faults/test_same_slot.py``.
    """

    def setUp(self):
        super().setUp()
        self.other = self.env["res.partner"].create({"name": "Ben"})

    def assertTaken(self, work):
        with self.assertRaisesRegex(UserError, "busy|just taken"):
            work()
            self.plan()

    def test_meeting_that_comes_back_does_not_get_a_room_that_others_have(self):
        meeting = self.book().meeting_id
        meeting.active = False
        self.plan()
        self.book(partners=self.other)
        self.assertTaken(lambda: meeting.write({"active": True}))

    def test_booking_that_comes_back_does_not_get_a_room_that_others_have(self):
        booking = self.book(confirm=False)
        booking.active = False
        self.plan()
        self.book(partners=self.other)
        self.assertTaken(booking.action_unarchive)

    def test_meeting_of_whole_days_does_not_get_a_room_that_others_have(self):
        meeting = self.book(hours=24).meeting_id
        self.book(hours=30, partners=self.other)
        self.assertTaken(lambda: meeting.write({"allday": True}))

    def test_one_booking_may_begin_when_the_other_ends(self):
        self.book(hours=24)
        self.book(hours=25, partners=self.other)
        self.assertEqual(len(self.accesses()), 2)

    def test_booking_may_move_into_its_own_time(self):
        booking = self.book(hours=24, duration=2)
        booking.start += timedelta(hours=1)
        self.plan()
        self.assertEqual(self.accesses(booking).booking_start, booking.start)

    def test_room_that_is_given_up_is_free_in_the_same_transaction(self):
        booking = self.book(hours=24)
        booking.start += timedelta(hours=5)
        other = self.book(hours=24, partners=self.other)
        self.assertEqual(other.state, "confirmed")

    def test_busy_room_is_told_in_words_that_help(self):
        self.book()
        with self.assertRaisesRegex(UserError, "Choose another time"):
            self.book(partners=self.other)

    def test_refused_customer_of_the_portal_leaves_nothing_behind(self):
        self.book()
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.other.ids)],
            }
        )
        self.plan()
        with self.assertRaises(UserError):
            booking.with_context(using_portal=True).start = NOW + timedelta(days=1)
        self.plan()
        self.env.invalidate_all()
        self.assertFalse(booking.start)
        self.assertFalse(booking.stop)
        booking.name = "Later"  # it can still be changed
        self.plan()
        self.assertEqual(booking.state, "pending")
