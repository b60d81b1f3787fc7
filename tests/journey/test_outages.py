# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exivo is away or cuts calls, while a real Odoo with its real scheduler books."""

import time
from datetime import datetime, timedelta, timezone

#: Seconds until a next try: Odoo's scheduler looks about once a minute.
PATIENCE = 150


def book(house, name, days):
    start = datetime.now(timezone.utc) + timedelta(days=days)
    booking = house.pending_booking(name, start=start.strftime("%Y-%m-%d %H:00:00"))
    house.admin.call("resource.booking", "action_confirm", [booking])
    return booking


def wait_for(house, booking, **expected):
    """Wait until the access of a booking has these values, and return it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        access = house.access(booking)
        if access and expected.items() <= access.items():
            return access
        assert time.monotonic() < deadline, f"{expected} expected, {access} seen"
        time.sleep(0.3)


def visits_of(house, access):
    pin = house.pin(access)
    return [visit for visit in house.live_visits() if visit["code"] == pin]


def test_booking_succeeds_while_exivo_is_away_and_the_access_follows(house):
    house.simulator.stop()
    booking = book(house, "Meeting in an outage", days=5)
    wait_for(house, booking, state="in_progress", failure_type="unreachable")
    (row,) = house.admin.read("resource.booking", [("id", "=", booking)], ["state"])
    assert row["state"] == "confirmed"
    house.simulator.start()
    access = wait_for(house, booking, state="created", mail_state="sent")
    assert len(visits_of(house, access)) == 1


def test_visit_whose_answer_was_cut_is_adopted_and_not_made_twice(house):
    house.simulator.fault("cut_after", times=1, method="POST", path="/visit")
    booking = book(house, "Meeting with a cut line", days=6)
    wait_for(house, booking, state="in_progress", failure_type="unclear")
    access = wait_for(house, booking, state="created")
    (visit,) = visits_of(house, access)
    assert visit["link"] == access["link"]
