# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits: made and revoked through the API, used by visitors on their page."""

import hmac
import secrets
from datetime import timedelta

from .clock import from_stamp, to_stamp
from .errors import Refusal
from .house import House, is_door, new_id
from .schemas import VisitPayload, WindowPayload

# Assumption: nobody has documented what the real page does against guessing.
WRONG_PINS = 10
LOCKED_SECONDS = 60

PRIVATE = ("token", "expired", "revoked")


def new_visit(house: House, payload: WindowPayload) -> dict:
    """Check what depends on the house, and return a visit's row.

    Assumptions, all on the strict side so that clients stay on the safe one:
    ``validFrom`` in the past is refused (§11 no. 1), and so is a gateway.
    """
    if house.in_past(payload.validTo):
        raise Refusal("validTo must be in the future.")
    if from_stamp(payload.validFrom) < house.now():
        raise Refusal("validFrom must not be in the past.")
    for component_id in payload.components:
        component = house.state["components"].get(component_id)
        if not component:
            raise Refusal(f"There is no component with the id {component_id}.")
        if not is_door(component):
            raise Refusal(f"The component {component_id} is not a door.")
    return {
        "id": new_id(),
        **payload.model_dump(exclude_unset=True),
        "revoked": False,
    }


def create_visit(house: House, payload: VisitPayload) -> dict:
    """Store a visit and, if it names an address, send the link there as Exivo would.

    The code is never sent (§4.1); with e-mail and phone only the phone gets it.
    """
    visit = new_visit(house, payload)
    visit["token"] = secrets.token_urlsafe(24)
    house.state["visits"][visit["id"]] = visit
    if payload.smsNr:
        house.inbox.deliver_sms(payload.smsNr, _invitation(house, visit))
    elif payload.email:
        house.inbox.deliver_mail(payload.email, "Your visit", _invitation(house, visit))
    return visit


def _invitation(house, visit):
    return "\n\n".join(filter(None, [visit.get("message"), link_of(house, visit)]))


def link_of(house: House, visit: dict) -> str:
    """Return the address of a visit's page."""
    return f"{house.settings.public_url}/visit/{visit['token']}"


def visit_answer(house: House, visit: dict, created: bool = False) -> dict:
    """Return a visit as the API answers it.

    The answer to a creation leaves out ``expired`` and ``revoked``: they are known to
    be missing at times (§3.4, §12); when, is our assumption.
    """
    answer = {name: value for name, value in visit.items() if name not in PRIVATE}
    if "token" in visit:
        answer["link"] = link_of(house, visit)
    if created:
        return answer
    expired = house.in_past(visit["validTo"])
    return {**answer, "expired": expired, "revoked": visit["revoked"]}


def revoke(house: House, visit: dict):
    """Revoke a visit, once and while it lives (§4.1, inferred)."""
    if visit["revoked"]:
        raise Refusal("The visit is already revoked.")
    if house.in_past(visit["validTo"]):
        raise Refusal("The visit is already expired.")
    visit["revoked"] = True


# What visitors do (§4.1: link, code, LOGIN, the doors). The page is our assumption.


def visit_by_token(house: House, token: str) -> dict | None:
    """Return the visit behind a link."""
    for visit in house.state["visits"].values():
        if hmac.compare_digest(visit["token"].encode(), token.encode()):
            return visit
    return None


def find_phase(house: House, visit: dict) -> str:
    """Tell what phase a visit is in now: revoked, over, early or open."""
    if visit["revoked"]:
        return "revoked"
    if house.in_past(visit["validTo"]):
        return "over"
    if not house.in_past(visit["validFrom"]):
        return "early"
    return "open"


def locked_until(house: House, visit: dict) -> str | None:
    """Return until when the link takes no PIN, after too many wrong ones."""
    stamp = house.state["pin_attempts"].get(visit["id"], {}).get("locked_until")
    return stamp if stamp and not house.in_past(stamp) else None


def check_pin(house: House, visit: dict, pin: str) -> str:
    """Compare a PIN: right, wrong, or locked (then it was not even looked at)."""
    attempts = house.state["pin_attempts"]
    if locked_until(house, visit):
        return "locked"
    if hmac.compare_digest(visit["code"].encode(), pin.strip().encode()):
        attempts.pop(visit["id"], None)
        return "right"
    house.log("accessDenied", visit=about(visit), reason="wrong PIN")
    attempt = attempts.setdefault(visit["id"], {"wrong": 0})
    attempt["wrong"] += 1
    if attempt["wrong"] < WRONG_PINS:
        return "wrong"
    until = house.now() + timedelta(seconds=LOCKED_SECONDS)
    attempts[visit["id"]] = {"wrong": 0, "locked_until": to_stamp(until)}
    return "locked"


def open_door(house: House, visit: dict, component_id: str) -> str | None:
    """Open a door for a visitor who gave the PIN.

    :return: None when it opened, else why not, as a sentence
    """
    component = house.state["components"][component_id]
    state = find_phase(house, visit)
    if state != "open":
        house.log("accessDenied", component, visit=about(visit), reason=state)
        return "This visit does not open doors now."
    return house.unlock(component, "accessPermitted", visit=about(visit))


def about(visit: dict) -> dict:
    """Return what the log says about a visit."""
    return {"id": visit["id"], "name": visit.get("name")}
