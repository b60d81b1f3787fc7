# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

from ..access.exivo_access import PENDING
from .exivo_trouble import IMMINENT, STANDING_PATIENCE


class ExivoTrouble(models.Model):
    """It is a trouble that an access is wanted within the hour, and is not there."""

    _inherit = "exivo.trouble"

    @api.model
    def _get_missing(self, ahead):
        """Return accesses that are wanted within some time and are not there.

        A standing access that is being renewed counts as there while its old link
        works.

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
        return accesses.filtered(
            lambda access: (
                access._is_granted()
                and not (access.is_of_community and access._opens_until() > now + ahead)
            )
        )

    @api.model
    def _find_imminent(self):
        return self._get_missing(IMMINENT).filtered(
            lambda one: not self._under_way(one)
        )

    @api.model
    def _under_way(self, access):
        """Tell whether an access that is not there is simply being made."""
        patience = timedelta(minutes=access.site_id.patience_minutes)
        if access.is_of_community:
            patience = STANDING_PATIENCE
        # A key that waits for a phone is asked about again and again.
        begun = access._get_unconfirmed().create_date or access.due_at
        return (
            not access.failure_type
            and access.site_id._is_called()
            and (begun or access.ordered_at) + patience > fields.Datetime.now()
        )
