# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The app on a visitor's phone: its keys, and the doors that they open.

The whole page is our assumption; nothing is known of the real app but that it takes
keys for a phone number or an e-mail address. Whoever can see the simulator may look at
any phone: it stands on a desk.
"""

from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.routing import Route

from .api.common import house_of
from .clock import from_stamp, window_in_words
from .keys import is_on_phone, keys_of, open_door, take
from .rendering import render
from .visits import find_phase


def _phone(request):
    return house_of(request), request.path_params["registration"]


def _address(registration):
    return f"/phone/{quote(registration)}"


def _as_shown(house, key):
    components = house.state["components"]
    doors = [components[one] for one in dict.fromkeys(key["components"])]
    window = (from_stamp(key["validFrom"]), from_stamp(key["validTo"]))
    return {
        "id": key["id"],
        "app": key["mobileApp"].get("name") or key["mobileApp"]["id"],
        "window": window_in_words(*window, house.zone),
        "phase": find_phase(house, key),
        "doors": [{"component": one, "open": house.open_until(one)} for one in doors],
    }


async def show(request):
    """GET: the keys on the phone, and whether others wait to be fetched."""
    house, registration = _phone(request)
    alive = [
        key
        for key in keys_of(house, registration)
        if find_phase(house, key) in ("early", "open")
    ]
    return render(
        "phone.html",
        registration=registration,
        address=_address(registration),
        keys=[_as_shown(house, key) for key in alive if is_on_phone(key)],
        waiting=sum(not is_on_phone(key) for key in alive),
        refusal=request.query_params.get("refusal"),
        zone=house.zone.key,
    )


async def fetch(request):
    """POST: the app is installed and opened, and fetches the keys that wait."""
    house, registration = _phone(request)
    take(house, registration)
    return RedirectResponse(_address(registration), 303)


async def open_(request):
    """POST: the phone is held to a door."""
    house, registration = _phone(request)
    door_id = request.path_params["component_id"]
    refusal = None
    for key in keys_of(house, registration):
        if key["id"] == request.path_params["key_id"] and door_id in key["components"]:
            refusal = open_door(house, key, door_id)
    query = f"?refusal={quote(refusal)}" if refusal else ""
    return RedirectResponse(_address(registration) + query, 303)


routes = [
    Route("/phone/{registration}", show, methods=["GET"]),
    Route("/phone/{registration}/fetch", fetch, methods=["POST"]),
    Route(
        "/phone/{registration}/open/{key_id}/{component_id}", open_, methods=["POST"]
    ),
]
