# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .front_desk import have_looked_again


class ExivoDoorEvent(models.Model):
    """The front desk's screens look again when doors have reported something."""

    _inherit = "exivo.door.event"

    def _were_heard(self):
        have_looked_again(self.env)
        return super()._were_heard()
