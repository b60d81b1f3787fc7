# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.transactions import isolated


class ExivoSynchroniser(models.AbstractModel):
    """After each run, those are invited whose booking staff have not confirmed."""

    _inherit = "exivo.synchroniser"

    @api.model
    def _round_off(self):
        result = super()._round_off()
        now = fields.Datetime.now()
        attendees = self.env["calendar.attendee"]
        for attendee in attendees.search([("exivo_invite_at", "<=", now)]):
            isolated(self.env, type(attendees)._invite_exivo_late, attendee)
        return result
