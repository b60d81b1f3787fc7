# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.secret_char import SecretError, get_vault
from . import encryption


class ExivoSite(models.Model):
    """A site says how the secrets are stored, and has them encrypted anew."""

    _inherit = "exivo.site"

    encryption = fields.Selection(
        selection=[
            ("off", "Stored Readable"),
            ("on", "Encrypted"),
            ("broken", "Key Not Usable"),
        ],
        compute="_compute_encryption",
        help="How the API secret, PINs and links are stored.",
    )
    secrets_left = fields.Integer(
        string="Not Yet Encrypted",
        compute="_compute_encryption",
        groups="exivo_access.group_manager",
        help="How many secrets are stored readable, or encrypted with an older key.",
    )

    def _compute_encryption(self):
        try:
            self.encryption = "on" if get_vault(self.env).mark else "off"
            self.secrets_left = encryption.count_left(self.env)
        except SecretError:
            self.encryption = "broken"
            self.secrets_left = 0

    def action_encrypt(self):
        """Have everything encrypted with the newest key soon."""
        self.check_access("write")
        self.env.ref("exivo_access.ir_cron_encrypt").sudo()._trigger()
        return self._notification(
            "success", self.env._("The stored secrets are being encrypted.")
        )

    def _cron_encrypt(self):
        """Entry point of the scheduled action: encrypt with the newest key."""
        encryption.encrypt(self.env)
