# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What staff see on the screen of a small laptop, with names as they are in life."""

import contextlib
import re
from datetime import datetime, timedelta, timezone

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from test_accessibility import GRAVE, assert_fits
from test_journey import log_in

LAPTOP = {"width": 1366, "height": 768}
ROOM = "Grosser Konferenzsaal Erdgeschoss West"
COMPANY, PERSON = "Genossenschaft Riverside", "Anna-Katharina Müller-Zimmermann"

#: The lists of the menu; those of communities hold nothing that is long.
LISTS = ("access", "door_event", "opening", "access_rule", "lock", "site")
#: Texts of cells of a list that are cut, or lie beyond the side of the screen.
CUT_CELLS = """
    [...document.querySelectorAll(".o_list_renderer :is(th, td.o_data_cell)")]
        .filter((cell) => cell.textContent.trim())
        .filter((cell) => {
            const parts = [cell, ...cell.querySelectorAll("*")];
            const beyond = cell.getBoundingClientRect().right > innerWidth;
            return beyond || parts.some((part) => part.scrollWidth > part.clientWidth
                && getComputedStyle(part).overflowX !== "visible");
        })
        .map((cell) => cell.textContent.trim())
"""


@pytest.fixture
def laptop(chromium):
    context = chromium.new_context(viewport=LAPTOP)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def long_names(house):
    """The access of somebody with a long name to a room with a long name."""
    admin = house.admin

    def create(model, **values):
        (created,) = admin.call(model, "create", [values])
        return created

    room = admin.ref("exivo_access.demo_room")
    (room,) = admin.call("resource.resource", "copy", [room])
    admin.call("resource.resource", "write", [room], {"name": ROOM})
    locks = admin.call("exivo.lock", "search", [])
    create("exivo.access.rule", resource_id=room, lock_ids=[[6, 0, locks[:3]]])
    rooms = create("resource.booking.combination", resource_ids=[[6, 0, [room]]])
    kind = admin.ref("exivo_access.demo_booking_type")
    relations = {"combination_rel_ids": [[0, 0, {"combination_id": rooms}]]}
    (kind,) = admin.call("resource.booking.type", "copy", [kind], relations)
    company = create("res.partner", name=COMPANY, is_company=True)
    person = create(
        *("res.partner",), name=PERSON, parent_id=company, email="a@example.com"
    )

    def book(start, **values):
        (booking,) = admin.call(
            "resource.booking",
            "create",
            [
                {
                    "type_id": kind,
                    "partner_ids": [[6, 0, [person]]],
                    "start": start.strftime("%Y-%m-%d %H:%M:00"),
                    **values,
                }
            ],
        )
        admin.call("resource.booking", "action_confirm", [booking])
        return booking

    start = datetime.now(timezone.utc) + timedelta(minutes=5)
    booking = book(start)
    access = house.wait_for_access(booking, state="created")
    for lock in locks[:2]:
        wizard = create("exivo.open.door", access_id=access["id"], lock_id=lock)
        admin.call("exivo.open.door", "action_open", [wizard])
    of_access = [("id", "=", access["id"])]
    (row,) = admin.read("exivo.access", of_access, ["site_id"])
    admin.call("exivo.site", "action_read_events", [row["site_id"][0]])
    # Two dates with their years: no period takes more room, at any time of the day.
    overnight = book(start + timedelta(days=400), duration=24.0)
    return {
        "booking": booking,
        "overnight": overnight,
        "room": room,
        "start": start,
    }


def show_day(page, moment, cell):
    """Go to the day of a moment by the clock of the browser, in a calendar.

    :param str cell: selector of its days.
    :return: its cell.
    """
    expect(page.locator(cell).last).to_be_visible()
    of_browser = "second => luxon.DateTime.fromSeconds(second).toISODate()"
    day = page.evaluate(of_browser, moment.timestamp())
    if page.locator(cell).last.get_attribute("data-date") < day:
        page.locator(".o_calendar_button_next").click()
    return page.locator(f"{cell}[data-date='{day}']")


