# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time profiles, always submitted complete."""

from ..errors import Refusal
from ..house import new_id
from ..schemas import TimeProfilePayload
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

KIND = "time_profiles"


def _profile(request):
    return need(request, KIND, "profile_id", "time profile")


async def create(request):
    """POST /timeprofile."""
    payload = await read(request, TimeProfilePayload)
    row = {"id": new_id(), **payload.model_dump()}
    house_of(request).state[KIND][row["id"]] = row
    return answer(row)


async def change(request):
    """POST /timeprofile/{id}."""
    row = _profile(request)
    row.update((await read(request, TimeProfilePayload)).model_dump())
    return answer(row)


async def delete(request):
    """DELETE /timeprofile/{id}: not while a group uses it."""
    row = _profile(request)
    state = house_of(request).state
    for group in state["access_groups"].values():
        if row["id"] in group["accessZoneTimeProfiles"].values():
            raise Refusal("The time profile is assigned to an access group.")
    del state[KIND][row["id"]]
    return done()


routes = [
    route("/timeprofile", query=PAGING, GET=list_of(KIND), POST=create),
    route(
        "/timeprofile/{profile_id}",
        GET=one_of(KIND, "profile_id"),
        POST=change,
        DELETE=delete,
    ),
]
