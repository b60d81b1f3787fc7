# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Access groups, access zones, and the zones of a group."""

from pydantic_core import from_json

from ..errors import Refusal
from ..house import new_id
from ..persons import ALWAYS, NEVER
from ..schemas import AccessGroupPayload
from .common import (
    PAGING,
    answer,
    done,
    house_of,
    list_of,
    need,
    one_of,
    read,
    route,
)

KIND = "access_groups"


def _group(request):
    return need(request, KIND, "group_id", "access group")


def _group_answer(house, group):
    members = [
        person["id"]
        for person in house.state["persons"].values()
        if person.get("accessGroupId") == group["id"]
    ]
    return {**group, "persons": members}


async def create(request):
    """POST /accessgroup."""
    payload = await read(request, AccessGroupPayload)
    row = {"id": new_id(), "name": payload.name, "accessZoneTimeProfiles": {}}
    house_of(request).state[KIND][row["id"]] = row
    return answer(_group_answer(house_of(request), row))


async def change(request):
    """POST /accessgroup/{id}."""
    row = _group(request)
    row["name"] = (await read(request, AccessGroupPayload)).name
    return answer(_group_answer(house_of(request), row))


async def delete(request):
    """DELETE /accessgroup/{id}: only an empty one (§8 no. 9: surely a 400)."""
    row = _group(request)
    if _group_answer(house_of(request), row)["persons"]:
        raise Refusal("There are persons assigned to the access group.")
    del house_of(request).state[KIND][row["id"]]
    return done()


async def add_zone(request):
    """POST /accessgroup/{id}/accesszone/{id}; the body is a bare JSON string."""
    row = _group(request)
    wanted = need(request, "access_zones", "zone_id", "access zone")
    try:
        profile = from_json(await request.body())
    except ValueError:
        profile = None
    known = [ALWAYS, NEVER, *house_of(request).state["time_profiles"]]
    if profile not in known:
        raise Refusal(
            "The body must be a JSON string: ALWAYS, NEVER or a time profile's id."
        )
    row["accessZoneTimeProfiles"][wanted["id"]] = profile
    return done()


async def remove_zone(request):
    """DELETE /accessgroup/{id}/accesszone/{id}."""
    wanted = need(request, "access_zones", "zone_id", "access zone")
    zones_of_group = _group(request)["accessZoneTimeProfiles"]
    if not zones_of_group.pop(wanted["id"], None):
        raise Refusal("The access zone is not in the access group.")
    return done()


GROUP = "/accessgroup/{group_id}"
routes = [
    route("/accessgroup", query=PAGING, GET=list_of(KIND, _group_answer), POST=create),
    route(
        GROUP, GET=one_of(KIND, "group_id", _group_answer), POST=change, DELETE=delete
    ),
    route(GROUP + "/accesszone/{zone_id}", POST=add_zone, DELETE=remove_zone),
    route("/accessZone", query=PAGING, GET=list_of("access_zones")),
    route("/accesszone/{zone_id}", GET=one_of("access_zones", "zone_id")),
]
