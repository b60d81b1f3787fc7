# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoLock(models.Model):
    """A lock is opened from afar, and its door says what happened."""

    _inherit = "exivo.lock"

    def action_open_events(self):
        """Show what the door reports."""
        return self.env["exivo.door.event"]._action_for([("lock_id", "in", self.ids)])

    def action_open_door(self):
        """Open the door from afar.

        :return: a notification for the user.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["exivo.opener"]._open_by_staff(self)
