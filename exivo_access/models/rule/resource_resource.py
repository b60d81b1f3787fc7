# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResourceResource(models.Model):
    """A room has rules."""

    _inherit = "resource.resource"

    exivo_rule_ids = fields.One2many(
        comodel_name="exivo.access.rule",
        inverse_name="resource_id",
        string="Access Rules",
        groups="exivo_access.group_user",
    )
