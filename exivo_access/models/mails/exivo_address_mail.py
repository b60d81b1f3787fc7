# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.misc import hmac

from ...tools.serialise import serialise

#: So long a mail counts.
COUNTED = timedelta(days=1)
#: To so many mailboxes a day because of one contact, for each purpose.
MOST_MAILBOXES = 3
#: So many a day to one mailbox because of one contact, for each purpose.
MOST_TO_MAILBOX = 1


class ExivoAddressMail(models.Model):
    """A mail that goes out because somebody typed an address counts for a day.

    Customers change their own address, as often as they like. Each change would have us
    write to the address before, to the new one, or to both, so that anybody with a
    login could have us write to whomever, with a name of their own choice.
    """

    _name = "exivo.address.mail"
    _description = "Exivo Mail to a Typed Address"
    _rec_name = "purpose"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    purpose = fields.Char(required=True, readonly=True)
    # A keyed digest: two can be compared, and neither says who it was.
    mailbox = fields.Char(required=True, readonly=True, index=True)
    written_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )

    def _allow(
        self,
        partner,
        email,
        purpose,
        mailboxes=MOST_MAILBOXES,
        to_mailbox=MOST_TO_MAILBOX,
    ):
        """Count a mail, unless there were as many as may be.

        What was written to other mailboxes, or because of others, leaves a mailbox that
        we write to already its own: somebody could be kept from being warned by it.

        :param partner: the ``res.partner`` whose address was typed.
        :param str email: where the mail would go.
        :param str purpose: of the mail.
        :return: what counts it; empty if it may not be sent.
        :rtype: exivo.address.mail
        """
        serialise(partner)
        mails, mailbox = self.sudo(), self._get_mailbox(email)
        counted = self._get_counted(partner, purpose, COUNTED)
        written = dict(mails._read_group(counted, ["mailbox"], ["__count"]))
        to_this = written.get(mailbox, 0)
        if to_this >= to_mailbox or (not to_this and len(written) >= mailboxes):
            return mails
        return mails.create(
            {"partner_id": partner.id, "purpose": purpose, "mailbox": mailbox}
        )

    def _was_written(self, partner, email, purpose, period):
        """Tell whether a mail went to this mailbox within a period until now.

        :param timedelta period: no longer than a day.
        :rtype: bool
        """
        counted = self._get_counted(partner, purpose, period)
        mailbox = Domain("mailbox", "=", self._get_mailbox(email))
        return bool(self.sudo().search_count(counted & mailbox, limit=1))

    def _get_counted(self, partner, purpose, period):
        return (
            Domain("partner_id", "=", partner.id)
            & Domain("purpose", "=", purpose)
            & Domain("written_at", ">", fields.Datetime.now() - period)
        )

    def _get_mailbox(self, email):
        return hmac(self.env(su=True), self._name, email_normalize(email) or email)

    @api.autovacuum
    def _gc_counted(self):
        """Forget what does not count any more."""
        old = [("written_at", "<", fields.Datetime.now() - COUNTED)]
        self.sudo().search(old).unlink()
