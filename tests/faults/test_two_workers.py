# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two transactions at the same time, neither of which sees what the other does."""

from unittest.mock import patch

from office import Meeting

from odoo.addons.exivo_access import pin
from odoo.addons.exivo_access.api import ExivoClient
from odoo.addons.exivo_access.models import planner, synchroniser
from odoo.addons.exivo_access.serialise import serialise


def test_two_workers_draw_different_pins_for_a_shared_door(office):
    meeting = Meeting(office)
    bookings = [office.book(hours=24)]

    def draw(taken, length):
        meeting.arrive()
        return next(one for one in ("482915", "730264") if one not in taken)

    def second_worker():
        meeting.wait_for_the_first()
        bookings.append(office.book(hours=25))  # their windows overlap
        office.synchronise()

    with patch.object(pin, "draw", draw):
        office.at_once(office.synchronise, second_worker)
        office.synchronise()
    assert {visit["code"] for visit in office.live_visits()} == {"482915", "730264"}
    states = [access["state"] for access in office.accesses(*bookings)]
    assert states == ["created", "created"]


def test_rule_changed_while_the_customer_accepts_gives_one_access(office):
    booking_id = office.book(confirm=False)
    meeting = Meeting(office)

    def plan_together(records):
        meeting.arrive()
        serialise(records)

    def change_rule(env):
        env["exivo.access.rule"].search([]).booking_state = "scheduled"

    def accept(env):
        booking = env["resource.booking"].browse(booking_id)
        booking.meeting_id.attendee_ids.do_accept()

    with patch.object(planner, "serialise", plan_together):
        office.at_once(
            lambda: office.request(change_rule), lambda: office.request(accept)
        )
    assert len(meeting.arrived) > 1
    assert len(office.accesses(booking_id)) == 1
    office.synchronise()
    assert len(office.live_visits()) == 1


def test_synchroniser_that_runs_twice_at_once_makes_one_visit_for_each_access(office):
    bookings = [office.book(hours=24 * day) for day in range(1, 6)]
    office.at_once(*[office.synchronise] * 3)
    office.synchronise()
    states = [access["state"] for access in office.accesses(*bookings)]
    assert states == ["created"] * 5
    assert len(office.simulator.visits()) == 5


def test_look_up_that_comes_late_does_not_undo_what_another_worker_found(office):
    """It takes longer than its lease: another worker looks up as well, and adopts."""
    booking = office.book()
    office.simulator.fault("cut_after", method="POST", path="/visit")
    office.synchronise()
    office.make_due()
    find_visits = ExivoClient.find_visits
    late = iter([True])

    def find_late(client, token):
        if not next(late, False):
            return find_visits(client, token)
        office.make_due()
        office.synchronise()
        return []  # read before the visit was listed

    with patch.object(ExivoClient, "find_visits", find_late):
        office.synchronise()
    assert [one["state"] for one in office.accesses(booking)] == ["created"]
    assert len(office.simulator.visits()) == 1


def test_order_that_has_waited_too_long_is_not_sent(office):
    """By now somebody else may have looked it up in vain, and ordered anew."""
    booking = office.book()
    with patch.object(synchroniser, "BEGIN_WITHIN", -1):
        office.synchronise()
    assert not office.simulator.visits()
    office.make_due()
    office.synchronise()
    assert [one["state"] for one in office.accesses(booking)] == ["created"]
    assert len(office.simulator.visits()) == 1
