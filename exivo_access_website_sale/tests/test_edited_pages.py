# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Pages that were edited in the website builder outlive an update."""

import importlib.util

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.exivo_access.tests.common import NOW, ExivoPortalCase
from odoo.addons.exivo_access_sale.tests.common import SaleCase

#: What the pages call, and what they called in 19.0.1.5.0, or later.
OLD = {
    "booking.sudo()._format_exivo_rooms()": "exivo_desk._format_rooms(booking.sudo())",
    "booking.sudo()._format_exivo_booked()": (
        "exivo_desk._format_booked(booking.sudo())"
    ),
    "waiting.booking._format_exivo_booked()": "exivo_period(waiting.booking)",
    "choice.get_url(part.start)": "exivo_book_url(choice, part.start)",
    '<t t-set="booking_sudo" t-value="booking.sudo()"/>': (
        '<t t-set="state" t-value="booking.state"/>'
    ),
}
MINE = "Welcome to our house"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestEditedPages(SaleCase, ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.customer = self.holder.partner_id
        self.booking_type.portal_bookable = True
        self.ordered()  # it waits for its money
        self.log_in(self.holder)

    def edit(self, name, start, more=""):
        """Edit a page of 19.0.1.5.0 in the website builder, as its copy has it."""
        view = self.env.ref(f"exivo_access.{name}")
        website = self.env["website"].search([], limit=1)
        arch = view.arch_db
        for now, before in OLD.items():
            arch = arch.replace(now, before)
        self.assertIn(start, arch)
        arch = arch.replace(start, f"{start}<p>{MINE}{more}</p>", 1)
        view.with_context(website_id=website.id).arch_db = arch
        domain = [("key", "=", view.key), ("website_id", "=", website.id)]
        copy = self.env["ir.ui.view"].search(domain)
        self.assertEqual((len(copy), copy.arch_db), (1, arch))
        return copy

    def update(self):
        """Do what the update to 19.0.1.7.0 does."""
        path = file_path("exivo_access/migrations/19.0.1.7.0/post-migration.py")
        spec = importlib.util.spec_from_file_location("exivo_migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def read_page(self, address):
        answer = self.url_open(address)
        self.assertEqual(answer.status_code, 200, address)
        return answer.text

    def test_edited_pages_call_by_its_new_name_what_has_another_one(self):
        pages = {
            "portal_my_doors": ("/my/doors", '<div class="card card-body">'),
            "portal_found": ("/my/bookings/new", '<div class="o_exivo_about">'),
            "portal_my_bookings": ("/my/bookings", '<td class="text-wrap">'),
        }
        for name, (_address, start) in pages.items():
            self.edit(name, start)
        self.update()
        for address, _start in pages.values():
            self.assertIn(MINE, self.read_page(address))

    def test_edited_page_that_cannot_be_mended_is_ours_again_and_theirs_is_kept(self):
        start = '<div class="card card-body">'
        copy = self.edit("portal_my_doors", start, '<t t-out="exivo_period"/>')
        self.update()
        text = self.read_page("/my/doors")
        self.assertNotIn(MINE, text)
        self.assertIn("is not paid yet", text)
        self.assertIn(MINE, copy.arch_prev)

    def test_edited_page_without_any_of_it_stays_as_it_is(self):
        copy = self.edit("portal_book_a_room", '<t t-call="portal.portal_layout">')
        before = copy.arch_db
        self.update()
        self.assertEqual(copy.arch_db, before)
