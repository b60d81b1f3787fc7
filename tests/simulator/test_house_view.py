# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The house view: doors, and what just happened to them."""

import pytest

EVIL = "<img src=x onerror=alert(1)>"


def test_the_house_shows_its_doors_but_not_the_gateway(simulator, browser):
    page = browser.get(f"{simulator.url}/").text
    for name in ("Entrance", "Meeting room Aare", "Workshop", "Bike shed"):
        assert name in page
    assert "Gateway" not in page


def test_a_door_opened_by_the_api_shows_at_once(simulator, browser):
    entrance = simulator.component("Entrance")["id"]
    simulator.post(f"/component/{entrance}/unlock", {"delegatedUser": "Odoo: Anna"})
    part = browser.get(f"{simulator.url}/parts/house").text
    assert "opened by API" in part and "Odoo: Anna" in part
    assert ">Open</span>" in part
    simulator.clock(60)
    assert ">Open</span>" not in browser.get(f"{simulator.url}/parts/house").text


def test_a_visitor_shows_with_the_visit_and_a_wrong_pin_too(simulator, visit, browser):
    simulator.clock(30 * 60)
    browser.post(visit["link"], data={"pin": "999999"})
    browser.post(visit["link"], data={"pin": visit["code"]})
    browser.post(f"{visit['link']}/open/{visit['components'][0]}")
    part = browser.get(f"{simulator.url}/parts/house").text
    assert "wrong PIN" in part
    assert f"by link of {visit['name']}" in part
    assert visit["code"] not in part
    assert visit["link"].rsplit("/", 1)[1] not in part


def test_what_others_wrote_is_escaped(simulator, payload, browser):
    entrance = simulator.component("Entrance")["id"]
    simulator.post(f"/component/{entrance}/unlock", {"delegatedUser": EVIL})
    simulator.post("/visit", {**payload, "name": EVIL})
    simulator.get("/" + EVIL)
    for path in ("/", "/faults"):
        assert EVIL not in browser.get(simulator.url + path).text


@pytest.mark.parametrize("path", ["/", "/inbox", "/faults"])
def test_every_page_brings_a_language_a_title_and_strict_headers(
    simulator, browser, path
):
    page = browser.get(simulator.url + path)
    assert '<html lang="en">' in page.text
    assert "<title>" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for link in ("/static/style.css", "/static/live.js", "/static/icon.svg"):
        assert link in page.text
        assert browser.get(simulator.url + link).status_code == 200


def test_a_wrong_method_is_answered_with_all_that_a_page_has(simulator, visit, browser):
    for url in (f"{simulator.url}/faults", visit["link"]):
        response = browser.put(url)
        assert response.status_code == 405
        assert {*response.headers["Allow"].split(", ")} == {"GET", "HEAD", "POST"}


def test_the_clock_is_moved_on_the_page(simulator, browser):
    for minutes in ("60", "15"):
        browser.post(f"{simulator.url}/clock", data={"minutes": minutes})
    assert simulator.control("GET", "/clock")["offset_seconds"] == 75 * 60
    assert "1:15:00 ahead of real time" in browser.get(f"{simulator.url}/").text
    browser.post(f"{simulator.url}/clock", data={"minutes": "0"})
    assert simulator.control("GET", "/clock")["offset_seconds"] == 0


def test_a_clock_order_that_makes_no_sense_is_refused(simulator, browser):
    for order in ({}, {"offset_seconds": "soon"}, {"offset_seconds": 1e12}):
        response = browser.post(f"{simulator.url}/_sim/clock", json=order)
        assert response.status_code == 400
