# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A membership is what its invoice and credit notes say, whatever came in between.

Faults of `membership` 19.0.1.1.0: it writes *Invoiced* over what posting an invoice has
just made paid, so that who has paid stays outside; it ends all memberships of an
invoice with a credit note over a part of it, and leaves them so when that is taken
back. This file, and what it uses of `membership_line.py`, can go once ``action_post``
there writes no state, and ``_compute_state`` looks at what was credited.
"""

from contextlib import contextmanager

from odoo import models


class AccountMove(models.Model):
    """An invoice has its memberships looked at anew, and so has what settles it."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Override as lists, journals and scheduled actions post by nothing else."""
        with self._settling_exivo_memberships():
            return super()._post(soft)

    def action_post(self):
        with self._settling_exivo_memberships():
            return super().action_post()

    def button_draft(self):
        with self._settling_exivo_memberships():
            return super().button_draft()

    def button_cancel(self):
        with self._settling_exivo_memberships():
            return super().button_cancel()

    @contextmanager
    def _settling_exivo_memberships(self):
        """Let memberships be paid as their invoices are, and end as they are credited.

        What staff have ended themselves stays so. The entry of a payment is edited
        without a change of the invoice that it pays.
        """
        moves = self.sudo()
        paid = moves.line_ids.matched_debit_ids.debit_move_id.move_id
        lines = (moves.reversed_entry_id | paid).line_ids.membership_line_ids
        before = [
            (one, one.state, one.date_cancel, one._is_exivo_credited()) for one in lines
        ]
        yield
        anew = moves.line_ids.membership_line_ids | lines
        for line, state, day, was_credited in before:
            if line._is_exivo_credited() == was_credited:
                line.date_cancel = day
                if state == "canceled":
                    line.state = state
                    anew -= line
            elif was_credited:
                line.date_cancel = False
        self.env.add_to_compute(lines._fields["state"], anew)
        anew.modified(["state"])
