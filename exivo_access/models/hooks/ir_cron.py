# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.transactions import wake


class IrCron(models.Model):
    """Actions that are switched on or off have all lanes look at once what is theirs.

    What one of them was woken for later (``sync/lanes.py``) is another one's from now.
    """

    _inherit = "ir.cron"

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:  # of whichever action: that is rare
            self.flush_recordset(["active"])  # who is on is asked in SQL
            wake(self.env, "ir_cron_synchronise")
        return result
