# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking can be cancelled although its room was closed since.

A fault of `website_sale_resource_booking` 19.0.1.0.1: it forgets name and address while
the booking still has its time, and `resource_booking` refuses each write on a booking
that has a time when its room is closed. So nobody can cancel it, nor its order, and the
job that cancels what was not paid in time cancels nothing any more, for nobody. This
file can go once ``action_cancel`` there unschedules first.
"""

from odoo import models


class ResourceBooking(models.Model):
    """A booking loses its time first when it is cancelled."""

    _inherit = "resource.booking"

    def action_cancel(self):
        self.action_unschedule()
        return super().action_cancel()
