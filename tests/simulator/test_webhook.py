# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The event notification, as a receiver meets it."""

TOKEN = "a-token-of-ours"


def test_what_a_door_reports_is_sent_with_the_token(simulator, receiver):
    url, came = receiver
    simulator.control("POST", "/webhook", {"url": url, "token": TOKEN})
    door = simulator.component("Entrance")
    simulator.post(f"/component/{door['id']}/unlock", {})
    headers, event = came.get(timeout=30)
    (entry,) = simulator.get("/accesslog/component").json()
    assert headers["Authentication"] == TOKEN
    assert headers["Content-Type"] == "application/json"
    assert event.pop("id") != entry["id"]
    assert event == {
        "version": 0,
        "occurredAt": entry["occurredAt"],
        "meta": {"siteId": simulator.site_id},
        "name": "componentUnlocked",
        "payload": {"componentId": door["id"]},
    }


def test_without_an_address_or_without_a_receiver_doors_open_all_the_same(simulator):
    door = simulator.component("Entrance")
    path = f"/component/{door['id']}/unlock"
    assert simulator.post(path, {}).status_code == 204
    order = {"url": "http://127.0.0.1:9/nobody", "token": TOKEN}
    simulator.control("POST", "/webhook", order)
    assert simulator.post(path, {}).status_code == 204
    simulator.control("DELETE", "/webhook")
    assert simulator.control("GET", "/webhook") == {"url": None, "sent": []}
