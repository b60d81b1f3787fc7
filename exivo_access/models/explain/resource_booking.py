# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResourceBooking(models.Model):
    """A booking says to staff why it has no access."""

    _inherit = "resource.booking"

    exivo_note = fields.Char(
        string="Why There Is No Access",
        compute="_compute_exivo_note",
        groups="exivo_access.group_user",
    )

    def _compute_exivo_note(self):
        explainer = self.env["exivo.explainer"]
        for booking in self:
            booking.exivo_note = explainer._get_first_problem(booking._origin)
