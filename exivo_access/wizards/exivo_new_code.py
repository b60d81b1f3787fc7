# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.notice import answer


class ExivoNewCode(models.TransientModel):
    """Asks staff why accesses shall get a new PIN and link, and has them made.

    Of what was selected it leaves out what has no code to change, and says so.
    """

    _name = "exivo.new.code"
    _description = "New Code for Exivo Accesses"

    access_ids = fields.Many2many(
        comodel_name="exivo.access",
        string="Selected",
        default=lambda self: self.env.context.get("active_ids"),
    )
    with_code_ids = fields.Many2many(
        comodel_name="exivo.access",
        string="Accesses",
        compute="_compute_with_code_ids",
    )
    left_out_ids = fields.Many2many(
        comodel_name="exivo.access",
        compute="_compute_with_code_ids",
    )
    fixed_pin_ids = fields.Many2many(
        comodel_name="exivo.fixed.pin",
        string="Fixed PINs",
        compute="_compute_with_code_ids",
        help="Other bookings of these contacts have them, and later ones get them.",
    )
    reason = fields.Char(required=True)

    @api.depends("access_ids")
    def _compute_with_code_ids(self):
        for wizard in self:
            accesses = wizard.access_ids._origin
            wizard.with_code_ids = accesses._with_code()
            wizard.left_out_ids = accesses - accesses._with_code()
            wizard.fixed_pin_ids = self.env["exivo.fixed.pin"].search(
                [
                    ("partner_id", "in", wizard.with_code_ids.partner_id.ids),
                    ("company_id", "in", wizard.with_code_ids.company_id.ids),
                ]
            )

    def action_confirm(self):
        """Have a new PIN and a new link made; the old ones go, the holder is told.

        :raise UserError: nothing that was selected has a code.
        """
        self.ensure_one()
        self.access_ids.check_access("read")
        if not self.with_code_ids:
            raise UserError(
                self.env._(
                    "None of these accesses has a code: they are over, taken away, or "
                    "keys in the app."
                )
            )
        text, kind = self._word_what_follows(), "success"
        sites = self.with_code_ids.sudo().site_id
        if not all(site._is_called() for site in sites):
            kind = "warning"
            waits = self.env._(
                "A site is not called at the moment: until it is, the old code opens "
                "its doors."
            )
            text = f"{text} {waits}"
        self.with_code_ids.sudo()._change_pin(self.reason)
        return answer(text, kind)

    def _word_what_follows(self):
        """Say what is being done, and where no mail brings the PIN, what does.

        :rtype: str
        """
        by_way = self.with_code_ids.sudo().grouped(lambda one: one._get_known_pin_way())
        texts = [
            self.env._(
                "A new code is being made for %(holders)s.",
                holders=self.with_code_ids._name_holders(),
            )
        ]
        if list(by_way) == ["mail"]:
            texts.append(self.env._("A mail brings it."))
        if accesses := by_way.get("portal"):
            texts.append(
                self.env._(
                    "The portal shows the PIN to %(holders)s, no mail brings it.",
                    holders=accesses._name_holders(),
                )
            )
        if accesses := by_way.get("staff"):
            texts.append(
                self.env._(
                    "No mail brings the PIN to %(holders)s: please hand it over.",
                    holders=accesses._name_holders(),
                )
            )
        return " ".join(texts)
