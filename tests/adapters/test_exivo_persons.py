# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Persons at Exivo: cut off at any step, found by whom, changed by hand."""

import dataclasses

import pytest
from memory_adapter import list_all
from real_client import real_client

from odoo.addons.exivo_access import adapters, api
from odoo.addons.exivo_access.adapters import exivo_persons, zones
from odoo.addons.exivo_access.pure.rights import union

ALWAYS = ()
NOON = ((0, 660, 780),)


@pytest.fixture
def client(simulator):
    return real_client(simulator)


@pytest.fixture
def new_adapter(client):
    """Makes adapters: one lives for a batch of calls only."""
    return lambda: adapters.ExivoAdapter(client)


#: A door of each zone that is in no other one.
DOORS = {"Public": "Entrance", "Rooms": "Meeting room Aare"}


def zone_of(client, zone):
    (door,) = (one for one in client.list_components() if one.name == DOORS[zone])
    (zone_id,) = door.zone_ids
    return zone_id


def rights_of(client, zone, hours=ALWAYS):
    zone_id = zone_of(client, zone)
    return tuple(
        (one.id, hours) for one in client.list_components() if zone_id in one.zone_ids
    )


@pytest.fixture
def order(client):
    """Standing access to all doors of a zone."""
    return adapters.PersonOrder(
        token="a1b2c30000000001",
        member="a1b2c3-42",
        owner="a1b2c3",
        first_name="Anna",
        last_name="Muster",
        rights=rights_of(client, "Public"),
        pin="048213",
        known_as=("Anna Muster", "anna@example.com"),
    )


def again(order, number, **changes):
    return dataclasses.replace(order, token=f"a1b2c3{number:010d}", **changes)


def may_enter(simulator, door):
    (person,) = simulator.get("/person").json()
    path = f"/doors/{simulator.component(door)['id']}/enter"
    return simulator.control("POST", path, {"person": person["id"]})["opened"]


def live(adapter):
    return [grant for grant in list_all(adapter) if grant.is_live]


GROUP_STEPS = ["/accessgroup", "/accesszone/", "/timeprofile", "/assign/"]
ALL_STEPS = [*GROUP_STEPS, "/person", "/pincode"]
#: What was there before the order that is cut off, and the steps that it then needs.
STEPS = [
    *[("nothing", step) for step in ALL_STEPS],
    *[("other rights", step) for step in ALL_STEPS],
    *[("other PIN", step) for step in ("/person", "/pincode", "/timeprofile")],
]
CASES = [
    *[(*case, "POST", kind) for case in STEPS for kind in ("cut_after", "error_500")],
    # nothing is read of a person that is not there, but after all steps
    *[("nothing", "/person/", "GET", kind) for kind in ("rate_limit", "wrong_key")],
]


@pytest.mark.parametrize("before, step, method, kind", CASES)
def test_cut_off_at_any_step_it_is_found_and_completed_or_ended(
    simulator, client, new_adapter, order, before, step, method, kind
):
    """As the synchroniser goes on: look up, then the next order or the revocation."""
    first = None
    if before != "nothing":
        rights = order.rights if before == "other PIN" else rights_of(client, "Rooms")
        first = new_adapter().grant(dataclasses.replace(order, rights=rights))
    cut = again(order, 2, pin="531907")
    if step == "/timeprofile":
        cut = again(order, 2, rights=rights_of(client, "Public", NOON))
    simulator.fault(kind, method=method, path=step)
    with pytest.raises(api.ExivoError) as raised:
        new_adapter().grant(cut)
    assert raised.value.maybe_done
    simulator.control("DELETE", "/faults")
    found = new_adapter().look_up(cut.kind, cut.token)
    assert len(found) <= 1
    if not any(grant.is_live for grant in found):
        cut = again(cut, 3)
        found = [new_adapter().grant(cut)]
    if first:
        new_adapter().revoke(first.kind, first.id)
    assert live(new_adapter()) == found
    assert len(client.list_persons()) == 1
    new_adapter().revoke(cut.kind, found[0].id)
    assert live(new_adapter()) == []
    assert client.list_access_groups() == []
    assert client.list_time_profiles() == []


