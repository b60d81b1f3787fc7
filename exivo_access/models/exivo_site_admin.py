# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import api as exivo

#: Exivo's customer portal.
DEFAULT_ADMIN_URL = "https://customer.exivo.io"


class ExivoSite(models.Model):
    """What administrators do with a site besides connecting it."""

    _inherit = "exivo.site"

    admin_url = fields.Char(
        string="Admin Page",
        required=True,
        default=DEFAULT_ADMIN_URL,
        help="Exivo's own page for looking after the doors of this site.",
    )

    compared_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When our accesses were last compared with Exivo's own list.",
    )
    foreign_visits = fields.Integer(
        string="Visits of Others",
        readonly=True,
        copy=False,
        help="Visits at Exivo that were not made by this Odoo. They are never touched.",
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

    def action_compare(self):
        """Compare our accesses with Exivo's own list, and put right what is ours.

        :return: a notification for the user that counts what was found.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        try:
            counts = self.env["exivo.comparer"].sudo()._compare(self.sudo())
        except exivo.ExivoError as error:
            return self._notification("danger", self._explain(error))
        return self._notification(
            "warning" if counts["gone"] or counts["strays"] else "success",
            self.env._(
                "Removed at Exivo: %(gone)s. Left over from us and revoked: "
                "%(strays)s. Made by others and left alone: %(foreign)s.",
                **counts,
            ),
        )
