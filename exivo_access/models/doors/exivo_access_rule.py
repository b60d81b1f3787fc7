# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ExivoAccessRule(models.Model):
    """A rule says what follows when nobody comes, and who may open doors by a click."""

    _inherit = "exivo.access.rule"

    no_show_minutes = fields.Integer(
        string="Nobody Came After (Minutes)",
        default=0,
        required=True,
        help="Staff are told when no door was opened this long after the start of the "
        "booking. 0: they are not.",
    )
    customer_may_open = fields.Boolean(
        string="Open in the Portal",
        help="Holders may open these locks by a click under My doors, while their "
        "access lasts.",
    )

    _no_show_minutes_positive = models.Constraint(
        "CHECK(no_show_minutes >= 0)", "The minutes cannot be negative."
    )

    def _get_other_fields(self):
        return (*super()._get_other_fields(), "no_show_minutes", "customer_may_open")
