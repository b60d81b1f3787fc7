# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ExivoSite(models.Model):
    """A site says which of its rooms strangers can book within seconds."""

    _inherit = "exivo.site"

    open_to_strangers = fields.Char(compute="_compute_open_to_strangers")

    @api.depends_context("company", "lang")
    def _compute_open_to_strangers(self):
        types = self.env["resource.booking.type"].sudo()
        types = types.search([("portal_bookable", "=", True)], order="name, id")
        opened = types.filtered("portal_open_to_strangers")
        access_rules = self.env["exivo.access.rule"].sudo()
        for site in self:
            rooms = access_rules.search(
                [("lock_ids.site_id", "in", site.ids)]
            ).resource_id
            site.open_to_strangers = ", ".join(
                one.name
                for one in opened
                if one.combination_rel_ids.combination_id.resource_ids & rooms
            )
