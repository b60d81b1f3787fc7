# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Persons, access groups and time profiles: what is sent, what is read."""

import json
from datetime import datetime, timezone

import pytest
from written_exivo import CODE

from odoo.addons.exivo_access import api

PERSON = {
    "id": "anna",
    "firstName": "Anna",
    "lastName": "Muster",
    "email": None,
    "accessGroupId": "members",
    "hasPinCode": True,
    "media": [],
    "entryDate": "2026-01-01T09:00:00.000Z",
    "exitDate": "2026-01-31T09:00:00.000Z",
}
REQUEST = api.PersonRequest("Anna", "Muster", "Desk 4")


def sent(exivo, number=0):
    request = exivo.calls[number].request
    return json.loads(request.body) if request.body else None


def test_a_person_is_made_without_what_is_not_said(exivo, client):
    exivo.answer("POST", "/person", PERSON)
    client.create_person(REQUEST)
    assert sent(exivo) == {
        "firstName": "Anna",
        "lastName": "Muster",
        "info": "Desk 4",
    }


def test_a_change_clears_what_is_empty_and_leaves_what_is_none(exivo, client):
    exivo.answer("POST", "/person/anna", PERSON)
    client.update_person(
        "anna",
        api.PersonRequest("Anna", "Muster", "", email="", language="de"),
    )
    assert sent(exivo) == {
        "firstName": "Anna",
        "lastName": "Muster",
        "info": "",
        "email": None,
        "language": "de",
    }


def test_a_person_is_read_with_what_may_be_missing(exivo, client):
    exivo.answer("GET", "/person/anna", PERSON)
    exivo.answer("GET", "/person/bare", {"id": "bare", "revoked": True})
    anna, bare = client.get_person("anna"), client.get_person("bare")
    assert (anna.group_id, anna.has_pin, anna.revoked) == ("members", True, False)
    assert anna.entry_at == datetime(2026, 1, 1, 9, tzinfo=timezone.utc)
    assert anna.exit_at == datetime(2026, 1, 31, 9, tzinfo=timezone.utc)
    assert bare == api.Person("bare", "", "", "", "", "", False, True, None, None)


def test_neither_name_nor_address_of_a_person_shows_when_printed(exivo, client):
    exivo.answer("GET", "/person/anna", {**PERSON, "email": "anna@example.com"})
    shown = repr(client.get_person("anna")) + repr(REQUEST)
    assert "Anna" not in shown and "Muster" not in shown and "example" not in shown


def test_a_pin_code_is_set_and_taken_away(exivo, client):
    exivo.answer("POST", "/person/anna/pincode", PERSON)
    exivo.answer("DELETE", "/person/anna/pincode", PERSON)
    client.set_pin_code("anna", CODE)
    client.delete_pin_code("anna")
    assert sent(exivo) == {"pinCode": CODE}


def test_a_refused_pin_code_is_not_repeated_in_the_error(exivo, client):
    answer = {"message": f"pinCode {CODE} is in use"}
    exivo.answer("POST", "/person/anna/pincode", answer, 400)
    with pytest.raises(api.Rejected) as raised:
        client.set_pin_code("anna", CODE)
    assert CODE not in raised.value.message


def test_a_person_joins_and_leaves_a_group(exivo, client):
    exivo.answer("POST", "/person/anna/assign/accessgroup/members", status=204)
    exivo.answer("POST", "/person/anna/unassign/accessgroup", status=204)
    client.assign_access_group("anna", "members")
    client.unassign_access_group("anna")
    assert [sent(exivo, number) for number in (0, 1)] == [{}, {}]


def test_a_zone_joins_a_group_by_a_bare_text(exivo, client):
    exivo.answer("POST", "/accessgroup/members/accesszone/yard", status=204)
    client.set_group_zone("members", "yard", api.ALWAYS)
    assert exivo.calls[0].request.body == b'"ALWAYS"'


def test_a_group_is_read_with_what_may_be_missing(exivo, client):
    rows = [
        {
            "id": "members",
            "name": "Members",
            "persons": ["anna"],
            "accessZoneTimeProfiles": {"yard": "ALWAYS"},
        },
        {"id": "bare"},
    ]
    exivo.answer("GET", "/accessgroup", rows)
    assert client.list_access_groups() == [
        api.AccessGroup("members", "Members", ("anna",), {"yard": "ALWAYS"}),
        api.AccessGroup("bare", "", (), {}),
    ]


def test_a_time_profile_is_sent_whole_and_read(exivo, client):
    ranges = (api.TimeRange(480, 720, ("1", "5")),)
    body = {
        "name": "Mornings",
        "ranges": [{"start": 480, "end": 720, "days": ["1", "5"]}],
    }
    exivo.answer("POST", "/timeprofile", {"id": "mornings", **body})
    profile = client.create_time_profile("Mornings", ranges)
    assert sent(exivo) == body
    assert profile == api.TimeProfile("mornings", "Mornings", ranges)


@pytest.mark.parametrize(
    "path, call, answer",
    [
        ("/person", "list_persons", [{"id": "anna", "media": []}, {}]),
        ("/accessgroup", "list_access_groups", [{"id": "x", "persons": 7}]),
        (
            "/accessgroup",
            "list_access_groups",
            [{"id": "x", "accessZoneTimeProfiles": []}, {"id": 7}],
        ),
        ("/timeprofile", "list_time_profiles", [{"id": 7, "ranges": []}]),
    ],
)
def test_what_is_not_as_described_is_no_valid_answer(exivo, client, path, call, answer):
    exivo.answer("GET", path, answer)
    with pytest.raises(api.InvalidAnswer):
        getattr(client, call)()


@pytest.mark.parametrize(
    "ranges",
    [
        7,
        [{}],
        [7],
        [{"start": "08:00", "end": 720, "days": ["1"]}],
        [{"start": 480, "end": 720, "days": 1}],
    ],
    ids=str,
)
def test_a_profile_that_cannot_be_read_keeps_no_other_from_being_read(
    exivo, client, ranges
):
    rows = [{"id": "odd", "ranges": ranges}, {"id": "ours", "ranges": []}]
    exivo.answer("GET", "/timeprofile", rows)
    profiles = client.list_time_profiles()
    assert [(one.id, one.ranges) for one in profiles] == [("odd", ()), ("ours", ())]


def test_hours_and_days_are_read_however_they_are_written(exivo, client):
    row = {"id": "x", "ranges": [{"start": 480.0, "end": 720, "days": [5, 1]}]}
    exivo.answer("GET", "/timeprofile", [row])
    (profile,) = client.list_time_profiles()
    assert profile.ranges == (api.TimeRange(480, 720, ("1", "5")),)


@pytest.mark.parametrize("bad", ["", "../visit", "a/b", None])
def test_an_id_that_leads_elsewhere_is_never_sent(exivo, client, bad):
    for call in (client.get_person, client.get_access_group, client.set_pin_code):
        arguments = (bad, CODE) if call == client.set_pin_code else (bad,)
        with pytest.raises(api.Rejected):
            call(*arguments)
    assert exivo.asked() == []


@pytest.mark.parametrize(
    "said, zones",
    [
        (["yard", "rooms"], ("yard", "rooms")),
        (["ya\0rd", "rooms", "\ud800"], ("rooms",)),
        ("yard", ()),
        (7, ()),
        (None, ()),
    ],
    ids=repr,
)
def test_a_component_says_its_zones(exivo, client, said, zones):
    exivo.answer("GET", "/component", [{"id": "1", "accessZones": said}, {"id": "2"}])
    assert [one.zone_ids for one in client.list_components()] == [zones, ()]
