# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from .exivo_mail import LAST_WORDS
from .exivo_mail_delivery import draw_delay, get_stranded_domain


class ExivoAccess(models.Model):
    """An access whose mail could not be written has it written anew, with delays."""

    _inherit = "exivo.access"

    def _note_unwritten(self):
        """Note that the mail could not be written. It is tried again."""
        now = fields.Datetime.now()
        for access in self:
            delay = draw_delay(
                access.mail_tries, not access.is_of_community and access.start
            )
            access.write(
                {
                    "mail_state": "failed",
                    "mail_tries": access.mail_tries + 1,
                    "mail_due_at": now + delay,
                }
            )

    def _find_unwritten(self):
        """Return accesses whose mail is to be written anew now, one for each mail.

        :rtype: exivo.access
        """
        due = self.search(
            Domain("mail_due_at", "<=", fields.Datetime.now())
            | get_stranded_domain("mail_due_at"),
            order="mail_due_at, id",
        )
        together = due.grouped(lambda one: one._get_occasion_key())
        return due.browse().union(*(mine[0] for mine in together.values()))

    def _write_anew(self):
        """Write the mail that could not be written, and that siblings share."""
        siblings = self._get_siblings()
        if siblings._get_unheld() != siblings:
            return
        unwritten = siblings.filtered("mail_due_at")
        given_up = fields.Datetime.now() - LAST_WORDS
        old = unwritten.filtered(lambda one: one.stop <= given_up)
        old.mail_due_at = False
        unwritten -= old
        unwritten.write({"mail_state": "waiting", "mail_due_at": False})
        for one in unwritten:
            self.env["exivo.notifier"]._tell_late(one)
