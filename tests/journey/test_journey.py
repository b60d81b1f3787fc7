# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The whole main job in a real browser, as the people concerned click it.

`./dev demo --check` walks the same way without a browser and looks closer at what
reaches Exivo; here it is about what people see.
"""

import re
from datetime import datetime, timedelta, timezone

from playwright.sync_api import expect


def log_in(page, house, login):
    page.goto(f"{house.url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    expect(page).not_to_have_url(re.compile("/web/login"))


def pick_a_slot_ahead(page):
    """Pick the first slot whose access begins later than now, and confirm it."""
    page.get_by_role("link", name="Choose a time").click()
    earliest = datetime.now(timezone.utc) + timedelta(minutes=20)

    def find():
        return next((one for one in offered_slots(page) if one > earliest), None)

    start = find()
    if not start:  # the last minutes of a month
        page.get_by_title("Next month").click()
        start = find()
    page.locator(f"#dropdown-trigger-{start.date().isoformat()}").click()
    page.locator(
        f"button[data-bs-target='#modal-confirm-{int(start.timestamp())}']"
    ).click()
    page.locator(".modal.show").get_by_role("button", name="Confirm booking").click()
    return start


def offered_slots(page):
    """The starts that the month's page offers, in the booking's zone."""
    expect(page.locator(".o_booking_calendar")).to_be_visible()
    values = page.locator("input[name=when]").evaluate_all(
        "inputs => inputs.map(input => input.value)"
    )
    return [datetime.fromisoformat(value) for value in values]


def wait_for_mail(house, page, subject):
    """Wait in the inbox until one mail with this subject lies there, and open it."""
    page.goto(f"{house.simulator.url}/inbox")
    mail = page.get_by_role("link", name=re.compile(subject))
    expect(mail).to_have_count(1)
    mail.click()
    return page.frame_locator("iframe")


def test_customer_books_gets_one_mail_opens_the_door_and_cancels(house, desk, phone):
    booking = house.pending_booking("Browser meeting")
    house.simulator.control("DELETE", "/mails")
    log_in(desk, house, "portal")
    desk.goto(f"{house.url}/my/bookings/{booking}")
    start = pick_a_slot_ahead(desk)
    card = desk.locator(".o_exivo_access")
    expect(card.locator(".badge")).to_have_text("Created")  # without loading it again

    # one mail, whose link leads to the page that asks for the PIN
    mail = wait_for_mail(house, phone, "Your access to Meeting room Aare")
    expect(mail.locator("body")).to_contain_text("Entrance, Meeting room Aare")
    pin = house.pin(house.access(booking))
    expect(mail.locator("body")).to_contain_text(pin)
    link = mail.get_by_role("link", name="Open the doors").get_attribute("href")
    assert len(house.simulator.mails()) == 1

    # the portal shows the same
    card.get_by_role("button", name="Show the PIN").click()
    expect(card.locator(".o_exivo_pin")).to_have_text(pin)
    expect(card.locator(".o_exivo_link")).to_have_attribute("href", link)

    # the door: wrong PIN, too early, then open
    phone.goto(link)
    phone.fill("input[name=pin]", "000000")
    phone.get_by_role("button", name="LOGIN").click()
    expect(phone.locator("body")).to_contain_text("Wrong PIN")
    phone.fill("input[name=pin]", pin)
    phone.get_by_role("button", name="LOGIN").click()
    expect(phone.locator("body")).to_contain_text("Too early")
    ahead = start - datetime.now(timezone.utc)
    house.simulator.clock(ahead.total_seconds())
    phone.goto(link)  # it knows this phone by now
    phone.get_by_role("button", name="Open Entrance").click()
    expect(phone.locator("body")).to_contain_text("The door is open")
    house.simulator.clock(0)

    # cancelled: the link refuses, and a mail says so
    desk.locator(".o_exivo_cancel summary").click()
    desk.get_by_role("button", name="Cancel this booking").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(
        "Your booking is cancelled"
    )
    mail = wait_for_mail(house, phone, "has been removed")
    expect(mail.locator("body")).to_contain_text("Meeting room Aare")
    phone.goto(link)
    expect(phone.locator("body")).to_contain_text("No longer valid")
    assert not house.live_visits(booking)


def test_staff_see_the_access_on_the_booking_and_in_the_list(house, desk):
    start = datetime.now(timezone.utc) + timedelta(days=3)
    booking = house.pending_booking(
        "Staff meeting", start=start.strftime("%Y-%m-%d %H:00:00")
    )
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
