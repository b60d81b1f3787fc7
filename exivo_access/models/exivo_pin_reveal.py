# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ExivoPinReveal(models.Model):
    """Who has looked at the PIN of an access, and when (``create_date``)."""

    _name = "exivo.pin.reveal"
    _description = "Look at an Exivo PIN"
    _order = "id desc"
    _rec_name = "user_id"

    access_id = fields.Many2one(
        comodel_name="exivo.access",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="access_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Seen by", readonly=True, ondelete="set null"
    )
