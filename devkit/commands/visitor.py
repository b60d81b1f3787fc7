# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A person with a web browser, as far as following links and forms goes.

`tests/journey/browser.py` has one with a real browser, who does the same.
"""

import re
from datetime import datetime, timezone

import requests
from lxml import html

from .patience import Failed, expect, within_seconds

TIMEOUT = 60


class Page:
    """Return what a person sees."""

    def __init__(self, response):
        self.status = response.status_code
        self.url = response.url
        #: until the first answer, which may lead to another page
        self.seconds = [*response.history, response][0].elapsed.total_seconds()
        self.source = response.text
        self.tree = html.document_fromstring(response.content or b"<html/>")
        self.tree.make_links_absolute(response.url)

    @property
    def text(self):
        """The readable text, with single spaces."""
        for hidden in self.tree.xpath("//script|//style"):
            hidden.drop_tree()
        return _read(self.tree)

    def forms(self, field=None):
        """The forms, or those with a field of a name."""
        return [form for form in self.tree.forms if not field or field in form.fields]

    def links(self, name):
        """The addresses of links whose text has this in it."""
        links = self.tree.xpath("//a[@href]")
        return [one.get("href") for one in links if name in _read(one)]


class Visitor:
    """A browser with its own cookies, and the page that it shows."""

    def __init__(self):
        self.session = requests.Session()
        self.page = None

    @property
    def url(self):
        """The address of the page."""
        return self.page.url

    @property
    def text(self):
        """Return what can be read on the page."""
        return self.page.text

    def open(self, url):
        """Open an address and return the page."""
        self.page = Page(self.session.get(url, timeout=TIMEOUT))
        return self.page

    def submit(self, form, **values):
        """Send a form with some fields filled in, and return the page that comes."""
        data = {**{k: v for k, v in form.form_values()}, **values}
        self.page = Page(
            self.session.request(form.method, form.action, data=data, timeout=TIMEOUT)
        )
        return self.page

    # What people do who look at names

    def press(self, name, **values):
        """Press a button, after having filled in some fields of its form."""
        for form in self.page.forms():
            buttons = form.xpath(".//button|.//input[@type='submit']")
            if any(name in (one.get("aria-label") or _read(one)) for one in buttons):
                return self.submit(form, **values)
        raise Failed(f"there is no button {name!r}: {self.text}")

    def has_buttons(self):
        """Tell whether there is anything to press on the page."""
        return bool(self.page.forms())

    def unfold(self, name):
        """Have the page show what is behind a heading."""
        headings = [_read(one) for one in self.page.tree.xpath("//summary")]
        expect(any(name in one for one in headings), f"{name!r} is not in {headings}")

    def address(self, name):
        """The address that a link leads to."""
        found = self.page.links(name)
        expect(found, f"there is no link {name!r}: {self.text}")
        return found[0]

    def sees(self, *texts):
        """Look until the page says all of these."""
        for text in texts:
            if text not in self.text:
                within_seconds(
                    lambda text=text: text in self.open(self.url).text,
                    f"the page does not say {text!r}",
                )

    def open_mail(self, inbox, subject):
        """Open the one mail in the inbox that has this in its subject."""
        found = within_seconds(
            lambda: self.open(inbox).links(subject), f"no mail says {subject!r}"
        )
        expect(len(found) == 1, f"{len(found)} mails say {subject!r}")
        self.open(self.open(found[0]).tree.xpath("string(//iframe/@src)"))

    def pick_slot(self, earliest):
        """Book the first slot of the months shown that begins no earlier.

        :param datetime earliest: with its zone.
        :return: the start in UTC, and how many seconds the answer took.
        """
        for _month in range(2):
            for form in self.page.forms("when"):
                start = datetime.fromisoformat(form.fields["when"])
                if start >= earliest:
                    page = self.submit(form)
                    expect(page.status == 200, f"the answer is {page.status}")
                    return start.astimezone(timezone.utc), page.seconds
            self.open(self.page.tree.xpath("string(//a[@title='Next month']/@href)"))
        raise Failed("the portal offers no slot")


def _read(node):
    """The text of a part of a page, with single spaces."""
    return re.sub(r"\s+", " ", node.text_content()).strip()
