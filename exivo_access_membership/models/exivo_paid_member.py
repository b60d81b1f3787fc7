# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Command

from odoo.addons.exivo_access.tools.notice import answer


class ExivoPaidMember(models.Model):
    """A contact has the tag of a community by a membership, and not by hand."""

    _name = "exivo.paid.member"
    _description = "Exivo Member by Membership"
    _order = "stop, id"
    _rec_name = "partner_id"

    category_id = fields.Many2one(
        comodel_name="res.partner.category",
        string="Community",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Member",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    email = fields.Char(related="partner_id.email", string="E-Mail")
    stop = fields.Date(
        string="Last Day",
        readonly=True,
        index=True,
        help="Until when memberships last, one after the other; empty without an end.",
    )
    told_stop = fields.Date(
        string="Reminded of",
        readonly=True,
        help="The last day that the member was told of by mail.",
    )
    told_as_renewed = fields.Boolean(string="Told to Do Nothing", readonly=True)

    _member_once = models.Constraint(
        "UNIQUE(category_id, partner_id)", "Somebody is a member of a community once."
    )

    def _leave(self):
        """Take the tag from members."""
        for category, members in self.grouped("category_id").items():
            category._tag_exivo_members(Command.unlink, members.partner_id.ids)
        self.unlink()

    def action_keep_by_hand(self):
        """Let members keep the tag as if they had been tagged by hand.

        :raise AccessError: that is not for the user to choose.
        """
        self.check_access("read")
        self.category_id._check_exivo_choice()
        kept = self.env._(
            "Members who keep the tag by hand now: %(count)s.", count=len(self)
        )
        self.sudo().unlink()
        return answer(kept)

    def action_open_contact(self):
        """Open the contact, where its memberships stand."""
        self.ensure_one()
        return self.partner_id.get_formview_action()
