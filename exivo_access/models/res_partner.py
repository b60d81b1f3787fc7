# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """An archived contact holds no access; a new e-mail address is told."""
        result = super().write(vals)
        planner = self.env["exivo.planner"]
        if "active" in vals:
            planner._bookings_changed(
                planner._search_bookings([("partner_ids", "in", self.ids)])
            )
        if vals.get("email"):
            self.env["exivo.access"].sudo()._tell_again_by_mail(self)
        return result

    def unlink(self):
        """The accesses outlive their holder until they are gone at Exivo."""
        accesses = self.env["exivo.access"].sudo()
        accesses.search([("partner_id", "in", self.ids)])._withdraw_and_wake()
        return super().unlink()
