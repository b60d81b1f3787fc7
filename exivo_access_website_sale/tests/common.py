# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The room of the other tests, sold in the web shop."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo import http

from odoo.addons.exivo_access.tests.common import NOW, ExivoPortalCase
from odoo.addons.exivo_access_sale.tests.common import SaleCase

#: The slot that customers of these tests choose.
SLOT = NOW + timedelta(hours=24)


class ShopCase(SaleCase, ExivoPortalCase):
    """Customers fill carts, choose times and pay, as the pages of the shop do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.is_published = True
        cls.env["sale.order"].search([("state", "=", "draft")]).unlink()
        cls.env.cr.flush()

    def fill_cart(self, quantity=1):
        """Put the room into the cart of whoever is logged in, or of a guest."""
        self.make_jsonrpc_request(
            "/shop/cart/add",
            {
                "product_template_id": self.product.product_tmpl_id.id,
                "product_id": self.product.id,
                "quantity": quantity,
            },
        )
        self.env.invalidate_all()
        return self.env["sale.order"].search([], order="id desc", limit=1)

    def pick(self, number=1, when=SLOT, name="Gina Gast", email="gina@example.com"):
        """Choose a time for a booking of the cart."""
        answer = self.url_open(
            f"/shop/booking/{number}/confirm",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "partner_name": name,
                "partner_email": email,
                "when": f"{when.isoformat()}+00:00",
            },
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def cart(self, user=None, quantity=1, when=SLOT):
        """A cart whose bookings have their times, one after the other.

        :param user: the customer who is logged in; a guest if left out.
        """
        self.authenticate(user and user.login, user and user.login)
        order = self.fill_cart(quantity)
        name, email = "Gina Gast", "gina@example.com"
        if user:
            name, email = user.name, user.email
        for number in range(quantity):
            self.pick(number + 1, when + timedelta(hours=2 * number), name, email)
        self.assertEqual(set(order.resource_booking_ids.mapped("state")), {"scheduled"})
        return order

    def subjects(self):
        """The subjects of mails to the customer since the last time."""
        mails = self.mails_to(self.holder.partner_id)
        subjects = mails.mapped("subject")
        mails.unlink()
        return subjects

    def expire(self, hours=2):
        """Run the shop's job some time later: it cancels what was not paid."""
        cron = self.env.ref("website_sale_resource_booking.cron_expire")
        with freeze_time(NOW + timedelta(hours=hours)):
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.plan()

    def read_page(self, address):
        page = html.fromstring(self.url_open(address).text)
        return " ".join(page.xpath("//div[@id='wrapwrap']")[0].text_content().split())
