# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ExivoAccessRule(models.Model):
    """A rule of a room can wait until the booking's order is confirmed, or paid."""

    _inherit = "exivo.access.rule"

    payment = fields.Selection(
        selection=[
            ("any", "Payment does not matter"),
            ("order", "Order confirmed"),
            ("paid", "Order paid"),
        ],
        default="any",
        required=True,
        help="What the order of a booking must have reached. Bookings without an order "
        "do not wait. The cart of a shop and a cancelled order open nothing, whatever "
        "is chosen here.",
    )
    payment_share = fields.Integer(
        string="Share Paid (%)",
        default=100,
        required=True,
        help="100: the whole order is paid. Less: a deposit is enough.",
    )

    _payment_share_of_whole = models.Constraint(
        "CHECK (payment_share BETWEEN 1 AND 100)",
        "The share must be between 1 and 100 per cent.",
    )

    def _get_condition_fields(self):
        return (*super()._get_condition_fields(), "payment", "payment_share")
