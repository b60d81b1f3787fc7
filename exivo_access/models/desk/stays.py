# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds who has which rooms now, and until the end of a day."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain

from ..access.exivo_access import OVER, PENDING

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

    def get_phase(self, now):
        """Tell how far it is: its doors open before it begins, and after it has ended.

        :rtype: str
        """
        if not self.booking:
            return "over"
        if now < self.start:
            return "next"
        return "now" if now < self.stop else "leaving"

    def get_window(self):
        """Return from when until when its doors open, or it has its rooms.

        :rtype: tuple[datetime, datetime]
        """
        alive = self.accesses.filtered(lambda one: one.state not in OVER)
        starts, stops = alive.mapped("start"), alive.mapped("stop")
        return min([self.start, *starts]), max([self.stop, *stops])

    def is_open_at(self, moment):
        """Tell whether somebody may have come to it, and is not over."""
        first, last = self.get_window()
        return bool(self.booking) and first <= moment < last


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
        rooms = planner._get_booked_rooms(booking).ids
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
        over = left.filtered("is_wanted").sudo().booking_id
        stays.append(Stay(reference, *period, rooms, left, over, False))
    return sorted(stays, key=lambda one: (one.start, one.reference))


def _find_bookings(env, room_ids, now, until):
    """Find bookings of some rooms, and those with an access that the user may see.

    They count while they run, and while such an access opens doors for them.
    """
    planner, bookings = env["exivo.planner"], env["resource.booking"].sudo()
    with_access = env["exivo.access"].search_fetch(
        Domain("booking_id", "!=", False)
        & Domain("start", "<", until)
        & Domain("stop", ">", now)
        & _get_shown_domain(),
        ["booking_id"],
    )
    ids = set(with_access.sudo().booking_id.ids)
    found = bookings.search(
        Domain("id", "in", list(ids))
        | Domain("combination_id.resource_ids", "in", list(room_ids))
        & Domain("start", "<", until + MARGIN)
        & Domain("stop", ">", now - MARGIN)
    )

    def is_on(booking):
        if not planner._takes_place(booking):
            return False
        start, stop = planner._get_period(booking)
        return booking.id in ids or (start < until and now < stop)

    return found.filtered(is_on)


def _find_accesses(env, bookings, now, until):
    """Find the accesses of bookings, and those that are left of others.

    Of what does not take place any more, or is over, those that are not gone yet.
    """
    left = (
        (Domain("is_wanted", "=", False) | Domain("stop", "<=", now))
        & Domain("state", "in", PENDING)
        & Domain("start", "<", until)
    )
    found = env["exivo.access"].search(
        Domain("is_of_community", "=", False)
        & (Domain("booking_id", "in", bookings.ids) & _get_shown_domain() | left),
        order="start, id",
    )
    return found.filtered(
        lambda one: (
            one.stop > now
            or one.state not in PENDING
            or one.sudo()._get_last_stop() > now
        )
    )


def _get_shown_domain():
    """Return the domain of what stands, waits or failed, or staff have taken away."""
    taken_away = Domain("is_wanted", "=", True) & Domain("withheld", "=", True)
    return Domain("state", "not in", OVER) | taken_away
