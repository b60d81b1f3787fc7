# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class BasePartnerMerge(models.TransientModel):
    """Contacts that become one are a member of each community once."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base` to keep one row for each community.

        Where two contacts have one for the same, Odoo would delete all of them, and
        tags without a row were given by hand: they stay for ever. So none is kept
        where one of them has the tag by hand.
        """
        together = (src_partners | dst_partner).sudo().with_context(active_test=False)
        rows = self.env["exivo.paid.member"].sudo()
        rows = rows.search([("partner_id", "in", together.ids)])
        for category, same in rows.grouped("category_id").items():
            tagged = together.filtered_domain([("category_id", "=", category.id)])
            by_hand = tagged - same.partner_id
            same = same.sorted(lambda one: one.partner_id != dst_partner)
            same[0 if by_hand else 1 :].unlink()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        self.env["exivo.collector"]._memberships_changed(dst_partner)
        return result