@pytest.mark.parametrize(
    "errors",
    [[api.Unreachable], [api.Rejected], [api.NotFound, api.RateLimited]],
    ids=["unreachable", "rejected", "attempted again"],
)
@pytest.mark.parametrize("step", ["create_person", "update_person"])
def test_whatever_fails_once_the_tag_is_written_it_is_looked_up(
    client, new_adapter, order, monkeypatch, step, errors
):
    """The last call was surely not carried out, but the order as a whole was."""
    if step == "update_person":
        new_adapter().grant(order)
    carry_out, read = getattr(client, step), client.get_person
    left = iter(errors)

    def fail(_person_id):
        raise next(left)("Not now")

    def carry_out_and_fail_from_then_on(*arguments):
        monkeypatch.setattr(client, "get_person", fail)
        return carry_out(*arguments)

    monkeypatch.setattr(client, step, carry_out_and_fail_from_then_on)
    cut = again(order, 2, pin="531907")
    with pytest.raises(api.ExivoError) as raised:
        new_adapter().grant(cut)
    assert raised.value.maybe_done
    monkeypatch.setattr(client, "get_person", read)
    (found,) = new_adapter().look_up(cut.kind, cut.token)
    assert [found] == live(new_adapter())


def test_an_order_that_is_refused_before_its_tag_was_surely_not_made(
    simulator, client, new_adapter, order
):
    new_adapter().grant(order)
    simulator.fault("rate_limit", method="POST", path="/pincode")
    cut = again(order, 2, pin="531907")
    with pytest.raises(api.RateLimited) as raised:
        new_adapter().grant(cut)
    assert not raised.value.maybe_done
    assert new_adapter().look_up(cut.kind, cut.token) == []


@pytest.mark.parametrize("step", ["/pincode", "/assign/"])
@pytest.mark.parametrize("kind", ["cut_after", "error_500"])
def test_cut_off_and_no_longer_wanted_nothing_is_left_open(
    simulator, client, new_adapter, order, step, kind
):
    first = new_adapter().grant(order)
    cut = again(order, 2, pin="531907", rights=rights_of(client, "Rooms"))
    simulator.fault(kind, method="POST", path=step)
    with pytest.raises(api.ExivoError):
        new_adapter().grant(cut)
    new_adapter().revoke(first.kind, first.id)
    for grant in new_adapter().look_up(cut.kind, cut.token):
        new_adapter().revoke(grant.kind, grant.id)
    assert live(new_adapter()) == []
    assert not may_enter(simulator, "Entrance")
    assert not may_enter(simulator, "Meeting room Aare")


def test_the_person_may_enter_as_long_as_granted(simulator, new_adapter, order):
    grant = new_adapter().grant(order)
    assert may_enter(simulator, "Entrance")
    assert not may_enter(simulator, "Meeting room Aare")
    new_adapter().revoke(grant.kind, grant.id)
    assert not may_enter(simulator, "Entrance")
    (person,) = simulator.get("/person").json()
    assert not person["hasPinCode"]


def test_persons_with_the_same_rights_share_a_group(client, new_adapter, order):
    adapter = new_adapter()
    adapter.grant(order)
    adapter.grant(again(order, 2, member="a1b2c3-43", last_name="Beispiel"))
    (group,) = client.list_access_groups()
    assert len(group.person_ids) == 2


def test_many_orders_of_a_batch_read_the_persons_once(simulator, new_adapter, order):
    adapter = new_adapter()
    for number in range(5):
        adapter.grant(again(order, number, member=f"a1b2c3-{number}", is_new=True))
    lists = [
        call
        for call in simulator.requests()
        if call["method"] == "GET" and call["path"].endswith("/person")
    ]
    assert len(lists) <= 2


