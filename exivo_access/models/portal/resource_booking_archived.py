# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Books nothing more in a room or combination that is archived; what is booked stays.

A fault of `resource_booking` 19.0.1.0.1: it gives out archived combinations, and asks
of a combination only those rooms that are not archived, so that an archived room is
free at every hour. This file can go once ``_get_intervals`` there leaves both out.
"""

from odoo import models
from odoo.tools.intervals import Intervals

from .resource_booking import as_naive


class ResourceBooking(models.Model):
    """A booking keeps an archived room for its own time, and for no other."""

    _inherit = "resource.booking"

    def _get_intervals(self, start_dt, end_dt, combination=None):
        """Override of `resource_booking` to find nothing free that is archived."""
        own = self.combination_id
        asked = as_naive(start_dt), as_naive(end_dt), combination or own
        if asked == (self.meeting_id.start, self.stop, own):
            return super()._get_intervals(start_dt, end_dt, combination)
        if combination:
            bookable = combination._filter_exivo_bookable()
        else:
            bookable = self._get_exivo_given()
        if not bookable:
            return Intervals([])
        return super()._get_intervals(start_dt, end_dt, bookable)

    def _get_exivo_given(self):
        """Return what this booking is given of: what it has, or else any of its type.

        :rtype: resource.booking.combination
        """
        own = self.combination_id._filter_exivo_bookable()
        if own or self.combination_id and not self.combination_auto_assign:
            return own
        every = self.type_id.combination_rel_ids.combination_id
        return every._filter_exivo_bookable()


class ResourceBookingCombination(models.Model):
    """A combination cannot be booked once it, or one of its rooms, is archived."""

    _inherit = "resource.booking.combination"

    def _filter_exivo_bookable(self):
        """Return those that can be booked.

        :rtype: resource.booking.combination
        """
        every = self.sudo().with_context(active_test=False)
        bookable = every.filtered(
            lambda one: one.active and all(one.resource_ids.mapped("active"))
        )
        return self & bookable

    def _get_exivo_public_rooms(self):
        """Return the rooms that can be booked by these.

        The people who come with a room are not the public's business.

        :rtype: resource.resource
        """
        rooms = self._filter_exivo_bookable().resource_ids
        return rooms.filtered(lambda one: one.resource_type == "material")
