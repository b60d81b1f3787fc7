# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.one_line import in_one_line, with_name_in_one_line

#: Odoo names readers in this header of its own, too, where it notifies them.
READERS = "X-Msg-To-Add"


class IrMailServer(models.Model):
    """A line break in the name of a room, contact or company stops no mail.

    Python takes no line break into the head of a mail, as something could be added to
    it, and Odoo then gives the mail up: nobody would get a link.
    """

    _inherit = "ir.mail_server"

    def _build_email__(
        self,
        email_from,
        email_to,
        subject,
        body,
        *args,
        reply_to=False,
        headers=None,
        **options,
    ):
        """Override of `base` to have names in one line."""
        return super()._build_email__(
            with_name_in_one_line(email_from),
            [with_name_in_one_line(one) for one in email_to or ()],
            in_one_line(subject),
            body,
            *args,
            reply_to=with_name_in_one_line(reply_to),
            headers={
                name: with_name_in_one_line(value) if name == READERS else value
                for name, value in (headers or {}).items()
            },
            **options,
        )
