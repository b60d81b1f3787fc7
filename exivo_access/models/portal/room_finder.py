# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Answers customers' question "what is free?", and books what they choose."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.serialise import TakenMeanwhile, serialise
from .booking_desk import HORIZON
from .free_times import SharedHours

WEEK = timedelta(days=7)
#: So many days stand side by side.
DAYS = 7
#: Before this hour only who asks for it looks for a room.
MORNING = time(6)
#: So far we look ahead by ourselves for a day on which something is free.
LOOK_AHEAD = timedelta(days=60)
#: Nobody chooses from more lengths than these.
MOST_LENGTHS = 16


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


class Choice(NamedTuple):
    """A choice is one or more rooms that are booked together, and what they are like.

    The people who come with a room are not the public's business.
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
        return self.rooms.filtered("portal_image")[:1]

    @property
    def fits_length(self):
        """Tell whether it can be booked for as long as the customer wishes."""
        return self.hours in self.lengths


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
        parts = [
            part
            for part in self.stretches
            if part.stop.date() > part.start.date() or part.stop.time() > MORNING
        ]
        if parts and parts[0].start.time() < MORNING and parts[0].why:
            start = parts[0].start.replace(hour=MORNING.hour, minute=0)
            parts[0] = parts[0]._replace(start=start)
        return self._replace(stretches=parts)


class ExivoSelfService(models.AbstractModel):
    """Finds rooms that are free, and books one for a customer.

    Customers have no rights on what is read and made here: callers say for whom, and
    they must say the visitor's own partner.
    """

    _inherit = "exivo.self.service"

    # === WHAT THERE IS === #

    @api.model
    def _get_lengths(self, booking_type):
        """Return how long customers may book, in hours, shortest first.

        :rtype: tuple[float]
        """
        first = booking_type.duration
        most = int((booking_type.portal_longest + 1e-6) // first) if first else 1
        return tuple(
            first * times for times in range(1, max(1, min(most, MOST_LENGTHS)) + 1)
        )

    @api.model
    def _get_length(self, booking_type, hours):
        """Return the length that an address means, which rounds it.

        :rtype: float
        """
        lengths = self._get_lengths(booking_type)
        meant = [one for one in lengths if abs(one - hours) < 0.001]
        return meant[0] if meant else hours or lengths[0]

    @api.model
    def _get_choices(self, booking_types, hours=0):
        """Return all that can be chosen, in the order of the types and their rooms.

        :param booking_types: see ``exivo.self.service``.
        :param float hours: how long; 0: as each is booked.
        :rtype: list[Choice]
        """
        return [
            Choice(
                booking_type,
                combination,
                combination.resource_ids.filtered(
                    lambda one: one.resource_type == "material"
                ),
                self._get_length(booking_type, hours),
                self._get_lengths(booking_type),
            )
            for booking_type in booking_types
            for combination in booking_type.combination_rel_ids.sorted(
                "sequence"
            ).combination_id
            if combination.active and combination.resource_ids
        ]

    @api.model
    def _matches(self, choice, wish):
        """Tell whether something is what a customer looks for, free or not.

        :rtype: bool
        """
        has = {name.casefold() for name in choice.equipment}
        return (
            choice.people >= wish.people
            and wish.place in ("", choice.place)
            and all(name.casefold() in has for name in wish.equipment)
        )

    # === WHEN IT IS FREE === #

    @api.model
    def _get_today(self, choices):
        """Return the day that it is where these rooms are.

        :rtype: date
        """
        zone = choices[0].booking_type.resource_calendar_id.tz if choices else None
        there = self.with_context(tz=zone or self.env.context.get("tz"))
        return fields.Date.context_today(there)

    @api.model
    def _is_shown(self, day, today):
        """Tell whether customers may look at a day: from today on to the horizon."""
        return today <= day <= today + HORIZON

    @api.model
    def _get_days(self, day, today):
        """Return the days that stand beside one.

        :rtype: list[date]
        """
        first = day - (day - today) % timedelta(days=DAYS)
        return [first + timedelta(days=number) for number in range(DAYS)]

    @api.model
    def _find(self, choices, day, days):
        """Return what becomes of choices on a day, and on which others they are free.

        :param list[date] days: in a row.
        :rtype: list[Found]
        """
        bookings = self._imagine_all(choices)
        return [
            Found(
                choice,
                self._get_stretches(booking, day) if choice.fits_length else [],
                frozenset(
                    self._get_starts(booking, days[0], days[-1])
                    if choice.fits_length
                    else ()
                ),
            )
            for choice, booking in zip(choices, bookings, strict=True)
        ]

    @api.model
    def _find_next_day(self, choices, after):
        """Return the next day on which anything is free, within some weeks.

        :rtype: date | None
        """
        first, last = after + timedelta(days=1), after + LOOK_AHEAD
        fitting = [choice for choice in choices if choice.fits_length]
        days = (
            day
            for booking in self._imagine_all(fitting)
            for day in self._get_starts(booking, first, last)
        )
        return min(days, default=None)

    @api.model
    def _imagine_all(self, choices):
        resources = self.env["resource.resource"].union(
            *(choice.combination.resource_ids for choice in choices)
        )
        shared = SharedHours(resources)
        return [
            self._imagine(one.booking_type, one.combination, one.hours, shared)
            for one in choices
        ]

    @api.model
    def _is_free(self, choice, moment):
        """Tell whether a choice is offered at a moment.

        :param datetime moment: with its zone.
        :rtype: bool
        """
        today = self._get_today([choice])
        (booking,) = self._imagine_all([choice])
        day = moment.astimezone(self._get_zone(choice.booking_type)).date()
        return (
            choice.fits_length
            and self._is_shown(day, today)
            and self._can_begin(booking, moment)
        )

    # === BOOKING === #

    @api.model
    def _get_booked(self, choice, start, partner):
        """Return the booking that a customer has of just this; empty if there is none.

        :param datetime start: naive UTC.
        :rtype: resource.booking
        """
        bookings = self.env["resource.booking"].sudo()
        return bookings.search(
            [
                ("type_id", "=", choice.booking_type.id),
                ("combination_id", "=", choice.combination.id),
                ("start", "=", start),
                ("meeting_id", "!=", False),
                ("partner_ids", "in", partner.ids),
            ],
            limit=1,
        )

    @api.model
    def _book(self, choice, start, partner):
        """Book a choice for a customer, or leave everything as it was.

        Clicks of one customer wait for one another, so that two book once.

        :param datetime start: naive UTC, and offered.
        :param partner: the customer's ``res.partner``.
        :return: the booking; empty if somebody else was faster.
        :rtype: resource.booking
        :raise TakenMeanwhile: somebody is just being faster; Odoo repeats the request.
        """
        serialise(partner)
        bookings = self.env["resource.booking"].sudo()
        if not self._may_hold(choice.booking_type, partner):
            return bookings
        bookings = bookings.with_context(
            using_portal=True,
            tz=choice.booking_type.resource_calendar_id.tz,
            # No invitation to answer, where it is staff who do.
            no_mail_to_attendees=choice.booking_type.portal_staff_confirms,
        )
        try:
            with self.env.cr.savepoint():
                booking = bookings.create(
                    {
                        "type_id": choice.booking_type.id,
                        "combination_id": choice.combination.id,
                        # The customer has chosen the room: no other one is given.
                        "combination_auto_assign": False,
                        "partner_ids": [Command.set(partner.ids)],
                        "start": start,
                        "duration": choice.hours,
                        # See :meth:`_begin_booking`.
                        "user_id": False,
                        "from_portal": True,
                    }
                )
                self._settle(booking)
        except TakenMeanwhile:
            raise
        except UserError:
            return bookings
        return booking

    @api.model
    def _get_url(self, choice, moment):
        """Return the address of the page that asks whether to book this.

        :param datetime moment: with its zone.
        :rtype: str
        """
        query = {"when": moment.isoformat(), "hours": f"{choice.hours:g}"}
        path = f"{choice.booking_type.id}/{choice.combination.id}"
        return f"/my/bookings/new/{path}?{urlencode(query)}"

    @api.model
    def _get_url_to_repeat(self, booking, partner):
        """Return where to book the same in the next week that has not begun it.

        :param booking: a ``resource.booking`` in superuser mode.
        :param partner: the customer's ``res.partner``.
        :return: nothing if the portal offers nothing like it.
        :rtype: str
        """
        types = self._get_bookable_types(partner)
        choices = [
            choice
            for choice in self._get_choices(booking.type_id & types, booking.duration)
            if choice.combination == booking.combination_id and choice.fits_length
        ]
        if not choices or not booking.meeting_id:
            return ""
        zone = self._get_zone(booking.type_id)
        first = pytz.utc.localize(booking.meeting_id.start).astimezone(zone)
        first = first.replace(tzinfo=None)  # the same hour of the clock
        now = datetime.now(zone).replace(tzinfo=None)
        weeks = max((now - first) // WEEK, 0) + 1
        return self._get_url(choices[0], zone.localize(first + weeks * WEEK))

    # === WHAT ONE GETS === #

    @api.model
    def _get_promise(self, choice, start, stop):
        """Return what opens the doors for who books a choice, and when.

        :param datetime start: naive UTC.
        :param datetime stop: naive UTC.
        :return: methods, and the first and the last moment; nothing without doors.
        :rtype: tuple[set, datetime, datetime] | None
        """
        by_resource = self.env["exivo.access.rule"]._get_rules_by_resource()
        rules = [
            rule
            for resource_id in choice.combination.resource_ids.ids
            for rule in by_resource.get(resource_id, ())
        ]
        if not rules:
            return None
        return (
            {rule.method for rule in rules},
            start - timedelta(minutes=max(rule.minutes_before for rule in rules)),
            stop + timedelta(minutes=max(rule.minutes_after for rule in rules)),
        )
