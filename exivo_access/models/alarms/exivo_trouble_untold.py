# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...tools.transactions import tell_apart
from .exivo_trouble import IMMINENT, STANDING_PATIENCE

#: In these mail states of an access its holder does not know of it.
UNTOLD = ("waiting", "announced", "queued", "no_email", "failed", "invalid", "bounced")
#: … and in these only a person can change that soon.
UNREACHED = ("no_email", "failed", "invalid", "bounced")


class ExivoTrouble(models.Model):
    """It is a trouble that an access is there, and its holder does not know of it."""

    _inherit = "exivo.trouble"

    def _find_untold(self):
        now = fields.Datetime.now()
        accesses = self.env["exivo.access"].search(
            Domain("state", "=", "created")
            & Domain("mail_state", "in", UNTOLD)
            & Domain("stop", ">", now)
            & (
                Domain("is_of_community", "=", True)
                | Domain("start", "<=", now + IMMINENT)
            ),
            order="start, id",
        )
        numbers = accesses.mapped("last_mail_number")
        mails = self.env["exivo.mail"]._find(numbers).grouped("number")
        return tell_apart(
            accesses,
            lambda one: (
                one._is_granted()
                and not self._is_being_told(one, mails.get(one.last_mail_number))
            ),
        )

    def _is_being_told(self, access, mail):
        """Tell whether telling somebody of an access has not taken too long yet.

        :param mail: the ``exivo.mail`` about it, if there is one.
        :rtype: bool
        """
        working = access._get_working_credential()
        if access.mail_state == "waiting" and access.told_credential_id == working:
            return True  # what opens the doors is known, only not at the last address
        patience = timedelta(minutes=access.site_id.patience_minutes)
        if access.is_of_community:
            patience = STANDING_PATIENCE
        elif access.mail_state in UNREACHED:
            return False
        last = mail if access.mail_state == "queued" else None
        begun = (last or working).create_date or access.ordered_at
        return begun + patience > fields.Datetime.now()
