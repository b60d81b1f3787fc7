# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Answers customers' question "what is free?", and books what they choose.

The times of each room come from ``resource_booking_times.py``.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import pytz

from odoo import models
from odoo.exceptions import UserError

from ...tools.places import get_map_url
from ...tools.serialise import TakenMeanwhile, serialise
from ..rule.methods import APP
from .resource_booking import HORIZON
from .resource_booking_times import SharedHours, imagine

WEEK = timedelta(days=7)
#: So many days stand side by side.
DAYS = 7
#: In hours: lengths that differ by less are the same.
MINUTE = 1 / 60
#: Before this hour only who asks for it looks for a room.
MORNING = time(6)
#: So far we look ahead by ourselves for a day on which something is free.
LOOK_AHEAD = timedelta(days=60)


class Wish(NamedTuple):
    """A customer looks for a room like this."""

    day: date | None = None
    #: How long, in hours; 0: as long as each room is booked for.
    hours: float = 0
    #: For at least so many people.
    people: int = 0
    place: str = ""
    #: All of these are to be in the room.
    equipment: tuple = ()
    #: Also while others sleep.
    night: bool = False

    def get_query(self):
        """Return what an address says of it, as pairs."""
        pairs = [
            ("day", self.day),
            ("hours", self.hours and f"{self.hours:g}"),
            ("people", self.people),
            ("place", self.place),
            *(("equipment", name) for name in self.equipment),
            ("night", self.night and 1),
        ]
        return [one for one in pairs if one[1]]


class Promise(NamedTuple):
    """A promise says what is to open the doors for who books something, and when."""

    methods: frozenset
    #: Naive UTC; all doors are open from then until then, some maybe longer.
    opens: datetime
    closes: datetime
    is_longer: bool
    has_mail: bool
    #: How the PIN comes, see ``exivo.site``.
    pin_way: str


