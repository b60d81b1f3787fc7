# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .companies import check_rooms


class ResourceBookingTypeCombinationRel(models.Model):
    """A type of bookings offers rooms, and with them their doors."""

    _inherit = "resource.booking.type.combination.rel"

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        offers.type_id._check_exivo_rooms()
        return offers

    def write(self, vals):
        result = super().write(vals)
        if {"type_id", "combination_id"} & vals.keys():
            self.type_id._check_exivo_rooms()
        return result

    def unlink(self):
        """Override to let nobody else take an offer away."""
        rooms = self.sudo().combination_id.with_context(active_test=False).resource_ids
        check_rooms(self.env, rooms)
        return super().unlink()
