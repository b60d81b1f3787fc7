# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The house as it is when the simulator is started for the first time.

The components are chosen so that a client meets every peculiarity the API reference
names in §12: a gateway (no door), an alarm door, one component without ``mode``, one
with ``labelling: null``, one of an unknown kind. All names and ids are ours.
"""

PUBLIC = "20000000-0000-4000-8000-000000000001"
ROOMS = "20000000-0000-4000-8000-000000000002"


def _component(number, identifier, template, zones, **more):
    return {
        "id": f"10000000-0000-4000-8000-{number:012d}",
        "identifier": identifier,
        "labelling": "",
        "remarks": "",
        "accessZones": zones,
        "templateIdentifier": template,
        "ready": True,
        "mode": "normal",
        **more,
    }


def _components():
    workshop = _component(4, "Workshop", "electric-lock", [ROOMS], labelling="Basement")
    # The published schema has no `mode`; real sites deliver it. Clients meet both.
    del workshop["mode"]
    return [
        _component(
            1,
            "Entrance",
            "electric-lock",
            [PUBLIC],
            labelling="Ground floor, street side",
        ),
        _component(
            2,
            "Meeting room Aare",
            "wireless-digital-cylinder",
            [ROOMS],
            labelling="First floor, left",
        ),
        _component(
            3,
            "Meeting room Reuss",
            "wireless-digital-cylinder",
            [ROOMS],
            labelling=None,
        ),
        workshop,
        _component(
            5,
            "Back door",
            "electric-lock-alarm",
            [PUBLIC],
            labelling="Ground floor, yard",
            remarks="Armed from 22:00 to 06:00",
        ),
        _component(6, "Gateway first floor", "wireless-gateway", []),
        _component(
            7,
            "Bike shed",
            "sliding-gate-operator",
            [PUBLIC, ROOMS],
            labelling="Yard",
            ready=False,
        ),
    ]


def first_state() -> dict:
    """Return a new first state: plain JSON values, as they are kept in a file."""
    return {
        "version": 1,
        "clock_offset_seconds": 0,
        "components": {row["id"]: row for row in _components()},
        "open_until": {},
        "access_zones": {
            PUBLIC: {"id": PUBLIC, "name": "Public", "color": "green"},
            ROOMS: {"id": ROOMS, "name": "Rooms", "color": "blue"},
        },
        "access_groups": {},
        "time_profiles": {},
        "persons": {},
        "pin_codes": {},
        "visits": {},
        "pin_attempts": {},
        "digital_key_visits": {},
        "phones_wait": False,
        "access_log": [],
        "mails": [],
    }
