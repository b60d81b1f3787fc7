# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking can be seen and written although nobody on it is an active contact.

A fault of `resource_booking` 19.0.1.0.1: it names a booking by ``partner_ids[0]``, and
fails if that contact was archived, as the public user's is, whom a guest's booking in a
shop has. So nobody opens that booking, or the calendar of all bookings in its time, and
``website_sale_resource_booking``'s job, which writes all that has expired in one go,
cancels nothing from then on. Of a contact that was deleted nothing is left to name.
This file can go once both methods there cope with no partner.
"""

from odoo import models


class ResourceBooking(models.Model):
    """A booking bears the name of who was on it, if nobody is any more."""

    _inherit = "resource.booking"

    def _compute_display_name(self):
        known = self.filtered("partner_ids")
        others = (self - known).with_context(active_test=False)
        nobodys = others.filtered(lambda one: one.id and not one.partner_ids)
        for booking in nobodys:
            booking.display_name = booking.name or booking.type_id.display_name
        super(ResourceBooking, others - nobodys)._compute_display_name()
        return super(ResourceBooking, known)._compute_display_name()

    def _prepare_meeting_vals(self):
        if self.partner_ids:
            return super()._prepare_meeting_vals()
        every = self.with_context(active_test=False)
        vals = super(ResourceBooking, every)._prepare_meeting_vals()
        there = every.meeting_id.partner_ids.ids  # Odoo does not see them on it
        vals["partner_ids"] = [
            one for one in vals["partner_ids"] if one[1] not in there
        ]
        return vals
