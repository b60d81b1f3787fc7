# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class BaseImportImport(models.TransientModel):
    """A file of fixed PINs is not kept once they are imported."""

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Override to delete the file: Odoo would keep it readable for half a day.

        It is needed again where more lines are still to come.
        """
        result = super().execute_import(fields, columns, options, dryrun=dryrun)
        is_through = result.get("ids") and not result.get("nextrow")
        if self.res_model == "exivo.fixed.pin" and is_through and not dryrun:
            self.sudo().file = False
        return result
