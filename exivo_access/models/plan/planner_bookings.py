# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Knows when a booking takes place, and which bookings are to come."""

from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Planning a booking begins with these.
FIELDS = [
    "active",
    "combination_id",
    "location",
    "meeting_id",
    "start",
    "state",
    "type_id",
]


class ExivoPlanner(models.AbstractModel):
    """A booking counts if it takes place and is not over, in the zone that it is of."""

    _inherit = "exivo.planner"

    # === ONE BOOKING === #

    def _takes_place(self, booking):
        """Tell whether there really is a booking. Its ``start`` alone proves nothing.

        When a slot has just become busy, resource_booking leaves ``start`` set without
        a meeting; an archived meeting leaves the booking confirmed.
        """
        meeting = booking.meeting_id
        return bool(
            booking.active
            and meeting.active
            and booking.combination_id
            and booking.state in ("scheduled", "confirmed")
        )

    def _get_reference(self, booking):
        """Return the name of a booking that is used where nobody's name may stand."""
        return f"B{booking.id:05d}"

    def _is_over(self, booking):
        """Tell whether a booking has ended.

        Its doors may stay open for some minutes.
        """
        return self._get_period(booking)[1] <= fields.Datetime.now()

    def _get_period(self, booking):
        """Return start and end of a booking, naive UTC.

        :rtype: tuple[datetime, datetime]
        """
        return self._get_period_of_meeting(booking.meeting_id, self._get_tz(booking))

    def _get_period_of_meeting(self, meeting, tz):
        """Return start and end of an event, naive UTC, in whole days if it has those.

        :param str tz: name of the zone whose days these are.
        :rtype: tuple[datetime, datetime]
        """
        if not meeting.allday:
            return meeting.start, meeting.stop
        return self._get_whole_days(meeting.start, meeting.stop, tz)

    def _get_whole_days(self, start, stop, tz):
        """Return what an all-day event means.

        It holds 08:00 and 18:00 of no zone: these are whole days of the booking's zone.

        :param datetime start: as the event holds it.
        :param datetime stop: as the event holds it.
        :param str tz: name of the zone.
        :return: naive UTC.
        :rtype: tuple[datetime, datetime]
        """
        zone = pytz.timezone(tz)
        midnights = (
            zone.localize(datetime.combine(day, time.min))
            for day in (start.date(), stop.date() + timedelta(days=1))
        )
        return tuple(
            midnight.astimezone(pytz.utc).replace(tzinfo=None) for midnight in midnights
        )

    def _get_booked_rooms(self, booking):
        """Return all that is booked, in the order of Odoo.

        A room that is archived meanwhile is still booked: its doors open.

        :rtype: resource.resource
        """
        return booking.combination_id.with_context(active_test=False).resource_ids

    def _get_tz(self, booking):
        """Return the zone that the times of a booking are meant and told in."""
        return booking.type_id.resource_calendar_id.tz or "UTC"

    # === BOOKINGS TO COME === #

    def _search_bookings(self, domain, after=None, limit=None):
        """Return bookings that match a domain and are not over, the soonest first.

        Also archived ones, and whole days some of which may be over: see
        :meth:`_without_past`.

        :param list domain: on ``resource.booking``.
        :param list after: where to go on: see :meth:`_get_bookmark`.
        :param int limit: so many at most.
        :rtype: resource.booking
        """
        bookings = self.env["resource.booking"].sudo().with_context(active_test=False)
        return bookings.search_fetch(
            Domain(domain) & self._get_later_domain(after) & self._get_coming_domain(),
            FIELDS,
            order="start, id",
            limit=limit,
        )

    def _get_bookmark(self, booking):
        """Return the place of a booking in the order of time, as JSON takes it.

        What has no start, because it was cancelled past all hooks, comes last.
        """
        return [fields.Datetime.to_string(booking.start) or "9999", booking.id]

    def _get_later_domain(self, bookmark):
        """Return the domain of bookings that come after a bookmark.

        :param list bookmark: see :meth:`_get_bookmark`; none for all bookings.
        """
        if not bookmark:
            return Domain.TRUE
        start, booking_id = bookmark
        if start == "9999":
            return Domain("start", "=", False) & Domain("id", ">", booking_id)
        return (
            Domain("start", ">", start)
            | (Domain("start", "=", start) & Domain("id", ">", booking_id))
            | Domain("start", "=", False)
        )

    def _get_coming_domain(self):
        """Return the domain of bookings that are not over.

        A booking is not over while its doors stay open for some more minutes.
        """
        return Domain.custom(to_sql=self._get_coming_sql)

    def _get_coming_sql(self, _model, alias, _query):
        """Return the condition of :meth:`_get_coming_domain`.

        It is one list of ids, so that PostgreSQL begins with what is to come. Two
        conditions would have it look at all bookings there ever were.
        """
        now = fields.Datetime.now()
        to_come = Domain("stop", ">", now)
        # Their end depends on their zones, by less than a day: see `_get_period`.
        whole_days = Domain("allday", "=", True)
        whole_days &= Domain("stop", ">", now - timedelta(days=1))
        bookings = self.env["resource.booking"].sudo().with_context(active_test=False)
        coming = bookings._search(Domain("meeting_id", "any", to_come | whole_days))
        accesses = self.env["exivo.access"].sudo()
        in_force = accesses._search(
            [
                ("booking_id", "!=", False),
                ("is_wanted", "=", True),
                ("stop", ">", now),
            ]
        )
        return SQL(
            "%s IN (%s UNION %s)",
            SQL.identifier(alias, "id"),
            coming.subselect(),
            in_force.subselect(SQL.identifier(in_force.table, "booking_id")),
        )

    def _without_past(self, bookings):
        """Return bookings without those whole days that are over.

        :param bookings: what :meth:`_search_bookings` has found.
        """
        over = bookings.filtered(
            lambda one: one.meeting_id.allday and self._is_over(one)
        )
        if over:
            theirs = Domain("booking_id", "in", over.ids)
            promised = self.env["exivo.access"].sudo()
            promised = promised.search(theirs & self._get_promised_domain())
            over -= promised.booking_id
        return bookings - over

    def _get_promised_domain(self):
        """Return the domain of accesses of bookings that are still promised."""
        return Domain(
            [
                ("is_wanted", "=", True),
                ("is_of_community", "=", False),
                ("stop", ">", fields.Datetime.now()),
            ]
        )
