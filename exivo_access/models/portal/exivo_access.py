# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoAccess(models.Model):
    """The portal says of an access when doors open only while they really do."""

    _inherit = "exivo.access"

    def _get_portal_standing(self):
        """Return whether the access opens its doors in its time, or is only to do so.

        A page that says when doors open claims that something is there to open them.

        :return: ``opens``, ``planned``, or nothing: it has no time that counts.
        :rtype: str
        """
        self.ensure_one()
        if self._is_over() or not self._is_granted():
            return ""
        if self._working() or (self.is_of_community and self._opens_now()):
            return "opens"
        return "planned" if self.state in ("in_progress", "failed") else ""
