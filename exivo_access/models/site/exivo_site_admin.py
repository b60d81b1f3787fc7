# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import api as exivo
from .exivo_site import DEFAULT_API_URL

#: Exivo's customer portal.
DEFAULT_ADMIN_URL = "https://customer.exivo.io"
#: The site ID follows this in the name of a variable that holds an API secret.
SECRET_VARIABLE = "EXIVO_ACCESS_SECRET_"


class ExivoSite(models.Model):
    """A site has settings: what is kept how long, calls at once, the admin page."""

    _inherit = "exivo.site"

    admin_url = fields.Char(
        string="Admin Page",
        required=True,
        default=DEFAULT_ADMIN_URL,
        help="Exivo's own page for looking after the doors of this site.",
    )
    pin_in_mail = fields.Boolean(
        string="PIN in Mails",
        default=True,
        help="Otherwise mails bring the link only, so that whoever reads a mail cannot "
        "enter. Holders see their PIN in the portal; those without a login get it "
        "from staff.",
    )
    secret_days = fields.Integer(
        string="Keep PINs and Links (Days)",
        default=30,
        required=True,
        help="Counted from the end of the access. Then PIN, links and mails that could "
        "not be sent are deleted.",
    )
    holder_days = fields.Integer(
        string="Keep Holders (Days)",
        default=365,
        required=True,
        help="Counted from the end of the access. Then the access stays without its "
        "holder and booking.",
    )
    calls_at_once = fields.Integer(
        string="Calls at Once",
        default=4,
        required=True,
        help="How many calls about accesses Odoo makes at this site side by side, at "
        "most: 1 to 16. Doors that staff open and comparisons come on top.",
    )
    has_api_secret = fields.Boolean(
        compute="_compute_has_api_secret", compute_sudo=True
    )
    secret_variable = fields.Char(
        compute="_compute_secret_variable",
        help="The variable in the server's environment that holds the API secret. A "
        "new secret is set there, on every host, and takes a restart.",
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
    foreign_persons = fields.Integer(
        string="Persons of Others",
        readonly=True,
        copy=False,
        help="Persons at Exivo whom others have let in somewhere. They are never "
        "touched.",
    )

    _days_in_order = models.Constraint(
        "CHECK(secret_days >= 0 AND holder_days >= secret_days)",
        "Holders must be kept at least as long as PINs and links.",
    )

    _calls_in_order = models.Constraint(
        "CHECK(calls_at_once BETWEEN 1 AND 16)",
        "A site has 1 to 16 calls side by side.",
    )

    # === COMPUTE METHODS === #

    @api.depends("api_secret_stored", "secret_variable")
    def _compute_has_api_secret(self):
        for site in self:
            site.has_api_secret = bool(site.secret_variable or site.api_secret_stored)

    @api.depends("remote_id", "api_url")
    def _compute_secret_variable(self):
        """Compute the name of the variable, and only if it is used; never its value."""
        for site in self:
            name = SECRET_VARIABLE + (site.remote_id or "").replace("-", "_").upper()
            used = site.api_url == DEFAULT_API_URL and os.environ.get(name)
            site.secret_variable = name if used else False

    # === CONSTRAINTS AND CRUD === #

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

    def write(self, vals):
        """Override to never send the stored API secret to another address."""
        addresses = {site: site.api_url for site in self}
        result = super().write(vals)
        if not self._stripped(vals).get("api_secret"):  # blanks replace none
            for site in self.sudo():
                if site.api_url != addresses[site] and site.api_secret_stored:
                    raise ValidationError(
                        self.env._(
                            "Type the API secret again: it is not sent to another API "
                            "address on its own."
                        )
                    )
        return result

    # === ACTIONS === #

    def action_open_at_exivo(self):
        """Open Exivo's own page in a new tab."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.admin_url, "target": "new"}
