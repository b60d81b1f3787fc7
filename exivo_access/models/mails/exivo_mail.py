# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.transactions import wake

#: A mail about an access that is over, or that there never was, is of use for at least
#: so long.
LAST_WORDS = timedelta(days=3)
#: A mail that was sent may come back for this long.
KEPT = timedelta(days=14)
#: Odoo has these words for a mail server that knows no such address: by the codes of
#: RFC 3463, or without one if it does not speak of who sends (relaying, a login, spam).
REFUSED = re.compile(
    r"SMTPRecipientsRefused.*\((?:5\d\d, b?['\"]5\.(?:1\.(?:[0-6]|10)|2\.1)\b"
    r"|55[013], b?['\"](?!\d\.\d)(?!.*(?:relay|auth|denied|block|policy|spam)))",
    re.DOTALL | re.IGNORECASE,
)
#: Odoo has these words for an address that it does not even try.
NO_ADDRESS = ("mail_email_invalid", "mail_email_missing")
BATCH_SIZE = 1000


class ExivoMail(models.Model):
    """Each of our mails is followed until a mail server has it, or it has come back.

    While a mail lies in Odoo's queue, only its sending writes on its row, and on no
    access: where somebody else had written, Odoo would undo that it was sent, and would
    send it again. News are passed on to the accesses later.
    """

    _name = "exivo.mail"
    _description = "Exivo Mail"
    _rec_name = "number"

    number = fields.Integer(
        required=True,
        readonly=True,
        help="Of the mail in Odoo's queue, which deletes it once it is sent.",
    )
    message_id = fields.Char(
        readonly=True, index=True, help="By this a mail that comes back is known."
    )
    has_news = fields.Boolean(
        readonly=True,
        help="Whether holders know by it what they have to know. Reminders and what "
        "is sent to an address before are sent beside.",
    )
    state = fields.Selection(
        selection=[
            ("queued", "On its way"),
            ("sent", "Sent"),
            ("failed", "Could not be sent"),
            ("invalid", "Wrong e-mail address"),
            ("bounced", "Came back"),
        ],
        default="queued",
        required=True,
        readonly=True,
    )
    is_new = fields.Boolean(
        readonly=True, help="Whether its accesses do not say so yet."
    )
    tries = fields.Integer(readonly=True, help="How often it could not be sent.")
    due_at = fields.Datetime(readonly=True, help="When it is tried again, or given up.")
    needed_at = fields.Datetime(
        readonly=True, help="When a door is to open for its reader."
    )
    until = fields.Datetime(
        required=True, readonly=True, help="After that nobody needs it any more."
    )

    _new_idx = models.Index("(id) WHERE is_new IS TRUE")
    _queued_idx = models.Index("(create_date) WHERE state = 'queued'")
    _due_at_idx = models.Index("(due_at) WHERE due_at IS NOT NULL")
    _once = models.UniqueIndex("(number)", "A mail is followed only once.")

    def _begin(self, mail, until, needed_at=False, has_news=False):
        """Follow a mail that was just put into Odoo's queue.

        :param mail: the ``mail.mail`` record.
        :param datetime until: see the field.
        :param datetime needed_at: see the field.
        :param bool has_news: see the field.
        """
        self.create(
            {
                "number": mail.id,
                "message_id": mail.message_id,
                "has_news": has_news,
                "is_new": False,
                "needed_at": needed_at,
                "until": until,
            }
        )

    def _get_until(self, accesses):
        """Return until when a mail about accesses is of use.

        :rtype: datetime
        """
        stops = accesses.mapped("stop")
        if not all(access._is_granted() for access in accesses):
            stops.append(fields.Datetime.now() + LAST_WORDS)
        return max(stops)

    def _find(self, numbers):
        """Return the rows that follow these mails.

        :param numbers: the ids of ``mail.mail`` records.
        """
        numbers = set(numbers) - {0}
        return self.search([("number", "in", list(numbers))]) if numbers else self

    def _get_mail(self):
        """Return the mail itself, as long as Odoo keeps it.

        :rtype: mail.mail
        """
        return self.env["mail.mail"].browse(self.mapped("number")).exists()

    def _get_told(self):
        """Return the accesses of which this is the last mail.

        :rtype: exivo.access
        """
        numbers = self.mapped("number")
        return self.env["exivo.access"].search([("last_mail_number", "in", numbers)])

    def _is_replaced(self):
        """Tell whether a newer mail says all that this one would."""
        self.ensure_one()
        return self.has_news and not self._get_told()

    # === WHAT BECOMES OF IT === #

    def _note_sending(self, mails, is_sent, failure_type, failure_reason):
        """Note that Odoo has tried to send mails, some of which may be ours.

        :param mails: ``mail.mail`` records.
        :param bool is_sent: whether the mail server took them.
        :param str failure_type: in Odoo's words, why not.
        :param str failure_reason: the same for people.
        """
        ours = self._find(mails.ids)
        if ours:
            state = self._get_state(is_sent, failure_type, failure_reason)
            ours._note_state(state)

    def _get_state(self, is_sent, failure_type, failure_reason):
        if is_sent or not failure_type:
            return "sent"
        if failure_type in NO_ADDRESS or REFUSED.search(failure_reason or ""):
            return "invalid"
        return "failed"

    def _note_return(self, message_ids):
        """Note that mails have come back, some of which may be ours.

        :param message_ids: what they were known by.
        """
        ours = self.search([("message_id", "in", list(message_ids or ()))])
        if ours:
            ours._note_state("bounced")

    def _note_state(self, state):
        self.write({"state": state, "is_new": True})
        wake(self.env, "ir_cron_synchronise")

    def _hasten(self):
        """Look again now at mails that could not be sent, after some change."""
        self.filtered("due_at").due_at = fields.Datetime.now()

    @api.autovacuum
    def _gc_old(self):
        """Forget mails that nobody sends again and that do not come back any more.

        :return: how many were forgotten, and whether there may be more.
        :rtype: tuple[int, bool]
        """
        latest = fields.Datetime.now() - KEPT
        domain = Domain("create_date", "<", latest) & (
            # what did not arrive is known as long as its access may ask
            Domain("state", "=", "sent") | Domain("until", "<", latest)
        )
        old = self.search(domain, limit=BATCH_SIZE)
        old.unlink()
        return len(old), len(old) == BATCH_SIZE
