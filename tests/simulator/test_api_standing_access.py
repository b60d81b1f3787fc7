# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Persons, PIN codes, access groups and zones, time profiles."""

import pytest

UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def person(simulator):
    body = {"firstName": "Anna", "lastName": "Muster", "email": "anna@example.com"}
    return simulator.post("/person", body).json()


@pytest.fixture
def group(simulator):
    return simulator.post("/accessgroup", {"name": "Members"}).json()


@pytest.fixture
def zone(simulator):
    zones = {row["name"]: row for row in simulator.get("/accessZone").json()}
    return zones["Public"]


@pytest.fixture
def profile(simulator):
    return simulator.post("/timeprofile", all_day()).json()


def all_day(**more):
    span = {"start": 0, "end": 1440, "days": ["0", "1", "2", "3", "4", "5", "6"]}
    return {"name": "All day", "ranges": [{**span, **more}]}


def empty_404(response):
    return (response.status_code, response.content) == (404, b"")


def refused(response):
    return response.status_code == 400 and bool(response.json()["message"])


def test_a_person_is_created_read_listed_and_deleted(simulator, person):
    path = f"/person/{person['id']}"
    assert person["language"] == "en"
    assert person["revoked"] is False
    assert person["hasPinCode"] is False
    assert person["media"] == []
    assert "accessGroupId" not in person
    assert simulator.get(path).json() == person
    assert simulator.get("/person").json() == [person]
    assert simulator.delete(path).status_code == 204
    assert empty_404(simulator.get(path))
    assert refused(simulator.delete(path))


def test_an_update_changes_only_what_is_submitted_and_null_clears(simulator, person):
    path = f"/person/{person['id']}"
    changed = simulator.post(path, {"info": "Desk 4"}).json()
    assert changed == {**person, "info": "Desk 4"}
    assert simulator.post(path, {"email": None}).json()["email"] is None
    assert refused(simulator.post(path, {"firstName": None}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"firstName": ""},
        {"lastName": None},
        {"email": "anna"},
        {"phoneNumber": "079"},
        {"language": "xx"},
        {"gender": "other"},
        {"exitDate": "2098-01-01"},
    ],
)
def test_a_bad_person_is_refused(simulator, wrong):
    body = {"firstName": "Anna", "lastName": "Muster", **wrong}
    response = simulator.post("/person", body)
    assert refused(response)
    assert next(iter(wrong)) in response.json()["message"]


def test_a_person_is_revoked_and_unrevoked_but_not_twice(simulator, person):
    path = f"/person/{person['id']}"
    assert refused(simulator.post(f"{path}/unrevoke", {}))
    assert simulator.post(f"{path}/revoke", {}).status_code == 204
    assert simulator.get(path).json()["revoked"] is True
    assert refused(simulator.post(f"{path}/revoke"))
    assert simulator.post(f"{path}/unrevoke").status_code == 204
    assert simulator.get(path).json()["revoked"] is False


def test_writing_to_an_unknown_person_is_refused_with_a_message(simulator, group):
    path = f"/person/{UNKNOWN}"
    assert refused(simulator.post(path, {"info": "x"}))
    assert refused(simulator.post(f"{path}/revoke", {}))
    assert refused(simulator.post(f"{path}/pincode", {"pinCode": "1234"}))
    assert refused(simulator.post(f"{path}/assign/accessgroup/{group['id']}", {}))


def test_a_pin_code_is_kept_but_never_shown(simulator, person):
    path = f"/person/{person['id']}/pincode"
    answer = simulator.post(path, {"pinCode": "4711"})
    assert answer.json() == {**person, "hasPinCode": True}
    assert "4711" not in simulator.get("/person").text
    assert refused(simulator.post(path, {"pinCode": "12"}))
    assert simulator.delete(path).json()["hasPinCode"] is False


def test_a_person_has_one_group_and_a_new_one_replaces_it(simulator, person, group):
    path = f"/person/{person['id']}"
    assign = f"{path}/assign/accessgroup"
    other = simulator.post("/accessgroup", {"name": "Staff"}).json()
    assert simulator.post(f"{assign}/{group['id']}", {}).status_code == 204
    assert simulator.get(path).json()["accessGroupId"] == group["id"]
    assert refused(simulator.post(f"{assign}/{group['id']}", {}))
    assert refused(simulator.post(f"{assign}/{UNKNOWN}", {}))
    assert simulator.post(f"{assign}/{other['id']}", {}).status_code == 204
    members = simulator.get(f"/accessgroup/{other['id']}").json()["persons"]
    assert members == [person["id"]]
    assert simulator.post(f"{path}/unassign/accessgroup", {}).status_code == 204
    assert refused(simulator.post(f"{path}/unassign/accessgroup", {}))


