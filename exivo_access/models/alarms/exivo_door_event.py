# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoDoorEvent(models.Model):
    """The alarm of a door is one of Odoo's, too."""

    _inherit = "exivo.door.event"

    def _were_heard(self):
        super()._were_heard()
        alarms = self.filtered(lambda event: event.kind == "alarm")
        if alarms:
            self.env["exivo.alarm"]._raise_door_alarm(alarms.site_id, alarms)
