# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..models.sale_order_line import INVITES_ITSELF


class PortalShare(models.TransientModel):
    """The shop invites whoever has bought to the page of the booking, by itself."""

    _inherit = "portal.share"

    def action_send_mail(self):
        """Override to leave whoever gets an access to our mail, which leads there too.

        Nobody who buys a room shall have three mails of it.
        """
        if INVITES_ITSELF.get_from(self.env) and self._is_told_by_exivo():
            return {"type": "ir.actions.act_window_close"}
        return super().action_send_mail()

    def _is_told_by_exivo(self):
        """Tell whether this is about a booking whose doors open to its people.

        Or will, once it is paid, or has a time: until then the mail about the order
        says so.
        """
        if self.res_model != "resource.booking":
            return False
        booking = self.env["resource.booking"].sudo().browse(self.res_id)
        if not booking.meeting_id:
            # the mail about the order, if it goes out, leads who has ordered there
            is_led = booking.sale_order_id.partner_id in booking.partner_ids
            is_led = is_led and bool(self.env.context.get("send_email"))
            return is_led and booking._has_exivo_doors()
        planner = self.env["exivo.planner"]
        if not planner._takes_place(booking) or planner._is_over(booking):
            return False
        for _room, rule in planner._get_rules(booking):
            unpaid = rule._replace(conditions={**rule.conditions, "payment": "order"})
            if planner._reached(booking, unpaid):
                return True
        return False
