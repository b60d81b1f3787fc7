# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Follows our mails until their readers have them, or have no use for them."""

import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import backoff
from .exivo_mail import LAST_WORDS

#: Odoo mostly says at once what became of a mail. If not, it is looked up after this
#: time.
LOST = timedelta(minutes=5)
BATCH_SIZE = 200
#: An access in one of these mail states takes over what becomes of its mail.
FOLLOWED = ("queued", "sent", "failed", "invalid", "bounced")


class ExivoMailFollower(models.AbstractModel):
    """Passes on what became of our mails, and has those sent again that failed.

    - A mail that could not be sent is tried again as it is, with growing delays, until
      nobody needs it any more. Then it is deleted, for link and PIN may be in it.
    - A mail that could not be written is written anew, with the same delays.
    - A mail to a wrong address, or to one from which mails come back, is not tried
      again: the next mail goes out once the contact has another address
      (``_tell_again_by_mail``).
    """

    _name = "exivo.mail.follower"
    _description = "Exivo Mail Follower"

    # === MAILS IN ODOO'S QUEUE === #

    @api.model
    def _find_open(self):
        """Return the mails with which something is to be done now.

        :rtype: exivo.mail
        """
        now = fields.Datetime.now()
        lost = Domain("state", "=", "queued") & Domain("create_date", "<=", now - LOST)
        return self.env["exivo.mail"].search(
            Domain("is_new", "=", True) | lost | Domain("due_at", "<=", now),
            order="is_new desc, due_at, id",
            limit=BATCH_SIZE,
        )

    @api.model
    def _follow(self, mails):
        """Pass on news of mails, and send again or give up those that failed.

        :param mails: ``exivo.mail`` records, as :meth:`_find_open` finds them.
        """
        for mail in mails.try_lock_for_update():
            if mail.is_new:
                self._pass_on(mail)
            elif mail.state == "queued":
                self._look_for(mail)
            elif mail.until <= fields.Datetime.now() or mail._is_replaced():
                self._give_up(mail)
            elif mail.state == "failed":
                self._send_again(mail)
            else:
                mail.due_at = mail.until

    @api.model
    def _pass_on(self, mail):
        """Have accesses say what became of their last mail."""
        accesses = mail._get_told().filtered(
            lambda access: (
                access.mail_state in FOLLOWED
                and access.mail_state != mail.state
                and not access.mail_due_at
            )
        )
        accesses.mail_state = mail.state
        mail.is_new = False
        if mail.state in ("failed", "invalid"):
            self._plan_next(mail)
        elif mail.state == "sent":
            mail.due_at = False

    @api.model
    def _plan_next(self, mail):
        """Set when a mail is tried again, or given up, as long as Odoo keeps it."""
        if mail._get_mail().state != "exception":
            return  # somebody has cancelled or deleted it
        now = fields.Datetime.now()
        if mail.state == "invalid":
            mail.due_at = max(mail.until, now)
            return
        delay = self._draw_delay(mail.tries, mail.needed_at)
        mail.write({"tries": mail.tries + 1, "due_at": min(now + delay, mail.until)})

    @api.model
    def _draw_delay(self, tries, needed_at):
        """Draw how long to wait before a mail is tried again.

        :param int tries: how often it was tried in vain before.
        :param datetime needed_at: when a door is to open for its reader, if one is.
        :rtype: timedelta
        """
        time_left = needed_at and needed_at - fields.Datetime.now()
        return backoff.get_mail_delay(tries, time_left, random.uniform)

    @api.model
    def _look_for(self, row):
        """See what became of a mail of which nothing was said for a while.

        Where a mail server hangs up in the middle, Odoo says so on the mail only; and
        somebody may have sent, cancelled or deleted it by hand.
        """
        mail = row._get_mail()
        if mail.state == "outgoing":
            return
        if mail.state == "exception":
            state = row._get_state(False, mail.failure_type, mail.failure_reason)
        else:
            state = "sent" if mail.state in ("sent", "received") else "failed"
        row.state = state
        self._pass_on(row)

    @api.model
    def _send_again(self, row):
        """Put a mail that failed back into Odoo's queue."""
        mail = row._get_mail().filtered(lambda one: one.state == "exception")
        if mail and not mail.try_lock_for_update():
            return  # somebody is at it
        row.due_at = False
        if mail:
            mail.mark_outgoing()
            row.state = "queued"
            self.env["exivo.notifier"]._run_queue()

    @api.model
    def _give_up(self, row):
        """Delete a mail that nobody needs any more: it must not go out, nor stay."""
        row.due_at = False
        row._get_mail().filtered(lambda one: one.state == "exception").unlink()

    # === MAILS THAT COULD NOT BE WRITTEN === #

    @api.model
    def _find_unwritten(self):
        """Return accesses whose mail is to be written anew now, one for each mail.

        :rtype: exivo.access
        """
        due = self.env["exivo.access"].search(
            [("mail_due_at", "<=", fields.Datetime.now())],
            order="mail_due_at, id",
            limit=BATCH_SIZE,
        )
        together = due.grouped(lambda one: one._get_occasion_key())
        return due.browse().union(*(mine[0] for mine in together.values()))

    @api.model
    def _write_anew(self, access):
        """Write the mail that could not be written.

        :param access: an ``exivo.access`` record, whose siblings share the mail.
        """
        unwritten = access._get_siblings().filtered("mail_due_at")
        given_up = fields.Datetime.now() - LAST_WORDS
        old = unwritten.filtered(lambda one: one.stop <= given_up)
        old.mail_due_at = False
        unwritten -= old
        unwritten.write({"mail_state": "waiting", "mail_due_at": False})
        for one in unwritten:
            self.env["exivo.notifier"]._tell_late(one)

    # === WHEN TO LOOK AGAIN === #

    @api.model
    def _get_next(self):
        """Return when something was planned to be done next.

        What could not be done now waits for the next regular run.

        :return: UTC; False if nothing is planned.
        :rtype: datetime | bool
        """
        now = fields.Datetime.now()
        mail = self.env["exivo.mail"].search(
            [("due_at", ">", now)], order="due_at", limit=1
        )
        access = self.env["exivo.access"].search(
            [("mail_due_at", ">", now)], order="mail_due_at", limit=1
        )
        moments = [one for one in (mail.due_at, access.mail_due_at) if one]
        return min(moments, default=False)
