# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds by which opening somebody may first have come to a booking."""

from datetime import datetime
from typing import NamedTuple

from odoo.tools import SQL


class Arrival(NamedTuple):
    """Somebody opened a door for a booking, or may have."""

    #: naive UTC
    moment: datetime
    #: whether Exivo's log does not say whose opening it was
    is_guess: bool = False
    #: id of the door, where it may have been anybody's opening
    lock_id: int = 0


def find_arrivals(accesses):
    """Find the first opening for each booking, with one query for all of them.

    However long bookings are, their openings are not read: only the first ones are.

    :param accesses: the ``exivo.access`` records of some bookings. Who sees them sees
        what the doors of their sites report.
    :return: by the ids of the bookings that somebody may have come to.
    :rtype: dict[int, Arrival]
    """
    arrivals = {
        booking.id: min(
            Arrival(one.arrived_at, one.arrival_is_guess)
            for one in mine
            if one.arrived_at
        )
        for booking, mine in accesses.grouped("booking_id").items()
        if any(mine.mapped("arrived_at"))
    }
    for booking_id, at, is_guess, perhaps_at, lock_id in _find_openings(accesses):
        if at:
            first = Arrival(at, is_guess)
            arrivals[booking_id] = min(first, arrivals.get(booking_id, first))
        elif perhaps_at:
            arrivals.setdefault(booking_id, Arrival(perhaps_at, lock_id=lock_id))
    return arrivals


def _find_openings(accesses):
    """Find the first opening of each booking, and the first that may have been its.

    :return: for each booking its id, when, whether it is a guess, when perhaps, which
        door.
    :rtype: list[tuple]
    """
    if not accesses:
        return []
    accesses.env["exivo.door.event"].flush_model()
    accesses.flush_model()
    return accesses.env.execute_query(
        SQL(
            """
            SELECT stay.booking_id, theirs.occurred_at, theirs.certainty = 'guess',
                anybodys.occurred_at, anybodys.lock_id
            FROM (
                SELECT booking_id, min(start) AS first, max(stop) AS last,
                    array_agg(id) AS access_ids, array_agg(site_id) AS site_ids
                FROM exivo_access WHERE id = ANY(%s) GROUP BY booking_id
            ) AS stay
            LEFT JOIN LATERAL (
                SELECT occurred_at, certainty FROM exivo_door_event
                WHERE kind = 'opened' AND booking_id = stay.booking_id
                    AND site_id = ANY(stay.site_ids)
                    AND occurred_at BETWEEN stay.first AND stay.last
                ORDER BY occurred_at, id LIMIT 1
            ) AS theirs ON TRUE
            LEFT JOIN LATERAL (
                SELECT occurred_at, lock_id FROM exivo_door_event
                WHERE kind = 'opened' AND access_id IS NULL AND booking_id IS NULL
                    AND actor IS NULL AND opening_id IS NULL
                    AND lock_id IN (
                        SELECT exivo_lock_id FROM exivo_access_exivo_lock_rel
                        WHERE exivo_access_id = ANY(stay.access_ids)
                    )
                    AND occurred_at BETWEEN stay.first AND stay.last
                ORDER BY occurred_at, id LIMIT 1
            ) AS anybodys ON TRUE
            """,
            accesses.ids,
        )
    )
