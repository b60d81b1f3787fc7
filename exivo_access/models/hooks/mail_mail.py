# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailMail(models.Model):
    """A mail of ours tells what became of it before Odoo deletes it."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail` to follow our own mails."""
        # Where the mail server is not reached, the reason is only on the mail.
        reason = failure_reason or (failure_type and self[:1].failure_reason)
        self.env["exivo.mail"].sudo()._note_sending(
            self, bool(success_pids or success_emails), failure_type, reason
        )
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
