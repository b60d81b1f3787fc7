# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, models

from .base import DOOR_MODELS

#: These models of others have records that open doors, or say when.
DOORS = {*DOOR_MODELS, "calendar.attendee", "calendar.event"}


class IrDefault(models.Model):
    """Nobody sets defaults that only the add-on may write, or that open doors.

    Every employee may choose their own defaults for any field. Odoo takes the defaults
    of whoever has booked when an access, or a booking that begins in the portal, is
    made in superuser mode.
    """

    _inherit = "ir.default"

    @api.model
    def _get_model_defaults(self, model_name, condition=False):
        """Override of `base` to leave out what is not typed by people.

        In superuser mode bookings and meetings get the defaults for everybody only.
        """
        defaults = self
        if self.env.su and model_name in DOORS:
            defaults = self.with_user(SUPERUSER_ID)
        chosen = super(IrDefault, defaults)._get_model_defaults(model_name, condition)
        model = self.env.get(model_name)
        if not chosen or model is None or not model._is_exivo_model():
            return chosen
        return {
            name: value
            for name, value in chosen.items()
            if not model._is_read_only(name)
        }
