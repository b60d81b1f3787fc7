# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoSynchroniser(models.AbstractModel):
    """After each run, customers are told what staff have decided."""

    _inherit = "exivo.synchroniser"

    def _round_off(self):
        result = super()._round_off()
        self.env["exivo.awaited.answer"]._give_all()
        return result
