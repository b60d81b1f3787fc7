# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResourceResource(models.Model):
    """The form of a room says what its rules would do, before they are saved."""

    _inherit = "resource.resource"

    exivo_rule_effect = fields.Char(
        compute="_compute_exivo_rule_effect", groups="exivo_access.group_user"
    )

    @api.depends(
        lambda self: [
            f"exivo_rule_ids.{name}"
            for name in self.env["exivo.access.rule"]._get_effective_fields()
        ]
    )
    def _compute_exivo_rule_effect(self):
        for resource in self:
            shown, room = resource.exivo_rule_ids, resource._origin
            every = shown.sudo().search([("resource_id", "in", room.ids)])
            # those of other companies stay as they are
            hidden = every - every.with_env(self.env)._filtered_access("read")
            resource.exivo_rule_effect = resource != room and shown._describe_effect(
                resource, [*shown, *hidden]
            )
