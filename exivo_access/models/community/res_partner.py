# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    """A contact is a person at Exivo, at each site by itself."""

    _inherit = "res.partner"

    exivo_person_ids = fields.One2many(
        comodel_name="exivo.person",
        inverse_name="partner_id",
        string="Persons at Exivo",
        groups="exivo_access.group_user",
    )