def test_a_group_is_renamed_and_deleted_only_when_empty(simulator, person, group):
    path = f"/accessgroup/{group['id']}"
    assert simulator.post(path, {"name": "Club"}).json()["name"] == "Club"
    simulator.post(f"/person/{person['id']}/assign{path}", {})
    assert refused(simulator.delete(path))
    simulator.post(f"/person/{person['id']}/unassign/accessgroup", {})
    assert simulator.delete(path).status_code == 204
    assert empty_404(simulator.get(path))
    assert refused(simulator.post("/accessgroup", {}))


def test_zones_have_a_capital_letter_in_the_list_only(simulator, zone):
    assert simulator.get(f"/accesszone/{zone['id']}").json() == zone
    assert empty_404(simulator.get(f"/accesszone/{UNKNOWN}"))
    assert simulator.get("/accesszone").status_code == 404
    assert simulator.get(f"/accessZone/{zone['id']}").status_code == 404


def test_a_zone_joins_a_group_by_a_bare_json_string(simulator, group, zone, profile):
    path = f"/accessgroup/{group['id']}/accesszone/{zone['id']}"
    for value in ("ALWAYS", "NEVER", profile["id"]):
        assert simulator.post(path, value).status_code == 204
        kept = simulator.get(f"/accessgroup/{group['id']}").json()
        assert kept["accessZoneTimeProfiles"] == {zone["id"]: value}
    for value in ("SOMETIMES", {}, [], None):
        assert refused(simulator.post(path, value))
    assert simulator.delete(path).status_code == 204
    assert refused(simulator.delete(path))
    unknown = f"/accessgroup/{group['id']}/accesszone/{UNKNOWN}"
    assert refused(simulator.post(unknown, "ALWAYS"))


def test_a_time_profile_is_replaced_and_not_deleted_while_used(
    simulator, group, zone, profile
):
    path = f"/timeprofile/{profile['id']}"
    assert simulator.get("/timeprofile").json() == [profile]
    changed = simulator.post(path, {**all_day(start=600), "name": "Late"}).json()
    assert (changed["name"], changed["id"]) == ("Late", profile["id"])
    assert simulator.get(path).json() == changed
    link = f"/accessgroup/{group['id']}/accesszone/{zone['id']}"
    simulator.post(link, profile["id"])
    assert refused(simulator.delete(path))
    simulator.delete(link)
    assert simulator.delete(path).status_code == 204
    assert empty_404(simulator.get(path))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x"},
        {"name": "x", "ranges": []},
        all_day(start=600, end=600),
        all_day(end=1441),
        all_day(start="0"),
        all_day(days=["7"]),
        all_day(days=["1", "1"]),
    ],
)
def test_a_bad_time_profile_is_refused(simulator, wrong):
    assert refused(simulator.post("/timeprofile", wrong))


def test_a_person_enters_only_by_group_zone_and_time(
    simulator, person, group, zone, profile
):
    entrance = simulator.component("Entrance")["id"]

    def enter():
        path = f"/doors/{entrance}/enter"
        return simulator.control("POST", path, {"person": person["id"]})["opened"]

    assert not enter()
    simulator.post(f"/person/{person['id']}/assign/accessgroup/{group['id']}", {})
    assert not enter()
    link = f"/accessgroup/{group['id']}/accesszone/{zone['id']}"
    simulator.post(link, "NEVER")
    assert not enter()
    simulator.post(link, profile["id"])
    assert enter()
    log = simulator.get(f"/accesslog/person/{person['id']}").json()
    assert [entry["name"] for entry in log] == [
        "accessPermitted",
        *["accessDenied"] * 3,
    ]
    assert log[0]["data"]["component"]["identifier"] == "Entrance"
    assert simulator.get("/accesslog/person").json() == log
    simulator.post(f"/timeprofile/{profile['id']}", all_day(days=["a"]))
    assert not enter()
    simulator.post(link, "ALWAYS")
    assert enter()
    simulator.post(f"/person/{person['id']}", {"exitDate": simulator.stamp(-5)})
    assert not enter()
    simulator.post(f"/person/{person['id']}", {"exitDate": None})
    simulator.post(f"/person/{person['id']}/revoke", {})
    assert not enter()
