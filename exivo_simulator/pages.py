# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pages for people at the desk: house view, inbox, faults and time."""

from urllib.parse import quote

from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from .api.common import house_of
from .clock import from_stamp, in_words, offset_in_words, window_in_words
from .faults import KINDS, FaultOrder
from .keys import KIND as KEYS
from .keys import is_on_phone
from .rendering import HEADERS, form_route, render
from .visits import find_phase

# The mail's own page: no scripts, no access to this site, links open outside.
MAIL_SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox; script-src 'none'"
EVENTS = {
    "componentUnlocked": "opened by API",
    "accessPermitted": "opened",
    "accessDenied": "denied",
    "componentNotReady": "not reachable",
}
STANDING = {"early": "not yet", "open": "now", "over": "over", "revoked": "revoked"}


def _clock(house, stamp):
    return f"{from_stamp(stamp).astimezone(house.zone):%H:%M:%S}"


def _way(house, visit):
    return "key" if visit["id"] in house.state[KEYS] else "link"


def _event(house, entry):
    """Say in a few words what a log entry is about."""
    data = entry["data"]
    what = EVENTS[entry["name"]]
    if "visit" in data:
        visit = data["visit"]
        who = f"by {_way(house, visit)} of {visit['name'] or visit['id']}"
    elif "person" in data:
        who = f"by {data['person']['firstName']} {data['person']['lastName']}"
    else:
        who = data.get("delegatedUser", "")
    return {
        "at": _clock(house, entry["occurredAt"]),
        "door": data["component"]["identifier"] if "component" in data else None,
        "what": what,
        "who": who,
        "reason": data.get("reason"),
        "good": entry["name"] in ("componentUnlocked", "accessPermitted"),
    }


def _visit(house, visit):
    """Say in a few words what somebody may open, and when."""
    components = house.state["components"]
    window = (from_stamp(visit["validFrom"]), from_stamp(visit["validTo"]))
    return {
        "name": visit.get("name") or visit["id"],
        "window": window_in_words(*window, house.zone),
        "doors": [components[one]["identifier"] for one in visit["components"]],
        "phase": find_phase(house, visit),
    }


def _house_values(house):
    doors = []
    for door in house.doors():
        log = house.log_of("component", door["id"])
        doors.append(
            {
                "component": door,
                "open": house.open_until(door),
                "last": _event(house, log[0]) if log else None,
            }
        )
    return {
        "doors": doors,
        "visits": [
            _visit(house, one) for one in list(house.state["visits"].values())[:-11:-1]
        ],
        "keys": [
            {
                **_visit(house, one),
                "phone": one["publicRegistrationId"],
                "address": f"/phone/{quote(one['publicRegistrationId'])}",
                "waits": not is_on_phone(one),
            }
            for one in list(house.state[KEYS].values())[:-11:-1]
        ],
        "words": STANDING,
        "events": [_event(house, one) for one in house.state["access_log"][:-13:-1]],
        "now": in_words(house.now(), house.zone),
        "offset": offset_in_words(house.state["clock_offset_seconds"]),
        "zone": house.zone.key,
    }


async def house_view(request):
    """GET /: the doors, and what just happened to them."""
    house = house_of(request)
    return render(
        "house.html", page="house", settings=house.settings, **_house_values(house)
    )


async def house_part(request):
    """The part of the house view that is fetched every second."""
    return render("_house.html", **_house_values(house_of(request)))


def _inbox_values(house):
    mails = [
        {"mail": mail, "at": in_words(from_stamp(mail.received_at), house.zone)}
        for mail in house.inbox.mails(100)
    ]
    return {"mails": mails, "zone": house.zone.key}


async def inbox(request):
    """GET /inbox: the mails, newest first."""
    return render("inbox.html", page="inbox", **_inbox_values(house_of(request)))


async def inbox_part(request):
    """The part of the inbox that is fetched every second."""
    return render("_inbox.html", **_inbox_values(house_of(request)))


def _mail(request):
    return house_of(request).inbox.mail(request.path_params["mail_id"])


