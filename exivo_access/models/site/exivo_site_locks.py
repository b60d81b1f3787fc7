# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fetches the state of locks from Exivo."""

import logging
from datetime import timedelta

from odoo import fields, models

from ... import api as exivo
from ...tools.calls import Call, ask_sites
from ...tools.transactions import committed, isolated, wake
from . import site_connection

_logger = logging.getLogger(__name__)

#: After so long it is read again what could not be noted, as somebody held its rows.
READ_AGAIN = timedelta(minutes=1)


class ExivoSite(models.Model):
    """Sites have their lists of locks read, side by side.

    When a manager presses Synchronise locks, one site is read, and the manager sees
    what fails.
    """

    _inherit = "exivo.site"

    def _read_locks(self):
        """Read the locks of called sites, and commit what each has answered."""
        take = type(self)._take_locks
        calls = [
            Call("list_locks", (), site.id, site_connection.get_connection(site))
            for site in self
        ]
        self.env["ir.cron"]._commit_progress()  # none stays open meanwhile
        for call, outcome in ask_sites(calls):
            site = self.browse(call.site_id)
            if isolated(self.env, take, site, call, outcome) is None:
                # somebody holds what opens a lock that is back
                soon = fields.Datetime.now() + READ_AGAIN
                committed(self.env, wake, self.env, "ir_cron_watch", soon)

    def _take_locks(self, call, outcome):
        """Note how the locks are.

        A site that did not answer is read another time.

        :param Call call: see :meth:`_read_locks`.
        :param outcome: what the adapter returned, or the error.
        """
        if isinstance(outcome, exivo.ExivoError):
            _logger.info("Site %s: locks not read: %s", self.id, outcome.message)
            self._note_failed_reading(outcome, call.connection)
            return
        self._note_answer()
        if outcome:  # hardly have all of them gone at once
            self.env["exivo.lock"]._update_from_list(self, outcome)
