# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MembershipLine(models.Model):
    """A membership that is entered, changed or deleted changes tags.

    What becomes of its invoice reaches the contact, see there.
    """

    _inherit = "membership.membership_line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._report_to_exivo(lines.partner_id)
        return lines

    def write(self, vals):
        before = self.partner_id
        result = super().write(vals)
        self._report_to_exivo(before | self.partner_id)
        return result

    def unlink(self):
        partners, by_hand = self.partner_id, self._get_exivo_by_hand().partner_id
        result = super().unlink()
        self.env["exivo.collector"]._memberships_changed(partners)
        self.env["exivo.paid.memberships"]._check(by_hand)
        return result

    def _report_to_exivo(self, partners):
        self.env["exivo.collector"]._memberships_changed(partners)
        if self._get_exivo_by_hand():
            self.env["exivo.paid.memberships"]._check(partners)

    def _get_exivo_by_hand(self):
        """Return those that the user's own companies have not invoiced."""
        own = self.env.user.company_ids
        return self.filtered(lambda one: one.sudo().company_id not in own)
