# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page behind a visit's link, used as a visitor without JavaScript would."""

import re

import pytest
import requests

IN_THE_WINDOW = 30 * 60
AFTER_IT = 2 * 3600


def type_pin(browser, visit, pin="048213"):
    return browser.post(visit["link"], data={"pin": pin})


def open_addresses(page):
    return re.findall(r'action="(/visit/[^"]+/open/[^"]+)"', page.text)


def event_names(simulator, identifier="Entrance"):
    door = next(row for row in simulator.doors() if row["identifier"] == identifier)
    return [event["name"] for event in door["events"]]


def is_open(simulator, identifier):
    return simulator.component(identifier)["open"]


def test_the_link_asks_for_the_pin_and_shows_nothing_else(simulator, visit, browser):
    page = browser.get(visit["link"])
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    assert 'name="pin"' in page.text
    assert '<label for="pin">' in page.text
    assert ">LOGIN</button>" in page.text
    for secret in ("Entrance", visit["name"], visit["code"], visit["id"]):
        assert secret not in page.text


def test_the_right_pin_shows_the_doors_of_the_booking_and_opens_them(
    simulator, visit, browser
):
    simulator.clock(IN_THE_WINDOW)
    page = type_pin(browser, visit)
    assert page.status_code == 200
    assert "Entrance" in page.text and "Meeting room Aare" in page.text
    assert "Reuss" not in page.text
    assert "Europe/Zurich" in page.text
    first, second = open_addresses(page)
    opened = browser.post(simulator.url + first)
    assert "The door is open" in opened.text
    assert is_open(simulator, "Entrance")
    assert not is_open(simulator, "Meeting room Aare")
    browser.post(simulator.url + second)
    assert is_open(simulator, "Meeting room Aare")
    (entry,) = simulator.get(f"/accesslog/component/{visit['components'][0]}").json()
    assert entry["name"] == "accessPermitted"
    assert entry["data"]["visit"] == {"id": visit["id"], "name": visit["name"]}


