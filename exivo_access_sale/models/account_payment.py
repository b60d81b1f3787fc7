# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountPayment(models.Model):
    """A payment that the bank takes back was none."""

    _inherit = "account.payment"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.env["exivo.collector"]._orders_touched(self.payment_transaction_id)
        return result

    def unlink(self):
        """Override to hear of it while it is known which transaction loses it."""
        self.env["exivo.collector"]._orders_touched(self.payment_transaction_id)
        return super().unlink()
