# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A person in the web shop with a real browser."""

import re

from browser import Browser
from playwright.sync_api import expect


class ShopBrowser(Browser):
    """Does what `devkit/commands/shopper.py` does."""

    def fill_cart(self, url, product):
        """Put a product into the cart, and go on to the choice of a time."""
        self.open(url + product["website_url"])
        self.page.locator("#add_to_cart").click()
        expect(self.page.locator(".my_cart_quantity").first).to_have_text("1")
        self.open(url + "/shop/cart")
        self.page.locator("a[name=website_sale_main_button]:visible").first.click()
        expect(self.page).to_have_url(re.compile("/shop/booking/1/schedule"))

    def pay(self):
        """Pay with the provider for tests, on the page that asks for the money."""
        choice = self.page.locator("input[data-provider-code=demo]").first
        choice.check()
        self.page.locator("input[name=customer_input]:visible").fill("1234")
        pay = self.page.locator("button[name=o_payment_submit_button]:visible").first
        pay.click()
        expect(self.page).to_have_url(re.compile("/shop/confirmation"))