def test_reloading_after_opening_does_not_open_again(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    page = browser.post(simulator.url + open_addresses(type_pin(browser, visit))[0])
    again = browser.get(page.url)
    assert "The door is open" not in again.text
    assert event_names(simulator) == ["accessPermitted"]


def test_a_wrong_pin_says_so(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    page = type_pin(browser, visit, "000000")
    assert page.status_code == 403
    assert "Wrong PIN" in page.text
    assert "Entrance" not in page.text
    assert "Welcome" in browser.get(visit["link"]).text


@pytest.mark.parametrize("pin", ["", "04821", "0482130", "048213x", "é"])
def test_anything_but_the_pin_is_wrong(simulator, visit, browser, pin):
    simulator.clock(IN_THE_WINDOW)
    assert "Wrong PIN" in type_pin(browser, visit, pin).text


def test_blanks_around_the_pin_do_not_matter(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    assert "Your doors" in type_pin(browser, visit, " 048213 ").text


def test_ten_wrong_pins_lock_the_link_for_a_minute(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    for _attempt in range(9):
        assert "Wrong PIN" in type_pin(browser, visit, "000000").text
    tenth = type_pin(browser, visit, "000000")
    assert tenth.status_code == 429
    assert "Too many wrong PINs" in tenth.text
    assert "Too many wrong PINs" in type_pin(browser, visit).text
    simulator.clock(IN_THE_WINDOW + 61)
    assert "Your doors" in type_pin(browser, visit).text


def test_too_early_says_from_when_but_only_with_the_right_pin(
    simulator, visit, browser
):
    assert "Wrong PIN" in type_pin(browser, visit, "000000").text
    page = type_pin(browser, visit)
    assert page.status_code == 403
    assert "Too early" in page.text
    assert "Europe/Zurich" in page.text
    assert open_addresses(page) == []
    simulator.clock(IN_THE_WINDOW)
    assert "Your doors" in browser.get(visit["link"]).text


def test_when_it_is_over_the_page_says_so_before_any_pin(simulator, visit, browser):
    simulator.clock(AFTER_IT)
    for page in (browser.get(visit["link"]), type_pin(browser, visit)):
        assert page.status_code == 410
        assert "Your visit is over" in page.text
        assert 'name="pin"' not in page.text


def test_a_revoked_visit_says_so_even_when_it_is_over(simulator, visit, browser):
    simulator.post(f"/visit/{visit['id']}/revoke", {})
    for offset in (IN_THE_WINDOW, AFTER_IT):
        simulator.clock(offset)
        for page in (browser.get(visit["link"]), type_pin(browser, visit)):
            assert page.status_code == 410
            assert "No longer valid" in page.text


@pytest.mark.parametrize("way", ["get", "post"])
def test_an_unknown_link_says_so(simulator, browser, way):
    page = getattr(browser, way)(f"{simulator.url}/visit/nobody-knows-me")
    assert page.status_code == 404
    assert "Unknown link" in page.text


def test_revoking_ends_a_session_that_is_already_open(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    address = simulator.url + open_addresses(type_pin(browser, visit))[0]
    simulator.post(f"/visit/{visit['id']}/revoke", {})
    assert "No longer valid" in browser.post(address).text
    assert not is_open(simulator, "Entrance")
    assert event_names(simulator) == ["accessDenied"]


def test_the_end_of_the_window_ends_an_open_session(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    address = simulator.url + open_addresses(type_pin(browser, visit))[0]
    simulator.clock(AFTER_IT)
    assert "Your visit is over" in browser.post(address).text
    assert not is_open(simulator, "Entrance")


def test_a_door_opens_only_with_the_session_of_this_visit(
    simulator, payload, visit, browser
):
    simulator.clock(IN_THE_WINDOW)
    address = simulator.url + open_addresses(type_pin(browser, visit))[0]
    assert requests.get(address, timeout=30).status_code == 405
    assert "Welcome" in requests.post(address, timeout=30).text
    simulator.clock(0)
    other = simulator.post("/visit", {**payload, "code": "777777"}).json()
    simulator.clock(IN_THE_WINDOW)
    key = browser.cookies["visit_session"]
    foreign = address.replace(visit["link"], other["link"])
    stolen = requests.post(foreign, cookies={"visit_session": key}, timeout=30)
    assert "Welcome" in stolen.text
    assert not is_open(simulator, "Entrance")


def test_a_door_that_is_not_of_this_visit_does_not_open(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    type_pin(browser, visit)
    back_door = simulator.component("Back door")["id"]
    browser.post(f"{visit['link']}/open/{back_door}")
    assert not is_open(simulator, "Back door")


def test_a_form_from_another_web_site_opens_nothing(simulator, visit, browser):
    simulator.clock(IN_THE_WINDOW)
    address = simulator.url + open_addresses(type_pin(browser, visit))[0]
    evil = {"Origin": "https://evil.example"}
    assert browser.post(address, headers=evil).status_code == 403
    assert not is_open(simulator, "Entrance")
    own = {"Origin": simulator.url}
    assert browser.post(address, headers=own).status_code == 200
    assert is_open(simulator, "Entrance")


def test_a_door_that_cannot_open_says_so(simulator, payload, browser):
    payload["components"] = [simulator.component("Bike shed")["id"]]
    visit = simulator.post("/visit", payload).json()
    simulator.clock(IN_THE_WINDOW)
    address = open_addresses(type_pin(browser, visit))[0]
    assert "cannot be reached" in browser.post(simulator.url + address).text
    assert event_names(simulator, "Bike shed") == ["componentNotReady"]


def test_the_session_cookie_is_out_of_reach_for_scripts(simulator, visit, browser):
    type_pin(browser, visit)
    (cookie,) = browser.cookies
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert visit["link"].endswith(cookie.path)
