# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.exivo_access.models.hooks.companies import check_communities


class MembershipLine(models.Model):
    """A membership that is entered, changed or deleted by hand opens or shuts doors.

    That tags follow is what contacts report, see there.
    """

    _inherit = "membership.membership_line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_exivo_company()
        return lines

    def write(self, vals):
        self._check_exivo_company()
        result = super().write(vals)
        self._check_exivo_company()
        return result

    def unlink(self):
        self._check_exivo_company()
        return super().unlink()

    def _check_exivo_company(self):
        """Let only people of the doors' companies change memberships by hand.

        :raise AccessError: a community that they count for, today or later, is not the
            user's business.
        """
        own = self.env.user.company_ids
        by_hand = self.sudo().filtered(lambda one: one.company_id not in own)
        if by_hand and not self.env.su:
            communities = self.env["res.partner.category"]._get_exivo_communities()
            check_communities(self.env, communities.filtered(by_hand._count_for_exivo))

    def _get_exivo_span(self):
        """Return the first and the last day."""
        self.ensure_one()
        return self.date_from, min(self.date_to, self.date_cancel or self.date_to)

    def _count_for_exivo(self, category):
        """Tell whether any of these count for a community, today or later."""
        today = category._get_exivo_today()
        return bool(self.filtered_domain(category._get_exivo_membership_domain(today)))
