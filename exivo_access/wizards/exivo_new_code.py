# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ExivoNewCode(models.TransientModel):
    """Asks staff why accesses shall get a new PIN and link, and has them made."""

    _name = "exivo.new.code"
    _description = "New Code for Exivo Accesses"

    access_ids = fields.Many2many(
        comodel_name="exivo.access",
        string="Accesses",
        default=lambda self: self._default_access_ids(),
        readonly=True,
    )
    reason = fields.Char(required=True)

    def _default_access_ids(self):
        return self.env.context.get("active_ids")

    def action_confirm(self):
        """Have a new PIN and a new link made; the old ones go, the holder is told."""
        self.ensure_one()
        self.access_ids.check_access("read")
        self.access_ids.sudo()._change_pin(self.reason)
        return {"type": "ir.actions.act_window_close"}
