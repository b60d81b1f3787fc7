# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .base import check_not_withheld


class MailComposeMessage(models.TransientModel):
    """The composer writes to nobody about what its user may not read.

    Odoo computes recipients and files in superuser mode, and shows them.
    """

    _inherit = "mail.compose.message"

    def _generate_template_for_composer(self, res_ids, *args, **options):
        for name in (self.model, self.template_id.sudo().model):
            self._check_exivo_about(name, res_ids)
        return super()._generate_template_for_composer(res_ids, *args, **options)

    def _prepare_mail_values(self, res_ids):
        """Override of `mail`, which makes mass mails in superuser mode, unasked."""
        if not self.env.su:
            self._check_exivo_about(self.model, res_ids)
        return super()._prepare_mail_values(res_ids)

    def _check_exivo_about(self, name, numbers):
        person = self.sudo(False).env
        for number in numbers:
            check_not_withheld(person, name, number, "read")
