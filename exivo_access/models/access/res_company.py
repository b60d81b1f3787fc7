# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """A company stays while anything is alive at its sites.

    Nobody sees what belongs to one that is archived, nor could take it away: its doors
    would stay open for good.
    """

    _inherit = "res.company"

    @api.constrains("active")
    def _check_archived_with_doors(self):
        archived = self.filtered(lambda company: not company.active)
        if archived._has_exivo_doors():
            raise ValidationError(
                self.env._(
                    "Nobody would see the accesses of an archived company any more, "
                    "nor could take one away. Archive its rules first, wait until its "
                    "accesses are removed or over, then archive the company."
                )
            )

    def _has_exivo_doors(self):
        """Tell whether anything is alive at their sites, or a rule has doors there.

        :rtype: bool
        """
        sites = self.env["exivo.site"].sudo().with_context(active_test=True)
        # of archived ones nothing is alive
        return sites.search([("company_id", "in", self.ids)])._is_needed()
