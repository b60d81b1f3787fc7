# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .base import DOOR_MODELS


class MailMessage(models.Model):
    """Messages about a record of ours are of whoever may read it, and stay as logged.

    Odoo lets authors rewrite their messages, and whoever has caused a change is the
    author of the line about it.
    """

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Override of `mail` to let nobody tidy up what was logged on our records.

        Nor name one that is hidden from them: whoever writes is shown whose it is.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation == "create":
            forbidden |= self.filtered(lambda one: one.sudo()._hides_exivo(self.env))
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

    def _hides_exivo(self, env):
        """Tell whether it is about a booking, or a record of ours, that one may not read.

        Odoo asks for no right to what a notification for a person is about, nor where
        it seems to answer one.

        :param odoo.api.Environment env: that person's.
        :rtype: bool
        """
        self.ensure_one()
        name, number = self.model, self.res_id
        return (
            bool(number)
            and name in env
            and (env[name]._is_exivo_model() or name in DOOR_MODELS)
            and not env[name].browse(number).has_access("read")
        )