class Choice(NamedTuple):
    """A choice is one or more rooms that are booked together, and what they are like.

    The people who come with a room are not the public's business. Customers have no
    rights on what is read and made here: callers say for whom, and they must say the
    visitor's own partner.
    """

    booking_type: models.BaseModel
    combination: models.BaseModel
    rooms: models.BaseModel
    #: How long one books, in hours, and what else one may choose.
    hours: float
    lengths: tuple

    @property
    def name(self):
        """Return what to call it."""
        return ", ".join(self.rooms.mapped("name")) or self.booking_type.name

    @property
    def place(self):
        """Return where it is, in a few words."""
        return (self.booking_type.location or "").strip()

    @property
    def map_url(self):
        """Return where a map shows the place; nothing if nothing is said of it."""
        return get_map_url(self.place)

    @property
    def people(self):
        """Return for how many people there is room; 0: nothing is said about it."""
        return sum(self.rooms.mapped("portal_capacity"))

    @property
    def equipment(self):
        """Return what is in the rooms, each thing once."""
        names = ",".join(filter(None, self.rooms.mapped("portal_equipment"))).split(",")
        return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))

    @property
    def pictured(self):
        """Return a room that has a picture, or an empty one."""
        sizes = self.rooms.with_context(bin_size=True)  # reads no file
        return sizes.filtered("portal_image")[:1]

    @property
    def fits_length(self):
        """Tell whether it can be booked for as long as the customer wishes."""
        return self.hours in self.lengths

    def matches(self, wish):
        """Tell whether it is what a customer looks for, free or not.

        :rtype: bool
        """
        has = {name.casefold() for name in self.equipment}
        return (
            self.people >= wish.people
            and wish.place in ("", self.place)
            and all(name.casefold() in has for name in wish.equipment)
        )

    def takes_rooms_of(self, booking):
        """Tell whether it would take a room that a booking has.

        :rtype: bool
        """
        return bool(self.rooms & booking.combination_id.resource_ids)

    def is_free(self, moment):
        """Tell whether it is offered at a moment.

        :param datetime moment: with its zone.
        :rtype: bool
        """
        (booking,) = _imagine_all([self])
        day = moment.astimezone(self.booking_type._get_exivo_zone()).date()
        return (
            self.fits_length
            and is_shown(day, self.booking_type._get_exivo_today())
            and booking._can_begin_exivo(moment)
        )

    def get_booked(self, start, partner):
        """Return the booking that a customer has of just this; empty if there is none.

        :param datetime start: naive UTC.
        :rtype: resource.booking
        """
        bookings = self.booking_type.env["resource.booking"].sudo()
        return bookings.search(
            [
                ("type_id", "=", self.booking_type.id),
                ("combination_id", "=", self.combination.id),
                ("start", "=", start),
                ("meeting_id.active", "=", True),
                ("partner_ids", "in", partner.ids),
            ]
        ).filtered(lambda one: abs(one._get_exivo_hours() - self.hours) < MINUTE)[:1]

    def book(self, start, partner):
        """Book it for a customer, or leave everything as it was.

        Clicks of one customer wait for one another, so that two book once.

        :param datetime start: naive UTC, and offered.
        :param partner: the customer's ``res.partner``.
        :return: the booking; empty if somebody else was faster.
        :rtype: resource.booking
        :raise TakenMeanwhile: somebody is just being faster; Odoo repeats the request.
        """
        serialise(partner)
        bookings = self.booking_type.env["resource.booking"].sudo()
        if self.booking_type._get_exivo_limit(partner):
            return bookings
        bookings = bookings.with_context(
            using_portal=True,
            tz=self.booking_type.resource_calendar_id.tz,
            # No invitation to answer, where it is staff who do.
            no_mail_to_attendees=self.booking_type.portal_staff_confirms,
        )
        try:
            with bookings.env.cr.savepoint():
                booking = bookings.create(
                    {
                        **self.booking_type._get_exivo_booking_vals(partner),
                        "combination_id": self.combination.id,
                        # The customer has chosen the room: no other one is given.
                        "combination_auto_assign": False,
                        "start": start,
                        "duration": self.hours,
                    }
                )
                booking._confirm_exivo_choice()
        except TakenMeanwhile:
            raise
        except UserError:
            return bookings
        return booking

    def get_url(self, moment, wish):
        """Return the address of the page that asks whether to book this.

        :param datetime moment: with its zone.
        :param Wish wish: what the visitor looks for, to be led back there.
        :rtype: str
        """
        query = [("when", moment.isoformat()), *wish._replace(day=None).get_query()]
        path = f"{self.booking_type.id}/{self.combination.id}"
        return f"/my/bookings/new/{path}?{urlencode(query)}"

    def get_promise(self, start, stop, partner):
        """Return what opens the doors for who books it, and when.

        :param datetime start: naive UTC.
        :param datetime stop: naive UTC.
        :param partner: the customer's ``res.partner``; empty for who has no login.
        :return: nothing without doors.
        :rtype: Promise | None
        """
        env = self.booking_type.env
        by_resource = env["exivo.access.rule"]._get_rules_by_resource()
        (booking,) = _imagine_all([self])
        rules = [
            rule
            for room in env["exivo.planner"]._get_rooms(booking)
            for rule in by_resource.get(room.id, ())
            if rule.lock_ids_by_site
        ]
        if not rules:
            return None
        before = {rule.minutes_before for rule in rules}
        after = {rule.minutes_after for rule in rules}
        typed = [rule for rule in rules if rule.method != APP]
        site_ids = {site_id for rule in typed for site_id in rule.lock_ids_by_site}
        sites = env["exivo.site"].browse(site_ids)
        has_mail = not partner or bool(partner.email_normalized)
        return Promise(
            methods=frozenset(rule.method for rule in rules),
            opens=start - timedelta(minutes=min(before)),
            closes=stop + timedelta(minutes=min(after)),
            is_longer=len(before) > 1 or len(after) > 1,
            has_mail=has_mail,
            pin_way=sites._get_pin_way(has_mail, bool(partner)),
        )


class Found(NamedTuple):
    """Says what becomes of a choice on the day that is looked at."""

    choice: Choice
    stretches: list
    #: The days on which one could begin.
    days: frozenset

    def without_night(self):
        """Return the same without what ends before most people get up.

        :rtype: Found
        """
        parts = [part for part in self.stretches if _is_by_day(part.start, part.stop)]
        if parts and parts[0].start.time() < MORNING and parts[0].why:
            start = parts[0].start  # clocks may change before morning
            start = start.tzinfo.localize(datetime.combine(start, MORNING))
            parts[0] = parts[0]._replace(start=start)
        return self._replace(stretches=parts)


def get_choices(booking_types, hours=0):
    """Return all that can be chosen, in the order of the types and their rooms.

    :param booking_types: those that the visitor may book, in superuser mode.
    :param float hours: how long; 0: as each is booked.
    :rtype: list[Choice]
    """
    every = booking_types.combination_rel_ids.combination_id.resource_ids
    return [
        Choice(
            booking_type,
            combination,
            combination.resource_ids.filtered(
                lambda one: one.resource_type == "material"
            ).with_prefetch(every.ids),  # one query for all pictures
            booking_type._get_exivo_length(hours),
            booking_type._get_exivo_lengths(),
        )
        for booking_type in booking_types
        for combination in booking_type.combination_rel_ids.sorted(
            "sequence"
        ).combination_id._filter_exivo_bookable()
        if combination.resource_ids
    ]


