# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev screenshots`: the pictures of the documentation, taken anew."""

import re
from datetime import datetime, timedelta, timezone
from itertools import product

from playwright.sync_api import sync_playwright

from ..machine.chromium import find_chromium
from ..machine.databases import PLAIN, SHOP
from ..machine.files import remove_tree
from ..machine.paths import ADDON, ROOT
from ..machine.processes import claim_port
from ..machine.report import say, step
from . import house
from .demo import throw_away_demo

#: Beside an add-on's readme pages, which show them too.
IMAGES = "static/description"
DESK = {"width": 1100, "height": 800}
PHONE = {"width": 390, "height": 844}
#: What members of the community open; the customer opens the first one.
MEMBERS_DOORS = ["Workshop", "Entrance"]
PEOPLE = ["Anna Muster", "Beat Keller", "Chantal Rochat"]
SATURDAY = 5


def screenshots(source, python):
    """Run a demo, book a room in it, and take a picture of each page."""
    chromium = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--disable-gpu"]
        )
        for setting, take in {PLAIN: _of_the_core, SHOP: _of_the_timeline}.items():
            ports = {
                name: claim_port(0, name, "") for name in ("odoo", "simulator", "smtp")
            }
            with (
                throw_away_demo(
                    source, python, "screenshots", ports, setting=setting
                ) as demo,
                step("Taking pictures"),
            ):
                take(browser, demo)
            remove_tree(demo.folder)
        browser.close()
    say(f"  The pictures are in the add-ons' {IMAGES}.")
    return 0


def _of_the_core(browser, demo):
    community = _make_community(demo)
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    booking = _book(demo, 1, tomorrow.replace(hour=13, minute=0))
    _of_the_customer(browser, demo, booking)
    _of_staff(browser, demo, booking)
    _of_doors(browser, demo, community)
    _of_the_front_desk(browser, demo)
    _of_figures(browser, demo)


def _book(demo, number, start):
    """Book the demo room by one of the bookings that wait for a time."""
    booking = demo.admin.ref(f"exivo_access.demo_booking_{number}")
    start = start.strftime("%Y-%m-%d %H:%M:00")
    demo.admin.call("resource.booking", "write", [booking], {"start": start})
    demo.admin.call("resource.booking", "action_confirm", [booking])
    return booking


def _make_community(demo):
    """Let the customer and others belong to a community that opens two doors."""
    admin = demo.admin
    members = admin.call("res.partner", "create", [{"name": name} for name in PEOPLE])
    (customer,) = admin.read("res.users", [("login", "=", "portal")], ["partner_id"])
    locks = admin.read("exivo.lock", [("name", "in", MEMBERS_DOORS)], ["id"])
    (community,) = admin.call(
        "res.partner.category",
        "create",
        [
            {
                "name": "Makerspace members",
                "partner_ids": [[6, 0, [*members, customer["partner_id"][0]]]],
                "exivo_rule_ids": [
                    [
                        0,
                        0,
                        {
                            "lock_ids": [[6, 0, [lock["id"] for lock in locks]]],
                            "customer_may_open": True,
                        },
                    ]
                ],
            }
        ],
    )
    return community


def _of_the_customer(browser, demo, booking):
    page = _logged_in(browser, demo, "portal")
    page.goto(f"{demo.url}/my/bookings/{booking}")
    created = page.locator(".o_exivo_access[data-state=created]")
    while not created.count():
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("button", name="Show the PIN").click()
    link = page.locator(".o_exivo_link").get_attribute("href")
    _picture(page, "portal")
    page.goto(f"{demo.url}/my/bookings/new")
    _picture(page, "book_a_room")
    page.set_viewport_size(PHONE)
    page.locator(".o_exivo_rooms").wait_for()
    _picture(page, "book_a_room_phone")
    page.set_viewport_size(DESK)
    page.goto(f"{demo.url}/my/doors")
    door = page.get_by_role("link", name=f"Open {MEMBERS_DOORS[0]}")
    while not door.count():
        page.wait_for_timeout(500)
        page.reload()
    _picture(page, "my_doors")
    door.click()
    page.get_by_role("button", name=f"Open {MEMBERS_DOORS[0]} now").click()
    page.locator(".o_exivo_opening").wait_for()

    phone = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
    phone.goto(f"{demo.simulator['url']}/inbox")
    phone.get_by_role("link", name=re.compile("Your access to")).first.click()
    phone.wait_for_timeout(1000)
    _picture(phone, "mail")
    phone.goto(link)
    _picture(phone, "pin")


