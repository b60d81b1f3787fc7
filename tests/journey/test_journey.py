# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The whole main job in a real browser, as the people concerned click it.

The steps are those of `./dev demo --check`, which only follows links and forms.
"""

import re
from datetime import datetime, timedelta, timezone

import pytest
from browser import Browser, Thumb
from playwright.sync_api import expect

from devkit.commands.house import add_room
from devkit.commands.journey import OF_A_BOOKING, Journey

HALL = "Room for eight"
#: This door does not answer.
SHUT = "Bike shed"
#: From the portal's start.
MOST_TAPS = {"book": 5, "move": 6, "guest": 4, "door": 4, "cancel": 4}


def log_in(page, house, login):
    """Somebody has logged in; nothing is loaded yet, as all of Odoo takes seconds.

    The customer of the whole journey types name and password.
    """
    page.goto(f"{house.url}/web/login")  # by it Odoo knows the browser's language
    params = {"db": house.database, "login": login, "password": login}
    answer = page.request.post(
        f"{house.url}/web/session/authenticate",
        data={"jsonrpc": "2.0", "params": params},
    )
    assert "result" in answer.json()


def test_customer_books_gets_one_mail_opens_the_door_and_cancels(house, windows):
    house.simulator.control("DELETE", "/mails")
    simulator = house.simulator.ready
    journey = Journey(
        *(house.admin, house.url, house.database, simulator),
        person=lambda: Browser(windows()),
    )
    card = journey.customer.page.locator(".o_exivo_access")
    for step in OF_A_BOOKING:
        step(journey)
        if step == Journey.customer_books:
            # without loading it again
            expect(card.locator(".badge")).to_have_text("Created")
        if step == Journey.everybody_sees_created:
            pin, link = journey.visit["code"], journey.visit["link"]
            expect(card.locator(".o_exivo_pin")).to_have_text(pin)
            expect(card.locator(".o_exivo_link")).to_have_attribute("href", link)
    heading = journey.customer.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Your booking is cancelled")
    assert not house.live_visits(journey.booking)


@pytest.fixture
def hall(house):
    """The access to a room for eight people, booked now; the next days are free."""
    call, start = house.admin.call, datetime.now(timezone.utc) - timedelta(minutes=2)
    kind = add_room(house.admin, HALL)
    call("resource.booking.type", "write", [kind], {"portal_guests": 1})
    room = call("resource.resource", "search", [("name", "=", HALL)])
    call("resource.resource", "write", room, {"portal_capacity": 8})
    rule = call("exivo.access.rule", "search", [("resource_id", "in", room)])
    doors = call("exivo.lock", "search", [("name", "in", ["Entrance", SHUT])])
    vals = {"customer_may_open": True, "lock_ids": [[6, 0, doors]]}
    vals["holders"] = "attendees"  # guests enter, too
    call("exivo.access.rule", "write", rule, vals)
    booking = house.pending_booking("Now", start, type_id=kind, duration=1)
    call("resource.booking", "action_confirm", [booking])
    return house.wait_for_access(booking, state="created", mail_state="sent")


def test_five_tasks_on_a_phone_take_few_taps(house, phone, hall):
    log_in(phone, house, "portal")
    thumb, taps = Thumb(phone, house.url), {}

    thumb.start()
    thumb.tap(phone.locator("a[href='/my/bookings/new']:visible").first)
    thumb.tap(phone.locator(".o_exivo_days li a").nth(1))  # tomorrow
    room = phone.get_by_role("region", name=HALL)
    expect(room).to_contain_text("8 people")
    # in a room that never closes, times are counted from a booking over midnight on
    thumb.tap(room.get_by_role("link", name=re.compile("^10:")).first)
    thumb.tap(phone.get_by_role("button", name="Book it"))
    expect(phone).to_have_url(re.compile(r"/my/bookings/\d+"))
    taps["book"] = thumb.taps
    number = re.search(r"/my/bookings/(\d+)", phone.url)[1]

    def find_booking():
        thumb.start()
        thumb.tap(phone.locator("a[href='/my/bookings']:visible").first)
        thumb.tap(phone.locator(f"td a[href*='/my/bookings/{number}?']"))

    find_booking()
    thumb.tap(phone.locator(".o_exivo_move"))
    thumb.tap(phone.locator("[id^=dropdown-trigger-]").last)
    thumb.tap(phone.locator("[data-bs-target^='#modal-confirm-']:visible").last)
    thumb.tap(phone.locator(".modal.show").get_by_role("button", name="Move it"))
    expect(phone).to_have_url(re.compile(rf"/my/bookings/{number}\b(?!/)"))
    taps["move"] = thumb.taps

    find_booking()
    thumb.type(phone.locator("#exivo_guest"), "guest@example.com")
    thumb.tap(phone.get_by_role("button", name="Add a guest"))
    expect(phone.locator(".o_exivo_guest")).to_contain_text("guest@example.com")
    taps["guest"] = thumb.taps

    thumb.start()
    thumb.tap(phone.locator("a[href='/my/doors']:visible").first)
    card = phone.locator(f"#exivo_access_{hall['id']}")
    thumb.tap(card.get_by_role("link", name="I cannot get in"))
    reason = phone.locator(".o_exivo_reason")
    expect(reason).to_contain_text(f"A door is not answering. It is: {SHUT}")
    thumb.tap(phone.get_by_role("link", name="Open Entrance"))
    thumb.tap(phone.get_by_role("button", name="Open Entrance now"))
    expect(phone.locator(".o_exivo_opening")).to_contain_text("was told to open")
    taps["door"] = thumb.taps

    find_booking()
    thumb.tap(phone.locator("summary", has_text="Cancel"))
    thumb.tap(phone.get_by_role("button", name="Cancel this booking"))
    heading = phone.get_by_role("heading", level=1)
    expect(heading).to_have_text("Your booking is cancelled")
    taps["cancel"] = thumb.taps
    assert all(taps[task] <= most for task, most in MOST_TAPS.items()), taps


def test_whole_weeks_are_seen_on_a_phone(house, phone):
    booking = house.pending_booking("Whole week", house.free_hour())
    log_in(phone, house, "portal")
    phone.goto(f"{house.url}/my/bookings/{booking}/schedule")
    days = phone.locator("thead th[title]").all()
    boxes = [one.bounding_box() for one in days]
    assert len(boxes) == 7
    assert all(
        0 <= box["x"] < box["x"] + box["width"] <= phone.viewport_size["width"]
        for box in boxes
    )


def test_staff_see_the_access_on_the_booking_and_in_the_list(house, desk):
    booking = house.pending_booking("Staff meeting", house.free_hour())
    house.admin.call("resource.booking", "action_confirm", [booking])
    house.wait_for_access(booking, state="created", mail_state="sent")
    log_in(desk, house, "admin")
    desk.goto(f"{house.url}/odoo/resource.booking/{booking}")
    row = desk.locator("[name=exivo_access_ids] .o_data_row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Meeting room Aare")
    desk.get_by_role("button", name=re.compile("Accesses")).click()
    row = desk.locator(".o_list_view .o_data_row")
    expect(row).to_have_count(1)
    expect(row.locator("td[name=state]")).to_have_text("Created")


def test_administrator_connects_a_site_and_is_told_what_is_wrong(house, desk):
    log_in(desk, house, "admin")
    desk.goto(f"{house.url}/odoo/action-exivo_access.exivo_site_action/new")
    for name, value in {
        "name": "Second house",
        "remote_id": "99999999-9999-4999-8999-999999999999",
        "api_key": house.simulator.api_key,
        "api_secret": "wrong",
        "api_url": house.simulator.url,
    }.items():
        desk.locator(f"[name={name}] input").first.fill(value)
    verify = desk.get_by_role("button", name="Verify authentication")
    note = desk.locator(".o_notification").last
    verify.click()
    expect(note).to_contain_text("API key or the API secret")
    expect(desk.locator(".o_form_view .alert-danger")).to_contain_text("API secret")
    desk.locator("[name=api_secret] input").first.fill(house.simulator.api_secret)
    verify.click()
    expect(note).to_contain_text("does not know the site ID")
    expect(desk.locator(".o_notification")).to_have_count(1)  # what was wrong is over
