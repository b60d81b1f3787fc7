# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..access.exivo_access import PENDING


class ExivoTrouble(models.Model):
    """It is a trouble that a site is not called, although there are accesses."""

    _inherit = "exivo.trouble"

    def _find_stopped(self):
        sites = self.env["exivo.site"].search([("active", "=", True)])
        sites = sites.filtered(
            lambda site: site.state != "verified"
            or site.outages
            or site._get_hindrance()
        )
        if not sites:
            return sites
        groups = self.env["exivo.access"]._read_group(
            [
                ("site_id", "in", sites.ids),
                ("state", "in", (*PENDING, "created")),
                ("stop", ">", fields.Datetime.now()),
            ],
            ["site_id", "state"],
        )
        # Only while there is something to ask a site is it known whether it answers.
        return sites.browse().union(
            *(
                site
                for site, state in groups
                if site.state != "verified" or site._get_hindrance() or state in PENDING
            )
        )

    def _press_stopped(self, sites):
        """Return the sites of which staff are told at once."""
        return sites.filtered(
            lambda site: site.state == "refused" or site._get_hindrance()
        )
