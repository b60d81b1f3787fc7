# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets customers choose a time for a booking of a room with doors, or cancel it."""

from datetime import timedelta, timezone

from dateutil.parser import isoparse
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.period import format_period
from ...tools.serialise import TakenMeanwhile

#: Customers may look so far ahead for a time by themselves.
HORIZON = relativedelta(years=2)


class ExivoBookingDesk(models.AbstractModel):
    """Takes from customers only what the schedule page offers them.

    Bookings are ``resource.booking`` records as `resource_booking` has its portal work
    with them: in superuser mode, and in the zone of their type's calendar.
    """

    _name = "exivo.booking.desk"
    _description = "Exivo Booking Desk"

    # === WHAT IS OFFERED === #

    @api.model
    def _read_moment(self, text):
        """Read a moment as the schedule page writes it.

        :param text: whatever a request brings.
        :return: the moment with its zone; nothing if it is not one, or says no zone.
        :rtype: datetime | None
        """
        try:
            moment = isoparse(text)
            for hours in (-24, 24):  # it can be read in any zone
                _as_naive(moment + timedelta(hours=hours))
        except (ValueError, TypeError, OverflowError):
            return None
        return moment if moment.tzinfo else None

    @api.model
    def _is_shown(self, booking, year, month):
        """Tell whether the schedule page has a month: from this one to the horizon.

        :rtype: bool
        """
        today = fields.Datetime.context_timestamp(booking, fields.Datetime.now())
        last = today + HORIZON
        first, last = (today.year, today.month), (last.year, last.month)
        return 1 <= month <= 12 and first <= (year, month) <= last

    @api.model
    def _is_offered(self, booking, moment):
        """Tell whether the schedule page offers to begin a booking then.

        It is asked for the whole month, as the page does, because the grid of a room
        that never closes depends on the day from which it is counted.

        :param datetime moment: see :meth:`_read_moment`.
        :rtype: bool
        """
        day = moment.date()  # as written, since the page has its slots by that
        if not self._is_shown(booking, day.year, day.month):
            return False
        if not self.env["exivo.self.service"]._may_go_on(booking):
            return False
        slots = booking._get_calendar_context(day.year, day.month)["slots"]
        return moment in slots.get(day, ())

    # === WHAT IS DONE === #

    @api.model
    def _is_booked(self, booking, moment):
        """Tell whether the booking is confirmed for this moment already.

        :rtype: bool
        """
        return (
            (booking.state == "confirmed" or booking._waits_for_exivo_staff())
            and bool(booking.meeting_id)
            and booking.start == _as_naive(moment)
        )

    @api.model
    def _choose(self, booking, moment):
        """Book this time for the customer, or leave the booking as it was.

        :param datetime moment: one that is offered.
        :return: whether it is booked; else somebody else was faster.
        :rtype: bool
        :raise TakenMeanwhile: somebody is just being faster; Odoo repeats the request,
            which then finds another room, or none.
        """
        try:
            with self.env.cr.savepoint():
                booking.start = _as_naive(moment)
                self.env["exivo.self.service"]._settle(booking)
        except TakenMeanwhile:
            raise
        except UserError:
            return False
        return True

    @api.model
    def _cancel(self, booking):
        """Cancel a booking for the customer, or leave it as it was.

        :return: whether it is cancelled; else it was too late.
        :rtype: bool
        """
        try:
            with self.env.cr.savepoint():
                booking.action_cancel()
        except UserError:
            return False
        return True

    # === HOW IT IS CALLED === #

    @api.model
    def _format_period(self, booking, start, stop):
        """Write a period in the language of the environment and the booking's zone."""
        return format_period(
            self.env, start, stop, booking.type_id.resource_calendar_id.tz
        )

    @api.model
    def _format_booked(self, booking):
        """Write when a booking takes place.

        :return: nothing if it has no time yet.
        :rtype: str
        """
        meeting = booking.meeting_id
        return meeting and self._format_period(booking, meeting.start, meeting.stop)

    @api.model
    def _format_rooms(self, booking):
        """Write which rooms a booking has, or else what it is a booking of.

        :rtype: str
        """
        rooms = booking.combination_id and booking._get_exivo_rooms()
        return rooms and ", ".join(rooms.mapped("name")) or booking.type_id.name or ""

    @api.model
    def _format_title(self, booking):
        """Write of a booking what somebody looks for among several.

        :rtype: str
        """
        parts = self._format_rooms(booking), self._format_booked(booking)
        return ", ".join(filter(None, parts))

    @api.model
    def _format_chosen(self, booking, moment):
        """Write when a booking would take place if it began then.

        :rtype: str
        """
        start = _as_naive(moment)
        stop = start + timedelta(hours=booking.duration)
        return self._format_period(booking, start, stop)


def _as_naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
