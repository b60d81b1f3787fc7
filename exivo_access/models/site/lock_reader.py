# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fetches the state of locks from Exivo."""

import logging

from odoo import api, models

from ... import api as exivo
from ...tools.calls import Call, ask_sites
from ...tools.transactions import committed
from . import site_connection

_logger = logging.getLogger(__name__)


class ExivoLockReader(models.AbstractModel):
    """Reads the lists of locks of several sites, side by side.

    When a manager presses Synchronise locks, one site is read, and the manager sees
    what fails.
    """

    _name = "exivo.lock.reader"
    _description = "Exivo Lock Reader"

    @api.model
    def _read(self, sites):
        """Read the locks of some sites, and commit what each has answered.

        :param sites: ``exivo.site`` records that are called.
        """
        calls = [
            Call("list_locks", (), site.id, site_connection.get_connection(site))
            for site in sites
        ]
        self.env["ir.cron"]._commit_progress()  # none stays open meanwhile
        for call, outcome in ask_sites(calls):
            site = sites.browse(call.site_id)
            committed(self.env, self._take, site, outcome)

    @api.model
    def _take(self, site, outcome):
        """Note how the locks of a site are.

        A site that did not answer is read another time.

        :param outcome: what the adapter returned, or the error.
        """
        if isinstance(outcome, exivo.ExivoError):
            _logger.info("Site %s: locks not read: %s", site.id, outcome.message)
            site._note_failed_call(outcome)
            return
        site._note_answer()
        if outcome:  # hardly have all of them gone at once
            self.env["exivo.lock"]._update_from_list(site, outcome)
