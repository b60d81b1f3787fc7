# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MailActivityType(models.Model):
    """The types of our alarms are not deleted: who does not want one archives it.

    Odoo turns the alarms of a type that is gone into to-dos, which nothing closes any
    more, and makes one more of them each time.
    """

    _inherit = "mail.activity.type"

    @api.model
    def _get_model_info_by_xmlid(self):
        """Override of `mail` to name ours among those that apps need as they are."""
        ours = self.env["ir.model.data"].sudo()
        ours = ours.search(
            [("module", "=", "exivo_access"), ("model", "=", self._name)]
        )
        return super()._get_model_info_by_xmlid() | {
            one.complete_name: {
                "res_model": self.browse(one.res_id).res_model,
                "unlink": False,
            }
            for one in ours
        }
