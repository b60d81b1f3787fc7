# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    """Doors report of a contact."""

    _inherit = "res.partner"

    exivo_event_count = fields.Integer(
        compute="_compute_exivo_event_count", groups="exivo_access.group_user"
    )
    exivo_last_seen = fields.Datetime(
        string="Last Seen",
        compute="_compute_exivo_last_seen",
        groups="exivo_access.group_user",
        help="When a door last reported the contact. Door events are kept for as long "
        "as the site says, and some do not tell whose they are.",
    )

    def _compute_exivo_event_count(self):
        counts = self.env["exivo.door.event"]._count_by("partner_id", self)
        for partner in self:
            partner.exivo_event_count = counts.get(partner.id, 0)

    def _compute_exivo_last_seen(self):
        groups = self.env["exivo.door.event"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["occurred_at:max"]
        )
        seen = {partner.id: moment for partner, moment in groups}
        for partner in self:
            partner.exivo_last_seen = seen.get(partner.id)

    def action_open_exivo_events(self):
        """Show what doors report of the contact."""
        return self.env["exivo.door.event"]._action_for(
            [("partner_id", "in", self.ids)]
        )