@pytest.mark.parametrize(
    "there",
    [
        api.PersonRequest("anna", "MUSTER", "Janitor"),
        api.PersonRequest("A.", "M.", "", email="Anna@example.com"),
    ],
)
def test_who_is_there_is_not_touched_unless_adopted(client, new_adapter, order, there):
    person = client.create_person(there)
    with pytest.raises(adapters.PersonExists) as raised:
        new_adapter().grant(order)
    assert [one.id for one in raised.value.candidates] == [person.id]
    assert client.list_persons() == [person]
    adopting = again(order, 2, person_id=person.id)
    new_adapter().grant(adopting)
    (adopted,) = client.list_persons()
    assert adopted.group_id and adopted.info.startswith(there.info)


def test_somebody_else_of_the_same_name_stays_as_he_is(client, new_adapter, order):
    person = client.create_person(api.PersonRequest("Anna", "Muster", ""))
    new_adapter().grant(dataclasses.replace(order, is_new=True))
    assert client.get_person(person.id) == person
    assert len(client.list_persons()) == 2


def test_a_person_moved_by_hand_is_not_ours_to_take_out(client, new_adapter, order):
    grant = new_adapter().grant(order)
    group = client.create_access_group("Board")
    (person,) = client.list_persons()
    client.assign_access_group(person.id, group.id)
    assert not new_adapter().get(grant.kind, grant.id).is_live
    (theirs,) = live(new_adapter())
    assert theirs.token == "" and theirs.id != grant.id
    new_adapter().revoke(grant.kind, grant.id)
    assert client.get_person(person.id).group_id == group.id
    assert [one.name for one in client.list_access_groups()] == ["Board"]


def test_a_person_whose_tag_was_deleted_is_known_by_id_and_taken_out(
    client, new_adapter, order
):
    grant = new_adapter().grant(order)
    (person,) = client.list_persons()
    client.update_person(person.id, api.PersonRequest("Anna", "Muster", "Desk 4"))
    assert new_adapter().get(grant.kind, grant.id).is_live
    new = new_adapter().grant(again(order, 2, person_id=person.id))
    assert client.get_person(person.id).info.startswith("Desk 4 ")
    client.update_person(person.id, api.PersonRequest("Anna", "Muster", ""))
    new_adapter().revoke(new.kind, new.id)
    assert not client.get_person(person.id).group_id


def test_a_person_revoked_by_hand_is_not_let_in_again(
    simulator, client, new_adapter, order
):
    grant = new_adapter().grant(order)
    (person,) = client.list_persons()
    simulator.post(f"/person/{person.id}/revoke", {})
    assert not new_adapter().get(grant.kind, grant.id).is_live
    with pytest.raises(api.Rejected):
        new_adapter().grant(again(order, 2, rights=rights_of(client, "Rooms")))
    assert not may_enter(simulator, "Meeting room Aare")


def test_a_person_whose_entry_date_is_to_come_is_not_said_to_open_anything(
    simulator, client, new_adapter, order
):
    grant = new_adapter().grant(order)
    path = f"/person/{grant.person_id}"
    simulator.post(path, {"entryDate": simulator.stamp(60)})
    assert not may_enter(simulator, "Entrance")
    (found,) = live(new_adapter())
    assert found.rights == (), "yet it is live: it opens doors when the day comes"
    with pytest.raises(adapters.PersonShutOut):
        new_adapter().grant(again(order, 2, pin="531907"))
    simulator.post(path, {"entryDate": simulator.stamp(-60)})
    assert new_adapter().grant(again(order, 3, pin="531907")).is_live
    assert may_enter(simulator, "Entrance")


