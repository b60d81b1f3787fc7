# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Defaults that an employee chooses do not count where Odoo acts as the superuser."""

from freezegun import freeze_time

from odoo.service.model import call_kw
from odoo.tests import tagged

from ..common import NOW, ExivoPortalCase
from ..member_common import MemberCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestPersonalDefaults(ExivoPortalCase, MemberCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")
        cls.clerk.partner_id.phone = "1"

    def choose_default(self, model, name, value):
        """Choose a default for oneself, as any employee may from afar."""
        defaults = self.env["ir.default"].with_user(self.clerk)
        call_kw(defaults, "set", [model, name, value], {"user_id": True})

    def add_address(self):
        """Add a contact to one's own, on the page for addresses."""
        before = self.env["res.partner"].search([])
        answer = self.post(
            "/my/address/submit",
            address_type="delivery",
            name="Eve",
            email="eve@example.com",
            phone="1",
            street="Way 1",
            city="Bern",
            zip="3000",
            country_id=self.env.ref("base.ch").id,
        )
        self.assertEqual(answer.status_code, 200)
        return self.env["res.partner"].search([]) - before

    def test_new_address_is_no_member_and_on_no_booking(self):
        booking = self.book()
        self.choose_default("res.partner", "category_id", self.members.ids)
        self.choose_default("res.partner", "resource_booking_ids", booking.ids)
        self.log_in(self.clerk)
        contact = self.add_address()
        self.assertEqual(contact.email, "eve@example.com")
        self.assertFalse(contact.category_id)
        self.assertEqual(booking.partner_ids, self.customer)
        self.synchronise()
        self.assertFalse(self.accesses().filtered(lambda one: one.is_of_community))
        self.assertFalse(self.mails_to(contact))

    def test_guest_is_no_member(self):
        self.booking_type.portal_guests = 1
        self.rule.holders = "attendees"
        self.clerk.group_ids += self.env.ref("resource_booking.group_user")
        booking = self.book(partners=self.clerk.partner_id)
        self.choose_default("res.partner", "category_id", self.members.ids)
        self.log_in(self.clerk)
        self.post(f"/my/bookings/{booking.id}/guests", email="eve@example.com")
        guest = self.env["exivo.guest"].search([]).partner_id
        self.assertEqual(guest.email, "eve@example.com")
        self.assertFalse(guest.category_id)

    def test_defaults_for_everybody_still_count(self):
        self.env["ir.default"].set("res.partner", "city", "Thun")
        self.env["ir.default"].set(
            "res.partner", "function", "Neighbour", company_id=True
        )
        self.choose_default("res.partner", "city", "Bern")
        contacts = self.env["res.partner"].with_user(self.clerk).sudo()
        contact = contacts.create({"name": "Eve"})
        self.assertEqual((contact.city, contact.function), ("Thun", "Neighbour"))

    def test_own_defaults_count_in_ones_own_forms(self):
        self.choose_default("res.partner", "city", "Bern")
        contacts = self.env["res.partner"].with_user(self.clerk)
        self.assertEqual(contacts.default_get(["city"]), {"city": "Bern"})
