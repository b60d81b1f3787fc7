# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Says who may enter by standing access: person, access group, zone, time profile.

How the real house decides is inferred from the reference (§2, §3.6, §3.7).
"""

from .house import House

ALWAYS, NEVER = "ALWAYS", "NEVER"


def person_answer(house: House, person: dict) -> dict:
    """Return a person as the API answers it: the PIN itself never comes back."""
    return {
        **person,
        "hasPinCode": person["id"] in house.state["pin_codes"],
        "media": [],
    }


def enter(house: House, person: dict, component: dict) -> str | None:
    """Let a person present a key at a door.

    :return: None when the door opened, else why not, as a sentence
    """
    about = {name: person[name] for name in ("id", "firstName", "lastName")}
    reason = _reason_against(house, person, component)
    if reason:
        house.log("accessDenied", component, person=about, reason=reason)
        return reason
    return house.unlock(component, "accessPermitted", person=about)


def _reason_against(house, person, component):
    entry, leave = person.get("entryDate"), person.get("exitDate")
    if person["revoked"]:
        return "The person's access is revoked."
    if entry and not house.in_past(entry):
        return "The person's entry date is still to come."
    if leave and house.in_past(leave):
        return "The person's exit date is over."
    group = house.state["access_groups"].get(person.get("accessGroupId"))
    zones = group["accessZoneTimeProfiles"] if group else {}
    profiles = [zones[zone] for zone in component["accessZones"] if zone in zones]
    if not any(_covers_now(house, profile) for profile in profiles):
        return "The person's access group does not open this door now."
    return None


def _covers_now(house, profile_id):
    if profile_id in (ALWAYS, NEVER):
        return profile_id == ALWAYS
    local = house.now().astimezone(house.zone)
    day, minute = str(local.isoweekday() % 7), local.hour * 60 + local.minute
    return any(
        day in span["days"] and span["start"] <= minute < span["end"]
        for span in house.state["time_profiles"][profile_id]["ranges"]
    )
