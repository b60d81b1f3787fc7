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
#: So many a day because of one contact, of each purpose.
MOST_FOR_CONTACT = 3
#: So many a day to one mailbox because of one contact, of each purpose.
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

    @api.model
    def _allow(
        self,
        partner,
        email,
        purpose,
        for_contact=MOST_FOR_CONTACT,
        to_mailbox=MOST_TO_MAILBOX,
    ):
        """Count a mail, unless there were as many as may be.

        What others had us write to a mailbox does not count: they could keep somebody
        from being warned.

        :param partner: the ``res.partner`` whose address was typed.
        :param str email: where the mail would go.
        :param str purpose: of the mail.
        :return: whether it may be sent.
        :rtype: bool
        """
        serialise(partner)
        mails = self.sudo()
        mailbox = hmac(self.env(su=True), self._name, email_normalize(email) or email)
        since = self.env.cr.now() - COUNTED  # the clock that rows are stamped with
        counted = (
            Domain("partner_id", "=", partner.id)
            & Domain("purpose", "=", purpose)
            & Domain("create_date", ">", since)
        )
        if (
            mails.search_count(counted) >= for_contact
            or mails.search_count(counted & Domain("mailbox", "=", mailbox))
            >= to_mailbox
        ):
            return False
        mails.create({"partner_id": partner.id, "purpose": purpose, "mailbox": mailbox})
        return True

    @api.autovacuum
    def _gc_counted(self):
        """Forget what does not count any more."""
        old = [("create_date", "<", fields.Datetime.now() - COUNTED)]
        self.sudo().search(old).unlink()
