# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The front desk's screen: it follows by itself, by keyboard, and on a tablet."""

import contextlib
import re
from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect
from test_accessibility import assert_accessible, assert_fits
from test_journey import log_in

from devkit.commands.house import add_room

HALL = "Great Hall"
PATH = "/odoo/action-exivo_access.exivo_now_action"
#: What is around it is Odoo's.
SCREEN = ".o_exivo_now"
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
#: Pixels that a finger hits.
FINGER = 44
SMALL = """
    (least) => [...document.querySelectorAll(
            ".o_exivo_now_rooms button, .o_exivo_now input[type=search]")]
        .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
        .filter(([, box]) => box.width < least || box.height < least)
        .map(([text]) => text)
"""


@pytest.fixture(scope="module")
def running(house):
    """The access to a booking of the hall that goes on now."""
    start = datetime.now(timezone.utc) - timedelta(minutes=2)
    booking = house.pending_booking(
        "Seen meeting",
        start,
        type_id=add_room(house.admin, HALL),
        duration=2,
    )
    house.admin.call("resource.booking", "action_confirm", [booking])
    access = house.wait_for_access(booking, state="created", mail_state="sent")
    return {"booking": booking, **access}


@pytest.fixture
def desk_screen(house, desk):
    log_in(desk, house, "admin")
    desk.goto(house.url + PATH)
    expect(desk.locator(".o_exivo_now_rooms")).to_be_visible()
    return desk


def test_screen_follows_within_seconds_of_what_happens(house, desk_screen, running):
    hall = desk_screen.get_by_role("region", name=HALL)
    expect(hall).to_contain_text("In use until")
    expect(hall.locator("[data-phase=now]")).to_contain_text("Created")
    house.admin.call("exivo.access", "action_remove", [running["id"]])
    # by its own clock it would look after a minute
    expect(hall).to_contain_text("Taken Away", timeout=20_000)
    hall.get_by_role("button", name="Give back").click()
    expect(hall.locator("[data-phase=now]")).to_contain_text("Created")


def test_who_stands_at_the_door_without_a_code_is_in_after_two_clicks(
    house, desk_screen, running
):
    page = desk_screen
    hall = page.get_by_role("region", name=HALL)
    before = house.pin(running)
    hall.get_by_role("button", name="New code").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Lost the mail")
    page.get_by_role("dialog").get_by_role("button", name="New code").click()
    house.wait_for_access(running["booking"], state="created")
    hall.get_by_role("button", name="Show the PIN").click()
    pin = house.pin(running)
    assert pin != before
    expect(page.locator(".o_notification", has_text="PIN of")).to_contain_text(pin)


def test_screen_works_by_keyboard(desk_screen, running):
    page = desk_screen
    focused = page.locator(":focus")
    page.keyboard.press("/")
    expect(focused).to_have_attribute("type", "search")
    page.keyboard.type("hall")
    expect(page.locator(".o_exivo_now_room")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("title", "Open the access")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("name", "explain")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Why can this person not enter?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("input[type=search]")).to_have_value("")


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_screen_fits_and_is_hit_by_fingers(house, chromium, running, size):
    with contextlib.closing(chromium.new_context(**size)) as context:
        page = context.new_page()
        log_in(page, house, "admin")
        page.goto(house.url + PATH)
        expect(page.locator(".o_exivo_now_line").first).to_be_visible()
        assert_fits(page)
        assert page.evaluate(SMALL, FINGER) == []
        assert_accessible(page, SCREEN)


def test_screen_has_no_grave_hindrance(desk_screen, running):
    expect(desk_screen.locator(".o_exivo_now_line").first).to_be_visible()
    assert_accessible(desk_screen, SCREEN)
    assert re.search(r"As of .*\. It follows by itself\.", desk_screen.content())
