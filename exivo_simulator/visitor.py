# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page behind a visit's link, as a visitor meets it on a phone.

The reference (§4.1) only says: link, code, LOGIN, the doors of the booking. All else
is our assumption. What the page tells before the PIN is kept small, hence the order:
unknown link, revoked, over, PIN, too early.
"""

import secrets

from starlette.responses import RedirectResponse
from starlette.routing import Route

from .api.common import house_of
from .clock import from_stamp, in_words
from .rendering import form_route, render
from .visits import check_pin, find_phase, locked_until, open_door, visit_by_token

COOKIE = "visit_session"
# Statuses of the pages that say no.
STATUS = {"revoked": 410, "over": 410, "early": 403, "wrong": 403, "locked": 429}


def _visit(request):
    house = house_of(request)
    return house, visit_by_token(house, request.path_params["token"])


def _session(request, house, visit):
    """Return the visitor's session, if they gave this visit's PIN before."""
    session = house.sessions.get(request.cookies.get(COOKIE))
    return session if session and session["visit_id"] == visit["id"] else None


def _page(house, visit, kind, **values):
    zone = house.zone
    values = {
        "kind": kind,
        "zone": zone.key,
        "starts": in_words(from_stamp(visit["validFrom"]), zone),
        "ends": in_words(from_stamp(visit["validTo"]), zone),
        "address": f"/visit/{visit['token']}",
        "notice": None,
        **values,
    }
    return render("visitor.html", STATUS.get(kind, 200), **values)


def _unknown():
    return render("visitor.html", 404, kind="unknown")


def _pin_page(house, visit, kind="pin"):
    until = locked_until(house, visit)
    if not until:
        return _page(house, visit, kind)
    local = from_stamp(until).astimezone(house.zone)
    return _page(house, visit, "locked", locked_until=f"{local:%H:%M:%S}")


async def show(request):
    """GET: the form for the PIN, or the doors, or why there are none."""
    house, visit = _visit(request)
    if not visit:
        return _unknown()
    state = find_phase(house, visit)
    if state in ("revoked", "over"):
        return _page(house, visit, state)
    session = _session(request, house, visit)
    if not session:
        return _pin_page(house, visit)
    if state == "early":
        return _page(house, visit, "early")
    components = house.state["components"]
    doors = [
        {"component": door, "open": house.open_until(door)}
        for door in (components[one] for one in dict.fromkeys(visit["components"]))
    ]
    return _page(house, visit, "doors", doors=doors, notice=session.pop("notice", None))


async def login(request):
    """POST with the PIN."""
    house, visit = _visit(request)
    if not visit:
        return _unknown()
    state = find_phase(house, visit)
    if state in ("revoked", "over"):
        return _page(house, visit, state)
    form = await request.form()
    result = check_pin(house, visit, str(form.get("pin", "")))
    if result != "right":
        return _pin_page(house, visit, result)
    key = secrets.token_urlsafe(24)
    house.sessions[key] = {"visit_id": visit["id"]}
    response = _back(visit)
    response.set_cookie(
        COOKIE,
        key,
        path=f"/visit/{visit['token']}",
        httponly=True,
        samesite="lax",
        secure=house.settings.public_url.startswith("https:"),
    )
    return response


async def open_(request):
    """POST that opens a door; window and revocation are checked again each time."""
    house, visit = _visit(request)
    if not visit:
        return _unknown()
    session = _session(request, house, visit)
    door_id = request.path_params["component_id"]
    if not session or door_id not in visit["components"]:
        return _back(visit)
    refusal = open_door(house, visit, door_id)
    session["notice"] = {"door_id": door_id, "refusal": refusal}
    return _back(visit)


def _back(visit):
    """Go back to the page by GET, so that reloading never opens a door again."""
    return RedirectResponse(f"/visit/{visit['token']}", 303)


routes = [
    form_route("/visit/{token}", show, login),
    Route("/visit/{token}/open/{component_id}", open_, methods=["POST"]),
]