async def mail(request):
    """GET /inbox/{id}: one mail as its receiver would see it."""
    found = _mail(request)
    if not found:
        return RedirectResponse("/inbox", 303)
    house = house_of(request)
    at = in_words(from_stamp(found.received_at), house.zone)
    return render("mail.html", page="inbox", mail=found, at=at, zone=house.zone.key)


async def mail_html(request):
    """The mail's HTML, in a sandbox of its own even outside the frame."""
    found = _mail(request)
    if not found:
        return Response(status_code=404)
    headers = {**HEADERS, "Content-Security-Policy": MAIL_SANDBOX}
    return Response(found.html_page(), media_type="text/html", headers=headers)


async def attachment(request):
    """Download an attachment; only pictures keep their type, to be shown inline."""
    found = _mail(request)
    number = request.path_params["number"]
    if not found or number >= len(found.parts):
        return Response(status_code=404)
    part = found.parts[number]
    picture = part.content_type.startswith("image/")
    headers = {
        **HEADERS,
        "Content-Security-Policy": MAIL_SANDBOX,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(part.filename)}",
    }
    media_type = part.content_type if picture else "application/octet-stream"
    return Response(part.payload, media_type=media_type, headers=headers)


def _faults_values(house):
    # Every call has it in common, and it is long.
    prefix = f"/v1/{house.settings.site_id}"
    calls = [
        {
            **call,
            "time": _clock(house, call["at"]),
            "path": call["path"].removeprefix(prefix),
        }
        for call in house.journal.entries()[:-31:-1]
    ]
    return {"faults": house.faults.active(), "kinds": KINDS, "calls": calls}


async def faults(request, problem=None):
    """GET /faults: faults and time to switch, the latest API calls."""
    house = house_of(request)
    return render(
        "faults.html",
        400 if problem else 200,
        page="faults",
        problem=problem,
        phones_wait=house.state["phones_wait"],
        now=in_words(house.now(), house.zone),
        offset=offset_in_words(house.state["clock_offset_seconds"]),
        zone=house.zone.key,
        **_faults_values(house),
    )


async def faults_part(request):
    """The part of the page of faults that is fetched every second."""
    return render("_faults.html", **_faults_values(house_of(request)))


async def add_fault(request):
    """POST /faults: switch a fault on."""
    form = await request.form()
    try:
        order = FaultOrder.model_validate(dict(form))
    except ValidationError as error:
        fields = ", ".join(str(one["loc"][0]) for one in error.errors())
        return await faults(request, f"This value cannot be used: {fields}.")
    house_of(request).faults.add(order)
    return RedirectResponse("/faults", 303)


async def remove_fault(request):
    """POST /faults/{id}/remove: switch a fault off."""
    house_of(request).faults.remove(request.path_params["fault_id"])
    return RedirectResponse("/faults", 303)


async def let_phones_wait(request):
    """POST /phones: whether new keys are pending until a phone fetches them."""
    state = house_of(request).state
    state["phones_wait"] = not state["phones_wait"]
    return RedirectResponse("/faults", 303)


async def move_clock(request):
    """POST /clock: move the simulator's time, or put it right again."""
    minutes = (await request.form()).get("minutes")
    state = house_of(request).state
    if minutes in ("-60", "-15", "15", "60"):
        state["clock_offset_seconds"] += int(minutes) * 60
    else:
        state["clock_offset_seconds"] = 0
    return RedirectResponse("/faults", 303)


routes = [
    Route("/", house_view, methods=["GET"]),
    Route("/parts/house", house_part, methods=["GET"]),
    Route("/inbox", inbox, methods=["GET"]),
    Route("/parts/inbox", inbox_part, methods=["GET"]),
    Route("/inbox/{mail_id:int}", mail, methods=["GET"]),
    Route("/inbox/{mail_id:int}/html", mail_html, methods=["GET"]),
    Route("/inbox/{mail_id:int}/attachments/{number:int}", attachment, methods=["GET"]),
    form_route("/faults", faults, add_fault),
    Route("/parts/faults", faults_part, methods=["GET"]),
    Route("/faults/{fault_id:int}/remove", remove_fault, methods=["POST"]),
    Route("/phones", let_phones_wait, methods=["POST"]),
    Route("/clock", move_clock, methods=["POST"]),
]
