# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .methods import ABILITIES


class ExivoLock(models.Model):
    """A lock that rules count on keeps being able to do what they need."""

    _inherit = "exivo.lock"

    @api.constrains(*ABILITIES.values())
    def _check_rules(self):
        """Check the rules of these locks, because they count on what a lock can do."""
        rules = self.env["exivo.access.rule"].sudo()
        rules.search([("lock_ids", "in", self.ids)])._check_abilities()
