# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    """A contact may have a fixed PIN."""

    _inherit = "res.partner"

    exivo_fixed_pin_ids = fields.One2many(
        comodel_name="exivo.fixed.pin",
        inverse_name="partner_id",
        string="Fixed PINs",
        readonly=True,
        copy=False,
        groups="exivo_access.group_user",
    )

    def action_open_exivo_fixed_pin(self):
        """Ask for the fixed PIN of the contact."""
        self.ensure_one()
        return self.env["exivo.fixed.pin"]._action_for(self)
