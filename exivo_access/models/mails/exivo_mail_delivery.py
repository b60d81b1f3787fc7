# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has mails delivered: passes on what became of them, and sends again what failed."""

import random
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...pure import backoff

#: Odoo mostly says at once what became of a mail. If not, it is looked up after this
#: time.
LOST = timedelta(minutes=5)
BATCH_SIZE = 200
#: An access in one of these mail states takes over what becomes of its mail.
FOLLOWED = ("queued", "sent", "failed", "invalid", "bounced")


def draw_delay(tries, needed_at):
    """Draw how long to wait before a mail is tried again.

    :param int tries: how often it was tried in vain before.
    :param datetime needed_at: when a door is to open for its reader, if one is.
    :rtype: timedelta
    """
    time_left = needed_at and needed_at - fields.Datetime.now()
    return backoff.get_mail_delay(tries, time_left, random.uniform)


def get_stranded_domain(name):
    """Return the domain of what waits longer than any mail that failed.

    It was planned while the clock was ahead, which has been set back since.

    :param str name: of the field that says when it is tried again.
    :rtype: Domain
    """
    return Domain(name, ">", fields.Datetime.now() + backoff.LONGEST_MAIL_DELAY)


class ExivoMail(models.Model):
    """A mail passes on what became of it, and is sent again if it failed.

    - A mail that could not be sent is tried again as it is, with growing delays, until
      nobody needs it any more. Then it is deleted, for link and PIN may be in it.
    - A mail that could not be written is written anew, with the same delays.
    - A mail to a wrong address, or to one from which mails come back, is not tried
      again: the next mail goes out once the contact has another address
      (``_tell_again_by_mail``).
    """

    _inherit = "exivo.mail"

    def _find_open(self):
        """Return the mails with which something is to be done now.

        :rtype: exivo.mail
        """
        now = fields.Datetime.now()
        lost = Domain("state", "=", "queued") & Domain("create_date", "<=", now - LOST)
        lost &= Domain.custom(to_sql=self._get_handled_sql)
        return self.search(
            Domain("is_new", "=", True)
            | lost
            | Domain("due_at", "<=", now)
            | (Domain("state", "=", "failed") & get_stranded_domain("due_at")),
            order="due_at nulls first, id",
            limit=BATCH_SIZE,
        )

    def _get_handled_sql(self, _model, alias, _query):
        """Return the condition that Odoo has a mail no longer in its queue."""
        mails = self.env["mail.mail"]
        mails.flush_model(["state"])
        return SQL(
            "NOT EXISTS (SELECT FROM mail_mail WHERE id = %s AND state = 'outgoing')",
            SQL.identifier(alias, "number"),
        )

    def _follow(self):
        """Pass on news of mails, and send again or give up those that failed."""
        for mail in self.try_lock_for_update():
            if mail.is_new:
                mail._pass_on()
            elif mail.state == "queued":
                mail._find_out()
            elif mail.until <= fields.Datetime.now() or mail._is_replaced():
                mail._give_up()
            elif mail.state == "failed":
                mail._send_again()
            else:
                mail.due_at = mail.until

    def _pass_on(self):
        """Have accesses say what became of their last mail."""
        accesses = self._get_told().filtered(
            lambda access: (
                access.mail_state in FOLLOWED
                and access.mail_state != self.state
                and not access.mail_due_at
            )
        )
        if accesses._get_unheld() != accesses:
            # in the next run, and behind what nobody holds
            self.write({"is_new": True, "due_at": fields.Datetime.now()})
            return
        accesses.mail_state = self.state
        self.is_new = False
        if self.state in ("failed", "invalid"):
            self._plan_next()
        elif self.state == "sent":
            self.due_at = False

    def _plan_next(self):
        """Set when a mail is tried again, or given up, as long as Odoo keeps it."""
        if self._get_mail().state != "exception":
            return  # somebody has cancelled or deleted it
        now = fields.Datetime.now()
        if self.state == "invalid":
            self.due_at = max(self.until, now)
            return
        delay = draw_delay(self.tries, self.needed_at)
        self.write({"tries": self.tries + 1, "due_at": min(now + delay, self.until)})

    def _find_out(self):
        """See what became of a mail of which nothing was said for a while.

        Where a mail server hangs up in the middle, Odoo says so on the mail only; and
        somebody may have sent, cancelled or deleted it by hand.
        """
        mail = self._get_mail()
        if mail.state == "exception":
            state = self._get_state(False, mail.failure_type, mail.failure_reason)
        else:
            state = "sent" if mail.state in ("sent", "received") else "failed"
        self.state = state
        self._pass_on()

    def _send_again(self):
        """Put a mail that failed back into Odoo's queue."""
        mail = self._get_mail().filtered(lambda one: one.state == "exception")
        if mail and not mail.try_lock_for_update():
            return  # somebody is at it
        self.due_at = False
        if mail:
            mail.mark_outgoing()
            self.state = "queued"
            self.env["exivo.notifier"]._run_queue()

    def _give_up(self):
        """Delete a mail that nobody needs any more: it must not go out, nor stay."""
        self.due_at = False
        self._get_mail().filtered(lambda one: one.state == "exception").unlink()

    def _get_next_moment(self):
        """Return when something was planned to be done next.

        What could not be done now waits for the next regular run.

        :return: UTC; False if nothing is planned.
        :rtype: datetime | bool
        """
        now = fields.Datetime.now()
        self.flush_model(["due_at"])
        self.env["exivo.access"].flush_model(["mail_due_at"])
        query = SQL(
            "SELECT LEAST("
            "(SELECT MIN(due_at) FROM exivo_mail WHERE due_at > %(now)s),"
            "(SELECT MIN(mail_due_at) FROM exivo_access WHERE mail_due_at > %(now)s))",
            now=now,
        )
        ((moment,),) = self.env.execute_query(query)
        return moment or False
