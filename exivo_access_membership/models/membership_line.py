# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.exivo_access.models.hooks.companies import check_communities


class MembershipLine(models.Model):
    """A membership that is entered, changed or deleted changes tags.

    What becomes of its invoice reaches the contact, see there.
    """

    _inherit = "membership.membership_line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._report_to_exivo()
        return lines

    def write(self, vals):
        self._report_to_exivo()
        result = super().write(vals)
        self._report_to_exivo()
        return result

    def unlink(self):
        self._report_to_exivo()
        return super().unlink()

    def _report_to_exivo(self):
        """Have tags follow, and let only people of the doors' companies do by hand.

        :raise AccessError: a community that they count for, today or later, is not the
            user's business.
        """
        self.env["exivo.collector"]._memberships_changed(self.partner_id)
        own = self.env.user.company_ids
        by_hand = self.sudo().filtered(lambda one: one.company_id not in own)
        if by_hand and not self.env.su:
            communities = self.env["res.partner.category"]._get_exivo_communities()
            check_communities(self.env, communities.filtered(by_hand._count_for_exivo))

    def _count_for_exivo(self, category):
        """Tell whether any of these count for a community, today or later."""
        today = category._get_exivo_today()
        return bool(self.filtered_domain(category._get_exivo_membership_domain(today)))
