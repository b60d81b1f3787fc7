# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoLock(models.Model):
    """Gives mails the names of doors."""

    _inherit = "exivo.lock"

    def _list_names(self):
        """Return all their names in one line.

        :rtype: str
        """
        return ", ".join(self.mapped("name"))
