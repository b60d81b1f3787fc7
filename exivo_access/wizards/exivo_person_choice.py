# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.notice import answer


class ExivoPersonChoice(models.TransientModel):
    """Asks a manager whether a member is somebody who is at Exivo already.

    Nothing at Exivo is changed before the answer.
    """

    _name = "exivo.person.choice"
    _description = "Who an Exivo Member Is"

    access_id = fields.Many2one(
        comodel_name="exivo.access", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="access_id.partner_id", related_sudo=False)
    partner_email = fields.Char(
        related="access_id.partner_id.email", string="E-mail", related_sudo=False
    )
    candidate_ids = fields.One2many(
        comodel_name="exivo.person.candidate",
        inverse_name="choice_id",
        string="At Exivo",
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        choices = super().create(vals_list)
        self.env["exivo.person.candidate"].sudo().create(
            [
                {
                    "choice_id": choice.id,
                    "remote_id": one.id,
                    "name": one.name,
                    "email": one.email,
                    "about": one.about,
                    "may_enter": one.may_enter,
                }
                for choice in choices
                for one in choice.access_id._get_candidates()
            ]
        )
        return choices

    def action_make_new(self):
        """Have a new person made at Exivo, because the member is none of these."""
        self.ensure_one()
        self.check_access("write")
        self.access_id._decide_person("new")
        return answer(self.env._("A new person is made at Exivo for this member."))


class ExivoPersonCandidate(models.TransientModel):
    """A candidate is somebody at Exivo with the name or the address of a member."""

    _name = "exivo.person.candidate"
    _description = "Exivo Person Who May Be a Member"

    choice_id = fields.Many2one(
        comodel_name="exivo.person.choice",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    remote_id = fields.Char(string="ID at Exivo", readonly=True)
    name = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    about = fields.Char(string="Info", readonly=True)
    may_enter = fields.Boolean(
        string="Has Access Now",
        readonly=True,
        help="Somebody put this person into an access group at Exivo. Exivo allows one "
        "for each person, so ours would take its place.",
    )

    def action_adopt(self):
        """Adopt this person, who goes by the contact from now on."""
        self.ensure_one()
        self.check_access("write")
        self.choice_id.access_id._decide_person("adopted", self.remote_id)
        return answer(
            self.env._("%(name)s goes by the contact from now on.", name=self.name)
        )
