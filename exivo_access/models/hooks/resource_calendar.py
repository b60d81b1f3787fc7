# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

from ..portal.resource_booking_times import SHARED_HOURS


class ResourceCalendar(models.Model):
    """Works out the hours of many rooms at once, where a page asks for them.

    `resource_booking` asks for each room by itself. What it is told stays the same.
    """

    _inherit = "resource.calendar"

    def write(self, vals):
        """Override to plan anew: whole days are those of the zone."""
        result = super().write(vals)
        if "tz" in vals:
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed(
                "type_id.resource_calendar_id", self.ids
            )
        return result

    def _work_intervals_batch(
        self, start_dt, end_dt, resources=None, domain=None, tz=None, **options
    ):
        """Override to answer for one room what was worked out for all of a page.

        Who has no working time never closes; `resource_booking` asks an empty calendar
        for that, which Odoo refuses.
        """
        shared = SHARED_HOURS.get_from(self.env)
        work_out = super()._work_intervals_batch
        if not self and resources:
            work_out = self._get_exivo_never_closed
        if shared is None or domain or tz or options or len(self) > 1:
            return work_out(start_dt, end_dt, resources, domain, tz, **options)
        return shared.get_hours(self, start_dt, end_dt, resources, work_out)

    @api.model
    def _get_exivo_never_closed(
        self, start_dt, end_dt, resources, domain=None, tz=None, compute_leaves=True
    ):
        """Return the working hours of who has no calendar: all but closed days.

        A closed day of a calendar is not theirs.
        """
        attendances = self.env["resource.calendar.attendance"]
        whole = Intervals([(start_dt, end_dt, attendances)])
        if not compute_leaves:
            return dict.fromkeys([*resources.ids, False], whole)
        of_all = Domain("calendar_id", "=", False) & Domain("resource_id", "=", False)
        own = of_all | Domain("resource_id", "in", resources.ids)
        domain = Domain(domain or [("time_type", "=", "leave")]) & own
        leaves = self._leave_intervals_batch(
            start_dt, end_dt, resources, [*domain], tz or start_dt.tzinfo
        )
        return {one_id: whole - leaves[one_id] for one_id in leaves}

    @api.model
    def _calendar_event_busy_intervals(
        self, start_dt, end_dt, resource, analyzed_booking_id
    ):
        """Override of `resource_booking` to look for the events of a page once.

        What keeps people busy it finds out by itself.
        """
        shared = SHARED_HOURS.get_from(self.env)
        if shared is None or resource.resource_type != "material":
            return super()._calendar_event_busy_intervals(
                start_dt, end_dt, resource, analyzed_booking_id
            )
        return shared.get_busy(
            start_dt,
            end_dt,
            resource,
            analyzed_booking_id,
            self._find_exivo_busy,
        )

    @api.model
    def _find_exivo_busy(self, start_dt, end_dt, resources, analyzed_booking_id):
        """Return when bookings have some rooms, as `resource_booking` sees it.

        :return: intervals by the ids of the rooms that are busy at all.
        :rtype: dict[int, Intervals]
        """
        start, stop = (_as_naive(moment) for moment in (start_dt, end_dt))
        in_time = Domain("start", "<=", stop) & Domain("stop", ">=", start)
        whole_days = Domain("allday", "=", True)
        whole_days &= Domain("start_date", "<=", end_dt.date())
        whole_days &= Domain("stop_date", ">=", start_dt.date())
        rooms = "resource_booking_ids.combination_id.resource_ids"
        events = self.env["calendar.event"].with_context(active_test=True)
        busy = {}
        for event in events.search(
            Domain(rooms, "in", resources.ids) & (in_time | whole_days)
        ):
            if event.resource_booking_ids.id == analyzed_booking_id:
                continue
            if event.allday and event.start_date and event.stop_date:
                first, last = event.start_date, event.stop_date + timedelta(days=1)
                period = tuple(
                    start_dt.tzinfo.localize(datetime.combine(day, time.min))
                    for day in (first, last)
                )
            else:
                period = tuple(
                    fields.Datetime.context_timestamp(event, moment)
                    for moment in (event.start, event.stop)
                )
            for room in event.mapped(rooms):
                busy.setdefault(room.id, []).append(
                    (*period, self.env["resource.calendar.leaves"])
                )
        return {room_id: Intervals(periods) for room_id, periods in busy.items()}


def _as_naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
