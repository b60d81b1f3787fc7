# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import fields, models

from ...pure import reconcile
from ...tools import envelope


class ExivoAccess(models.Model):
    """The doors of an access may be opened by a key in an app.

    The planner keeps where it is sent to; without it nothing can be ordered.
    """

    _inherit = "exivo.access"

    def _lacks_recipient(self):
        """Tell whether the key cannot be ordered for want of an address to send it to.

        :rtype: bool
        """
        return self._is_key() and not self.app_recipient

    def _get_key_vals(self):
        """Return the values that a new credential has if it is a key in an app.

        :rtype: dict
        """
        if not self._is_key():
            return {}
        return {
            "app_name": self.site_id.app_name,
            "app_recipient": self.app_recipient,
            "callback_token": envelope.wrap(secrets.token_urlsafe(32)),
        }

    def _get_unconfirmed(self):
        """Return the credential that is ordered and not confirmed, or an empty one.

        :rtype: exivo.credential
        """
        self.ensure_one()
        access = self.sudo()
        pending = reconcile.find_pending(
            access._get_wanted(), access._get_open_credentials(), fields.Datetime.now()
        )
        return self.env["exivo.credential"].sudo().browse(pending and pending.id)

    def _waits_for_phone(self):
        """Tell whether the lock system was asked, and has not confirmed the key yet.

        That may take long: perhaps the app is not installed.

        :rtype: bool
        """
        return self._is_key() and self._get_unconfirmed().looks > 0

    def _get_app_name(self):
        """Return the name that people know of the app that the key is in, or will be.

        :rtype: str
        """
        self.ensure_one()
        key = self._get_working_credential() or self._get_unconfirmed()
        return key.sudo().app_name or self.sudo().site_id.app_name or ""
