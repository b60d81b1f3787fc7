# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.transactions import pick_unheld, together_or_each
from ..sync.synchroniser import REGULAR_INTERVAL
from .exivo_mail_delivery import BATCH_SIZE

#: So many holders are told after a run: what becomes due meanwhile waits for it.
TOLD_AT_ONCE = 20


class ExivoSynchroniser(models.AbstractModel):
    """After each run, holders are told whose mail has waited for it."""

    _inherit = "exivo.synchroniser"

    def _get_last_parts(self):
        mine = [self._tell_dead_entries, self._tell_late, self._follow_mails]
        return super()._get_last_parts() + mine

    def _tell_dead_entries(self):
        """Take out of calendars what was cancelled after its doors were shut."""
        dead = self.env["exivo.access"]._find_dead_entries()
        self._do_or_wake(self.env["exivo.notifier"]._tell, dead)

    def _tell_late(self):
        """Tell the holders whose access takes longer than their site's patience.

        Those whose doors are to open soonest come first, the others after another run.
        """
        notifier, late = self.env["exivo.notifier"], self.env["exivo.access"]
        now = fields.Datetime.now()
        for moment, accesses in sorted(notifier._get_late_accesses().items()):
            if moment > now:
                self._wake_surely(moment)
                break
            late |= accesses
        told, free = 0, pick_unheld(late.sorted("start"))
        if free != late:
            self._wake_surely(self._get_moment_of_held())
        for access in free:
            if told == TOLD_AT_ONCE:
                self._wake_surely()
                break
            self._do_or_wake(notifier._tell_late, access)
            told += access.mail_state != "waiting"

    def _follow_mails(self):
        """Follow the mails that were queued, and have those tried again that failed."""
        Mail, Access = self.env["exivo.mail"], self.env["exivo.access"]
        if not together_or_each(type(Mail)._follow, Mail._find_open()):
            self._wake_surely(self._get_moment_of_held())
        unwritten = Access._find_unwritten()
        self._do_or_wake(type(Access)._write_anew, unwritten, BATCH_SIZE)
        moment = Mail._get_next_moment()
        if moment and moment <= fields.Datetime.now() + REGULAR_INTERVAL:
            self._wake_surely(moment)
