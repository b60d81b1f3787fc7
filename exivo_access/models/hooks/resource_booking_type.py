# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .companies import check_rooms


class ResourceBookingType(models.Model):
    """A type of bookings says what customers may book by themselves."""

    _inherit = "resource.booking.type"

    portal_bookable = fields.Boolean(
        string="Customers book this in the portal",
        help="It stands under “Book a room” in the portal, where customers choose a "
        "free slot by themselves.",
    )
    portal_open_requests = fields.Integer(
        string="Open Requests per Customer",
        default=2,
        required=True,
        help="How many bookings without a slot one customer may have at once.",
    )

    @api.constrains("portal_open_requests")
    def _check_portal_open_requests(self):
        for booking_type in self:
            if booking_type.portal_open_requests < 1:
                raise ValidationError(
                    self.env._(
                        "%(type)s: each customer must be allowed at least one open "
                        "request.",
                        type=booking_type.display_name,
                    )
                )

    def write(self, vals):
        """Override to plan anew: bookings of one company open no room of another."""
        result = super().write(vals)
        if "company_id" in vals:
            self._check_exivo_rooms()
            if not self.env.su:
                self.check_access("write")  # the type as it is now
            bookings = self.env["resource.booking"].sudo()
            bookings = bookings.with_context(active_test=False)
            booked = bookings.search([("type_id", "in", self.ids)])
            check_rooms(self.env, self._get_exivo_rooms(booked.combination_id))
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed("type_id", self.ids)
            if collector._is_needed():
                collector._plan_again_soon()
        return result

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
        """Override to withdraw accesses: Odoo deletes bookings in SQL, past hooks."""
        bookings = (
            self.env["resource.booking"]
            .sudo()
            .with_context(active_test=False)
            .search([("type_id", "in", self.ids)])
        )
        bookings.exivo_access_ids._withdraw_and_wake()
        return super().unlink()
