# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .base import check_not_withheld


class MailComposeMessage(models.TransientModel):
    """The composer writes to nobody about what its user may not read.

    Odoo computes recipients and files in superuser mode, and shows them.
    """

    _inherit = "mail.compose.message"

    def _compute_partner_ids(self):
        for one in self:
            one._check_exivo_about(one.parent_id.model, [one.parent_id.res_id])
        return super()._compute_partner_ids()

    def _generate_template_for_composer(self, res_ids, *args, **options):
        for name in (self.model, self.template_id.sudo().model):
            self._check_exivo_about(name, res_ids)
        return super()._generate_template_for_composer(res_ids, *args, **options)

    def _check_exivo_about(self, name, numbers):
        person = self.sudo(False).env
        for number in numbers:
            check_not_withheld(person, name, number, "read")
