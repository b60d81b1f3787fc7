# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.secret_char import SecretError
from . import site_connection


class ExivoSite(models.Model):
    """A site that is verified may still have to be left alone.

    Then this is a copy of the database in which it was verified, its address leads
    inside a network, or its secret cannot be read.
    """

    _inherit = "exivo.site"

    hindrance = fields.Char(
        string="Why It Is Not Called",
        compute="_compute_hindrance",
        compute_sudo=True,
        help="What keeps Odoo from calling a site that is verified.",
    )
    is_in_copy = fields.Boolean(compute="_compute_hindrance", compute_sudo=True)

    # Nobody needs to see this, and whoever could write it could let a copy drive doors.
    database_uuid = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    @api.depends("api_secret_stored", "secret_variable", "database_uuid", "state")
    def _compute_hindrance(self):
        for site in self:
            site.hindrance = site._get_hindrance()
            site.is_in_copy = site._is_in_copy()

    def init(self):
        """Override to claim sites that were verified before the database was pinned."""
        self.env.cr.execute(
            "UPDATE exivo_site SET database_uuid = ir_config_parameter.value"
            " FROM ir_config_parameter WHERE key = 'database.uuid'"
            " AND state = 'verified' AND database_uuid IS NULL"
        )

    def _get_hindrance(self):
        """Return why this site must not be called, though it may be verified.

        :return: words for staff, empty if nothing is in the way.
        :rtype: str
        """
        self.ensure_one()
        is_unknown = self.state == "verified" and not self._is_of_this_database()
        if is_unknown or self._is_in_copy():
            return self.env._(
                "This is a copy of the database in which the site was verified. The "
                "doors follow the original only. If the original is no longer in use, "
                "press Verify authentication: what it has made at Exivo since the copy "
                "is taken away then."
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

    def _is_in_copy(self):
        """Tell whether another database, of which this is a copy, drives the doors.

        :rtype: bool
        """
        uuid = self.sudo().database_uuid
        return bool(uuid) and uuid != self._get_uuid()

    def _is_any_in_copy(self):
        """Tell whether this is a copy of the database that has not taken over.

        The original goes on, and tells people of bookings, also where a site is refused
        by now, or was given another key so that no door follows. Once one of the sites
        is this database's, only those that are verified count.

        :rtype: bool
        """
        sites = self.sudo().with_context(active_test=False)
        known = sites.search([("database_uuid", "!=", False)])
        others = known.filtered(lambda one: one._is_in_copy())
        in_use = others.filtered(lambda one: one.active and one.state == "verified")
        return bool(in_use) or (bool(others) and others == known)

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