def test_a_person_whose_entry_date_cannot_be_read_is_not_said_to_open_anything(
    client, new_adapter, order, monkeypatch
):
    grant = new_adapter().grant(order)
    row = {
        "id": grant.person_id,
        "info": client.get_person(grant.person_id).info,
        "accessGroupId": client.get_person(grant.person_id).group_id,
        "entryDate": "1. Februar",
    }
    person = api.Person.from_json(row)
    monkeypatch.setattr(client, "get_person", lambda _id: person)
    assert new_adapter().get(grant.kind, grant.id).rights == ()
    with pytest.raises(adapters.PersonShutOut):
        new_adapter().grant(again(order, 2, pin="531907"))


def test_a_person_of_somebody_else_is_not_taken_over_although_named_by_id(
    client, new_adapter, order
):
    grant = new_adapter().grant(order)
    before = client.list_persons()
    other = again(order, 2, member="ffffff-1", person_id=grant.person_id)
    with pytest.raises(api.Rejected):
        new_adapter().grant(other)
    assert client.list_persons() == before
    assert live(new_adapter()) == [grant]


def test_a_person_who_was_deleted_at_exivo_is_made_anew(
    simulator, client, new_adapter, order
):
    grant = new_adapter().grant(order)
    assert simulator.delete(f"/person/{grant.person_id}").ok
    new = new_adapter().grant(again(order, 2, person_id=grant.person_id))
    assert new.person_id != grant.person_id
    assert live(new_adapter()) == [new]


@pytest.mark.parametrize("hand", ["unassign", "move", "delete"])
def test_who_was_taken_out_by_hand_is_not_let_in_by_the_order_after(
    simulator, client, new_adapter, order, hand
):
    grant = new_adapter().grant(order)
    path = f"/person/{grant.person_id}"
    if hand == "unassign":
        client.unassign_access_group(grant.person_id)
    elif hand == "move":
        group = client.create_access_group("Board")
        client.assign_access_group(grant.person_id, group.id)
    else:
        assert simulator.delete(path).ok
    before = client.list_persons()
    changes = {"person_id": grant.person_id, "replaces": grant.id, "pin": "531907"}
    with pytest.raises(adapters.GrantGone) as raised:
        new_adapter().grant(again(order, 2, **changes))
    assert not raised.value.maybe_done
    assert client.list_persons() == before
    assert new_adapter().grant(again(order, 3, person_id=grant.person_id)).is_live


def test_an_order_takes_the_place_of_the_one_before_at_any_rights(
    client, new_adapter, order
):
    first = new_adapter().grant(order)
    rooms = rights_of(client, "Rooms")
    second = new_adapter().grant(again(order, 2, rights=rooms, replaces=first.id))
    third = new_adapter().grant(again(order, 3, rights=rooms, replaces=second.id))
    assert live(new_adapter()) == [third]


def test_an_exivo_that_says_yes_and_lets_nobody_in_is_not_believed(
    client, new_adapter, order, monkeypatch
):
    monkeypatch.setattr(client, "assign_access_group", lambda *_ids: None)
    with pytest.raises(api.ExivoError) as raised:
        new_adapter().grant(order)
    assert raised.value.maybe_done
    assert live(new_adapter()) == []


def test_a_person_whom_exivo_does_not_take_out_is_not_said_to_be_out(
    simulator, client, new_adapter, order, monkeypatch
):
    grant = new_adapter().grant(order)

    def refuse(_person_id):
        raise api.Rejected("Not today", 422)

    monkeypatch.setattr(client, "unassign_access_group", refuse)
    with pytest.raises(api.InvalidAnswer):
        new_adapter().revoke(grant.kind, grant.id)
    assert live(new_adapter()) == [grant]
    assert may_enter(simulator, "Entrance")


