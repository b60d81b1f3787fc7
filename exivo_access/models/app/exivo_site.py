# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rule.methods import APP


class ExivoSite(models.Model):
    """A site has one app that takes its keys."""

    _inherit = "exivo.site"

    app_id = fields.Char(
        string="App ID",
        copy=False,
        help="The LEGIC ID of the app, a number. It is found in Exivo, among the "
        "registered mobile apps. Keys that are there already stay in the app that "
        "they were made for.",
    )
    app_name = fields.Char(
        string="App", help="The app as people know it: our mails name it."
    )
    app_notifies = fields.Boolean(
        string="Exivo Says to Install It",
        default=True,
        help="Exivo tells the holder to install the app, by text message or e-mail.",
    )

    @api.constrains("app_id")
    def _check_app_id(self):
        for site in self:
            if site.app_id and not (site.app_id.isascii() and site.app_id.isdigit()):
                raise ValidationError(
                    self.env._(
                        "The app ID %(app_id)s is no number. Copy the LEGIC ID of the "
                        "app from Exivo's registered mobile apps.",
                        app_id=site.app_id,
                    )
                )
        rules = self.env["exivo.access.rule"].sudo()
        rules.search(
            [("lock_ids.site_id", "in", self.ids), ("method", "=", APP)]
        )._check_app()