def _of_staff(browser, demo, booking):
    page = _logged_in(browser, demo, "admin")
    for name, path in {
        "booking": f"resource.booking/{booking}",
        "accesses": "action-exivo_access.exivo_access_action",
        "site": f"exivo.site/{demo.admin.read('exivo.site', [], ['id'])[0]['id']}",
        "room": f"resource.resource/{demo.admin.ref('exivo_access.demo_room')}",
    }.items():
        page.goto(f"{demo.url}/odoo/{path}")
        if name == "accesses":  # it opens on today, and bookings are of other days
            today = page.locator(".o_searchview_facet", has_text="Today")
            today.locator(".o_facet_remove").click()
        page.locator(".o_data_row, [name=remote_id]").first.wait_for()
        page.wait_for_timeout(500)
        _picture(page, name)

    # what a longer rule does, before it is saved
    row = page.locator("[name=exivo_rule_ids] .o_data_row")
    minutes = row.locator("td[name=minutes_after]")
    minutes.click()
    minutes.locator("input").fill("30")
    row.locator("td[name=minutes_before]").click()
    page.locator("[name=exivo_rule_effect]", has_text="changed").wait_for()
    page.locator(".o_form_button_save").click()
    page.locator(".modal").wait_for()
    page.wait_for_timeout(500)
    _picture(page, "rule_effect")
    page.locator(".modal").get_by_role("button", name="Go back").click()
    page.locator(".o_form_button_cancel").click()

    page.goto(f"{demo.url}/odoo/resource.booking/{booking}")
    page.get_by_role("button", name="Explain access").first.click()
    page.locator(".modal .o_data_row").first.wait_for()
    page.wait_for_timeout(500)
    _picture(page, "explain")


def _of_the_front_desk(browser, demo):
    """Somebody is in the room, and somebody comes later."""
    now = datetime.now(timezone.utc)
    _book(demo, 2, now - timedelta(minutes=2))
    _book(demo, 3, now + timedelta(minutes=45))
    page = _logged_in(browser, demo, "admin")
    page.goto(f"{demo.url}/odoo/action-exivo_access.exivo_now_action")
    lines = page.locator(".o_exivo_now_line", has_text="Created")
    while lines.count() < 2:
        page.wait_for_timeout(500)
    _picture(page, "now")


def _of_figures(browser, demo):
    _fill(demo, range(1, 8))
    page = _logged_in(browser, demo, "admin")
    page.goto(f"{demo.url}/odoo/action-exivo_access.exivo_figures_action")
    page.locator(".o_exivo_figures").wait_for()
    _picture(page, "figures")


def _of_the_timeline(browser, demo):
    _fill(demo, range(8))
    page = _logged_in(browser, demo, "admin")
    page.goto(f"{demo.url}/odoo/action-exivo_access_timeline.exivo_room_use_action")
    page.locator(".vis-item").first.wait_for()
    page.wait_for_timeout(1000)
    _picture(page, "timeline", "exivo_access_timeline")


def _fill(demo, days):
    """Have three rooms booked in some hours, as far as these are to come.

    :param days: how many there are until then.
    """
    admin = demo.admin
    types = [admin.ref("exivo_access.demo_booking_type")]
    types += [house.add_room(admin, name) for name in ("Large hall", "Workshop")]
    people = [
        {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
        for name in PEOPLE
    ]
    people = admin.call("res.partner", "create", people)
    now = datetime.now(timezone.utc)
    for place, day in product(range(len(types)), days):
        for hour in (8, 10, 14, 17):
            start = (now + timedelta(days=day)).replace(hour=hour, minute=0)
            is_open = start > now and start.weekday() < SATURDAY
            if is_open and (hour + day + place) % 3:
                holder = people[(hour + day + place) % len(people)]
                vals = {
                    "type_id": types[place],
                    "partner_ids": [[6, 0, [holder]]],
                    "start": start.strftime("%Y-%m-%d %H:%M:00"),
                    "duration": 1.5,
                }
                made = demo.admin.call("resource.booking", "create", [vals])
                demo.admin.call("resource.booking", "action_confirm", made)


def _of_doors(browser, demo, community):
    """Show what the door that the customer opened has reported, and the community."""
    page = _logged_in(browser, demo, "admin")
    for site in demo.admin.call("exivo.site", "search", []):
        demo.admin.call("exivo.site", "action_read_events", [site])
    page.goto(f"{demo.url}/odoo/action-exivo_access.exivo_door_event_action")
    while not page.locator(".o_data_row").count():
        page.wait_for_timeout(1000)
        page.reload()
        page.locator(".o_list_view, .o_view_nocontent").first.wait_for()
    _picture(page, "door_events")
    page.goto(f"{demo.url}/odoo/res.partner.category/{community}")
    page.locator("[name=exivo_rule_ids] .o_data_row").wait_for()
    page.wait_for_timeout(500)
    _picture(page, "community")


def _picture(page, name, addon=ADDON):
    page.screenshot(path=ROOT / addon / IMAGES / f"{name}.png")


def _logged_in(browser, demo, login):
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(f"{demo.url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_url(re.compile("/my|/odoo"))
    return page