def get_prices(choices):
    """Return what the usual length of each choice costs, where that is known.

    :return: texts by choice.
    :rtype: dict[Choice, str]
    """
    if not choices:
        return {}
    types = choices[0].booking_type.union(*(one.booking_type for one in choices))
    prices = {}
    for company, some in types.grouped("company_id").items():
        prices |= some.with_company(company)._get_exivo_prices()
    return {
        one: prices[one.booking_type].get(one.combination.id)
        or prices[one.booking_type].get(False, "")
        for one in choices
    }


def get_choice(booking_types, combination_id, hours=0):
    """Return one of the choices; nothing if it is none of these.

    :param booking_types: see :func:`get_choices`.
    :rtype: Choice | None
    """
    for choice in get_choices(booking_types, hours):
        if choice.combination.id == combination_id:
            return choice
    return None


def get_url_to_repeat(booking, partner):
    """Return where to book the same in the next week that has not begun it.

    :param booking: a ``resource.booking`` in superuser mode.
    :param partner: the customer's ``res.partner``; empty for who has no login.
    :return: nothing if the portal offers nothing like it.
    :rtype: str
    """
    types = booking.type_id
    if partner:
        types = types._get_exivo_bookable(partner)
    else:
        types = types._get_exivo_for_anybody()
    hours = booking._get_exivo_hours()
    choice = get_choice(types & booking.type_id, booking.combination_id.id, hours)
    if not choice or not choice.fits_length or not booking.meeting_id:
        return ""
    zone = booking.type_id._get_exivo_zone()
    start, _stop = booking._get_exivo_period()
    first = pytz.utc.localize(start).astimezone(zone)
    first = first.replace(tzinfo=None)  # the same hour of the clock
    now = datetime.now(zone).replace(tzinfo=None)
    weeks = max((now - first) // WEEK, 0) + 1
    return choice.get_url(zone.localize(first + weeks * WEEK), Wish(hours=hours))


# === WHEN THEY ARE FREE === #


def is_shown(day, today):
    """Tell whether customers may look at a day: from today on to the horizon."""
    return today <= day <= today + HORIZON


def get_days(day, today):
    """Return the days that stand beside one.

    :rtype: list[date]
    """
    first = day - (day - today) % timedelta(days=DAYS)
    return [first + timedelta(days=number) for number in range(DAYS)]


def find(choices, day, days, partner, night):
    """Return what becomes of choices on a day, and on which others they are free.

    :param list[date] days: in a row.
    :param partner: the visitor's ``res.partner``; empty for who has no login.
    :param bool night: whether days count of which only the night is free.
    :rtype: list[Found]
    """
    yours = _find_bookings(partner, day)
    return [
        Found(
            choice,
            booking._get_exivo_stretches(
                day, yours.filtered(lambda one, its=choice: its.takes_rooms_of(one))
            )
            if choice.fits_length
            else [],
            frozenset(
                _find_days(booking, days[0], days[-1], night)
                if choice.fits_length
                else ()
            ),
        )
        for choice, booking in zip(choices, _imagine_all(choices), strict=True)
    ]


def _find_bookings(partner, day):
    """Return the bookings that somebody has on a day, wherever that is."""
    bookings = partner.env["resource.booking"].sudo()
    around = [datetime.combine(day, time.min) + timedelta(days=n) for n in (-1, 2)]
    return bookings.search(
        [
            ("partner_ids", "in", partner.ids),
            ("meeting_id.active", "=", True),
            ("start", "<", around[1]),
            ("stop", ">", around[0]),
        ]
    )


def _find_days(booking, first, last, night):
    """Return the days on which a booking could begin: see :func:`find`."""
    step = timedelta(hours=booking.type_id.slot_duration)
    return [
        day
        for day, starts in booking._get_exivo_starts(first, last).items()
        if night or _is_by_day(starts[-1], starts[-1] + step)
    ]


def _is_by_day(start, stop):
    """Tell whether a stretch reaches beyond the hour at which most people get up."""
    return stop.date() > start.date() or stop.time() > MORNING


def find_next_day(choices, after, night):
    """Return the next day on which anything is free, within some weeks.

    :param bool night: see :func:`find`.
    :rtype: date | None
    """
    first, last = after + timedelta(days=1), after + LOOK_AHEAD
    fitting = [choice for choice in choices if choice.fits_length]
    days = (
        day
        for booking in _imagine_all(fitting)
        for day in _find_days(booking, first, last, night)
    )
    return min(days, default=None)


def _imagine_all(choices):
    if not choices:
        return []
    types = choices[0].booking_type.union(*(one.booking_type for one in choices))
    every = choices[0].combination.union(*(one.combination for one in choices))
    calendars = types.resource_calendar_id | every.forced_calendar_id
    shared = SharedHours(every.resource_ids, calendars)
    return [
        imagine(one.booking_type, one.combination, one.hours, shared) for one in choices
    ]
