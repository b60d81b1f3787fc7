# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A person in the web shop, who does by hand what its scripts do.

`tests/journey/shop_browser.py` has one with a real browser, who does the same.
"""

import re
from urllib.parse import urljoin

from .patience import expect
from .visitor import TIMEOUT, Visitor


class Shopper(Visitor):
    """A visitor who also buys."""

    def fill_cart(self, url, product):
        """Put a product into the cart, and go on to the choice of a time.

        :param dict product: as Odoo has it.
        """
        self._ask(
            url + "/shop/cart/add",
            product_template_id=product["product_tmpl_id"][0],
            product_id=product["id"],
            quantity=1,
        )
        self.open(url + "/shop/booking/1/schedule")

    def pay(self):
        """Pay with the provider for tests, on the page that asks for the money."""
        page = self.page
        (form,) = page.tree.xpath("//form[@id='o_payment_form']")
        (choice,) = form.xpath(".//input[@data-provider-code='demo'][1]")[:1]
        sent = self._ask(
            urljoin(page.url, form.get("data-transaction-route")),
            provider_id=int(choice.get("data-provider-id")),
            payment_method_id=int(choice.get("data-payment-option-id")),
            token_id=None,
            amount=None,
            flow="direct",
            tokenization_requested=False,
            landing_route=form.get("data-landing-route"),
            access_token=form.get("data-access-token"),
        )
        self._ask(
            urljoin(page.url, "/payment/demo/simulate_payment"),
            reference=sent["reference"],
            payment_details="1234",
            simulated_state="done",
        )
        status = self.open(urljoin(page.url, "/payment/status"))
        token = re.search(r'csrf_token: "([^"]+)"', status.source)
        poll = urljoin(page.url, "/payment/status/poll")
        self._ask(poll, csrf_token=token and token[1])

    def _ask(self, url, **values):
        """Call a route of the shop as its pages do."""
        answer = self.session.post(
            url, json={"jsonrpc": "2.0", "params": values}, timeout=TIMEOUT
        )
        answer.raise_for_status()
        said = answer.json()
        expect("error" not in said, f"{url} said {said.get('error')}")
        return said.get("result")