def test_lists_cut_nothing_on_a_small_laptop(house, laptop, long_names):
    cut = {}
    for login in ("admin", house.staff_in("de")):
        log_in(laptop, house, login)
        for path in (
            *(f"action-exivo_access.exivo_{name}_action" for name in LISTS),
            f"resource.booking/{long_names['booking']}",
            f"resource.booking/{long_names['overnight']}",
            f"resource.resource/{long_names['room']}",
        ):
            laptop.goto(f"{house.url}/odoo/{path}")
            rows = laptop.locator(".o_list_renderer .o_data_row")
            expect(rows.first).to_be_visible()
            cut[login, path] = laptop.evaluate(CUT_CELLS)
        laptop.context.clear_cookies()
    assert not any(cut.values()), {one: said for one, said in cut.items() if said}


def test_calendar_says_who_is_where(house, laptop, long_names):
    log_in(laptop, house, "admin")
    laptop.goto(f"{house.url}/odoo/action-exivo_access.exivo_access_action")
    laptop.locator("button.o_switch_view.o_calendar").click()
    show_day(laptop, long_names["start"], ".fc-timegrid-col")
    event = laptop.locator(".fc-event", has_text=PERSON)
    expect(event.locator(".o_event_title")).to_have_text(f"{PERSON} · {ROOM}")
    colour = re.search(r"o_calendar_color_(\d+)", event.get_attribute("class"))[1]
    legend = laptop.locator(".o_calendar_filter_item", has_text=ROOM)
    expect(legend).to_have_class(re.compile(rf"o_cw_filter_color_{colour}\b"))
    legend.locator("input").uncheck()
    expect(event).to_have_count(0)


def test_calendar_shows_other_days_and_how_full_a_month_is(house, laptop, long_names):
    """The lists open on today, and so did all other days of the calendar."""
    start = house.free_hour()
    booking = house.pending_booking("Meeting of another day", start)
    house.admin.call("resource.booking", "action_confirm", [booking])
    house.wait_for_access(booking)
    log_in(laptop, house, "admin")
    laptop.goto(f"{house.url}/odoo/action-exivo_access.exivo_access_action")
    laptop.locator("button.o_switch_view.o_calendar").click()
    laptop.locator(".scale_button_selection").click()
    laptop.locator(".o_scale_button_month").click()
    expect(laptop.locator(".fc-dayGridMonth-view")).to_be_visible()
    for moment in (long_names["start"], start):
        cell = show_day(laptop, moment, ".fc-daygrid-day")
        expect(cell).to_have_attribute("data-exivo-bookings", re.compile(r"^[1-9]"))


def test_calendar_shows_members_to_whoever_takes_the_filter_away(house, laptop):
    admin = house.admin
    (tag,) = admin.call("res.partner.category", "create", [{"name": "Calendar club"}])
    locks = admin.call("exivo.lock", "search", [])
    rule = {"category_id": tag, "lock_ids": [[6, 0, locks[:1]]]}
    admin.call("exivo.access.rule", "create", [rule])
    member = {"name": "Clea Clubber", "email": "clea@example.com"}
    admin.call("res.partner", "create", [{**member, "category_id": [[6, 0, [tag]]]}])
    log_in(laptop, house, "admin")
    laptop.goto(f"{house.url}/odoo/action-exivo_access.exivo_access_action")
    laptop.locator("button.o_switch_view.o_calendar").click()
    expect(laptop.locator(".fc-timegrid-col").first).to_be_visible()
    bar = laptop.locator(".fc-event", has_text=member["name"])
    expect(bar).to_have_count(0)
    facet = laptop.locator(".o_searchview_facet", has_text="Of bookings")
    facet.locator(".o_facet_remove").click()
    expect(bar.first).to_be_visible()


