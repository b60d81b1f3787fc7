# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells the holders of accesses what they have to know, once."""

import base64
import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class ExivoNotifier(models.AbstractModel):
    """Mails follow from facts: the credential that there is, and the one last told of.

    A mail and the note that it was sent are written in one transaction, so the same
    news never goes out twice. All accesses of one holder to one booking share a mail.
    """

    _name = "exivo.notifier"
    _description = "Exivo Notifier"

    @api.model
    def _tell(self, access):
        """Mail the holder if anything has changed for them since the last mail.

        :param access: an ``exivo.access`` record at rest, in superuser mode.
        """
        siblings = access._get_siblings()
        pending = siblings.filtered(lambda one: one.state == "in_progress")
        if pending.filtered(lambda one: not one.failure_type):
            return  # the rest follows within moments, and goes into the same mail
        created = siblings.filtered(lambda one: one.state == "created")
        news = created.filtered(lambda one: one.told_credential_id != one._get_keeper())
        gone = siblings.filtered(
            lambda one: one.state == "removed" and one.told_credential_id
        )
        # "removed" is only said once nothing of it opens a door any more
        if not news and (pending or not gone):
            return
        if not access.partner_id.email:
            (news | gone).mail_state = "no_email"
            return
        with self._noting_failure(news | gone):
            self._tell_news(created, gone)

    @contextmanager
    def _noting_failure(self, accesses):
        """Write a mail; a template that somebody broke must not keep doors shut.

        :param accesses: those that the mail is about.
        """
        try:
            with self.env.cr.savepoint():
                yield
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("No mail could be written for accesses %s", accesses.ids)
            accesses.mail_state = "failed"

    @api.model
    def _get_late_accesses(self):
        """Accesses that their holders still know nothing of.

        :return: by the moment (UTC) at which their site's patience ends.
        :rtype: dict[datetime, exivo.access]
        """
        waiting = self.env["exivo.access"].search(
            [
                ("state", "in", ("in_progress", "failed")),
                ("mail_state", "=", "waiting"),
                ("stop", ">", fields.Datetime.now()),
            ]
        )
        return waiting.filtered(lambda one: one._is_granted()).grouped(
            lambda one: one.ordered_at + timedelta(minutes=one.site_id.patience_minutes)
        )

    @api.model
    def _announce(self, access):
        """Confirm a booking whose access takes long, and say that it follows.

        :param access: an ``exivo.access`` record that is not created yet.
        """
        if access.mail_state != "waiting" or not access.partner_id.email:
            return
        waiting = access._get_siblings().filtered(
            lambda one: one.mail_state == "waiting"
        )
        with self._noting_failure(waiting):
            self._send_with_calendar("exivo_access.mail_template_delay", access)
            waiting.mail_state = "announced"

    @api.model
    def _resend(self, accesses):
        """Send link and PIN once more, one mail for each holder and booking.

        :param accesses: created ``exivo.access`` records in superuser mode.
        """
        told = accesses.browse()
        for access in accesses:
            if access not in told:
                created = access._get_siblings().filtered(
                    lambda one: one.state == "created"
                )
                self._tell_news(created, accesses.browse())
                told |= created

    @api.model
    def _tell_news(self, created, gone):
        """Queue the mail, and note that it was.

        :param created: accesses that work, all of which stand in the mail.
        :param gone: accesses that the holder was told of and that are removed.
        """
        if created:
            told = (created | gone).told_credential_id
            current = created.filtered(
                lambda one: one.told_credential_id == one._get_keeper()
            )
            self._send_confirmation(created, changed=told and created != current)
        else:
            self._send("exivo_access.mail_template_removal", gone)
        for one in created:
            one.told_credential_id = one._get_keeper()
        gone.told_credential_id = False
        (created | gone).mail_state = "sent"

    @api.model
    def _send_confirmation(self, accesses, changed):
        """Send link and PIN, with the booking as a calendar file.

        :param accesses: the created accesses of one holder to one booking.
        :param changed: whether the holder has had a confirmation before.
        """
        self._send_with_calendar(
            "exivo_access.mail_template_confirmation",
            accesses.with_context(exivo_changed=bool(changed)),
        )

    @api.model
    def _send_with_calendar(self, template_xmlid, accesses):
        meeting = accesses.booking_id.meeting_id
        calendar_file = meeting._get_ics_file().get(meeting.id) if meeting else None
        attachments = (
            [("invitation.ics", base64.b64encode(calendar_file))]
            if calendar_file
            else []
        )
        self._send(template_xmlid, accesses, attachments=attachments)

    @api.model
    def _send(self, template_xmlid, accesses, **email_values):
        """Queue one mail about these accesses, and have the queue run.

        It is no message of the access: staff would read link and PIN in its chatter.
        """
        template = accesses.env.ref(template_xmlid)
        template.send_mail(
            accesses[0].id,
            email_values={"model": False, "res_id": False, **email_values},
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
