# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The real client and the simulator agree on what standing access is."""

import pytest
from real_client import real_client

from odoo.addons.exivo_access import api

UNKNOWN = "00000000-0000-4000-8000-000000000000"
REQUEST = api.PersonRequest("Anna", "Muster", "M00042")


@pytest.fixture
def client(simulator):
    return real_client(simulator)


@pytest.fixture
def person(client):
    return client.create_person(REQUEST)


@pytest.fixture
def group(client):
    return client.create_access_group("Members")


def zone_of(client, door):
    (component,) = (one for one in client.list_components() if one.name == door)
    return component.zone_ids[0]


def test_a_person_is_made_changed_and_read(client, person):
    assert (person.group_id, person.has_pin, person.revoked) == ("", False, False)
    changed = client.update_person(
        person.id,
        api.PersonRequest(
            "Anna", "Beispiel", "M00042", "anna@example.com", "+41791234567", "de"
        ),
    )
    assert (changed.last_name, changed.email) == ("Beispiel", "anna@example.com")
    assert client.get_person(person.id) == changed
    assert client.list_persons() == [changed]
    cleared = client.update_person(
        person.id, api.PersonRequest("Anna", "Beispiel", "", email="", phone="")
    )
    assert (cleared.email, cleared.info) == ("", "")


def test_a_pin_code_is_kept_without_being_shown(client, person):
    client.set_pin_code(person.id, "048213")
    assert client.get_person(person.id).has_pin
    client.delete_pin_code(person.id)
    assert not client.get_person(person.id).has_pin


def test_a_person_is_in_one_group_at_most(client, person, group):
    other = client.create_access_group("Staff")
    client.assign_access_group(person.id, group.id)
    with pytest.raises(api.Rejected):
        client.assign_access_group(person.id, group.id)
    client.assign_access_group(person.id, other.id)
    assert client.get_person(person.id).group_id == other.id
    assert client.get_access_group(group.id).person_ids == ()
    assert client.get_access_group(other.id).person_ids == (person.id,)
    client.unassign_access_group(person.id)
    assert client.get_person(person.id).group_id == ""
    with pytest.raises(api.Rejected):
        client.unassign_access_group(person.id)


def test_a_group_opens_zones_and_is_deleted_when_empty(client, person, group):
    public = zone_of(client, "Entrance")
    profile = client.create_time_profile(
        "Mornings", [api.TimeRange(480, 720, ("1", "2"))]
    )
    assert client.list_time_profiles() == [profile]
    client.set_group_zone(group.id, public, profile.id)
    assert client.get_access_group(group.id).profile_by_zone == {public: profile.id}
    with pytest.raises(api.Rejected):
        client.delete_time_profile(profile.id)
    client.set_group_zone(group.id, public, api.ALWAYS)
    client.delete_time_profile(profile.id)
    client.assign_access_group(person.id, group.id)
    with pytest.raises(api.Rejected):
        client.delete_access_group(group.id)
    client.unassign_access_group(person.id)
    client.remove_group_zone(group.id, public)
    client.delete_access_group(group.id)
    assert client.list_access_groups() == []


def test_doors_name_their_zones(simulator, client):
    names = {zone["id"]: zone["name"] for zone in simulator.get("/accessZone").json()}
    assert names[zone_of(client, "Entrance")] == "Public"
    for component in client.list_components():
        assert set(component.zone_ids) <= names.keys()


def test_what_is_not_there_is_not_found_and_not_written_to(client, group):
    with pytest.raises(api.NotFound):
        client.get_person(UNKNOWN)
    with pytest.raises(api.NotFound):
        client.get_access_group(UNKNOWN)
    with pytest.raises(api.Rejected):
        client.update_person(UNKNOWN, REQUEST)
    with pytest.raises(api.Rejected):
        client.assign_access_group(UNKNOWN, group.id)
    with pytest.raises(api.Rejected):
        client.set_group_zone(group.id, UNKNOWN, api.ALWAYS)
