# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pages and mails that customers meet: for screen readers and for weak eyes.

axe-core looks at each of them as the browser has rendered it.
"""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree
from playwright.sync_api import expect
from test_journey import log_in

from devkit.commands.house import add_room

GRAVE = {"serious", "critical"}
#: What makes a link of our pages look like one, and what holds words around it.
LOOKS = {"btn", "text-decoration-underline"}
SENTENCES = {"p", "span", "address", "dd"}
#: Colours that Odoo and `resource_booking` bring along on the pages that we add to.
OF_OTHERS = [[".js_language_selector"], [".badge.rounded-pill"]]


def assert_accessible(page, part="html"):
    """Nothing on a page, or in a part of it, as it is now, is a grave hindrance."""
    context = {"include": [[part]], "exclude": OF_OTHERS}
    found = Axe().run(page, context=context).response["violations"]
    said = [
        f"{one['id']}: {one['help']}\n    {node['html']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
    assert not said, f"{page.url}\n" + "\n".join(said)


def assert_fits(page):
    """Nothing of a page reaches beyond the side of the screen."""
    # not innerWidth: on a phone it grows with the page
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"


def find_links(files):
    """All links in our own files, each with its file and itself as text."""
    for file in Path(__file__).parents[2].glob(f"exivo_access*/{files}"):
        for link in etree.parse(file).iterfind(".//a"):
            yield link, f"{file.name}: {etree.tostring(link, with_tail=False).decode()}"


def test_links_in_sentences_are_told_by_more_than_their_colour():
    """Also those that a page shows at some times of the day only."""
    bare = [
        said
        for link, said in find_links("views/**/*templates.xml")
        if not (LOOKS & set(link.get("class", "").split()) or link.get("style"))
        and any(part.tag in SENTENCES for part in link.iterancestors())
    ]
    assert not bare, "\n".join(bare)


def test_links_in_mails_have_a_colour_of_their_own():
    """A mail client's own, which is light on dark pages, is not seen on our paper."""
    bare = [
        said
        for link, said in find_links("[dv]*/**/mail_template*.xml")
        if "color" not in re.split(r"\s*[:;]\s*", link.get("style", ""))
    ]
    assert not bare, "\n".join(bare)


@pytest.fixture(scope="module")
def access(house):
    """An access that opens the doors of a room now, by a click as well."""
    kind = add_room(house.admin, "Accessible Room")
    rules = house.admin.call("exivo.access.rule", "search", [])
    house.admin.call("exivo.access.rule", "write", rules, {"customer_may_open": True})
    start = datetime.now(timezone.utc) + timedelta(minutes=2)
    booking = house.pending_booking("Accessible meeting", start, type_id=kind)
    house.admin.call("resource.booking", "action_confirm", [booking])
    access = house.wait_for_access(booking, state="created", mail_state="sent")
    return {"booking": booking, **access}


def test_portal_pages_have_no_grave_hindrance(house, desk, access):
    log_in(desk, house, "portal")
    waiting = house.pending_booking("Accessible choice")
    for path in (
        "/my/home",
        "/my/bookings",
        "/my/bookings/new",
        f"/my/bookings/{access['booking']}",
        f"/my/bookings/{waiting}/schedule",
        f"/my/bookings/{waiting}/cancel",
        f"/my/bookings/{waiting}/confirm",
        "/my/doors",
    ):
        desk.goto(house.url + path)
        assert_accessible(desk)


def test_looking_at_the_pin_and_opening_a_door_have_no_grave_hindrance(
    house, phone, access
):
    log_in(phone, house, "portal")
    phone.goto(f"{house.url}/my/doors")
    card = phone.locator(f"#exivo_access_{access['id']}")
    card.get_by_role("button", name="Show the PIN").click()
    expect(phone.locator(".o_exivo_pin")).to_be_visible()
    assert_accessible(phone)
    card.get_by_role("link", name="I cannot get in").click()
    expect(phone).to_have_url(re.compile("/help"))
    phone.go_back()  # what was the answer to a form is no dead end
    expect(card).to_be_visible()
    expect(phone.locator(".o_exivo_pin")).to_have_count(0)
    card.get_by_role("link", name="Open Entrance").click()
    assert_accessible(phone)
    phone.get_by_role("button", name="Open Entrance now").click()
    expect(phone.locator(".o_exivo_opening")).to_contain_text("was told to open")
    assert_accessible(phone)


def test_long_word_makes_no_page_wider_than_the_screen(house, phone):
    call, name = house.admin.call, "guest_of_long_words"  # who gets no mail
    group = house.admin.ref("base.group_portal")
    vals = {"name": name, "login": name, "password": name}
    vals["group_ids"] = [[6, 0, [group]]]
    (user,) = call("res.users", "create", [vals])
    (user,) = house.admin.read("res.users", [("id", "=", user)], ["partner_id"])
    people = [[6, 0, user["partner_id"][:1]]]
    kind = add_room(house.admin, "Donaudampfschifffahrtsgesellschaftskapitänssaal")
    booking = house.pending_booking(
        "Long", house.free_hour(), type_id=kind, partner_ids=people
    )
    call("resource.booking", "action_confirm", [booking])
    house.wait_for_access(booking, state="created")
    log_in(phone, house, name)
    for path in (
        "/my/bookings",
        f"/my/bookings/{booking}",
        f"/my/bookings/{booking}/schedule",
        f"/my/bookings/{booking}/cancel",
        "/my/doors",
    ):
        phone.goto(house.url + path)
        expect(phone.locator("#wrap")).to_contain_text("Donaudampf")
        assert_fits(phone)