@pytest.mark.parametrize("width", [820, 1366])
def test_figures_fit_and_are_read_by_keyboard_and_by_ear(
    house, chromium, long_names, width
):
    size = {"width": width, "height": 768}
    with contextlib.closing(chromium.new_context(viewport=size)) as context:
        page = context.new_page()
        log_in(page, house, "admin")
        page.goto(f"{house.url}/odoo/exivo-figures")
        figures = page.locator(".o_exivo_figures")
        tile = figures.get_by_role("region", name="How full each room is")
        expect(tile.get_by_role("rowheader", name=ROOM)).to_be_visible()
        lines = tile.inner_text().splitlines()
        notes = [one for one in lines if "Not used in this period" in one]
        assert ROOM not in " ".join(notes)
        found = Axe().run(page, context={"include": [[".o_exivo_figures"]]})
        grave = [
            (one["id"], node["html"])
            for one in found.response["violations"]
            if one["impact"] in GRAVE
            for node in one["nodes"]
        ]
        assert not grave
        assert_fits(page)
        figures.get_by_role("button", name="This month").press("Enter")
        pressed = figures.get_by_role("button", name="This month", pressed=True)
        expect(pressed).to_be_visible()
        tile.get_by_role("button", name="How full each room is").press("Enter")
        expect(page.locator("div.o_pivot")).to_contain_text(ROOM)
        expect(page.locator(".o_facet_value")).to_have_text("This month")
        page.get_by_role("link", name="Figures at a Glance").click()
        expect(pressed).to_be_visible()
        tile.get_by_role("button", name="How full each room is").press("Enter")
        expect(page.locator("div.o_pivot")).to_contain_text(ROOM)
        page.go_back()
        expect(pressed).to_be_visible()


def test_open_forms_follow_the_access_and_keep_what_is_typed(house, chromium):
    house.simulator.stop()
    booking = house.pending_booking("Followed meeting", house.free_hour())
    house.admin.call("resource.booking", "action_confirm", [booking])
    access = house.access(booking)["id"]
    with contextlib.closing(chromium.new_context(viewport=LAPTOP)) as context:
        of_booking, edited, of_access = (context.new_page() for _page in range(3))
        log_in(of_booking, house, "admin")
        of_booking.goto(f"{house.url}/odoo/resource.booking/{booking}")
        edited.goto(f"{house.url}/odoo/resource.booking/{booking}")
        of_access.goto(f"{house.url}/odoo/exivo.access/{access}")
        in_bookings = "[name=exivo_access_ids] td[name=state]"
        in_access = of_access.locator(".o_form_statusbar [name=state]")
        for page in (of_booking, edited):
            expect(page.locator(in_bookings)).to_have_text("In progress")
        expect(in_access).to_have_text("In progress")
        name = edited.locator("[name=name] input")
        name.fill("Renamed meeting")
        house.simulator.start()
        house.let_pauses_end()
        house.wait_for_access(booking, state="created", mail_state="sent")
        expect(of_booking.locator(in_bookings)).to_have_text("Created")
        expect(in_access).to_have_text("Created")
        expect(of_access.locator("[name=mail_state]")).to_have_text("Sent")
        expect(name).to_have_value("Renamed meeting")
        edited.get_by_role("button", name="Save manually").click()
        expect(edited.locator(in_bookings)).to_have_text("Created")
        expect(name).to_have_value("Renamed meeting")
        period = edited.locator("[name=exivo_access_ids] td[name=start]")
        former = period.inner_text()
        house.simulator.stop()
        edited.locator("[name=duration] input").fill("03:00")
        edited.get_by_role("button", name="Save manually").click()
        expect(edited.locator(in_bookings)).to_have_text("In progress")
        expect(period).not_to_have_text(former)
        house.simulator.start()
        house.let_pauses_end()
        house.wait_for_access(booking, state="created", mail_state="sent")
        expect(edited.locator(in_bookings)).to_have_text("Created")
