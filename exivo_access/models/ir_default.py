# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IrDefault(models.Model):
    """Nobody chooses what only the add-on writes.

    Every employee may choose defaults for themselves, of any field, and Odoo takes
    those of whoever has booked when an access is made in superuser mode.
    """

    _inherit = "ir.default"

    @api.model
    def _get_model_defaults(self, model_name, condition=False):
        """Override of `base` to leave out what is not typed by people."""
        chosen = super()._get_model_defaults(model_name, condition)
        model = self.env.get(model_name)
        if not chosen or model is None or not model._is_exivo_model():
            return chosen
        return {
            name: value
            for name, value in chosen.items()
            if not model._is_read_only(name)
        }
