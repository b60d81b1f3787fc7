# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

#: These steps have to be done with a new site, in this order.
STEPS = [
    ("verify", "Verify authentication"),
    ("locks", "Synchronise locks"),
    ("rule", "Add a rule"),
    ("booking", "Book"),
]


class ExivoSite(models.Model):
    """A site says which step comes next in setting it up, by what is there already."""

    _inherit = "exivo.site"

    next_step = fields.Selection(
        selection=STEPS,
        compute="_compute_next_step",
        help="What is left to do before the first door opens.",
    )

    @api.depends("state", "hindrance", "verified_at", "lock_ids")
    def _compute_next_step(self):
        for site in self:
            step = site._find_next_step()
            # No step is ticked off while the site is not called as it was entered.
            again = step and (site.state != "verified" or site.hindrance)
            site.next_step = "verify" if again else step

    def _find_next_step(self):
        """Return the first step that is not done, or nothing once all are.

        A site that has no step left and is refused says so elsewhere. Rooms that
        stand on this one extend it by the steps that follow.
        """
        self.ensure_one()
        if not self.verified_at:
            return "verify"
        if not self.lock_ids:
            return "locks"
        return False

    def action_book(self):
        """Open the form for the first booking."""
        return self._open_new("resource.booking", self.env._("New booking"))

    def _open_new(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
        }

    def _get_unfinished(self):
        """Return the first site that has steps left.

        :rtype: exivo.site
        """
        sites = self.search([("active", "=", True)])
        return sites.filtered("next_step")[:1]

    def _is_set_up(self):
        """Tell whether only the first booking, if anything, is left to do at a site.

        Another one may be set up beside it, for months.

        :rtype: bool
        """
        sites = self.search([("active", "=", True)])
        return any(site.next_step in (False, "booking") for site in sites)

    def _action_next_step(self):
        """Return the action by which an administrator goes on with setting up.

        :rtype: dict
        """
        site = self._get_unfinished()
        if site or not self.search_count([], limit=1):
            action = self._open_new("exivo.site", self.env._("Site"))
            return {**action, "res_id": site.id}
        return self.env["ir.actions.actions"]._for_xml_id(
            "exivo_access.exivo_site_action"
        )
