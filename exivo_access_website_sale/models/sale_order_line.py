# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.exivo_access.tools.mark import Mark

#: Says that it is the shop that invites, by itself.
INVITES_ITSELF = Mark("exivo_invites_itself")


class SaleOrderLine(models.Model):
    """A line of the shop's order confirms its bookings once the order is."""

    _inherit = "sale.order.line"

    def _sync_resource_bookings(self):
        """Override to have the invitation silent where our own mail goes out."""
        ours = self.with_context(**INVITES_ITSELF.on())
        return super(SaleOrderLine, ours)._sync_resource_bookings()
