# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoPlanner(models.AbstractModel):
    """A booking that was ordered reaches a rule only as far as its order does."""

    _inherit = "exivo.planner"

    def _reached(self, booking, rule):
        order = booking.sudo().sale_order_id
        return super()._reached(booking, rule) and not (
            order._get_exivo_lack(booking, rule.conditions)
        )
