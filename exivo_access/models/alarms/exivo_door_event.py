# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoDoorEvent(models.Model):
    """An alarm that a door reports becomes one that staff see in Odoo."""

    _inherit = "exivo.door.event"

    def _were_heard(self):
        alarms = self.filtered(lambda event: event.kind == "alarm")
        if alarms:
            self.env["exivo.alarm"]._raise_door_alarm(alarms.site_id, alarms)
        return super()._were_heard()
