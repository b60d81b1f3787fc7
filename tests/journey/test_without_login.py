# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Somebody without a login books on a phone, and walks in."""

import re

import pytest
from playwright.sync_api import expect
from test_accessibility import assert_accessible, assert_fits

from devkit.commands.patience import within_seconds

EMAIL = "nora@example.com"


@pytest.fixture
def booking_type(house):
    """A type of booking for everybody, as long as the test lasts."""
    number = house.admin.ref("exivo_access.demo_booking_type")
    (before,) = house.admin.read(
        "resource.booking.type",
        [("id", "=", number)],
        ["portal_bookable", "portal_who"],
    )
    before.pop("id")
    vals = {"portal_bookable": True, "portal_who": "anybody"}
    house.admin.call("resource.booking.type", "write", [number], vals)
    yield number
    house.admin.call("resource.booking.type", "write", [number], before)


def _mails(house, subject):
    """Mails to the visitor whose subject begins like this."""
    return [
        one
        for one in house.simulator.mails()
        if EMAIL in str(one["to"]) and one["subject"].startswith(subject)
    ]


def _choose_time(house, page):
    """Look at what is free a week ahead, and choose the first time."""
    page.goto(f"{house.url}/my/bookings/new")
    page.locator(".o_exivo_days a").last.click()
    page.locator(".o_exivo_slot:visible").first.click()
    expect(page.locator("input[name=email]")).to_be_visible()


def test_stranger_books_by_a_link_and_gets_one_mail(house, phone, booking_type):
    _choose_time(house, phone)
    assert_accessible(phone)
    assert_fits(phone)
    phone.get_by_label("Your name").fill("Nora Nobody")
    phone.get_by_label("Your e-mail").fill(EMAIL)
    phone.get_by_role("button", name="Send me the link").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("open the link")
    assert_accessible(phone)
    assert_fits(phone)
    within_seconds(lambda: _mails(house, "Please confirm"), "no mail with a link")
    phone.goto(f"{house.simulator.url}/inbox")
    phone.get_by_role("link", name="Please confirm").first.click()
    path = phone.locator("iframe").get_attribute("src")
    mail = phone.request.get(house.simulator.url + path).text()
    link = re.search(r'href="([^"]+/my/bookings/request/[^"]+)"', mail)[1]
    phone.goto(link)
    assert_accessible(phone)
    phone.get_by_role("button", name="Book it").click()
    expect(phone).to_have_url(re.compile(r"/my/bookings/\d+"))
    assert_accessible(phone)
    assert_fits(phone)
    within_seconds(lambda: _mails(house, "Your access"), "no mail with the access")
    assert len(_mails(house, "")) == 2, "the link, and the access"


@pytest.mark.parametrize(
    "language, words",
    [
        ("de", "Ihr Name"),
        ("fr", "Votre nom"),
        ("it", "Il suo nome"),
    ],
)
def test_pages_are_in_the_language_of_the_browser(
    house, phone_in, booking_type, language, words
):
    page = phone_in(language)
    _choose_time(house, page)
    expect(page.get_by_label(words)).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
