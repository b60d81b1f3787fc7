# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .companies import check_rooms


class ResourceBookingTypeCombinationRel(models.Model):
    """A type of bookings offers rooms, and with them their doors."""

    _inherit = "resource.booking.type.combination.rel"
    # All start at the same place: rooms would change places with every change of them.
    _order = "sequence, id"

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        offers.type_id.check_access("write")
        offers.type_id._check_exivo_rooms()
        return offers

    def write(self, vals):
        """Override to let nobody else take an offer away, or put another there."""
        moves = {"type_id", "combination_id"} & vals.keys()
        if moves:
            self._check_exivo_offers()
        result = super().write(vals)
        if moves:
            self.type_id.check_access("write")
            self.type_id._check_exivo_rooms()
        return result

    def unlink(self):
        """Override to let nobody else take an offer away."""
        self._check_exivo_offers()
        return super().unlink()

    def _check_exivo_offers(self):
        """Let only people of their company say that types offer rooms no longer.

        :raise AccessError: type or doors belong to a company that the user does not
            work for.
        """
        self.type_id.check_access("write")
        for offer in self.sudo():
            rooms = offer.type_id._get_exivo_rooms(offer.combination_id)
            check_rooms(self.env, rooms)
