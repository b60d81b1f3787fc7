# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The part of the journey without a booking: standing access of a community."""

from .patience import expect, within_seconds

#: The doors of one access zone that are ready; the third comes along.
OPENS = ("Entrance", "Back door")
NOT_READY = "Bike shed"
SHUT = "Workshop"


def member_of_a_community(journey):
    """A member is let in as a person at Exivo, is told, and loses it with the tag."""
    mails = len(journey.mails())
    admin = journey.admin
    (community,) = admin.call("res.partner.category", "create", [{"name": "Members"}])
    zone = [*OPENS, NOT_READY]
    found = admin.read("exivo.lock", [("name", "in", zone)], ["id"])
    locks = [one["id"] for one in found]
    admin.call("exivo.lock", "write", locks, {"has_keypad": True})
    rule = {"category_id": community, "method": "group", "lock_ids": [[6, 0, locks]]}
    admin.call("exivo.access.rule", "create", [rule])
    _tag(journey, [[4, community]])
    within_seconds(
        lambda: _state(journey) == "created", "staff see no access of the member"
    )
    person, doors = _person(journey), _doors(journey)
    opened = [name for name in OPENS if _enters(journey, person, doors[name])]
    expect(opened == list(OPENS), f"only {opened} open")
    expect(not _enters(journey, person, doors[SHUT]), f"{SHUT} opens as well")
    expect(person["hasPinCode"], "the member has no PIN at Exivo")
    mail = journey.mails_settled(mails + 1)[-1]
    expect("keypad" in mail["html"], "the mail does not say where the PIN is typed")
    shown = journey.customer.open(f"{journey.url}/my/doors").text
    expect("Members" in shown, f"the portal says: {shown}")

    _tag(journey, [[3, community]])
    within_seconds(
        lambda: not _enters(journey, person, doors[OPENS[0]]), "the doors still open"
    )
    within_seconds(lambda: _state(journey) == "removed", "staff do not see Removed")
    within_seconds(lambda: not _person(journey)["hasPinCode"], "the PIN is still there")
    within_seconds(
        lambda: not journey.at_exivo("accessgroup"), "the unused group is still there"
    )
    journey.mails_settled(mails + 2)
    return f"opened {', '.join(opened)}, not {SHUT}; nothing is left of it"


def _tag(journey, commands):
    journey.admin.call(
        "res.partner", "write", [journey.partner], {"category_id": commands}
    )


def _state(journey):
    domain = [("is_of_community", "=", True), ("partner_id", "=", journey.partner)]
    found = journey.admin.read("exivo.access", domain, ["state"])
    return found and found[0]["state"]


def _person(journey):
    (person,) = journey.at_exivo("person")
    return person


def _doors(journey):
    return {one["identifier"]: one["id"] for one in journey.at_exivo("component")}


def _enters(journey, person, door_id):
    return journey.tell(f"/doors/{door_id}/enter", person=person["id"])["opened"]
