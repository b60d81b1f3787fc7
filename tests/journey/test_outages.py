# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exivo is away or cuts calls, while a real Odoo with its real scheduler books."""

from datetime import datetime, timedelta, timezone


def book(house, name, days):
    start = datetime.now(timezone.utc) + timedelta(days=days)
    booking = house.pending_booking(name, start=start.strftime("%Y-%m-%d %H:00:00"))
    house.admin.call("resource.booking", "action_confirm", [booking])
    return booking


def test_booking_succeeds_while_exivo_is_away_and_the_access_follows(house):
    house.simulator.stop()
    booking = book(house, "Meeting in an outage", days=5)
    house.wait_for_access(booking, state="in_progress", failure_type="unreachable")
    (row,) = house.admin.read("resource.booking", [("id", "=", booking)], ["state"])
    assert row["state"] == "confirmed"
    house.simulator.start()
    house.let_pauses_end()
    house.wait_for_access(booking, state="created", mail_state="sent")
    assert len(house.live_visits(booking)) == 1


def test_visit_whose_answer_was_cut_is_adopted_and_not_made_twice(house):
    house.simulator.fault("cut_after", times=1, method="POST", path="/visit")
    booking = book(house, "Meeting with a cut line", days=6)
    house.wait_for_access(booking, state="in_progress", failure_type="unclear")
    access = house.wait_for_access(booking, state="created", mail_state="sent")
    (visit,) = house.live_visits(booking)
    assert visit["link"] == house.link(access)
