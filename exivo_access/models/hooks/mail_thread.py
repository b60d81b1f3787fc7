# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.tools import clean_context

from .base import FROM_MAIL

#: Whoever has one of their links is shown the page that it leads to.
OPENED_BY_LINKS = {"resource.booking", "calendar.event"}


class MailThread(models.AbstractModel):
    """Mails open no door, whoever hands them in.

    Odoo's gateway makes records in superuser mode, and every employee may call it, with
    a model and values of their own choice. So anybody could order an access, connect a
    site, book a room, tag a contact, or become an administrator.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Override of `mail` to let only administrators say what a mail becomes.

        Others, such as the user of a mail server's script, hand a mail in: aliases and
        replies say where it goes.

        :raise AccessError: somebody else names a model, a record, or values.
        """
        trusted = self.env.su or self.env.user._is_system()
        if not trusted and (model or custom_values or thread_id):
            raise AccessError(
                self.env._(
                    "Only administrators may say what is made of a mail. Hand it in "
                    "without a model, a record and values."
                )
            )
        gateway = (
            self if trusted else self.with_context(clean_context(self.env.context))
        )
        return super(MailThread, gateway).message_process(
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    def _message_route_process(self, message, message_dict, routes):
        """Override of `mail` to mark where the values of new records come from.

        Those of an alias count as well: whoever looks after a project may set them.
        """
        marked = self.with_context(**{FROM_MAIL: True})
        return super(MailThread, marked)._message_route_process(
            message, message_dict, routes
        )

    def _routing_handle_bounce(self, email_message, message_dict):
        """Override of `mail` to hear of our own mails that come back."""
        if _is_final(email_message):
            self.env["exivo.mail"].sudo()._note_return(message_dict["bounced_msg_ids"])
        return super()._routing_handle_bounce(email_message, message_dict)

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Override of `mail` to tell by a link no more than its page does.

        Odoo would read whatever is asked for in superuser mode: activities and notes of
        staff, files, and the addresses of who else is there.
        """
        is_by_link = self.env.su and self.env.uid != SUPERUSER_ID
        if is_by_link and self._name in OPENED_BY_LINKS:
            request_list = request_list and []
        return super()._thread_to_store(store, fields, request_list=request_list)

    def message_post(self, **kwargs):
        """Override of `mail` to end the mark: what is written there is only words.

        A booking that is written to may get its token for the portal meanwhile.
        """
        posting = (
            self.with_context(**{FROM_MAIL: False}) if self._is_from_mail() else self
        )
        return super(MailThread, posting).message_post(**kwargs)


def _is_final(email_message):
    """Tell whether a mail server has given a mail up, and not only put it off.

    :param email.message.EmailMessage email_message: what it says about the mail.
    :rtype: bool
    """
    actions = [
        part["Action"].strip().lower()
        for report in email_message.walk()
        if report.get_content_type() == "message/delivery-status"
        for part in report.walk()
        if part["Action"]
    ]
    return not actions or "failed" in actions
