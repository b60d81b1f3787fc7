# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.exivo_access.models.explain.finding import Hindrance

from .sale_order import CANCELLED, FOREIGN, UNCONFIRMED


class ExivoBookingExplainer(models.AbstractModel):
    """Says what is missing on the order of a booking."""

    _inherit = "exivo.booking.explainer"

    def _get_hindrances(self, booking, rule):
        hindrances = super()._get_hindrances(booking, rule)
        order = booking.sudo().sale_order_id
        lack = order._get_exivo_lack(booking, rule.conditions)
        # `sale_resource_booking` holds it up: nobody can confirm the booking before
        is_held_up = order and order.state != "sale" and booking.state != "confirmed"
        if not lack and is_held_up and rule.booking_state == "confirmed":
            lack = UNCONFIRMED
        if lack:
            text = self._word_lack(order, lack, rule.conditions["payment_share"])
            hindrances.append(Hindrance(text, order))
        return hindrances

    def _get_reason_against(self, booking):
        """Override to advise nobody to take up again what is not ordered."""
        order = booking.sudo().sale_order_id
        if not booking.active and order.state == "cancel":
            return self._word_lack(order, CANCELLED, 100)
        surplus = "" if booking.active else booking._get_exivo_surplus()
        return surplus or super()._get_reason_against(booking)

    def _word_lack(self, order, lack, share):
        values = {"order": order.name, "share": share}
        if lack == CANCELLED:
            return self.env._("The order %(order)s is cancelled.", **values)
        if lack == FOREIGN:
            return self.env._(
                "The order %(order)s belongs to another company than the type of the "
                "booking.",
                **values,
            )
        if lack == UNCONFIRMED:
            return self.env._("The order %(order)s is not confirmed yet.", **values)
        if order._is_exivo_given_back():
            return self.env._(
                "The order %(order)s was credited or refunded, in full or in part.",
                **values,
            )
        if share == 100:
            # without amounts: who comes need not be who has ordered
            if order._get_exivo_paid()[0] > 0:
                return self.env._(
                    "The order %(order)s is not paid in full yet.", **values
                )
            return self.env._("The order %(order)s is not paid yet.", **values)
        return self.env._(
            "The order %(order)s is not paid yet; %(share)s %% of it are needed.",
            **values,
        )
