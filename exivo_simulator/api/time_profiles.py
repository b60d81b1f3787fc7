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
    find,
    house_of,
    need,
    not_found,
    page,
    read,
    route,
)


def _profile(request):
    return need(request, "time_profiles", "profile_id", "time profile")


async def profiles(request):
    """GET /timeprofile."""
    return answer(page(request, house_of(request).state["time_profiles"].values()))


async def create(request):
    """POST /timeprofile."""
    payload = await read(request, TimeProfilePayload)
    row = {"id": new_id(), **payload.model_dump()}
    house_of(request).state["time_profiles"][row["id"]] = row
    return answer(row)


async def profile(request):
    """GET /timeprofile/{id}. Unknown id: 404, as elsewhere (assumption)."""
    row = find(request, "time_profiles", "profile_id")
    return answer(row) if row else not_found()


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
    del state["time_profiles"][row["id"]]
    return done()


routes = [
    route("/timeprofile", query=PAGING, GET=profiles, POST=create),
    route("/timeprofile/{profile_id}", GET=profile, POST=change, DELETE=delete),
]
