# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .base import is_withheld


class MailMessage(models.Model):
    """Messages about a record of ours are of whoever may read it, and stay as logged.

    Odoo lets authors rewrite their messages, and whoever has caused a change is the
    author of the line about it.
    """

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Override of `mail` to let nobody tidy up what was logged on our records.

        Nor write about one that they may not read, or answer what is about one: it
        shows them whose that is. Odoo asks for no right where a message is for a
        person, or seems to answer one. An answer shows the subject of what it answers,
        such as that of a mail of ours, which is about no record.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation == "create":
            forbidden |= self.sudo().filtered(
                lambda one: any(
                    is_withheld(self.env, about.model, about.res_id, "read")
                    for about in (one, one.parent_id)
                )
                or one._is_exivo_answer_elsewhere(self.env)
            )
        if operation in ("write", "unlink"):
            forbidden |= self.filtered(lambda one: one.sudo()._is_exivo_log())
        return forbidden

    def write(self, vals):
        """Override of `mail` to ask for what a message is said to answer now."""
        result = super().write(vals)
        if "parent_id" in vals:
            self.check_access("create")
        return result

    def _export_rows(self, fields, **options):
        """Override of `base` to export no message that its reader may not read.

        Odoo's :meth:`fetch` asks for no right, and an export comes to messages by links
        of other records.
        """
        readable = self._filtered_access("read")
        return super(MailMessage, readable)._export_rows(fields, **options)

    def _is_exivo_answer_elsewhere(self, env):
        """Tell whether it answers what stands elsewhere and somebody may not read.

        :param odoo.api.Environment env: that person's.
        :rtype: bool
        """
        parent = self.parent_id
        is_there = (parent.model, parent.res_id) == (self.model, self.res_id)
        return not (is_there and self.res_id) and is_withheld(
            env, parent._name, parent.id, "read"
        )

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
