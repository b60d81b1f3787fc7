# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keys in an app: digital-key visits, and the phones that take and use them.

What is documented is the order and its answer, that the visitor is told to install the
app if asked for, and that the call-back address is called once after the key was made.
All else is our assumption: ``state`` (permanent digital keys have such a word), when a
phone takes a key, and what the call-back says (nothing).
"""

from .house import House
from .schemas import DigitalKeyVisitPayload
from .visits import about, find_phase, new_visit

KIND = "digital_key_visits"
PENDING, ACTIVE = "assignedButPending", "active"


def create(house: House, payload: DigitalKeyVisitPayload) -> dict:
    """Store a key, and tell its holder to install the app if asked for.

    While phones wait (:attr:`House.state` ``phones_wait``) it is pending until a phone
    takes it; else Exivo says nothing of phones, as in its documentation.
    """
    key = new_visit(house, payload)
    house.state[KIND][key["id"]] = key
    if payload.installNotification:
        _tell_to_install(house, key)
    if house.state["phones_wait"]:
        key["state"] = PENDING
    else:
        _call_back(house, key)
    return key


def _tell_to_install(house, key):
    app = key["mobileApp"].get("name") or f"no. {key['mobileApp']['id']}"
    words = [key.get("message"), f"A key waits for you. Please install the app {app}."]
    text = "\n\n".join(filter(None, words))
    receiver = key["publicRegistrationId"]
    if key["formFactor"] == "ma-phone":
        house.inbox.deliver_sms(receiver, text)
    elif key["formFactor"] == "ma-email":
        house.inbox.deliver_mail(receiver, "Your key", text)


def _call_back(house, key):
    """Call the address of the key, once; its body is empty."""
    if "callbackUri" in key:
        house.callbacks.send(key["callbackUri"], {})


# What phones do.


def keys_of(house: House, registration: str) -> list:
    """Return the keys for a phone number or e-mail address, newest first."""
    keys = house.state[KIND].values()
    mine = [key for key in keys if key["publicRegistrationId"] == registration]
    return mine[::-1]


def is_on_phone(key: dict) -> bool:
    """Tell whether the phone has taken a key."""
    return key.get("state") != PENDING


def take(house: House, registration: str):
    """Let a phone fetch the keys that wait for it."""
    for key in keys_of(house, registration):
        if not is_on_phone(key) and find_phase(house, key) in ("early", "open"):
            key["state"] = ACTIVE
            _call_back(house, key)


def open_door(house: House, key: dict, component_id: str) -> str | None:
    """Open a door with a key on a phone.

    :return: None when it opened, else why not, as a sentence
    """
    component = house.state["components"][component_id]
    state = find_phase(house, key) if is_on_phone(key) else "not on the phone"
    if state != "open":
        house.log("accessDenied", component, visit=about(key), reason=state)
        return "This key does not open doors now."
    return house.unlock(component, "accessPermitted", visit=about(key))
