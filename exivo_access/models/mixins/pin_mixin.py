# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.secret_char import get_vault, open_secret


class ExivoPinMixin(models.AbstractModel):
    """Records of this kind have a PIN, which can be compared without being opened.

    A digest is made with the key that the PIN is encrypted with, so whoever has only
    the database cannot try out all PINs. Look for one with ``Vault.digests``: until
    everything is encrypted with the newest key, others are in use too.
    """

    _name = "exivo.pin.mixin"
    _inherit = ["exivo.secret.mixin"]
    _description = "Exivo PIN Mixin"
    _pin_field = "pin"

    pin_digest = fields.Char(
        compute="_compute_pin_digest", store=True, copy=False, groups=fields.NO_ACCESS
    )

    @api.depends(lambda self: (self._pin_field,))
    def _compute_pin_digest(self):
        for record in self:
            pin = open_secret(record, self._pin_field)
            record.pin_digest = get_vault(self.env).digest(pin) if pin else False
