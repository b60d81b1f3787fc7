# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResourceBooking(models.Model):
    """A booking has accesses."""

    _inherit = "resource.booking"

    exivo_access_ids = fields.One2many(
        comodel_name="exivo.access",
        inverse_name="booking_id",
        string="Accesses",
        readonly=True,
        groups="exivo_access.group_user",
    )
    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )

    @api.depends("exivo_access_ids")
    def _compute_exivo_access_count(self):
        counts = self.env["exivo.access"]._count_by("booking_id", self)
        for booking in self:
            booking.exivo_access_count = counts.get(booking.id, 0)

    def action_open_exivo_accesses(self):
        """Show the accesses of the booking."""
        return self.env["exivo.access"]._action_for([("booking_id", "in", self.ids)])
