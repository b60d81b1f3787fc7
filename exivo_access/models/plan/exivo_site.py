# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoSite(models.Model):
    """Members follow what their site says of them at Exivo."""

    _inherit = "exivo.site"

    def write(self, vals):
        result = super().write(vals)
        if "names_at_exivo" in vals:
            rules = self.env["exivo.access.rule"].sudo()
            rules = rules.search([("lock_ids.site_id", "in", self.ids)])
            self.env["exivo.collector"]._communities_changed(rules.category_id)
        return result
