# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.transactions import isolated
from .front_desk import have_looked_again


class ExivoSynchroniser(models.AbstractModel):
    """The front desk's screens look again after each run that has done something."""

    _inherit = "exivo.synchroniser"

    def _has_worked(self):
        result = super()._has_worked()
        isolated(self.env, have_looked_again, self.env)
        return result
