# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""People can decline, and be taken off, although the room was closed since.

A fault of `resource_booking` 19.0.1.0.1: each answer of somebody on a booking that is
confirmed has it ask anew whether its room is free. If that was closed meanwhile, their
answer is refused, and they keep their access. This file can go once it asks that only
of bookings that become confirmed.
"""

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ResourceBooking(models.Model):
    """A booking that was confirmed before stays so."""

    _inherit = "resource.booking"

    def _compute_state(self):
        try:
            return super()._compute_state()
        except ValidationError:
            # all have their state by now; a new time or room is looked at for itself
            query = SQL(
                "SELECT id FROM resource_booking WHERE id = ANY(%s)"
                " AND state = 'confirmed'",
                self.ids,
            )
            before = self.browse(id_ for (id_,) in self.env.execute_query(query))
            confirmed = self.filtered(lambda one: one.state == "confirmed")
            return (confirmed - before)._check_scheduling()
