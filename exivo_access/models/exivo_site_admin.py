# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import api as exivo

#: Exivo's customer portal.
DEFAULT_ADMIN_URL = "https://customer.exivo.io"


class ExivoSite(models.Model):
    """The way to Exivo's own page, where people look after their doors."""

    _inherit = "exivo.site"

    admin_url = fields.Char(
        string="Admin Page",
        required=True,
        default=DEFAULT_ADMIN_URL,
        help="Exivo's own page for looking after the doors of this site.",
    )

    @api.constrains("admin_url")
    def _check_admin_url(self):
        for site in self:
            if not exivo.is_page_url(site.admin_url):
                raise ValidationError(
                    self.env._(
                        "The admin page must be an address that starts with https, "
                        "such as %(url)s.",
                        url=DEFAULT_ADMIN_URL,
                    )
                )

    def action_open_at_exivo(self):
        """Open Exivo's own page in a new tab."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.admin_url, "target": "new"}
