# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Command

from ..tools.notice import answer


class ExivoNewMembers(models.TransientModel):
    """Makes several contacts members of a community at once.

    It begins at the community, or at contacts that were selected. Whoever may not
    change who has a tag may not do so here either.
    """

    _name = "exivo.new.members"
    _description = "New Members of an Exivo Community"

    community_id = fields.Many2one(
        comodel_name="res.partner.category",
        required=True,
        default=lambda self: self._default_community_id(),
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Contacts",
        required=True,
        default=lambda self: self._default_partner_ids(),
    )

    def _default_community_id(self):
        return (
            self.env.context.get("exivo_community_id")
            or (self._get_selected("res.partner.category")[:1])
        )

    def _default_partner_ids(self):
        if self.env.context.get("exivo_community_id"):
            return self.browse()  # selected are those who are members already
        return self._get_selected("res.partner")

    def _get_selected(self, model):
        return self.env[model].browse(
            self.env.context.get("active_ids")
            if self.env.context.get("active_model") == model
            else ()
        )

    def action_confirm(self):
        """Give the contacts the tag; what its rules give follows by itself."""
        self.ensure_one()
        community = self.community_id
        new = self.partner_ids - community.partner_ids
        community.write({"partner_ids": [Command.link(one.id) for one in new]})
        return answer(
            self.env._(
                "New members of %(community)s: %(count)s. Members already: %(known)s.",
                community=community.display_name,
                count=len(new),
                known=len(self.partner_ids - new),
            ),
            "success" if new else "info",
        )
