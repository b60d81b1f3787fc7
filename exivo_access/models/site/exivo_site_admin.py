# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ... import api as exivo
from ...tools.secret_char import SecretError
from . import site_connection
from .exivo_site import DEFAULT_API_URL

#: Exivo's customer portal.
DEFAULT_ADMIN_URL = "https://customer.exivo.io"
#: The site ID follows this in the name of a variable that holds an API secret.
SECRET_VARIABLE = "EXIVO_ACCESS_SECRET_"


class ExivoSite(models.Model):
    """An administrator can do more with a site than connect it."""

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
        help="The variable in the server's environment that holds the API secret.",
    )
    hindrance = fields.Char(
        string="Why It Is Not Called",
        compute="_compute_hindrance",
        compute_sudo=True,
        help="What keeps Odoo from calling a site that is verified.",
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

    # Nobody needs to see this, and whoever could write it could let a copy drive doors.
    database_uuid = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

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

    @api.depends("api_secret_stored", "secret_variable", "database_uuid", "state")
    def _compute_hindrance(self):
        for site in self:
            site.hindrance = site._get_hindrance()

    # === CONSTRAINTS AND CRUD === #

    def init(self):
        """Override to claim sites that were verified before the database was pinned."""
        self.env.cr.execute(
            "UPDATE exivo_site SET database_uuid = ir_config_parameter.value"
            " FROM ir_config_parameter WHERE key = 'database.uuid'"
            " AND state = 'verified' AND database_uuid IS NULL"
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

    # === MAY THE SITE BE CALLED? === #

    def _get_hindrance(self):
        """Return why this site must not be called, though it may be verified.

        :return: words for staff, empty if nothing is in the way.
        :rtype: str
        """
        self.ensure_one()
        if self.state == "verified" and not self._is_of_this_database():
            return self.env._(
                "This is a copy of the database in which the site was verified. The "
                "doors follow the original only. If the original is no longer in use, "
                "press Verify authentication."
            )
        if self._leads_inside():
            return self._explain_inside()
        try:
            site_connection.get_api_secret(self)
        except SecretError as error:
            return str(error)
        return ""

    def _get_uuid(self):
        """Return what tells this database from its copies: Odoo gives each its own.

        :rtype: str
        """
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _is_of_this_database(self):
        return self.sudo().database_uuid == self._get_uuid()

    def _check_hindrance(self):
        """Refuse to go on if this site must not be called.

        :raise UserError: it must not be called, and why.
        """
        self.ensure_one()
        if self.state != "verified":
            raise UserError(
                self.env._("Press Verify authentication first: the site is not called.")
            )
        if self.hindrance:
            raise UserError(self.hindrance)
