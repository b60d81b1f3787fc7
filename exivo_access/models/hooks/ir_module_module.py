# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IrModuleModule(models.Model):
    """Odoo asks before it uninstalls this add-on, or one that it needs."""

    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Override of `base` to keep the add-on while anything of it opens doors."""
        leaving = self | self.downstream_dependencies()
        if "exivo_access" in leaving.mapped("name"):
            self.env["exivo.credential"].sudo()._check_none_alive()
        return super().button_uninstall()
