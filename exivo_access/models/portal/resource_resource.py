# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResourceResource(models.Model):
    """Customers see what a room is like before they book it."""

    _inherit = "resource.resource"

    portal_image = fields.Image(
        string="Picture",
        max_width=1024,
        max_height=1024,
        help="Customers see it where they choose a room.",
    )
    portal_capacity = fields.Integer(
        string="People",
        help="How many people the room is for. 0: nothing is said about it.",
    )
    portal_equipment = fields.Char(
        string="Equipment",
        translate=True,
        help="What is in the room, separated by commas: Beamer, Whiteboard. Customers "
        "can look for each of them.",
    )

    _portal_capacity_positive = models.Constraint(
        "CHECK (portal_capacity >= 0)",
        "A room cannot be for less than no people.",
    )
