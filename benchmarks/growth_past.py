# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bookings to come are found among all that there ever were.

Rules, their previews, *My Doors* and each run while somebody waits for staff look for
what is to come. The bookings of the past have rules and accesses, too.
"""

from datetime import timedelta

from .figures import Result, Row, Verdict, ratio, seconds
from .growth_house import copy_booking
from .workplace import book, make_ruled_room, measured, middle, vacuum

#: How much dearer it may be beside ten times as many bookings of the past.
MOST_GROWTH = 1.5
ROUNDS = 15


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((20_000, 200_000), (50, 500))
    with workplace.office(latency=0) as office:
        type_id, customer_id = make_ruled_room(office, "Room", email=False)
        with office.env() as env:
            asked_for = book(env, type_id, customer_id, 0, 1)
            booking_id = book(env, type_id, customer_id, 1, 20).ids[-1]
            asked_for.state = "scheduled"
            env["exivo.awaited.answer"]._await(asked_for)
        small = _measure(office, booking_id, few)
        large = _measure(office, booking_id, many - few)
    rows = [
        Row(
            f"{what}, beside {many:,} bookings of the past",
            seconds(large[what].seconds),
            f"{seconds(small[what].seconds)} beside {few:,}",
            ratio(large[what].seconds, small[what].seconds),
        )
        for what in small
    ]
    most = max(large[what].seconds / small[what].seconds for what in small)
    verdict = Verdict(
        "What is to come is found beside ten times as much that is past in at most "
        f"{MOST_GROWTH} times as long",
        f"{most:.2f}",
        most <= MOST_GROWTH,
    )
    return Result(rows, [verdict])


def _measure(office, booking_id, more):
    """Measure each way to look, after so many more bookings have taken place.

    :param int booking_id: of the last booking to come.
    """
    with office.env() as env:
        booking = env["resource.booking"].browse(booking_id)
        last = env["resource.booking"].search([], order="id desc", limit=1).id
        copy_booking(env, booking, more)
        _make_past(env, last, more)
    # what was moved into the past leaves nothing behind to look through
    vacuum(office.registry)
    return {
        what: middle([measured(office.registry, work) for _round in range(ROUNDS)])
        for what, work in _get_ways(booking_id).items()
    }


def _make_past(env, last, count):
    """Have all bookings behind one taken place, the first of them long ago."""
    env.cr.execute(
        """
        CREATE TEMP TABLE moved ON COMMIT DROP AS
            SELECT id, meeting_id FROM resource_booking WHERE id > %(last)s;
        UPDATE resource_booking SET start = start - %(ago)s, stop = stop - %(ago)s
            WHERE id IN (SELECT id FROM moved);
        UPDATE calendar_event SET start = start - %(ago)s, stop = stop - %(ago)s
            WHERE id IN (SELECT meeting_id FROM moved);
        UPDATE exivo_access SET start = start - %(ago)s, stop = stop - %(ago)s,
            state = 'expired', due_at = NULL
            WHERE booking_id IN (SELECT id FROM moved);
        DELETE FROM exivo_occupancy WHERE booking_id IN (SELECT id FROM moved);
        DROP TABLE moved
        """,
        {"last": last, "ago": timedelta(hours=count + 100)},
    )
    env.invalidate_all()


def _get_ways(booking_id):
    """Return functions that look for what is to come, by what they are for."""

    def save(env):
        booking = env["resource.booking"].browse(booking_id)
        rooms = [("combination_id", "in", booking.combination_id.ids)]
        assert env["exivo.planner"]._search_bookings(rooms, limit=201)

    def show_doors(env):
        booking = env["resource.booking"].browse(booking_id)
        booking.type_id.create_uid.partner_id._get_exivo_waiting()

    def answer(env):
        env["exivo.awaited.answer"]._give_all()

    return {
        "the bookings of a room": save,
        "My Doors of somebody else": show_doors,
        "a run while somebody waits for staff": answer,
    }