def test_a_zone_that_was_added_to_our_group_by_hand_is_taken_out_again(
    simulator, client, new_adapter, order
):
    new_adapter().grant(order)
    (group,) = client.list_access_groups()
    client.set_group_zone(group.id, zone_of(client, "Rooms"), api.ALWAYS)
    assert may_enter(simulator, "Meeting room Aare")
    new_adapter().grant(again(order, 2))
    assert may_enter(simulator, "Entrance")
    assert not may_enter(simulator, "Meeting room Aare")


def test_an_order_that_repairs_does_not_go_by_what_was_read_before(
    simulator, client, new_adapter, order
):
    adapter = new_adapter()
    adapter.grant(order)
    (group,) = client.list_access_groups()
    client.set_group_zone(group.id, zone_of(client, "Rooms"), api.ALWAYS)
    assert may_enter(simulator, "Meeting room Aare")
    adapter.grant(again(order, 2, is_repair=True))
    assert may_enter(simulator, "Entrance")
    assert not may_enter(simulator, "Meeting room Aare")


def test_a_group_that_vanishes_while_somebody_comes_in_is_made_anew(
    client, new_adapter, order, monkeypatch
):
    assign = client.assign_access_group
    vanishing = iter([True])

    def vanish_and_assign(person_id, group_id):
        if next(vanishing, False):
            client.delete_access_group(group_id)
        assign(person_id, group_id)

    monkeypatch.setattr(client, "assign_access_group", vanish_and_assign)
    grant = new_adapter().grant(order)
    assert live(new_adapter()) == [grant]
    assert len(client.list_persons()) == 1


@pytest.mark.parametrize("step", ["set_pin_code", "assign_access_group"])
def test_a_person_who_is_deleted_while_they_come_in_is_made_anew(
    simulator, client, new_adapter, order, monkeypatch, step
):
    carry_out = getattr(client, step)
    deleting = iter([True])

    def delete_and_carry_out(person_id, value):
        if next(deleting, False):
            assert simulator.delete(f"/person/{person_id}").ok
        carry_out(person_id, value)

    monkeypatch.setattr(client, step, delete_and_carry_out)
    grant = new_adapter().grant(order)
    assert live(new_adapter()) == [grant]
    assert len(client.list_persons()) == 1


def test_a_group_that_vanishes_again_and_again_is_left_for_later(
    client, new_adapter, order, monkeypatch
):
    assign = client.assign_access_group

    def vanish_and_assign(person_id, group_id):
        client.delete_access_group(group_id)
        assign(person_id, group_id)

    monkeypatch.setattr(client, "assign_access_group", vanish_and_assign)
    with pytest.raises(api.ExivoError) as raised:
        new_adapter().grant(order)
    assert raised.value.maybe_done
    assert live(new_adapter()) == []


def test_a_zone_with_more_doors_is_not_used(simulator, client, new_adapter, order):
    (entrance,) = (one for one in client.list_components() if one.name == "Entrance")
    with pytest.raises(adapters.ZonesDiffer) as raised:
        new_adapter().grant(dataclasses.replace(order, rights=((entrance.id, ()),)))
    names = {one.id: one.name for one in client.list_components()}
    assert {names[one] for one in raised.value.others} == {"Back door", "Bike shed"}
    assert [call["method"] for call in simulator.requests()].count("POST") == 0


def calls(simulator, method, end):
    return [
        call
        for call in simulator.requests()
        if call["method"] == method and call["path"].endswith(end)
    ]


def test_who_is_known_by_id_is_not_looked_for_in_the_list(
    simulator, client, new_adapter, order
):
    grant = new_adapter().grant(order)
    before = len(calls(simulator, "GET", "/person"))
    new_adapter().grant(again(order, 2, pin="531907", person_id=grant.person_id))
    assert len(calls(simulator, "GET", "/person")) == before
    assert len(client.list_persons()) == 1


