# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ... import api as exivo


class ExivoSite(models.Model):
    """A site is compared with Exivo's own list when somebody asks for it."""

    _inherit = "exivo.site"

    def action_compare(self):
        """Compare our accesses with Exivo's own list, and put right what is ours.

        :return: a notification for the user that counts what was found.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_hindrance()
        try:
            counts = self.env["exivo.comparer"].sudo()._compare(self.sudo())
        except exivo.ExivoError as error:
            self.sudo()._note_failed_call(error)
            return self._notification("danger", self._explain(error))
        return self._notification(
            "warning" if counts["gone"] or counts["strays"] else "success",
            self.env._(
                "Removed at Exivo: %(gone)s. Left over from us and revoked: "
                "%(strays)s. Made by others and left alone: %(visits)s visits, "
                "%(persons)s persons.",
                **counts,
            ),
        )