@pytest.fixture(scope="module")
def pages(house, access):
    """Addresses of pages for customers, also of those where something is amiss."""
    kind = house.admin.ref("exivo_access.demo_booking_type")
    (offer,) = house.admin.read(
        "resource.booking.type.combination.rel",
        [("type_id", "=", kind)],
        ["combination_id"],
    )
    offer = f"/my/bookings/new/{kind}/{offer['combination_id'][0]}"
    later = datetime.now(timezone.utc) + timedelta(days=9)
    cancelled = house.pending_booking("Accessible, and cancelled")
    house.admin.call("resource.booking", "action_cancel", [cancelled])
    booking, number = f"/my/bookings/{access['booking']}", access["id"]
    return {
        "/my/home": 200,
        "/my/bookings": 200,
        "/my/bookings/new": 200,
        f"{offer}?when={later:%Y-%m-%d}T12:00:00Z": 200,
        f"{offer}?when=2020-01-01T12:00:00Z": 409,
        f"{booking}?guest=wrong": 200,
        f"/my/bookings/{cancelled}/cancel": 200,
        "/my/bookings/999999": 404,
        "/my/bookings/request/AQ": 404,
        "/my/exivo/address/AQ": 404,
        "/my/doors": 200,
        f"/my/exivo/accesses/{number}/help?code=0": 200,
    }


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_no_page_has_a_grave_hindrance_in_any_language(
    house, phone_in, pages, language
):
    page = phone_in(language)
    log_in(page, house, "portal")
    for path, status in pages.items():
        answer = page.goto(house.url + path)
        assert answer.status == status, page.url
        said = re.compile(f"^{language}-")
        expect(page.locator("html")).to_have_attribute("lang", said)
        assert_accessible(page)
        assert_fits(page)


def assert_speaks(page, language):
    """Odoo's own screens, which say no language in their head, are in this one."""
    assert page.evaluate("luxon.Settings.defaultLocale").startswith(language)


@pytest.mark.parametrize("language", ["de", "fr", "it"])
def test_screens_of_the_desk_have_no_grave_hindrance_in_any_language(
    house, desk, access, language
):
    log_in(desk, house, house.staff_in(language))
    for name, part in (("now", ".o_exivo_now_rooms"), ("figures", "section")):
        desk.goto(f"{house.url}/odoo/action-exivo_access.exivo_{name}_action")
        expect(desk.locator(f".o_exivo_{name} {part}").first).to_be_visible()
        assert_speaks(desk, language)
        assert_accessible(desk, f".o_exivo_{name}")


def test_german_pages_that_open_doors_have_no_grave_hindrance(house, phone_in, access):
    page = phone_in("de")
    log_in(page, house, "portal")
    page.goto(f"{house.url}/my/doors")
    card = page.locator(f"#exivo_access_{access['id']}")
    card.get_by_role("link", name="Tür «Entrance» öffnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tür «Entrance» öffnen?")
    expect(
        page.get_by_role("button", name="Tür «Entrance» jetzt öffnen")
    ).to_be_visible()
    assert_accessible(page)
    page.goto(f"{house.url}/my/bookings/{access['booking']}")
    expect(page.get_by_role("heading", name="Ihr Zugang")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)


def test_mails_have_no_grave_hindrance(house, phone, access):
    phone.goto(f"{house.simulator.url}/inbox")
    phone.get_by_role("link", name="Your access to").first.click()
    path = phone.locator("iframe").get_attribute("src")
    mail = phone.request.get(house.simulator.url + path).text()
    phone.goto("about:blank")  # the inbox lets no script run in a mail, axe neither
    phone.set_content(f"<html lang='en'><title>A mail</title>{mail}</html>")
    expect(phone.get_by_role("link", name="Open the doors")).to_be_visible()
    assert_accessible(phone)
    assert_fits(phone)


def test_pages_of_the_simulator_have_no_grave_hindrance(house, phone, access):
    for path in ("/", "/inbox", "/faults", "/phone/+41791234567"):
        phone.goto(house.simulator.url + path)
        assert_accessible(phone)
        assert_fits(phone)


def test_page_behind_the_link_has_no_grave_hindrance(house, phone, access):
    phone.goto(house.link(access))
    assert_accessible(phone)
    for pin, answer in (
        ("000000", "Wrong PIN"),
        (house.pin(access), "Entrance"),
    ):
        phone.fill("input[name=pin]", pin)
        phone.get_by_role("button", name="LOGIN").click()
        expect(phone.locator("body")).to_contain_text(answer)
        assert_accessible(phone)
    phone.get_by_role("button", name="Open Entrance").click()
    expect(phone.locator("body")).to_contain_text("The door is open")
    assert_accessible(phone)
