# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOtherRoom(ExivoCase):
    """A booking for tomorrow, of which the holder knows, gets another room."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        room = cls._create_room("Reuss")
        cls.reuss = cls._create_type(room).combination_rel_ids.combination_id
        cls.booking_type.combination_rel_ids = [
            (0, 0, {"combination_id": cls.reuss.id})
        ]
        cls.reuss_rule = cls.rule.copy({"resource_id": room.id})
        cls.env.cr.flush()

    def book_and_hear(self):
        """A booking whose holder has had the mail with link and PIN."""
        aare = self.booking_type.combination_rel_ids.combination_id - self.reuss
        booking = self.book(combination_auto_assign=False, combination_id=aare.id)
        self.synchronise()
        self.mails_to(self.customer).unlink()
        return booking

    def swap(self, booking):
        """The same time in the other room."""
        booking.write(
            {"combination_auto_assign": False, "combination_id": self.reuss.id}
        )
        self.plan()

    def assertOneMail(self, *parts):
        """One mail has come since; its subject or body holds all these parts."""
        (mail,) = self.mails_to(self.customer)
        text = f"{mail.subject} {mail.body_html}"
        for part in parts:
            self.assertIn(part, text)
        return text

    def test_room_behind_the_same_doors_is_told_with_the_same_link(self):
        booking = self.book_and_hear()
        link = link_of(self.accesses(booking))
        self.swap(booking)
        for _run in range(2):
            self.synchronise()
        self.assertEqual(len(self.exivo.visits), 1)
        text = self.assertOneMail(
            "Other room: your access to Reuss, Tuesday", "in another room", link
        )
        for untrue in ("no longer works", "other doors", "The time", "new PIN"):
            self.assertNotIn(untrue, text)

    def test_room_behind_other_doors_says_both(self):
        self.reuss_rule.lock_ids = self.entrance
        booking = self.book_and_hear()
        self.swap(booking)
        self.synchronise()
        self.assertOneMail(
            "Other room: your access to Reuss",
            "in another room",
            "opens other doors",
            link_of(self.accesses(booking)),
        )

    def test_room_is_told_to_whom_no_link_is_sent(self):
        (self.entrance | self.aare).has_keypad = True
        (self.rule | self.reuss_rule).method = "keypad"
        booking = self.book_and_hear()
        self.swap(booking)
        self.synchronise()
        self.assertEqual(len(self.exivo.visits), 1)
        self.assertOneMail("Other room: your access to Reuss")

    def test_rooms_of_the_same_name_are_told_apart(self):
        self.reuss.resource_ids.name = "Aare"
        booking = self.book_and_hear()
        self.swap(booking)
        self.synchronise()
        self.assertOneMail("Other room: your access to Aare")

    def test_room_that_gets_another_name_is_the_same_room(self):
        booking = self.book_and_hear()
        self.room.name = "Aare, first floor"
        booking.description = "Bring the beamer"
        self.synchronise()
        self.assertEqual(self.accesses(booking).room, "Aare, first floor")
        self.assertFalse(self.mails_to(self.customer))

    def test_room_is_told_although_its_site_is_not_called(self):
        booking = self.book_and_hear()
        self.site.state = "refused"
        self.swap(booking)
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        self.assertOneMail("Other room: your access to Reuss")

    def test_room_whose_access_takes_long_is_told(self):
        self.reuss_rule.lock_ids = self.entrance
        booking = self.book_and_hear()
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        self.swap(booking)
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        self.assertOneMail("Other room: your booking of Reuss, Tuesday")
