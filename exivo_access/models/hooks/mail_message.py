# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailMessage(models.Model):
    """A line that was logged on a record of ours stays as it was written.

    Odoo lets authors rewrite their messages, and whoever has caused a change is the
    author of the line about it.
    """

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Override of `mail` to let nobody tidy up what was logged on our records."""
        forbidden = super()._get_forbidden_access(operation)
        if operation in ("write", "unlink"):
            forbidden |= self.filtered(lambda one: one.sudo()._is_exivo_log())
        return forbidden

    def _is_exivo_log(self):
        """Tell whether code of ours, or of Odoo, has logged it on a record of ours.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.message_type == "notification"
            and self.model in self.env
            and self.env[self.model]._is_exivo_model()
        )
