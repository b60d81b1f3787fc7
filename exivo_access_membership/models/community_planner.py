# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class ExivoCommunityPlanner(models.AbstractModel):
    """Memberships are followed before all members are planned, too.

    So none outlasts its end because our own scheduled action is off: whether the core's
    runs is watched.
    """

    _inherit = "exivo.community.planner"

    def _withdraw_lost(self):
        self.env["res.partner.category"]._follow_all_exivo()
        return super()._withdraw_lost()

    def _has_left(self, access, members):
        """Override to keep decisions where a tag goes and comes by a membership.

        Else an invoice that is reset to draft, or a new membership, would let in whom
        staff have removed; so would the box that is taken away for a moment.
        """
        if not super()._has_left(access, members):
            return False
        tags = self.env["res.partner.category"].with_context(active_test=False)
        followed = Domain("exivo_by_membership", "=", True)
        followed |= Domain("exivo_seller_id", "!=", False)  # known from then on
        # those below count by a rule today, and not tomorrow
        followed &= Domain("id", "child_of", access.category_ids.ids)
        return not tags.sudo().search_count(followed, limit=1)
