# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says when rooms are free, as `resource_booking` will see it, and why not."""

from datetime import datetime, time, timedelta
from itertools import zip_longest
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.tools.intervals import Intervals


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
    #: ``closed``, ``booked``, ``late`` or ``short``; nothing: one can begin here.
    why: str = ""


class ExivoSelfService(models.AbstractModel):
    """Asks `resource_booking` when something could be booked.

    All of it is asked of a booking that does not exist, so that nothing is offered
    that a real one would be refused.
    """

    _inherit = "exivo.self.service"

    @api.model
    def _imagine(self, booking_type, combination, hours, shared=None):
        """Return a booking that is not in the database.

        :param float hours: how long it would be.
        :param SharedHours shared: of all rooms that are asked about.
        :rtype: resource.booking
        """
        bookings = self.env["resource.booking"].sudo()
        return bookings.with_context(
            using_portal=True,
            tz=booking_type.resource_calendar_id.tz,
            exivo_shared_hours=shared,
        ).new(
            {
                "type_id": booking_type.id,
                "combination_id": combination.id,
                "combination_auto_assign": False,
                "duration": hours,
            }
        )

    @api.model
    def _get_zone(self, booking_type):
        return pytz.timezone(booking_type.resource_calendar_id.tz or "UTC")

    @api.model
    def _get_midnight(self, booking_type, day):
        """Return when a day begins in the zone of a booking type.

        :rtype: datetime
        """
        midnight = datetime.combine(day, time.min)
        return self._get_zone(booking_type).localize(midnight)

    @api.model
    def _get_starts(self, booking, first, last):
        """Return when this booking could begin on some days.

        The grid counts from the first day, where a room never closes.

        :param booking: see :meth:`_imagine`.
        :return: moments in the zone of its type, in their order, by days.
        :rtype: dict[date, list[datetime]]
        """
        start = self._get_midnight(booking.type_id, first)
        stop = self._get_midnight(booking.type_id, last + timedelta(days=1))
        stop += timedelta(hours=booking.duration)
        slots = booking._get_available_slots(start, stop)
        zone = self._get_zone(booking.type_id)
        starts = {}
        for moment in sorted(one for some in slots.values() for one in some):
            local = moment.astimezone(zone)
            if first <= local.date() <= last:
                starts.setdefault(local.date(), []).append(local)
        return starts

    @api.model
    def _can_begin(self, booking, moment):
        """Tell whether this booking could begin then, as its day's page says.

        :param datetime moment: with its zone.
        """
        day = moment.astimezone(self._get_zone(booking.type_id)).date()
        return moment in self._get_starts(booking, day, day).get(day, ())

    @api.model
    def _get_stretches(self, booking, day):
        """Return what a room's day looks like from now on.

        :param booking: see :meth:`_imagine`.
        :return: stretches in their order that do not overlap.
        :rtype: list[Stretch]
        """
        booking_type, zone = booking.type_id, self._get_zone(booking.type_id)
        midnight = self._get_midnight(booking_type, day)
        evening = self._get_midnight(booking_type, day + timedelta(days=1))
        now = fields.Datetime.context_timestamp(booking, fields.Datetime.now())
        begin = max(midnight, min(now, evening))
        whole = Intervals([(begin, evening, booking_type)])
        open_ = whole & self._get_open(booking, midnight, evening)
        free = whole & booking._get_intervals(midnight, evening)
        soonest = now + timedelta(hours=booking_type.modifications_deadline)
        starts = self._get_starts(booking, day, day).get(day, [])
        step = timedelta(hours=booking_type.slot_duration)
        if starts and soonest < starts[0] < soonest + step:
            soonest = starts[0]  # what is left until then is no time of its own
        late = Intervals([(begin, max(begin, soonest), booking_type)]) & free
        beginnings = _cut((start, min(start + step, evening)) for start in starts)
        taken = Intervals([(one.start, one.stop, booking_type) for one in beginnings])
        reasons = {
            "closed": whole - open_,
            "booked": open_ - free - taken,
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

    @api.model
    def _get_open(self, booking, start, stop):
        """Return when type and rooms are open, whoever has booked them."""
        booking_type, zone = booking.type_id, self._get_zone(booking.type_id)
        calendar = booking_type.resource_calendar_id.with_env(booking.env)
        hours = calendar._work_intervals_batch(start, stop)[False]
        return hours & booking.combination_id._get_intervals(start, stop, zone)


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
