# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keys in an app: ordered through the API, fetched and used by a phone."""

import re
from urllib.parse import quote

import pytest

PHONE = "+41791234567"
IN_THE_WINDOW = 30 * 60


@pytest.fixture
def key_payload(payload):
    """A key for a phone: entrance and room, in ten minutes, for an hour."""
    del payload["code"]
    return {
        **payload,
        "formFactor": "ma-phone",
        "publicRegistrationId": PHONE,
        "mobileApp": {"id": "20001", "name": "House Keys"},
        "installNotification": False,
    }


def new_key(simulator, key_payload, **more):
    response = simulator.post("/digitalKeyVisits", {**key_payload, **more})
    assert response.status_code == 200, response.text
    return response.json()


def phone_page(simulator, browser):
    return browser.get(f"{simulator.url}/phone/{PHONE}")


def open_addresses(page):
    return re.findall(r'action="(/phone/[^"]+/open/[^"]+)"', page.text)


def test_a_key_is_on_the_phone_and_opens_doors_in_its_window(
    simulator, key_payload, browser
):
    key = new_key(simulator, key_payload)
    assert "state" not in key
    page = phone_page(simulator, browser)
    assert "House Keys" in page.text and "not yet" in page.text
    early = browser.post(simulator.url + open_addresses(page)[0])
    assert "does not open doors now" in early.text
    simulator.clock(IN_THE_WINDOW)
    opened = browser.post(simulator.url + open_addresses(page)[0])
    assert "The door is open" in opened.text
    entry, _denied = simulator.get("/accesslog/component").json()
    assert entry["name"] == "accessPermitted"
    assert entry["data"]["visit"] == {"id": key["id"], "name": key["name"]}
    assert "by key of" in browser.get(simulator.url).text


def test_reloading_after_opening_does_not_open_again(simulator, key_payload, browser):
    new_key(simulator, key_payload)
    simulator.clock(IN_THE_WINDOW)
    address = open_addresses(phone_page(simulator, browser))[0]
    browser.get(browser.post(simulator.url + address).url)
    assert len(simulator.get("/accesslog/component").json()) == 1


def test_a_revoked_key_and_another_phone_open_nothing(simulator, key_payload, browser):
    key = new_key(simulator, key_payload)
    simulator.clock(IN_THE_WINDOW)
    address = simulator.url + open_addresses(phone_page(simulator, browser))[0]
    browser.post(address.replace(quote(PHONE), quote("+41790000000")))
    simulator.post(f"/digitalKeyVisit/{key['id']}/revoke", {})
    assert "There is no key" in phone_page(simulator, browser).text
    browser.post(address)
    assert not simulator.component("Entrance")["open"]


def test_a_key_can_wait_until_the_phone_fetches_it(simulator, key_payload, browser):
    simulator.control("POST", "/phones", {"wait": True})
    key = new_key(simulator, key_payload)
    path = f"/digitalKeyVisit/{key['id']}"
    assert key["state"] == simulator.get(path).json()["state"] == "assignedButPending"
    page = phone_page(simulator, browser)
    assert "Keys that wait for this phone: 1" in page.text
    assert not open_addresses(page)
    assert simulator.get(path).json()["state"] == "assignedButPending"
    page = browser.post(f"{simulator.url}/phone/{PHONE}/fetch")
    assert len(open_addresses(page)) == 2
    assert simulator.get(path).json()["state"] == "active"


def test_waiting_of_phones_is_switched_on_the_page_of_faults_too(simulator, browser):
    assert "are there at once" in browser.get(f"{simulator.url}/faults").text
    page = browser.post(f"{simulator.url}/phones")
    assert "wait until the phone fetches them" in page.text
    assert simulator.control("GET", "/phones")["wait"] is True


def test_the_holder_is_told_to_install_the_app_if_asked_for(simulator, key_payload):
    new_key(simulator, key_payload)
    assert simulator.mails() == []
    new_key(simulator, key_payload, installNotification=True)
    new_key(
        simulator,
        key_payload,
        installNotification=True,
        formFactor="ma-email",
        publicRegistrationId="anna@example.com",
    )
    mail, text = simulator.mails()
    assert (text["to"], mail["to"]) == ([PHONE], ["anna@example.com"])
    assert "install the app House Keys" in text["text"]


def test_house_calls_back_once_a_key_is_there(
    simulator, key_payload, browser, receiver
):
    url, came = receiver
    new_key(simulator, key_payload, callbackUri=url)
    assert came.get(timeout=30)[1] == {}
    simulator.control("POST", "/phones", {"wait": True})
    new_key(simulator, key_payload, callbackUri=url)
    assert came.empty()
    for _time in range(2):
        browser.post(f"{simulator.url}/phone/{PHONE}/fetch")
    assert came.get(timeout=30)[1] == {}
    assert came.empty()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/nobody", "no address"])
def test_nobody_at_the_call_back_address_is_no_trouble(simulator, key_payload, url):
    new_key(simulator, key_payload, callbackUri=url)
    assert simulator.get("/info").status_code == 200
