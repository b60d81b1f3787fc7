# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A membership is what its invoice and credit notes say, whatever came in between.

Faults of `membership` 19.0.1.1.0: it writes *Invoiced* over what posting an invoice has
just made paid, so that who has paid stays outside; it ends all memberships of an
invoice with a credit note over a part of it, and leaves them so when that is taken
back; it takes a credit note that is made from an order for a sale, and sees no refunds.
This file, and ``membership_line_state.py``, can go once ``action_post`` there writes no
state, and ``_compute_state`` looks at all that was given back.
"""

from odoo import models

from .membership_line_state import SETTLING


class AccountMove(models.Model):
    """An invoice writes nothing about its memberships: it is worked out."""

    _inherit = "account.move"

    def write(self, vals):
        """Override to keep who has ordered, wherever a corrected invoice goes."""
        result = super().write(vals)
        if {"partner_id", "delegated_member_id"} & vals.keys():
            for line in self.sudo().invoice_line_ids.filtered("membership_line_ids"):
                if member := line._get_exivo_orderer():
                    line.membership_line_ids.partner_id = member
        return result

    def action_post(self):
        return super(AccountMove, self._settling_exivo()).action_post()

    def button_draft(self):
        return super(AccountMove, self._settling_exivo()).button_draft()

    def button_cancel(self):
        return super(AccountMove, self._settling_exivo()).button_cancel()

    def _settling_exivo(self):
        return self.with_context(**SETTLING.on())
