# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The control API ``/_sim``: what tests and ``./dev`` steer the simulator by."""

from pydantic import AnyHttpUrl, BaseModel, Field
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .api.common import done, house_of
from .faults import FaultOrder
from .persons import enter

YEAR = 366 * 24 * 3600


class ClockOrder(BaseModel):
    """Set how far the simulator's clock is ahead of the real one (or behind)."""

    offset_seconds: float = Field(ge=-YEAR, le=YEAR)


class WebhookOrder(BaseModel):
    """Set where events are sent, as a manager does in Exivo's webhook settings."""

    url: AnyHttpUrl
    token: str = Field(min_length=1, pattern=r"^[!-~]+$")


class PhonesOrder(BaseModel):
    """Set whether keys in an app are pending until a phone fetches them."""

    wait: bool


class EnterOrder(BaseModel):
    """A person who holds a key to a door."""

    person: str


async def mails(request):
    """GET: all mails, newest first. DELETE: an empty inbox."""
    inbox = house_of(request).inbox
    if request.method == "DELETE":
        inbox.clear()
        return done()
    return JSONResponse([mail.as_json() for mail in inbox.mails()])


async def calls(request):
    """GET: the journal of API calls, oldest first. DELETE: an empty one."""
    journal = house_of(request).journal
    if request.method == "DELETE":
        journal.clear()
        return done()
    return JSONResponse(journal.entries())


async def faults(request):
    """GET: the active faults. POST: one more. DELETE: none."""
    active = house_of(request).faults
    if request.method == "DELETE":
        active.clear()
        return done()
    if request.method == "POST":
        order = FaultOrder.model_validate_json(await request.body())
        return JSONResponse(active.add(order))
    return JSONResponse(active.active())


async def clock(request):
    """GET: the clock's offset and time. POST: another offset."""
    house = house_of(request)
    if request.method == "POST":
        order = ClockOrder.model_validate_json(await request.body())
        house.state["clock_offset_seconds"] = order.offset_seconds
    return JSONResponse(
        {
            "offset_seconds": house.state["clock_offset_seconds"],
            "now": house.now().isoformat(),
        }
    )


async def doors(request):
    """GET: the doors, until when they stand open, what happened (newest first)."""
    house = house_of(request)
    return JSONResponse(
        [
            {
                "id": door["id"],
                "identifier": door["identifier"],
                "open_until": house.open_until(door),
                "mode": door.get("mode"),
                "events": house.log_of("component", door["id"]),
            }
            for door in house.doors()
        ]
    )


async def enter_by_key(request):
    """POST: a person presents their key at a door, as standing access is used."""
    state = house_of(request).state
    order = EnterOrder.model_validate_json(await request.body())
    door = state["components"].get(request.path_params["door_id"])
    person = state["persons"].get(order.person)
    if not door or not person:
        return Response(status_code=404)
    reason = enter(house_of(request), person, door)
    return JSONResponse({"opened": not reason, "reason": reason})


async def webhook(request):
    """GET: where events go, and what was sent. POST: another address. DELETE: none."""
    hook = house_of(request).webhook
    if request.method == "DELETE":
        hook.clear()
        return done()
    if request.method == "POST":
        order = WebhookOrder.model_validate_json(await request.body())
        hook.url, hook.token = str(order.url), order.token
    return JSONResponse({"url": hook.url, "sent": hook.sent})


async def phones(request):
    """GET: whether phones wait, and what call-backs were answered. POST: let them."""
    house = house_of(request)
    if request.method == "POST":
        order = PhonesOrder.model_validate_json(await request.body())
        house.state["phones_wait"] = order.wait
    return JSONResponse(
        {
            "wait": house.state["phones_wait"],
            "called_back": house.callback_statuses,
        }
    )


async def reset(request):
    """POST: back to the first state."""
    house_of(request).reset()
    return done()


routes = [
    Route("/_sim/mails", mails, methods=["GET", "DELETE"]),
    Route("/_sim/requests", calls, methods=["GET", "DELETE"]),
    Route("/_sim/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/_sim/clock", clock, methods=["GET", "POST"]),
    Route("/_sim/doors", doors, methods=["GET"]),
    Route("/_sim/doors/{door_id}/enter", enter_by_key, methods=["POST"]),
    Route("/_sim/webhook", webhook, methods=["GET", "POST", "DELETE"]),
    Route("/_sim/phones", phones, methods=["GET", "POST"]),
    Route("/_sim/reset", reset, methods=["POST"]),
]
