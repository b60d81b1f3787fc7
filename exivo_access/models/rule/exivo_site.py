# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoSite(models.Model):
    """Once there are locks, a rule is the next step with a site."""

    _inherit = "exivo.site"

    def _find_next_step(self):
        step = super()._find_next_step()
        rules = self.env["exivo.access.rule"]
        opens = [("lock_ids", "in", self.lock_ids.ids)]
        if not step and not rules.search_count(opens, limit=1):
            return "rule"
        return step
