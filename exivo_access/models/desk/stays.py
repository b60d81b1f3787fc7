# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds who has which rooms now, and until the end of a day."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain

from ..access.exivo_access import PENDING

#: A whole day ends by the clock of its booking's zone, which may be that far from UTC.
MARGIN = timedelta(days=1)


class Stay(NamedTuple):
    """Somebody has rooms for some time, or had: accesses may be left of a booking."""

    reference: str
    start: datetime
    stop: datetime
    tz: str
    room_ids: list
    #: ``exivo.access`` records that the user may see
    accesses: models.BaseModel
    #: ``resource.booking`` in superuser mode; empty if it does not take place
    booking: models.BaseModel
    #: whether the user may see the booking
    is_visible: bool

    def runs_at(self, moment):
        """Tell whether the rooms are theirs at a moment."""
        return bool(self.booking) and self.start <= moment < self.stop


def find_stays(env, room_ids, now, until):
    """Find what goes on and what is to come, with as many queries however much it is.

    :param Environment env: of the user: only accesses that they may see are looked at.
    :param room_ids: of rooms all of whose bookings count, seen or not.
    :param datetime now: naive UTC.
    :param datetime until: naive UTC.
    :return: the soonest first.
    :rtype: list[Stay]
    """
    planner = env["exivo.planner"]
    bookings = _find_bookings(env, room_ids, now, until)
    accesses = _find_accesses(env, bookings, now, until).grouped("reference")
    seen = set(bookings.with_env(env)._filtered_access("read").ids)
    stays = []
    for booking in bookings:
        reference = planner._get_reference(booking)
        mine = accesses.pop(reference, env["exivo.access"])
        rooms = booking.combination_id.resource_ids.ids
        stays.append(
            Stay(
                reference,
                *planner._get_period(booking),
                planner._get_tz(booking),
                rooms,
                mine,
                booking,
                booking.id in seen,
            )
        )
    for reference, left in accesses.items():
        first = left[0]
        period = first.booking_start, first.booking_stop, first.tz
        rooms = first.rooms or []
        stays.append(Stay(reference, *period, rooms, left, bookings.browse(), False))
    return sorted(stays, key=lambda one: (one.start, one.reference))


def _find_bookings(env, room_ids, now, until):
    """Find bookings of some rooms, and those with an access that the user may see."""
    planner, bookings = env["exivo.planner"], env["resource.booking"].sudo()
    with_access = env["exivo.access"]._search(
        Domain("booking_id", "!=", False)
        & Domain("start", "<", until)
        & Domain("stop", ">", now)
    )
    found = bookings.search(
        (
            Domain("combination_id.resource_ids", "in", list(room_ids))
            | Domain("exivo_access_ids", "in", with_access)
        )
        & Domain("start", "<", until + MARGIN)
        & Domain("stop", ">", now - MARGIN)
    )

    def is_on(booking):
        if not planner._takes_place(booking):
            return False
        start, stop = planner._get_period(booking)
        return start < until and now < stop

    return found.filtered(is_on)


def _find_accesses(env, bookings, now, until):
    """Find the accesses that stand, wait or failed, or that staff have taken away.

    Of what does not take place any more, those that are not gone yet.
    """
    taken_away = Domain("is_wanted", "=", True) & Domain("withheld", "=", True)
    shown = Domain("state", "not in", ("removed", "expired")) | taken_away
    left = (
        Domain("is_wanted", "=", False)
        & Domain("state", "in", PENDING)
        & Domain("start", "<", until)
        & Domain("stop", ">", now)
    )
    return env["exivo.access"].search(
        Domain("is_of_community", "=", False)
        & (Domain("booking_id", "in", bookings.ids) & shown | left),
        order="start, id",
    )
