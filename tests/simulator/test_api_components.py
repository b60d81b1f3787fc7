# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Site info and components."""

import pytest

UNKNOWN = "99999999-9999-4999-8999-999999999999"


def test_info_names_the_site_its_zone_and_language(simulator):
    info = simulator.get("/info").json()
    assert info["id"] == simulator.site_id
    assert info["timeZone"] == "Europe/Zurich"
    assert info["language"] == "en"
    assert info["type"] == "exivo"
    assert info["name"]


def test_the_components_hold_every_peculiarity_a_client_meets(simulator):
    rows = {row["identifier"]: row for row in simulator.get("/component").json()}
    assert {"Entrance", "Meeting room Aare", "Meeting room Reuss"} <= set(rows)
    assert "mode" not in rows["Workshop"]
    assert rows["Meeting room Reuss"]["labelling"] is None
    kinds = [row["templateIdentifier"] for row in rows.values()]
    assert any("gateway" in kind for kind in kinds)
    assert any("alarm" in kind for kind in kinds)
    assert rows["Bike shed"]["ready"] is False
    assert all(len(row["accessZones"]) <= 2 for row in rows.values())


def test_a_component_can_be_read_alone(simulator):
    entrance = simulator.component("Entrance")
    assert simulator.get(f"/component/{entrance['id']}").json() == entrance


def test_an_unknown_component_is_a_404_without_a_body(simulator):
    response = simulator.get(f"/component/{UNKNOWN}")
    assert (response.status_code, response.content) == (404, b"")


def test_paging_skips_limits_and_sorts(simulator):
    every = simulator.get("/component").json()
    assert simulator.get("/component", limit=0).json() == every
    assert simulator.get("/component", skip=2, limit=3).json() == every[2:5]
    assert simulator.get("/component", skip=100).json() == []
    assert simulator.get("/component", sortDir="desc").json() == every[::-1]
    names = [
        row["identifier"]
        for row in simulator.get("/component", sort="identifier", limit=2).json()
    ]
    assert names == sorted(row["identifier"] for row in every)[:2]


@pytest.mark.parametrize(
    "query",
    [
        {"skip": "x"},
        {"limit": -1},
        {"sortDir": "up"},
        {"sort": "nonsense"},
        {"sort": ""},
        {"offset": 1},
        {"from": "2026-01-31"},
    ],
)
def test_paging_that_makes_no_sense_is_refused(simulator, query):
    response = simulator.get("/component", **query)
    assert response.status_code == 400
    assert next(iter(query)) in response.json()["message"]


@pytest.mark.parametrize("body", [None, {}, {"delegatedUser": "Odoo: Anna/RB7"}])
def test_unlock_opens_the_door_for_a_moment(simulator, body):
    entrance = simulator.component("Entrance")
    response = simulator.post(f"/component/{entrance['id']}/unlock", body)
    assert (response.status_code, response.content) == (204, b"")
    assert simulator.component("Entrance")["open"] is True
    simulator.clock(60)
    assert simulator.component("Entrance")["open"] is False


def test_unlock_of_a_gateway_or_an_unknown_component_is_refused(simulator):
    gateway = simulator.component("Gateway first floor")
    for component_id in (gateway["id"], UNKNOWN):
        response = simulator.post(f"/component/{component_id}/unlock", {})
        assert response.status_code == 400
        assert response.json()["message"]


def test_mode_is_set_and_a_closed_door_stays_shut(simulator):
    entrance = simulator.component("Entrance")
    path = f"/component/{entrance['id']}"
    assert simulator.post(f"{path}/mode", {"mode": "closed"}).status_code == 204
    assert simulator.component("Entrance")["mode"] == "closed"
    assert simulator.post(f"{path}/unlock").status_code == 204
    assert simulator.component("Entrance")["open"] is False


def test_a_mode_that_does_not_exist_is_refused(simulator):
    entrance = simulator.component("Entrance")
    for body in ({"mode": "ajar"}, {}, None):
        response = simulator.post(f"/component/{entrance['id']}/mode", body)
        assert response.status_code == 400
    workshop = simulator.component("Workshop")
    response = simulator.post(f"/component/{workshop['id']}/mode", {"mode": "open"})
    assert response.status_code == 400


def test_the_access_log_is_newest_first_and_can_be_narrowed(simulator):
    entrance, room = (
        simulator.component(name)["id"] for name in ("Entrance", "Meeting room Aare")
    )
    for door in (entrance, room, entrance):
        simulator.post(f"/component/{door}/unlock", {"delegatedUser": "Odoo"})
    entries = simulator.get("/accesslog/component").json()
    doors = [entry["data"]["component"]["id"] for entry in entries]
    assert doors == [entrance, room, entrance]
    stamps = [entry["occurredAt"] for entry in entries]
    assert stamps == sorted(stamps, reverse=True)
    assert entries[0]["name"] == "componentUnlocked"
    assert entries[0]["data"]["apiIdentifier"] == simulator.api_key
    assert entries[0]["data"]["delegatedUser"] == "Odoo"
    only_room = simulator.get(f"/accesslog/component/{room}").json()
    assert only_room == [entries[1]]
    asked_as_ozzi = simulator.get("/accesslog/component", limit=1, sortDir="asc")
    assert asked_as_ozzi.json() == entries[:1]
    assert simulator.get("/accesslog/person").json() == []


def test_the_access_log_is_cut_by_days(simulator):
    entrance = simulator.component("Entrance")["id"]
    simulator.post(f"/component/{entrance}/unlock")
    today = simulator.stamp()[:10]
    week = 7 * 24 * 60
    later, earlier = simulator.stamp(week)[:10], simulator.stamp(-week)[:10]
    path = "/accesslog/component"
    assert len(simulator.get(path, **{"from": earlier, "to": later}).json()) == 1
    assert len(simulator.get(path, **{"from": today}).json()) <= 1
    assert simulator.get(path, **{"from": later}).json() == []
    assert simulator.get(path, to=earlier).json() == []


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", ["", "31.01.2026", "20260131", "2026-02-30"])
def test_a_day_that_is_none_is_refused(simulator, name, value):
    response = simulator.get("/accesslog/component", **{name: value})
    assert response.status_code == 400
    assert name in response.json()["message"]
