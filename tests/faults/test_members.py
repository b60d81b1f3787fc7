# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Members of communities, from Odoo to the doors of the simulator."""

import pytest

from odoo.addons.exivo_access.adapters import exivo_persons
from odoo.addons.exivo_access.tools.connection import ADAPTERS

PUBLIC = ("Entrance", "Back door", "Bike shed")
ROOMS = ("Meeting room Aare", "Meeting room Reuss", "Workshop", "Bike shed")
#: Calls that a site has side by side.
AT_ONCE = 4
MONDAYS = [(0, 0, {"weekday": "0", "hour_from": 9, "hour_to": 12})]


@pytest.fixture
def community(office):
    """Makes a community whose members open some doors by an access group."""

    def make(name, doors, **vals):
        with office.env() as env:
            category = env["res.partner.category"].create({"name": name})
            locks = env["exivo.lock"].search([("name", "in", doors)])
            env["exivo.access.rule"].create(
                {
                    "category_id": category.id,
                    "lock_ids": [(6, 0, locks.ids)],
                    "method": "group",
                    **vals,
                }
            )
            return category.id

    return make


def new_contacts(office, *names):
    with office.env() as env:
        return env["res.partner"].create([{"name": name} for name in names]).ids


def belong(office, partner_ids, *category_ids):
    """Let contacts belong to just these communities, and bring Exivo in line."""
    with office.env() as env:
        partners = env["res.partner"].browse(partner_ids)
        partners.category_id = [(6, 0, category_ids)]
    office.synchronise()


def come_to_rest(office):
    """Let time pass, so that all that is due later is done."""
    for _look in range(4):
        with office.env() as env:
            env.cr.execute(
                "UPDATE exivo_access SET due_at = due_at - interval '1 hour'"
            )
            env.cr.execute(
                "UPDATE exivo_credential SET lease = lease - interval '1 hour'"
            )
            env.cr.execute(
                "UPDATE exivo_site SET paused_until = paused_until - interval '1 hour'"
            )
        office.synchronise()


#: What is due in Odoo at some moment.
MOMENTS = {
    "exivo_access": ["due_at"],
    "exivo_credential": ["lease", "look_again_at", "ask_at"],
    "exivo_site": ["paused_until"],
}


def let_pass(office, seconds):
    """Let time pass for Exivo and for what is due in Odoo, and bring Exivo in line."""
    clock = office.simulator.control("GET", "/clock")
    moved = {"offset_seconds": clock["offset_seconds"] + seconds}
    office.simulator.control("POST", "/clock", moved)
    with office.env() as env:
        for table, columns in MOMENTS.items():
            for column in columns:
                moment = f"{column} - interval '{seconds} seconds'"
                env.cr.execute(f"UPDATE {table} SET {column} = {moment}")
    office.synchronise()


def may_enter(office, door, name="Anna"):
    """Whether a person there is let in."""
    persons = office.simulator.get("/person").json()
    (person,) = [one for one in persons if one["firstName"] == name]
    component = office.simulator.component(door)
    answer = office.simulator.control(
        "POST", f"/doors/{component['id']}/enter", {"person": person["id"]}
    )
    return answer["opened"]


def states(office):
    with office.env() as env:
        accesses = env["exivo.access"].search([("is_of_community", "=", True)])
        return accesses.mapped("state")


def calls(office, method, end):
    return [
        one
        for one in office.simulator.requests()
        if one["method"] == method and one["path"].endswith(end)
    ]


def test_member_opens_the_doors_of_all_communities_until_the_last_one_is_left(
    office, community
):
    house, rooms = community("House", PUBLIC), community("Rooms", ROOMS)
    contacts = new_contacts(office, "Anna Muster")
    belong(office, contacts, house)
    assert may_enter(office, "Entrance")
    assert not may_enter(office, "Meeting room Aare")
    belong(office, contacts, house, rooms)
    assert may_enter(office, "Entrance") and may_enter(office, "Meeting room Aare")
    belong(office, contacts, rooms)
    assert not may_enter(office, "Entrance")
    assert may_enter(office, "Meeting room Aare")
    come_to_rest(office)
    assert len(office.simulator.get("/accessgroup").json()) == 1
    belong(office, contacts)
    assert not may_enter(office, "Meeting room Aare")
    (person,) = office.simulator.get("/person").json()
    assert not person["hasPinCode"]
    assert office.simulator.get("/accessgroup").json() == []
    assert states(office) == ["removed"]


def test_communities_with_hours_and_without_add_up(office, community):
    house = community("House", PUBLIC, hour_ids=MONDAYS)
    rooms = community("Rooms", ROOMS)
    contacts = new_contacts(office, "Anna Muster")
    belong(office, contacts, house, rooms)
    assert states(office) == ["created"]
    assert may_enter(office, "Meeting room Aare") and may_enter(office, "Workshop")
    (group,) = office.simulator.get("/accessgroup").json()
    profiles = list(group["accessZoneTimeProfiles"].values())
    assert profiles.count("ALWAYS") == 1 and len(profiles) == 2
    belong(office, contacts)
    assert office.simulator.get("/timeprofile").json() == []


