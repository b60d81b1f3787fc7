# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, models


class IrDefault(models.Model):
    """Nobody sets defaults that only the add-on may write, or that open doors.

    Every employee may choose their own defaults for any field of any model, rights or
    not. Odoo takes them also where it makes a record in superuser mode for whoever is
    logged in: a booking that begins in the portal, the contact of a new address with a
    community's tag, a payment that has been made when it begins.
    """

    _inherit = "ir.default"

    def _get_model_defaults(self, model_name, condition=False):
        """Override of `base` to leave out what is not typed by people.

        In superuser mode there are the defaults for everybody only, whatever the model:
        a form has filled in a person's own ones before anything is made of it.
        """
        defaults = self
        if self.env.su and self.env.uid not in (None, SUPERUSER_ID):
            defaults = self.with_user(SUPERUSER_ID).with_company(self.env.company)
        chosen = super(IrDefault, defaults)._get_model_defaults(model_name, condition)
        model = self.env.get(model_name)
        if not chosen or model is None or not model._is_exivo_model():
            return chosen
        return {
            name: value
            for name, value in chosen.items()
            if not model._is_read_only(name)
        }
