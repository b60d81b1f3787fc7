# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Site info and components."""

from ..errors import Refusal
from ..house import TIME_ZONE, is_door
from ..schemas import ModePayload, UnlockPayload
from .common import (
    PAGING,
    answer,
    done,
    house_of,
    list_of,
    need,
    one_of,
    read,
    read_optional,
    route,
)


async def info(request):
    """GET /info."""
    return answer(
        {
            "id": house_of(request).settings.site_id,
            "name": "Simulated house",
            "language": "en",
            "timeZone": TIME_ZONE,
            "type": "exivo",
        }
    )


def _component_answer(house, component):
    """``open`` is read as "the door stands open" (§3.2, inferred)."""
    return {**component, "open": bool(house.open_until(component))}


def _door(request):
    """Return the door a write is about. Assumption: a gateway is refused."""
    row = need(request, "components", "component_id", "component")
    if not is_door(row):
        raise Refusal("The component is not a door.")
    return row


async def unlock(request):
    """POST /component/{id}/unlock: a request only, so 204 whatever the door does."""
    row = _door(request)
    house = house_of(request)
    payload = await read_optional(request, UnlockPayload)
    cause = payload.model_dump(exclude_unset=True)
    house.unlock(
        row, "componentUnlocked", apiIdentifier=house.settings.api_key, **cause
    )
    return done()


async def set_mode(request):
    """POST /component/{id}/mode."""
    row = _door(request)
    payload = await read(request, ModePayload)
    if "mode" not in row:
        raise Refusal("The component has no operating mode.")
    row["mode"] = payload.mode
    return done()


routes = [
    route("/info", GET=info),
    route("/component", query=PAGING, GET=list_of("components", _component_answer)),
    route(
        "/component/{component_id}",
        GET=one_of("components", "component_id", _component_answer),
    ),
    route("/component/{component_id}/unlock", POST=unlock),
    route("/component/{component_id}/mode", POST=set_mode),
]