@pytest.mark.parametrize("kind", ["cut_after", "error_500"])
@pytest.mark.parametrize("step", ["/person", "/pincode", "/accessgroup", "/assign/"])
def test_call_without_an_answer_makes_nobody_twice_and_leaves_nobody_inside(
    office, community, step, kind
):
    house, rooms = community("House", PUBLIC), community("Rooms", ROOMS)
    contacts = new_contacts(office, "Anna Muster")
    office.simulator.fault(kind, method="POST", path=step)
    belong(office, contacts, house)
    come_to_rest(office)
    assert states(office) == ["created"]
    assert may_enter(office, "Entrance")
    office.simulator.fault(kind, method="POST", path=step)
    belong(office, contacts, rooms)
    come_to_rest(office)
    assert states(office) == ["created"]
    assert not may_enter(office, "Entrance") and may_enter(office, "Workshop")
    office.simulator.fault(kind, method="POST", path="unassign")
    belong(office, contacts)
    come_to_rest(office)
    assert states(office) == ["removed"]
    assert not may_enter(office, "Workshop")
    assert office.simulator.get("/accessgroup").json() == []


def test_who_leaves_and_comes_back_at_once_is_inside_at_the_end(office, community):
    house = community("House", PUBLIC)
    contacts = new_contacts(office, "Anna Muster")
    belong(office, contacts, house)
    for categories in ([], [house]):
        with office.env() as env:
            partners = env["res.partner"].browse(contacts)
            partners.category_id = [(6, 0, categories)]
    office.synchronise()
    come_to_rest(office)
    assert may_enter(office, "Entrance")
    with office.env() as env:
        domain = [("is_of_community", "=", True), ("is_wanted", "=", True)]
        assert env["exivo.access"].search(domain).mapped("state") == ["created"]


def lose_an_order(office, contacts, house):
    """Order the access of the first contact; it is carried out after 200 seconds.

    The other one is in the group already, so that it is there until then.
    """
    belong(office, contacts[1:], house)
    office.simulator.fault(
        "late", seconds=200, method="POST", path="/assign/accessgroup"
    )
    belong(office, contacts[:1], house)
    for _look in range(2):
        let_pass(office, 30)
    assert may_enter(office, "Entrance"), "it was ordered anew"


def test_late_order_of_the_group_before_leaves_a_member_in_the_present_one(
    office, community
):
    house, rooms = community("House", PUBLIC), community("Rooms", ROOMS)
    contacts = new_contacts(office, "Anna Muster", "Ben Muster")
    lose_an_order(office, contacts, house)
    belong(office, contacts[:1], rooms)
    assert may_enter(office, "Workshop") and not may_enter(office, "Entrance")
    let_pass(office, 150)  # it is carried out now
    assert may_enter(office, "Entrance")
    let_pass(office, 200)
    let_pass(office, 30)
    assert not may_enter(office, "Entrance")
    assert may_enter(office, "Workshop")
    assert may_enter(office, "Entrance", "Ben")
    assert states(office) == ["created"] * 2
    let_pass(office, 3600)
    assert not may_enter(office, "Entrance") and may_enter(office, "Workshop")
    assert states(office) == ["created"] * 2


def test_late_order_lets_nobody_in_who_has_left_since(office, community):
    house = community("House", PUBLIC)
    contacts = new_contacts(office, "Anna Muster", "Ben Muster")
    lose_an_order(office, contacts, house)
    belong(office, contacts[:1])
    assert not may_enter(office, "Entrance")
    let_pass(office, 150)
    assert may_enter(office, "Entrance")
    let_pass(office, 200)
    let_pass(office, 30)
    assert not may_enter(office, "Entrance")
    assert may_enter(office, "Entrance", "Ben")
    assert sorted(states(office)) == ["created", "removed"]


def test_who_is_taken_out_by_a_late_removal_after_coming_back_is_not_called_inside(
    office, community
):
    house = community("House", PUBLIC)
    contacts = new_contacts(office, "Anna Muster")
    belong(office, contacts, house)
    office.simulator.fault(
        "late", seconds=200, method="POST", path="/unassign/accessgroup"
    )
    belong(office, contacts)
    let_pass(office, 30)
    assert states(office) == ["removed"]
    belong(office, contacts, house)
    assert may_enter(office, "Entrance")
    let_pass(office, 200)
    assert not may_enter(office, "Entrance")
    let_pass(office, 200)
    assert "created" not in states(office)
    with office.env() as env:
        gone = env["exivo.access"].search([("gone_at_exivo", "=", True)])
        gone.action_give_back()
    office.synchronise()
    let_pass(office, 3600)
    assert may_enter(office, "Entrance")
    assert sorted(states(office)) == ["created", "removed"]


def test_many_members_take_few_lists_and_no_more_calls_each(
    office, community, monkeypatch
):
    """What grows with the number of persons must not be read for each of them."""
    monkeypatch.setattr(exivo_persons, "FRESH", 3600)
    ADAPTERS.clear()
    many = 60
    house = community("House", PUBLIC)
    contacts = new_contacts(office, *(f"Member {number}" for number in range(many)))
    belong(office, contacts, house)
    assert states(office) == ["created"] * many
    # the last page of a list is the one that brings nothing new
    assert len(calls(office, "GET", "/person")) <= 2
    assert len(calls(office, "GET", "/component")) <= 4
    assert len(calls(office, "GET", "/accessgroup")) <= 2
    office.simulator.control("DELETE", "/requests")
    with office.env() as env:
        rule = env["exivo.access.rule"].search([("category_id", "=", house)])
        rule.hour_ids = MONDAYS
    office.synchronise()
    come_to_rest(office)
    assert states(office) == ["created"] * many
    assert calls(office, "GET", "/person") == []
    # for each: look, PIN, tag, group, look again; then twice a look at the old one;
    # the new group is made once; the last ones in all threads clear the old one away
    making, clearing = 15, 5 * AT_ONCE
    assert len(office.simulator.requests()) <= 7 * many + making + clearing
    belong(office, contacts)
    come_to_rest(office)
    assert states(office) == ["removed"] * many
    assert office.simulator.get("/accessgroup").json() == []
