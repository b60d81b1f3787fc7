# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..mails.synchroniser import TOLD_AT_ONCE


class ExivoSynchroniser(models.AbstractModel):
    """After each run, those are invited whose booking staff have not confirmed."""

    _inherit = "exivo.synchroniser"

    def _get_last_parts(self):
        return [*super()._get_last_parts(), self._invite_late]

    def _invite_late(self):
        attendees = self.env["calendar.attendee"]
        due = attendees.search(
            [("exivo_invite_at", "<=", fields.Datetime.now())],
            order="exivo_invite_at, id",
        )
        if due and self.env["exivo.site"]._is_any_in_copy():
            return  # the original invites, or this one once it takes over
        self._do_or_wake(type(attendees)._invite_exivo_late, due, TOLD_AT_ONCE)
