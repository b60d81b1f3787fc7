# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A mail server that takes mails, does not answer, refuses them or sends them back."""

import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import NOW

BOUNCE = """From: MAILER-DAEMON <mailer-daemon@mx.example.com>
To: bounce@odoo.example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <returned-{number}@mx.example.com>
Date: Mon, 1 Mar 2027 09:05:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

This is the mail system.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {email}
Action: {action}
Status: 5.1.1

--cut
Content-Type: text/rfc822-headers

Message-Id: {message_id}
To: {email}

--cut--
"""
DOWN = ConnectionRefusedError("Connection refused")


class MailCase(MockEmail):
    """Beside one of our own cases: mails leave Odoo, or do not."""

    def setUp(self):
        super().setUp()
        self.sent = []
        self._returned = 0

    def send_mails(self, minutes=0, down=None, error=None):
        """Bring accesses in line, run Odoo's mail queue, and what follows it.

        :param float minutes: after :data:`NOW`.
        :param Exception down: why the mail server cannot be reached.
        :param Exception error: what it answers to each mail.
        :return: the mails that left Odoo.
        :rtype: list[EmailMessage]
        """
        sent = []

        def connect(server, *args, **options):
            if down:
                raise down
            return self.testing_smtp_session

        def send(server, message, *args, **options):
            if error:
                raise error
            server._prepare_email_message__(message, self.testing_smtp_session)
            sent.append(message)
            return message["Message-Id"]

        with freeze_time(NOW + timedelta(minutes=minutes)):
            self.synchronise()
            server = type(self.env["ir.mail_server"])
            with (
                self.mock_mail_gateway(mail_unlink_sent=True),
                patch.object(server, "_connect__", connect),
                patch.object(server, "send_email", send),
                mute_logger("odoo.addons.mail.models.mail_mail"),
                self._registry_in_test_mode(),
            ):
                queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
                queue.method_direct_trigger()
            self.env.invalidate_all()
            self.synchronise()
        self.sent += sent
        return sent

    def synchronise_at(self, minutes):
        """Run the scheduled action some minutes after :data:`NOW`."""
        with freeze_time(NOW + timedelta(minutes=minutes)):
            self.synchronise()

    def bounce(self, message, minutes=5, action="failed"):
        """Let a mail that was sent come back."""
        self._returned += 1
        raw = BOUNCE.format(
            number=self._returned,
            email=re.search(r"<(.+?)>", message["To"])[1],
            action=action,
            message_id=message["Message-Id"],
        )
        with freeze_time(NOW + timedelta(minutes=minutes)):
            self.env["mail.thread"].message_process(False, raw)
            self.synchronise()

    def waiting_mails(self):
        """Mails that lie in Odoo's queue, whatever became of them."""
        return self.env["mail.mail"].search([("state", "!=", "sent")])
