# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain

from ...pure import reconcile
from ...tools import period

SECRETS = ("pin", "link", "callback_token")


class ExivoCredential(models.Model):
    """A credential that opened doors once is cleared of its secrets."""

    _inherit = "exivo.credential"

    def _get_domain_of_secrets(self, limit):
        """Return the domain of credentials that ended before then and have secrets.

        Some had no end set.

        :rtype: Domain
        """
        endless = Domain("stop", ">=", period.FOREVER)
        return (
            (Domain("stop", "<", limit) | (endless & Domain("revoked_at", "<", limit)))
            & Domain("state", "not in", reconcile.OPEN_STATES)
            & Domain.OR(Domain(name, "!=", False) for name in SECRETS)
        )

    def _forget_secrets(self):
        """Forget the secrets of credentials that opened doors once."""
        self.write(dict.fromkeys(SECRETS, False))
