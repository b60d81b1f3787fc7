# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

from ..portal.known_records import KNOWN
from ..portal.resource_booking_times import CLOSED_FOR, SHARED_HOURS


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
        is_working = KNOWN.get_from(self.env) is not None  # see ``SharedHours``
        alone = shared is None or is_working or len(self) > 1
        if not (alone or domain or tz or options):
            return shared.get_hours(self, start_dt, end_dt, resources)
        work_out = super()._work_intervals_batch
        if not self and resources:
            work_out = self._get_exivo_never_closed
        return work_out(start_dt, end_dt, resources, domain, tz, **options)

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

    def _leave_intervals_batch(
        self, start_dt, end_dt, resources=None, domain=None, tz=None
    ):
        """Override to leave out what other companies than a booking's have closed."""
        companies = CLOSED_FOR.get_from(self.env)
        if companies and not resources:
            theirs = Domain("company_id", "in", (False, *companies))
            domain = [*(Domain(domain or [("time_type", "=", "leave")]) & theirs)]
        return super()._leave_intervals_batch(start_dt, end_dt, resources, domain, tz)

    def _handle_flexible_leave_interval(self, dt0, dt1, leave):
        """Override to close a room for as long as is said; Odoo takes days off."""
        if leave.resource_id.resource_type == "material":
            return dt0, dt1
        return super()._handle_flexible_leave_interval(dt0, dt1, leave)

    def _calendar_event_busy_intervals(
        self, start_dt, end_dt, resource, analyzed_booking_id
    ):
        """Override of `resource_booking` to look for the events of a page once.

        What keeps rooms and people busy it finds out by itself.
        """
        shared, asked = SHARED_HOURS.get_from(self.env), self
        if shared is not None:
            known = shared.get_known_events(resource, start_dt, end_dt)
            asked = self.with_context(**KNOWN.on(known))
        return super(ResourceCalendar, asked)._calendar_event_busy_intervals(
            start_dt, end_dt, resource, analyzed_booking_id
        )
