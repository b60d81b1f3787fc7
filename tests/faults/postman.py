# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mail server of a house: it takes mails, refuses them, or is away."""

import contextlib
import re
from collections import Counter
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

LINK = re.compile(r"https?://[\w.:-]+/visit/[\w-]+")
#: What a mail server answers that takes the same mail some minutes later.
FULL = "Mail Delivery Failed", "SMTPDataError: (452, b'Full')"
#: Where Odoo says that a mail could not be sent.
LOGGER = "odoo.addons.mail.models.mail_mail"


class Postman:
    """Stands where Odoo hands its mails over, and remembers the links in them."""

    def __init__(self):
        #: ``refuses`` or ``is away``; nothing while all goes well
        self.trouble = None
        #: how many mails with each link were taken
        self.brought = Counter()

    def begin(self):
        """Forget all mails, and take the next ones."""
        self.trouble = None
        self.brought.clear()

    @contextlib.contextmanager
    def at_work(self):
        """All mails that Odoo sends meanwhile are handed over here."""
        with (
            patch.object(IrMail_Server, "_disable_send", lambda _server: False),
            patch.object(IrMail_Server, "_connect__", self._connect),
            patch.object(IrMail_Server, "send_email", self._take),
        ):
            yield

    def _connect(self, *_args, **_options):
        if self.trouble == "is away":
            raise ConnectionRefusedError("The mail server is away")

    def _take(self, message, *_args, **_options):
        if self.trouble:
            raise MailDeliveryException(*FULL)
        links = set()
        for part in message.walk():
            if part.get_content_type() == "text/html":
                links.update(LINK.findall(part.get_content()))
        self.brought.update(links)
        return message["Message-Id"]

    def empty_queue(self, registry):
        """Odoo sends what waits in its queue, in a transaction of its own."""
        with registry.cursor() as cursor, contextlib.ExitStack() as stack:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            if self.trouble:
                stack.enter_context(mute_logger(LOGGER))
            env["mail.mail"].process_email_queue()
