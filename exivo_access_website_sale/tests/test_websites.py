# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""All links of a mail lead to the website of the house whose booking it is."""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW, ExivoPortalCase

OURS = "https://b.example.com"
OTHERS = "https://a.example.com"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWebsites(ExivoPortalCase):
    """The database has its address from the website of another house."""

    def lead_to_our_website(self):
        """Give the house a website, after the pages were read at the test's own."""
        self.env["ir.config_parameter"].set_param("web.base.url", OTHERS)
        website = self.env["website"].search([], limit=1)
        website.company_id = self.env.company
        self.env.company.website_id = website
        website.domain = OURS

    def assertLeadsToOurs(self, mail, *paths):
        texts = [mail.body_html, *(one.raw.decode() for one in mail.attachment_ids)]
        self.assertNotIn(OTHERS, "".join(texts).replace("\r\n ", ""))
        for path in paths:
            self.assertIn(OURS + path, mail.body_html)

    def test_mail_about_an_access_leads_to_the_website_of_the_house(self):
        self.lead_to_our_website()
        self.rule.booking_state = "scheduled"
        booking = self.book(confirm=False)
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        page = f"/my/bookings/{booking.id}"
        self.assertLeadsToOurs(mail, page, f"{page}/cancel", "/calendar/meeting/accept")

    def test_answer_of_staff_leads_to_the_website_of_the_house(self):
        self.rule.unlink()
        self.lead_to_our_website()
        self.booking_type.portal_staff_confirms = True
        booking = self.book(confirm=False, from_portal=True)
        booking._confirm_exivo_choice()
        self.synchronise()
        booking.action_confirm()
        self.synchronise()
        for mail in self.our_mails_to(self.customer):
            self.assertLeadsToOurs(mail, f"/my/bookings/{booking.id}")

    def test_link_that_confirms_an_address_leads_to_the_website_that_was_asked(self):
        self.lead_to_our_website()
        self.holder._send_exivo_address_link()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertLeadsToOurs(mail, "/my/exivo/address/")
