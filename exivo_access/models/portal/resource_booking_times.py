# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says when rooms are free, as `resource_booking` will see it, and why not."""

from datetime import datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

from odoo.addons.resource_booking.models.resource_booking import _merge_intervals

from ...tools.mark import Mark
from .known_records import KNOWN
from .resource_booking import as_naive
from .resource_booking_type import SHORTEST

#: Brings the hours of all rooms of a page along.
SHARED_HOURS = Mark("exivo_shared_hours")
#: Says of which companies closed days count, where it is asked for no resource.
CLOSED_FOR = Mark("exivo_closed_for")


class SharedHours:
    """The hours of all rooms of a page, each kind worked out once.

    `resource_booking` asks for each room by itself, and each time it searches for
    attendances, leaves and events. What can count for any of them is looked up
    together, and each search finds its part of that.
    """

    def __init__(self, resources, calendars):
        """:param resources: all ``resource.resource`` records of the page.

        :param calendars: those that are not the resources' own.
        """
        self._resources = resources.sudo()
        self._calendars = (calendars | resources.calendar_id).sudo()
        self._calendars.mapped("tz")  # one query for all of them
        self._hours = {}
        self._start = self._stop = None

    def get_hours(self, calendar, start, stop, resources):
        """Return working hours, as ``_work_intervals_batch`` does."""
        asked = resources or self._resources.browse()
        busy_of = calendar.env.context.get("analyzing_booking")
        closed_for = not asked and CLOSED_FOR.get_from(calendar.env)
        key = (calendar.id, start, stop, str(start.tzinfo), busy_of, closed_for)
        hours = self._hours.setdefault(key, {})
        if not set(asked.ids) <= hours.keys() or not hours:
            if asked:
                asked |= self._resources.filtered(
                    lambda one: one.calendar_id == calendar
                )
            asked = asked.with_env(calendar.env)
            known = self._get_known(calendar, start, stop, asked)
            calendar = calendar.with_context(**KNOWN.on(known))
            hours.update(calendar._work_intervals_batch(start, stop, asked))
        return hours

    def _get_known(self, calendar, start, stop, resources):
        """Return what can count for hours of a calendar, or of who never closes.

        :return: records by the names of their models; nothing for whom it is unknown.
        """
        if not (calendar <= self._calendars and resources <= self._resources):
            return {}
        self._look_up(start, stop)
        calendar_ids = [calendar.id, False] if calendar else self._leaves
        known = {
            "resource.calendar.attendance": [self._attendances.get(calendar.id)],
            "resource.calendar.leaves": map(self._leaves.get, calendar_ids),
        }
        env = self._resources.env
        return {
            name: env[name].union(*filter(None, some)) for name, some in known.items()
        }

    def get_known_events(self, resource, start, stop):
        """Return the events that can keep a room or a person busy.

        :return: records by the name of their model.
        :rtype: dict[str, models.BaseModel]
        """
        if not resource <= self._resources:
            return {}
        self._look_up(start, stop)
        events = self._events.browse(self._event_ids.get(resource.id))
        return {events._name: events.with_prefetch(self._events._prefetch_ids)}

    def _look_up(self, start, stop):
        if self._start and self._start <= start and stop <= self._stop:
            return
        self._start = min(start, self._start or start)
        self._stop = max(stop, self._stop or stop)
        env, margin = self._resources.env, timedelta(days=2)  # in whatever zone
        first, last = self._start - margin, self._stop + margin
        of_page = Domain("calendar_id", "in", self._calendars.ids)
        attendances = env["resource.calendar.attendance"].search(of_page)
        leaves = env["resource.calendar.leaves"].search(
            Domain("date_from", "<=", as_naive(last))
            & Domain("date_to", ">=", as_naive(first))
            & (
                Domain("resource_id", "in", self._resources.ids)
                | Domain("resource_id", "=", False)
                & (of_page | Domain("calendar_id", "=", False))
            )
        )
        self._attendances, self._leaves = (
            some.grouped(lambda one: one.calendar_id.id)
            for some in (attendances, leaves)
        )
        self._find_events(first, last)

    def _find_events(self, first, last):
        rooms = "resource_booking_ids.combination_id.resource_ids"
        people = self._resources.grouped(lambda one: one.user_id.partner_id)
        in_time = Domain("start", "<=", as_naive(last))
        in_time &= Domain("stop", ">=", as_naive(first))
        whole_days = Domain("allday", "=", True)
        whole_days &= Domain("start_date", "<=", last.date())
        whole_days &= Domain("stop_date", ">=", first.date())
        partners = self._resources.user_id.partner_id
        of_page = Domain(rooms, "in", self._resources.ids)
        of_page |= Domain("partner_ids", "in", partners.ids)
        events = self._resources.env["calendar.event"].with_context(active_test=True)
        self._events = events.search(of_page & (in_time | whole_days))
        self._event_ids = {}
        for event in self._events:
            busy = event.mapped(rooms)
            for partner in event.partner_ids & partners:
                busy |= people[partner]
            for one in busy:
                self._event_ids.setdefault(one.id, []).append(event.id)


