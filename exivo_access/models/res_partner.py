# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )

    def _compute_exivo_access_count(self):
        counts = self.env["exivo.access"]._count_by("partner_id", self)
        for partner in self:
            partner.exivo_access_count = counts.get(partner.id, 0)

    def action_open_exivo_fixed_pin(self):
        self.ensure_one()
        return self.env["exivo.fixed.pin"]._action_for(self)

    def action_open_exivo_accesses(self):
        return self.env["exivo.access"]._action_for([("partner_id", "in", self.ids)])

    def write(self, vals):
        """An archived contact holds no access; a new e-mail address is told."""
        result = super().write(vals)
        if "active" in vals:
            self.env["exivo.collector"]._bookings_matching_changed(
                [("partner_ids", "in", self.ids)]
            )
        if vals.get("email"):
            self.env["exivo.access"].sudo()._tell_again_by_mail(self)
        return result

    def unlink(self):
        """The accesses outlive their holder until they are gone at Exivo."""
        accesses = self.env["exivo.access"].sudo()
        accesses.search([("partner_id", "in", self.ids)])._withdraw_and_wake()
        return super().unlink()
