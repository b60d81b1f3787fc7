# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.shipped_templates import FIELDS, TRANSLATED
from .base import OURS


class MailTemplate(models.Model):
    """Our mail templates are followed by updates until somebody changes them.

    Odoo has a word for what updates leave alone: ``noupdate`` of the external ID. It is
    set by the first change, and taken back by a reset.
    """

    _inherit = "mail.template"

    exivo_origin = fields.Selection(
        selection=[
            ("shipped", "As shipped: updates of Exivo Access change it."),
            (
                "changed",
                "Changed by you: updates leave it. Reset Template brings the shipped "
                "text back.",
            ),
        ],
        string="Updates",
        compute="_compute_exivo_origin",
    )

    @api.depends(*FIELDS)
    def _compute_exivo_origin(self):
        kept = {one.res_id: one.noupdate for one in self._get_exivo_data()}
        origins = {True: "changed", False: "shipped"}
        for template in self:
            template.exivo_origin = origins.get(kept.get(template._origin.id))

    def _get_exivo_data(self):
        """Return the external IDs of those that are ours.

        :rtype: ir.model.data
        """
        data = self.env["ir.model.data"].sudo()
        return data.search(
            [
                ("module", "=like", f"{OURS}%"),
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
            ]
        )

    def write(self, vals):
        """Override of `mail` to keep what somebody changes from updates.

        Odoo says by the context that it writes what modules bring. Translations are
        written like this as well.
        """
        result = super().write(vals)
        if vals.keys() & FIELDS and not self.env.context.get("install_mode"):
            shipped = self._get_exivo_data().filtered(lambda one: not one.noupdate)
            shipped.noupdate = True
        return result

    def reset_template(self):
        """Override of `mail` to have updates change it again."""
        result = super().reset_template()
        self.filtered("template_fs")._get_exivo_data().noupdate = False
        return result

    def _load_records_write(self, values):
        """Override of `mail` to bring translations with a new text.

        Odoo adds those that are missing right after, and would keep the old ones.
        """
        result = super()._load_records_write(values)
        if (self.env.context.get("install_module") or "").startswith(OURS):
            self._forget_exivo_translations()
        return result

    def _forget_exivo_translations(self):
        self.flush_recordset(TRANSLATED)
        for name in TRANSLATED:
            self.env.cr.execute(
                SQL(
                    "UPDATE mail_template SET %(name)s ="
                    " jsonb_build_object('en_US', %(name)s->'en_US')"
                    " WHERE id = %(id)s AND %(name)s IS NOT NULL",
                    name=SQL.identifier(name),
                    id=self.id,
                )
            )
        self.invalidate_recordset(TRANSLATED)
