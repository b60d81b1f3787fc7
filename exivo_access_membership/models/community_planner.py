# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoCommunityPlanner(models.AbstractModel):
    """Memberships are followed before all members are planned, too.

    So none outlasts its end because our own scheduled action is off: whether the core's
    runs is watched.
    """

    _inherit = "exivo.community.planner"

    def _withdraw_lost(self):
        self.env["res.partner.category"]._follow_all_exivo()
        return super()._withdraw_lost()
