# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has visitors confirm their e-mail addresses, by a link that is sent there."""

from datetime import timedelta

from odoo import models
from odoo.tools.misc import hash_sign, verify_hash_signed

from ...tools.serialise import serialise
from .link_mail import send_link

#: What a link is for that confirms an address.
ADDRESS_SCOPE = "exivo_access.address"
#: So long after a link no other one is sent to the same address.
PAUSE = timedelta(minutes=5)
#: So many links a day has one contact sent to an address, and to so many addresses.
MOST_LINKS = 5
#: So long a link counts.
VALID = timedelta(hours=24)


class ResUsers(models.Model):
    """A user confirms the address of the contact, and no other one."""

    _inherit = "res.users"

    def _send_exivo_address_link(self):
        """Send a link that confirms the address of a user, but not often.

        :return: ``sent``: it is on its way; ``missing``: there is no address;
            ``often``: there were very many; or ``mute``: nothing can be sent.
        :rtype: str
        """
        partner = self.partner_id.sudo()
        if not partner.email_normalized:
            return "missing"
        serialise(partner)
        mails = self.env["exivo.address.mail"]
        mail = partner.email, "link"
        if mails._was_written(partner, *mail, PAUSE):
            return "sent"
        counted = mails._allow(partner, *mail, MOST_LINKS, MOST_LINKS)
        if not counted:
            return "often"
        token = hash_sign(
            self.env(su=True),
            ADDRESS_SCOPE,
            [self.id, partner.email_normalized],
            expiration=VALID,
        )
        company = self.env.company.sudo()
        is_sent = send_link(
            self.env,
            partner.email_normalized,
            self.env._("Please confirm your address"),
            "exivo_access.mail_confirm_address",
            company,
            VALID,
            url=f"{company.get_base_url()}/my/exivo/address/{token}",
        )
        if not is_sent:
            counted.unlink()
            return "mute"
        return "sent"

    def _read_exivo_address_link(self, token):
        """Return the address that a link confirms; nothing if it is not the user's.

        :rtype: str
        """
        try:
            content = verify_hash_signed(self.env(su=True), ADDRESS_SCOPE, token)
        except ValueError:
            return ""
        email = self.partner_id.email_normalized
        return email if email and content == [self.id, email] else ""

    def _confirm_exivo_address(self, token):
        """Note that a user has got the mail with a link.

        :return: whether the link was the user's, and still counts.
        :rtype: bool
        """
        email = self._read_exivo_address_link(token)
        if email:
            self.partner_id.sudo().exivo_confirmed_email = email
        return bool(email)
