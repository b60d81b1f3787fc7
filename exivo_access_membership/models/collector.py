# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has communities follow memberships, once, at the end of a transaction."""

from odoo import models

_CHANGED = "exivo_access_membership.partner_ids"


class ExivoCollector(models.AbstractModel):
    """Hooks report whose membership has changed; tags follow, and then accesses.

    Some report while Odoo computes a field, so nothing is looked up until the end.
    """

    _inherit = "exivo.collector"

    def _memberships_changed(self, partners):
        """Have the tags of contacts follow their memberships.

        :param partners: ``res.partner`` records.
        """
        ids = [one for one in partners._ids if one]  # a form's have none yet
        if ids:
            self._collect(_CHANGED, set).update(ids)

    def _run(self):
        partner_ids = self.env.cr.precommit.data.pop(_CHANGED, set())
        if partner_ids:
            communities = self.env["res.partner.category"]._get_exivo_communities()
            communities._follow_exivo(self.env["res.partner"].browse(partner_ids))
        return super()._run()