class Stretch(NamedTuple):
    """A stretch of a room's day is a time to begin at, or says why there is none."""

    start: datetime
    stop: datetime
    #: ``closed``, ``yours``, ``booked``, ``late``, ``short`` or ``over``; nothing: one
    #: can begin here.
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
        """Return when this booking could begin on some days, as each day's page says.

        :return: moments in the zone of its type, in their order, by days.
        :rtype: dict[date, list[datetime]]
        """
        start = self.type_id._get_exivo_midnight(first)
        stop = self.type_id._get_exivo_midnight(last + timedelta(days=1))
        stop += timedelta(hours=self.duration)
        slots = self._get_available_slots(start, stop)
        return {day: slots[day] for day in sorted(slots) if first <= day <= last}

    def _get_calendar_context(self, year=None, month=None, now=None):
        """Override of `resource_booking` to offer in a month what its days' pages do.

        It begins a month by today's offset from UTC, so it is asked for no times.
        """
        of_none = super(ResourceBooking, self.browse())
        values = of_none._get_calendar_context(year, month, now)
        first = values["start"].date()
        slots = self._get_exivo_starts(first, first + relativedelta(months=1, days=-1))
        return {**values, "booking": self, "slots": slots}

    def _get_available_slots(self, start_dt, end_dt):
        """Replace what `resource_booking` does: each day's times begin with the day.

        There, those of a room that never closes are counted on from the first that is
        looked at: they depend on that one, and are others once clocks have changed.
        Where several can be given, one of them has to be free for all of a time: it
        takes the hours of all together. Between slots of no length it would not end.
        """
        if self.type_id.slot_duration < SHORTEST:
            return {}
        if len(given := self._get_exivo_given()) > 1:
            return self._get_exivo_slots_of_any(given, start_dt, end_dt)
        booking_type, days = self.type_id, {}
        zone, length = booking_type._get_exivo_zone(), timedelta(hours=self.duration)
        step = timedelta(hours=booking_type.slot_duration)
        soonest = pytz.utc.localize(fields.Datetime.now())
        soonest += timedelta(hours=booking_type.modifications_deadline)
        soonest = max(start_dt, soonest).astimezone(zone)
        first = booking_type._get_exivo_midnight(soonest.date())
        free = _merge_intervals(self._get_intervals(first, end_dt))
        for begin, end, *_records in free:
            moment, last = begin.astimezone(zone), end.astimezone(zone) - length
            while moment <= last:
                day = moment.date()
                midnight = booking_type._get_exivo_midnight(day + timedelta(days=1))
                is_usual = moment.tzinfo is midnight.tzinfo  # no clock changes
                while moment <= last and moment < midnight:
                    if moment >= soonest:
                        days.setdefault(day, []).append(moment)
                    moment += step
                    if not is_usual:
                        moment = zone.normalize(moment)
                moment = midnight
        return days

    def _get_intervals(self, start_dt, end_dt, combination=None):
        """Override of `resource_booking` to ask as the house, not as who asks.

        Whole days that others have booked are those of the house's zone, and of the
        holidays of companies only its own count.
        """
        zone = self.type_id._get_exivo_zone()
        asked = self._for_exivo_companies(combination or self.combination_id)
        start, stop = (moment.astimezone(zone) for moment in (start_dt, end_dt))
        return super(ResourceBooking, asked)._get_intervals(start, stop, combination)

    def _for_exivo_companies(self, combination):
        """Return this booking with whose holidays count for its type.

        Odoo compares companies where it asks for a resource, and here for none.
        """
        booking_type = self.type_id.sudo()
        companies = booking_type.company_id
        companies |= booking_type.resource_calendar_id.company_id
        companies = companies or combination.sudo().resource_ids.company_id
        return self.with_context(**CLOSED_FOR.on(tuple(companies.ids)))

    def _get_exivo_slots_of_any(self, combinations, start, stop):
        """Return when this booking could begin in any of several combinations.

        :rtype: dict[date, list[datetime]]
        """
        calendars = self.type_id.resource_calendar_id | combinations.forced_calendar_id
        shared, days = SharedHours(combinations.resource_ids, calendars), {}
        for one in combinations:
            booking = imagine(self.type_id, one, self.duration, shared)
            for day, moments in booking._get_available_slots(start, stop).items():
                days.setdefault(day, set()).update(moments)
        return {day: sorted(moments) for day, moments in days.items()}

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
        if now >= evening:  # it is later than elsewhere
            return [Stretch(midnight, evening, "over")]
        begin = max(midnight, now)
        whole = Intervals([(begin, evening, booking_type)])
        # as far as times are looked for: so the hours are worked out once
        until = evening + timedelta(hours=self.duration)
        open_ = whole & self._get_exivo_open(midnight, until)
        free = whole & self._get_intervals(midnight, until)
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
        calendar = self.type_id.resource_calendar_id
        asked = self._for_exivo_companies(self.combination_id)
        calendar = calendar.with_env(asked.env)
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
