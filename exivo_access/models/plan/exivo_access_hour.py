# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ExivoAccessHour(models.Model):
    """The access groups of members follow the weekly hours."""

    _inherit = "exivo.access.hour"

    @api.model_create_multi
    def create(self, vals_list):
        hours = super().create(vals_list)
        hours._changed()
        return hours

    def write(self, vals):
        result = super().write(vals)
        self._changed()
        return result

    def unlink(self):
        self._changed()
        return super().unlink()

    def _changed(self):
        self.env["exivo.collector"]._communities_changed(self.rule_id.category_id)
