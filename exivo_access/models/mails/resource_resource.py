# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResourceResource(models.Model):
    """A room says how to find it."""

    _inherit = "resource.resource"

    arrival_hint = fields.Text(
        translate=True,
        help="How to find the room: customers read it in our mails and in the portal.",
    )
