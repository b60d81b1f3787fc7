# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models

from ...pure import reconcile
from ...tools.transactions import tell_apart
from ..access.exivo_access import PENDING
from .exivo_trouble import IMMINENT, STANDING_PATIENCE


class ExivoTrouble(models.Model):
    """It is a trouble that an access is wanted within the hour, and is not there.

    So it is if Exivo does not say whether it still is.
    """

    _inherit = "exivo.trouble"

    def _get_missing(self, ahead):
        """Return accesses that are wanted within some time and are not there.

        What is being renewed counts as there while the old one opens its doors. A
        standing access whose key no phone has taken is no trouble of ours: some members
        never install the app.

        :param timedelta ahead: from now on.
        :rtype: exivo.access
        """
        now = fields.Datetime.now()
        accesses = self.env["exivo.access"].search(
            [
                ("state", "in", PENDING),
                ("start", "<=", now + ahead),
                ("stop", ">", now),
            ],
            order="start, id",
        )
        return tell_apart(accesses, lambda one: self._is_missing(one, now + ahead))

    def _is_missing(self, access, until):
        if not access._is_granted():
            return False
        if access.is_of_community:
            if access._waits_for_phone():
                return False
        elif access._shows_pin() and not access._has_working_pin():
            return True  # who waits for a new code may know no other
        return access._opens_until() < min(access.stop, until)

    def _find_imminent(self):
        missing = self._get_missing(IMMINENT)
        # of what cannot be told, nobody can say that it is
        missing -= tell_apart(missing, self._under_way)
        return missing | self._get_unanswered()

    def _get_unanswered(self):
        """Return accesses of which Exivo does not say whether they are there still.

        Each is asked for in good time before its start; if that was in vain, it is
        asked for later again, and again.

        :rtype: exivo.access
        """
        now = fields.Datetime.now()
        credentials = self.env["exivo.credential"].search(
            [
                ("state", "=", "live"),
                ("ask_at", "!=", False),
                ("start", "<=", now + IMMINENT),
                ("stop", ">", now),
                ("access_id.is_of_community", "=", False),
                ("access_id.state", "=", "created"),
            ]
        )
        in_vain = credentials.filtered(
            lambda one: one.ask_at > one.start - reconcile.ASK_BEFORE
        )
        return in_vain.access_id.filtered(
            lambda one: one._is_granted() and one.site_id._is_called()
        )

    def _under_way(self, access):
        """Tell whether an access that is not there is simply being made."""
        if access.failure_type or not access.site_id._is_called():
            return False
        patience = timedelta(minutes=access.site_id.patience_minutes)
        if access.is_of_community:
            patience = STANDING_PATIENCE
        # A key that waits for a phone is asked about again and again, and so is what
        # somebody keeps locked.
        begun = (
            access._get_unconfirmed().create_date or access.held_since or access.due_at
        )
        return (begun or access.ordered_at) + patience > fields.Datetime.now()
