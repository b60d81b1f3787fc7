# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fetches how locks are."""

import logging

from odoo import api, models

from ... import api as exivo
from ...tools.calls import Call, ask_sites
from ...tools.transactions import committed
from . import site_connection

_logger = logging.getLogger(__name__)


class ExivoLockReader(models.AbstractModel):
    """Reads the lists of locks of several sites, side by side.

    A manager who presses Synchronise locks has one site read, and sees what fails.
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
        self.env["ir.cron"]._commit_progress()  # none is open while Exivo is asked
        for call, outcome in ask_sites(calls):
            site = sites.browse(call.site_id)
            committed(self.env, self._take, site, outcome)

    @api.model
    def _take(self, site, outcome):
        """Note how the locks of a site are; if it did not answer, another time.

        :param outcome: what the adapter returned, or the error.
        """
        if isinstance(outcome, exivo.ExivoError):
            _logger.info("Site %s: locks not read: %s", site.id, outcome.message)
            site._note_failed_call(outcome)
            return
        site._note_answer()
        if outcome:  # that all of them have gone at once is hardly true
            self.env["exivo.lock"]._update_from_list(site, outcome)
