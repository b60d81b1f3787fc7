# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...pure import reconcile
from ...tools.transactions import wake


class ExivoSite(models.Model):
    """A site at which something of ours is alive stays the one that it is."""

    _inherit = "exivo.site"

    def _find_next_step(self):
        step = super()._find_next_step()
        made = [("site_id", "in", self.ids)]
        if not step and not self.env["exivo.access"].search_count(made, limit=1):
            return "booking"
        return step

    @api.constrains("active")
    def _check_archived(self):
        """Keep a site while anything is alive there: archived ones are not called."""
        if self.filtered(lambda site: not site.active)._is_needed():
            raise ValidationError(
                self.env._(
                    "Archived sites are not called, so nothing there would be removed "
                    "any more. Archive its rules first, wait until its accesses are "
                    "removed or over, then archive the site."
                )
            )

    def _is_needed(self):
        """Tell whether anything is alive at these sites, or a rule has doors there."""
        rules = self.env["exivo.access.rule"].sudo()
        of_theirs = [("lock_ids.site_id", "in", self.ids)]
        return self.sudo()._has_living_credentials() or bool(
            rules.search_count(of_theirs, limit=1)
        )

    def _has_living_credentials(self):
        credentials = self.env["exivo.credential"].sudo()
        alive = Domain("state", "in", reconcile.OPEN_STATES)
        alive |= credentials._get_looked_for_domain()
        domain = Domain("site_id", "in", self.ids) & alive
        return super()._has_living_credentials() or bool(
            credentials.search_count(domain, limit=1)
        )

    def _get_proofs(self, limit):
        alive = Domain("state", "in", reconcile.OPEN_STATES)
        known = Domain("site_id", "=", self.id) & Domain("remote_id", "!=", False)
        credentials = self.env["exivo.credential"].search(
            alive & known, order="stop desc, id desc", limit=limit
        )
        return [(one.kind, one.remote_id, one.token) for one in credentials]

    def write(self, vals):
        """Take accesses along to another company, and go on once PINs are longer."""
        result = super().write(vals)
        accesses = self.env["exivo.access"].sudo()
        if "company_id" in vals:
            accesses.search([("site_id", "in", self.ids)]).write(
                {"company_id": vals["company_id"]}
            )
        if "pin_length" in vals:
            waiting = accesses.search(
                [("site_id", "in", self.ids), ("failure_type", "=", "pins_taken")]
            )
            waiting._forget_failure()
            waiting._update_state()
            wake(self.env, "ir_cron_synchronise")
        return result
