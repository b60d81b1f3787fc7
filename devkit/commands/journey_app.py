# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The part of the journey that needs a phone with an app instead of link and PIN."""

import time
from datetime import datetime, timedelta, timezone

from .house import AHEAD, DOORS
from .patience import expect, within_seconds
from .visitor import Visitor

APP = "House Keys"
NUMBER, TYPED = "+41791234567", "079 123 45 67"
#: Somebody takes so long to install an app after Odoo has asked for the key in vain:
#: it asks again at once when it is called back, but not twice within ten seconds.
INSTALLING = timedelta(seconds=12)
#: Seconds until Odoo asks for a key: its scheduler looks about once a minute.
NEXT_LOOK = 150


def key_in_the_app(journey):
    """A key goes to the phone: confirmed, told, opens the doors, and is taken back."""
    mails = len(journey.mails())
    _set_up(journey)
    journey.begin(journey.admin.ref("exivo_access.demo_booking_type"))
    start, _seconds = journey.customer.pick_slot(datetime.now(timezone.utc) + AHEAD)
    booking = journey.booking
    (key,) = within_seconds(lambda: _keys(journey), "no key at the simulator")
    expect(key["publicRegistrationId"] == NUMBER, f"sent to {key['formFactor']}")
    # From then on only the call-back brings the news at once.
    within_seconds(
        lambda: _asked_in_vain(journey, booking), "nobody asked for the key", NEXT_LOOK
    )
    state = _state(journey, booking)
    expect(state == "in_progress", f"staff see {state} before the phone has the key")
    early = [mail["subject"] for mail in journey.mails()[mails:]]
    expect(not early, f"mails went out before the key was there: {early}")

    phone, page = Visitor(), f"{journey.simulator['url']}/phone/{NUMBER}"
    phone.open(page)
    phone.press("Fetch keys")
    started = time.monotonic()
    # If Odoo has just asked once more by itself, the call-back waits for its turn.
    within_seconds(
        lambda: _state(journey, booking) == "created",
        "staff do not see Created",
        NEXT_LOOK,
    )
    seconds = time.monotonic() - started
    answers = within_seconds(
        lambda: journey.ask("/phones")["called_back"], "the call-back has no answer"
    )
    expect(answers == [200], f"Odoo answered the call-back with {answers}")
    mail = journey.mails_settled(mails + 1)[-1]
    for words in (APP, NUMBER):
        expect(words in mail["html"], f"the mail lacks {words}")
    shown = journey.customer.open(f"{journey.url}/my/doors").text
    expect(NUMBER in shown and APP in shown, f"the portal says: {shown}")

    try:
        ahead = start - datetime.now(timezone.utc)
        journey.set_clock(ahead.total_seconds() + 60)
        phone.open(page)
        journey.open_all_doors(phone, "Hold the phone to")
    finally:
        journey.set_clock(0)
    journey.admin.call("resource.booking", "action_cancel", [booking])
    within_seconds(lambda: _keys(journey)[0]["revoked"], "the key is not revoked")
    phone.open(page)
    expect(not phone.has_buttons(), "the phone still has a key")
    within_seconds(
        lambda: _state(journey, booking) == "removed", "staff do not see Removed"
    )
    journey.mails_settled(mails + 2)
    return f"created {seconds:.1f} s after the phone had it; opened {', '.join(DOORS)}"


def _set_up(journey):
    """The site has an app, the locks take its keys, the customer has a phone."""
    admin = journey.admin
    _write_all(admin, "exivo.site", {"app_id": "4711", "app_name": APP})
    _write_all(admin, "exivo.lock", {"has_mobile_access": True})
    _write_all(admin, "exivo.access.rule", {"method": "app"})
    country = admin.ref("base.ch")
    admin.call(
        "res.partner",
        "write",
        [journey.partner],
        {"phone": TYPED, "country_id": country},
    )
    journey.tell("/phones", wait=True)


def _write_all(admin, model, values):
    found = admin.read(model, [], ["id"])
    admin.call(model, "write", [one["id"] for one in found], values)


def _keys(journey):
    return journey.at_exivo("digitalKeyVisits")


def _asked_in_vain(journey, booking):
    """Return whether Odoo has asked for the booking's key, and not just now."""
    domain = [("access_id.booking_id", "=", booking)]
    fields = ["looks", "looked_at"]
    (key,) = journey.admin.read("exivo.credential", domain, fields)
    if not (key["looks"] and key["looked_at"]):
        return False
    looked_at = datetime.fromisoformat(key["looked_at"]).replace(tzinfo=timezone.utc)
    return looked_at + INSTALLING < datetime.now(timezone.utc)


def _state(journey, booking):
    domain = [("booking_id", "=", booking)]
    (access,) = journey.admin.read("exivo.access", domain, ["state"])
    return access["state"]
