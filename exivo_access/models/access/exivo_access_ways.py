# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import suppress

from odoo import fields, models

from ...pure import reconcile
from ..rule.methods import APP, GROUP, INVITATIONS


class ExivoAccess(models.Model):
    """An access has one of several ways in: link, PIN, key in an app, access group."""

    _inherit = "exivo.access"

    invitation = fields.Selection(
        selection=INVITATIONS,
        default="odoo",
        readonly=True,
        help="Whether Exivo sends its own invitation as well.",
    )
    app_recipient = fields.Char(
        string="Key Sent To",
        readonly=True,
        copy=False,
        help="The phone number or the e-mail address that the key goes to.",
    )

    def _get_phone(self):
        """Return the holder's phone number, in the form that lock systems take.

        :rtype: str
        :raise ValueError: the holder has none that a message could reach.
        """
        self.ensure_one()
        return self.partner_id._get_exivo_phone(self.company_id)

    def _get_invited(self):
        """Return where Exivo sends its own invitation to, besides our mail.

        :return: ``phone`` or ``email`` with the number or address; empty for nowhere.
        :rtype: dict[str, str]
        """
        self.ensure_one()
        if not self._needs_link():
            return {}
        if self.invitation == "sms":
            with suppress(ValueError):
                return {"phone": self._get_phone()}
        elif self.invitation == "email":
            address = self.sudo().partner_id.email_normalized
            return {"email": address} if address else {}
        return {}

    def _needs_link(self):
        """Tell whether the holder opens a link.

        A PIN at a keypad is a visit at Exivo, too, but its link is given to nobody.

        :rtype: bool
        """
        self.ensure_one()
        return self.method == "link"

    def _is_key(self):
        """Tell whether its doors are opened by a key in an app.

        :rtype: bool
        """
        self.ensure_one()
        return self.method == APP

    def _get_keypad_locks(self):
        """Return the locks at which a PIN is typed. The others of a group need a key.

        :rtype: exivo.lock
        """
        self.ensure_one()
        return self._get_shown_locks().filtered("has_keypad")

    def _shows_pin(self):
        """Tell whether the holder is told the PIN.

        With a key in an app the phone opens.

        A group may have no keypad yet. Its PIN is there all the same, so that no access
        has to be replaced once a lock is marked with a keypad.

        :rtype: bool
        """
        self.ensure_one()
        if self.method == GROUP:
            return bool(self._get_keypad_locks())
        return not self._is_key()

    def _has_working_pin(self):
        """Tell whether there is a PIN that opens doors, and goes on to.

        While a change waits for Exivo, the PIN of what is there still opens.

        :rtype: bool
        """
        if not self._is_granted() or not self._shows_pin():
            return False
        return self.state == "created" or bool(self._get_outdated_credential())

    def _get_credential_at_hand(self):
        """Return the credential whose link opens doors, be it until it is renewed.

        :rtype: exivo.credential
        """
        return self._get_working_credential() or self._get_outdated_credential()

    def _get_outdated_credential(self):
        """Return the newest credential that opens doors now by the PIN of the access.

        Its link and PIN are the holder's while a change waits for Exivo.

        :rtype: exivo.credential
        """
        self.ensure_one()
        access, ids = self.sudo(), ()
        # a form that is not saved has no start
        has_begun = access.start and access.start <= fields.Datetime.now()
        if has_begun and access._is_granted():
            opening = access._find_opening(reconcile.opens_some)
            ids = [one.id for one in opening if one.pin == str(access.pin_number)]
        return self.env["exivo.credential"].browse(max(ids, default=()))
