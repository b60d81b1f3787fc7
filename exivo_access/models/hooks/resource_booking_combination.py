# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .companies import check_rooms


class ResourceBookingCombination(models.Model):
    """A combination says which rooms are booked together."""

    _inherit = "resource.booking.combination"

    def write(self, vals):
        """Override to plan the bookings to come, since other rooms mean other doors.

        Those that are booked at this very moment are planned again afterwards.
        """
        self._check_exivo_rooms()
        result = super().write(vals)
        if "resource_ids" in vals:
            self.sudo().type_rel_ids.type_id.with_env(self.env)._check_exivo_rooms()
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed("combination_id", self.ids)
        return result

    def unlink(self):
        self._check_exivo_rooms()
        return super().unlink()

    def _check_exivo_rooms(self):
        """Check that the user works for the companies of the rooms with doors.

        :raise AccessError: the user does not.
        """
        rooms = self.sudo().with_context(active_test=False).resource_ids
        check_rooms(self.env, rooms)