def test_person_made_by_a_call_without_an_answer_is_found_by_the_same_adapter(
    simulator, client, new_adapter, order
):
    adapter = new_adapter()
    adapter.grant(order)
    simulator.fault("cut_after", method="POST", path="/person")
    other = again(order, 2, member="a1b2c3-43", known_as=())
    with pytest.raises(api.ExivoError):
        adapter.grant(other)
    simulator.control("DELETE", "/faults")
    adapter.grant(dataclasses.replace(other, token="a1b2c30000000003"))
    assert len(client.list_persons()) == 2


def test_a_grant_says_what_is_open_now_whoever_has_changed_it(
    client, new_adapter, order
):
    noon = dataclasses.replace(order, rights=rights_of(client, "Public", NOON))
    grant = new_adapter().grant(noon)
    (found,) = live(new_adapter())
    assert union(found.rights) == union(noon.rights) and found.has_pin
    (group,) = client.list_access_groups()
    for zone in DOORS:
        client.set_group_zone(group.id, zone_of(client, zone), "ALWAYS")
    client.delete_pin_code(grant.person_id)
    (found,) = live(new_adapter())
    every = rights_of(client, "Public") + rights_of(client, "Rooms")
    assert union(found.rights) == union(every) and not found.has_pin
    assert new_adapter().get(grant.kind, grant.id).rights == found.rights


def test_namesake_who_came_a_little_later_is_seen(
    client, new_adapter, order, monkeypatch
):
    adapter = new_adapter()
    adapter.grant(again(order, 2, member="a1b2c3-43", known_as=()))
    client.create_person(api.PersonRequest("Anna", "Muster", ""))
    now = exivo_persons.time.monotonic()
    monkeypatch.setattr(
        exivo_persons.time, "monotonic", lambda: now + exivo_persons.FRESH * 2
    )
    with pytest.raises(adapters.PersonExists):
        adapter.grant(order)


def test_namesake_who_was_renamed_meanwhile_is_none_any_more(
    client, new_adapter, order
):
    person = client.create_person(api.PersonRequest("Anna", "Muster", ""))
    adapter = new_adapter()
    with pytest.raises(adapters.PersonExists):
        adapter.grant(order)
    client.update_person(person.id, api.PersonRequest("Anne", "Muster", ""))
    assert adapter.grant(order).is_live


def test_of_many_namesakes_few_are_read_and_those_of_the_name_come_first(
    simulator, client, new_adapter, order
):
    address = "anna@example.com"
    for number in range(20):
        client.create_person(api.PersonRequest("A.", f"M. {number}", "", email=address))
    named = client.create_person(api.PersonRequest("Anna", "Muster", ""))
    with pytest.raises(adapters.PersonExists) as raised:
        new_adapter().grant(order)
    assert raised.value.candidates[0].id == named.id
    assert len(raised.value.candidates) == 10
    read = [call for call in simulator.requests() if "/person/" in call["path"]]
    assert len(read) == 10


def test_zones_are_chosen_once_for_all_of_the_same_rights(
    client, new_adapter, order, monkeypatch
):
    chosen, choose = [], zones.choose
    monkeypatch.setattr(
        zones, "choose", lambda *args: chosen.append(args) or choose(*args)
    )
    adapter = new_adapter()
    for number in range(3):
        adapter.grant(again(order, number, member=f"a1b2c3-{number}", is_new=True))
    assert len(chosen) == 1
    adapter.grant(again(order, 4, member="a1b2c3-1", is_new=True, is_repair=True))
    assert len(chosen) == 2, "what was read before counts no longer"


def test_members_who_leave_do_not_read_their_group_each_time(
    simulator, client, new_adapter, order
):
    adapter = new_adapter()
    grants = [
        adapter.grant(again(order, number, member=f"a1b2c3-{number}", is_new=True))
        for number in range(6)
    ]
    (group,) = client.list_access_groups()
    before = len(calls(simulator, "GET", group.id))
    for grant in grants:
        adapter.revoke(grant.kind, grant.id)
    assert len(calls(simulator, "GET", group.id)) - before == 2
    assert client.list_access_groups() == []
