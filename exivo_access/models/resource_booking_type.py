# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ResourceBookingType(models.Model):
    _inherit = "resource.booking.type"

    def unlink(self):
        """Deleting a type deletes its bookings in SQL, past every hook of theirs."""
        bookings = (
            self.env["resource.booking"]
            .sudo()
            .with_context(active_test=False)
            .search([("type_id", "in", self.ids)])
        )
        bookings.exivo_access_ids._withdraw_and_wake()
        return super().unlink()
