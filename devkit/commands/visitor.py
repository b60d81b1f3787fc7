# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A person with a web browser, as far as following links and forms goes."""

import re

import requests
from lxml import html

TIMEOUT = 60


class Page:
    """What a person sees."""

    def __init__(self, response):
        self.status = response.status_code
        self.url = response.url
        self.seconds = response.elapsed.total_seconds()
        self.source = response.text
        self.tree = html.document_fromstring(response.content or b"<html/>")
        self.tree.make_links_absolute(response.url)

    @property
    def text(self):
        """The readable text, with single spaces."""
        for hidden in self.tree.xpath("//script|//style"):
            hidden.drop_tree()
        return re.sub(r"\s+", " ", self.tree.text_content())

    def forms(self, field=None):
        """The forms, or those with a field of a name."""
        return [form for form in self.tree.forms if not field or field in form.fields]

    def links(self, ending):
        """The addresses of links that end like this, leaving out the query."""
        addresses = self.tree.xpath("//a/@href")
        return [url for url in addresses if url.partition("?")[0].endswith(ending)]


class Visitor:
    """A browser with its own cookies."""

    def __init__(self):
        self.session = requests.Session()

    def open(self, url):
        """Open an address and return the page."""
        return Page(self.session.get(url, timeout=TIMEOUT))

    def submit(self, form, follow=True, **values):
        """Send a form with some fields filled in, and return the page that comes."""
        data = {**{k: v for k, v in form.form_values()}, **values}
        response = self.session.request(
            form.method, form.action, data=data, timeout=TIMEOUT, allow_redirects=follow
        )
        return Page(response)
