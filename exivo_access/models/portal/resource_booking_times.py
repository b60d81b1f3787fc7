# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says when rooms are free, as `resource_booking` will see it, and why not."""

from datetime import datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple

import pytz

from odoo import fields, models
from odoo.tools.intervals import Intervals

from ...tools.mark import Mark

#: Brings the hours of all rooms of a page along.
SHARED_HOURS = Mark("exivo_shared_hours")


class SharedHours:
    """The hours of all rooms of a page, each kind worked out once.

    `resource_booking` asks for each room by itself, and each time that is a question
    to the database.
    """

    def __init__(self, resources):
        """:param resources: all ``resource.resource`` records of the page."""
        self._resources = resources
        self._hours = {}
        self._busy = {}

    def get_hours(self, calendar, start, stop, resources, work_out):
        """Return working hours, as ``_work_intervals_batch`` does.

        :param work_out: what it does.
        """
        asked = resources or self._resources.browse()
        key = (calendar.id, start, stop, calendar.env.context.get("analyzing_booking"))
        hours = self._hours.setdefault(key, {})
        if not set(asked.ids) <= hours.keys() or not hours:
            like = self._resources.filtered(lambda one: one.calendar_id == calendar)
            hours.update(work_out(start, stop, (like | asked).with_env(calendar.env)))
        return hours

    def get_busy(self, start, stop, resource, booking_id, find):
        """Return when bookings have a room, of those of all rooms.

        :param find: a function that finds them for several rooms.
        """
        rooms = self._resources | resource
        key = (start, stop, booking_id, rooms)
        if key not in self._busy:
            self._busy[key] = find(start, stop, rooms, booking_id)
        return self._busy[key].get(resource.id, Intervals([]))


class Stretch(NamedTuple):
    """A stretch of a room's day is a time to begin at, or says why there is none."""

    start: datetime
    stop: datetime
    #: ``closed``, ``yours``, ``booked``, ``late`` or ``short``; nothing: one can begin
    #: here.
    why: str = ""


def imagine(booking_type, combination, hours, shared=None):
    """Return a booking that is not in the database.

    Nothing is offered that a real one would be refused, so it is asked.

    :param float hours: how long it would be.
    :param SharedHours shared: of all rooms that are asked about.
    :rtype: resource.booking
    """
    bookings = booking_type.env["resource.booking"].sudo()
    return bookings.with_context(
        using_portal=True,
        tz=booking_type.resource_calendar_id.tz,
        **SHARED_HOURS.on(shared),
    ).new(
        {
            "type_id": booking_type.id,
            "combination_id": combination.id,
            "combination_auto_assign": False,
            "duration": hours,
        }
    )


class ResourceBooking(models.Model):
    """A booking is asked when it could begin; mostly it is a made-up one."""

    _inherit = "resource.booking"

    def _get_exivo_starts(self, first, last):
        """Return when this booking could begin on some days.

        The grid counts from the first day, where a room never closes.

        :return: moments in the zone of its type, in their order, by days.
        :rtype: dict[date, list[datetime]]
        """
        start = self.type_id._get_exivo_midnight(first)
        stop = self.type_id._get_exivo_midnight(last + timedelta(days=1))
        stop += timedelta(hours=self.duration)
        slots = self._get_available_slots(start, stop)
        zone = self.type_id._get_exivo_zone()
        starts = {}
        for moment in sorted(one for some in slots.values() for one in some):
            local = moment.astimezone(zone)
            if first <= local.date() <= last:
                starts.setdefault(local.date(), []).append(local)
        return starts

    def _get_available_slots(self, start_dt, end_dt):
        """Override of `resource_booking` to offer each time on its own day.

        Where a room never closes, its times are counted from the first on, and keep
        that one's offset from UTC when clocks change.
        """
        zone, days = self.type_id._get_exivo_zone(), {}
        for moments in super()._get_available_slots(start_dt, end_dt).values():
            for moment in (one.astimezone(zone) for one in moments):
                days.setdefault(moment.date(), []).append(moment)
        return days

    def _can_begin_exivo(self, moment):
        """Tell whether this booking could begin then, as its day's page says.

        :param datetime moment: with its zone.
        """
        day = moment.astimezone(self.type_id._get_exivo_zone()).date()
        return moment in self._get_exivo_starts(day, day).get(day, ())

    def _get_exivo_stretches(self, day, yours):
        """Return what a room's day looks like from now on.

        :param yours: the ``resource.booking`` records of the visitor that take it.
        :return: stretches in their order that do not overlap.
        :rtype: list[Stretch]
        """
        booking_type, zone = self.type_id, self.type_id._get_exivo_zone()
        midnight = booking_type._get_exivo_midnight(day)
        evening = booking_type._get_exivo_midnight(day + timedelta(days=1))
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        begin = max(midnight, min(now, evening))
        whole = Intervals([(begin, evening, booking_type)])
        open_ = whole & self._get_exivo_open(midnight, evening)
        free = whole & self._get_intervals(midnight, evening)
        soonest = now + timedelta(hours=booking_type.modifications_deadline)
        starts = self._get_exivo_starts(day, day).get(day, [])
        step = timedelta(hours=booking_type.slot_duration)
        if starts and soonest < starts[0] < soonest + step:
            soonest = starts[0]  # what is left until then is no time of its own
        late = Intervals([(begin, max(begin, soonest), booking_type)]) & free
        beginnings = _cut((start, min(start + step, evening)) for start in starts)
        taken = Intervals([(one.start, one.stop, booking_type) for one in beginnings])
        booked = open_ - free - taken
        own = Intervals(
            [
                (*map(pytz.utc.localize, one._get_exivo_period()), booking_type)
                for one in yours
            ]
        )
        reasons = {
            "closed": whole - open_,
            "yours": booked & own,
            "booked": booked - own,
            "late": late - taken,
            "short": free - late - taken,
        }
        others = [
            Stretch(start.astimezone(zone), stop.astimezone(zone), why)
            for why, intervals in reasons.items()
            for start, stop, _records in intervals
            if stop - start >= timedelta(minutes=1)
        ]
        return sorted([*beginnings, *others])

    def _get_exivo_open(self, start, stop):
        """Return when type and rooms are open, whoever has booked them."""
        zone = self.type_id._get_exivo_zone()
        calendar = self.type_id.resource_calendar_id.with_env(self.env)
        hours = calendar._work_intervals_batch(start, stop)[False]
        return hours & self.combination_id._get_intervals(start, stop, zone)


def _cut(periods):
    """Return stretches to begin at; each ends where the next one begins."""
    periods = sorted(periods)
    following = [start for start, _stop in periods[1:]]
    return [
        Stretch(start, min(stop, after))
        for (start, stop), after in zip_longest(
            periods, following, fillvalue=datetime.max.replace(tzinfo=pytz.utc)
        )
    ]
