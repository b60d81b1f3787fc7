# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ResourceBookingType(models.Model):
    """Strangers come by any website of the house, not only by that of who asks."""

    _inherit = "resource.booking.type"

    def _can_strangers_sign_up(self):
        websites = self.env["website"].sudo()
        websites = websites.search([("auth_signup_uninvited", "=", "b2c")])
        return bool(websites) and self.company_id <= websites.company_id
