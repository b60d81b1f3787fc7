# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A person with a real browser, who does what `devkit/commands/visitor.py` does."""

import re
import time
from datetime import datetime, timezone

from playwright.sync_api import expect


class Browser:
    """A window of Chromium; pages may change in it without being loaded again."""

    def __init__(self, page):
        self.page = page
        self._shown = page.locator("body")

    @property
    def url(self):
        """The address of the page."""
        return self.page.url

    @property
    def text(self):
        """What can be read on the page."""
        return re.sub(r"\s+", " ", self._shown.inner_text())

    def open(self, url):
        """Open an address."""
        self.page.goto(url)
        self._shown = self.page.locator("body")

    def press(self, name, **values):
        """Press a button, after having filled in some fields."""
        for field, value in values.items():
            self.page.fill(f"input[name={field}]", value)
        self.page.get_by_role("button", name=name).first.click()

    def has_buttons(self):
        """Tell whether there is anything to press on the page."""
        return self.page.get_by_role("button").count() > 0

    def unfold(self, name):
        """Click on a heading, so that the page shows what is behind it."""
        self.page.locator("summary", has_text=name).click()

    def address(self, name):
        """The address that a link leads to."""
        return self._shown.get_by_role("link", name=name).first.get_attribute("href")

    def sees(self, *texts):
        """Wait until the page says all of these."""
        for text in texts:
            expect(self._shown).to_contain_text(text)

    def open_mail(self, inbox, subject):
        """Open the one mail in the inbox that has this in its subject."""
        self.open(inbox)
        mail = self.page.get_by_role("link", name=subject)
        expect(mail).to_have_count(1)
        mail.click()
        self._shown = self.page.frame_locator("iframe").locator("body")

    def pick_slot(self, earliest):
        """Book the first slot of the months shown that begins no earlier.

        :param datetime earliest: with its zone.
        :return: the start in UTC, and how many seconds it took.
        """
        start = self._find_slot(earliest)
        if not start:  # the last minutes of a month
            self.page.get_by_title("Next month").click()
            start = self._find_slot(earliest)
        self.page.locator(f"#dropdown-trigger-{start.date().isoformat()}").click()
        self.page.locator(
            f"button[data-bs-target='#modal-confirm-{int(start.timestamp())}']"
        ).click()
        dialog = self.page.locator(".modal.show")
        began = time.monotonic()
        dialog.get_by_role("button", name="Confirm booking").click()
        expect(self.page).not_to_have_url(re.compile("/schedule"))
        return start.astimezone(timezone.utc), time.monotonic() - began

    def _find_slot(self, earliest):
        expect(self.page.locator(".o_booking_calendar")).to_be_visible()
        offered = self.page.locator("input[name=when]").evaluate_all(
            "inputs => inputs.map(input => input.value)"
        )
        # a month brings the first times of the next one, which it does not show
        shown = self.page.locator("[id^=dropdown-trigger-]").evaluate_all(
            "days => days.map(day => day.id.slice(-10))"
        )
        starts = map(datetime.fromisoformat, offered)
        starts = (one for one in starts if one.date().isoformat() in shown)
        return next((one for one in starts if one >= earliest), None)


class Thumb:
    """Somebody on a phone, whose taps are counted from the portal's start."""

    def __init__(self, page, url):
        self.page = page
        self._url = url
        self.taps = 0

    def start(self):
        """Begin anew with the portal's home."""
        self.taps = 0
        self.page.goto(f"{self._url}/my/home")

    def tap(self, part):
        """Tap on a part of the page, which may take a moment to appear."""
        self.taps += 1
        part.tap()

    def type(self, part, text):
        """Tap into a field, and type: who types does not tap."""
        self.tap(part)
        part.fill(text)
