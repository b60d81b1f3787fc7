# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoSynchroniser(models.AbstractModel):
    """After each run, customers are told what staff have decided."""

    _inherit = "exivo.synchroniser"

    def _get_last_parts(self):
        give_all = self.env["exivo.awaited.answer"]._give_all
        return [*super()._get_last_parts(), give_all]
