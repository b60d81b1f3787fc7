# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.exivo_access.models.explain.finding import Hindrance

from .sale_order import CANCELLED, UNCONFIRMED, UNPAID


class ExivoBookingExplainer(models.AbstractModel):
    """Says what is missing on the order of a booking."""

    _inherit = "exivo.booking.explainer"

    @api.model
    def _get_hindrances(self, booking, rule):
        hindrances = super()._get_hindrances(booking, rule)
        order = booking.sudo().sale_order_id
        lack = order._get_exivo_lack(rule.conditions)
        if not lack and self._is_held_up(booking, rule, order):
            lack = UNCONFIRMED
        if lack:
            text = self._word_lack(order, lack, rule.conditions["payment_share"])
            hindrances.append(Hindrance(text, order))
        return hindrances

    @api.model
    def _is_held_up(self, booking, rule, order):
        """Tell whether a booking is not confirmed because its order is not.

        `sale_resource_booking` holds that: nobody can confirm the booking before.
        """
        return (
            bool(order)
            and order.state != "sale"
            and booking.state != "confirmed"
            and rule.booking_state == "confirmed"
        )

    @api.model
    def _word_lack(self, order, lack, share):
        if lack == CANCELLED:
            return self.env._("The order %(order)s is cancelled.", order=order.name)
        if lack == UNCONFIRMED:
            return self.env._(
                "The order %(order)s is not confirmed yet.", order=order.name
            )
        assert lack == UNPAID
        if share == 100:
            return self.env._("The order %(order)s is not paid yet.", order=order.name)
        return self.env._(
            "The order %(order)s is not paid yet; %(share)s %% of it are needed.",
            order=order.name,
            share=share,
        )
