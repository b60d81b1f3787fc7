# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .companies import check_rooms

#: What bookings give their people depends on these fields of their type.
DECIDING_FIELDS = {"company_id", "portal_staff_confirms", "resource_calendar_id"}


class ResourceBookingType(models.Model):
    """A type of bookings that is changed changes its bookings."""

    _inherit = "resource.booking.type"

    def write(self, vals):
        """Override to plan anew what depends on the type."""
        result = super().write(vals)
        if "company_id" in vals:
            self._check_exivo_company()
        if DECIDING_FIELDS & vals.keys():
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed("type_id", self.ids)
        return result

    def _check_exivo_company(self):
        """Check another company: bookings of one open no room of another.

        :raise AccessError: doors belong to another company than the user's.
        """
        self._check_exivo_rooms()
        if not self.env.su:
            self.check_access("write")  # the type as it is now
        bookings = self.env["resource.booking"].sudo()
        bookings = bookings.with_context(active_test=False)
        booked = bookings.search([("type_id", "in", self.ids)])
        check_rooms(self.env, self._get_exivo_rooms(booked.combination_id))

    def _get_exivo_rooms(self, combinations):
        """Return the rooms of combinations that bookings of these types may open.

        :param combinations: ``resource.booking.combination`` records.
        :rtype: resource.resource
        """
        rooms = combinations.sudo().with_context(active_test=False).resource_ids
        companies = self.sudo().mapped("company_id")
        if all(one.company_id for one in self.sudo()):
            rooms = rooms.filtered(lambda room: room.company_id in companies)
        return rooms

    def _check_exivo_rooms(self):
        """Check that the user may offer the doors of these types.

        :raise AccessError: doors belong to another company.
        """
        for one in self.sudo():
            offered = one.combination_rel_ids.combination_id
            check_rooms(self.env, one._get_exivo_rooms(offered))

    def unlink(self):
        """Override to delete bookings with their accesses and meetings.

        PostgreSQL would, without a word, and the meetings would stay.
        """
        bookings = (
            self.env["resource.booking"]
            .sudo()
            .with_context(active_test=False)
            .search([("type_id", "in", self.ids)])
        )
        bookings.unlink()
        return super().unlink()
