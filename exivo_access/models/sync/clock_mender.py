# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts right what was written while the clock of the server was ahead."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import backoff, reconcile


class ExivoClockMender(models.AbstractModel):
    """The clock mender finds what can only come from a clock that has been set back.

    What was noted as over is not over, and may open doors. What was to be looked at in
    two minutes would wait for as long as the clock was wrong.
    """

    _name = "exivo.clock.mender"
    _description = "Exivo Clock Mender"

    @api.model
    def _mend(self):
        """Have all looked at that a wrong clock may have spoilt.

        Finds nothing where the clock was right.
        """
        now = fields.Datetime.now()
        accesses = self._return_credentials(now) | self._find_stranded(now)
        if accesses:
            accesses.due_at = now
            accesses._update_state()
        self._mend_sites(now)

    @api.model
    def _mend_sites(self, now):
        """Have sites called and their door logs read, as if no times had been noted."""
        latest = now + backoff.LONGEST_REQUESTED_PAUSE
        names = ("paused_until", "log_read_at", "ask_again_at")
        ahead = Domain.OR([(name, ">", latest)] for name in names)
        for site in self.env["exivo.site"].search(ahead):
            if site.ask_again_at and site.ask_again_at > latest:
                site.ask_again_at = now
            if site.paused_until and site.paused_until > latest:
                site.paused_until = False
            if site.log_read_at and site.log_read_at > latest:
                site.log_read_at = now

    @api.model
    def _return_credentials(self, now):
        """Have credentials that are not over looked after again.

        :return: their accesses.
        :rtype: exivo.access
        """
        accesses = self.env["exivo.access"]
        for credential in self.env["exivo.credential"].search(
            [("state", "=", "expired"), ("stop", ">", now)]
        ):
            state = reconcile.find_state_of_returned(
                credential._get_facts(),
                bool(credential.remote_id),
                credential.access_id._get_open_credentials(),
                now,
            )
            if state:
                credential.state = state
                accesses |= credential.access_id
        return accesses

    @api.model
    def _find_stranded(self, now):
        """Return accesses that are not over, or that wait longer than anything may.

        :rtype: exivo.access
        """
        accesses = self.env["exivo.access"].search(
            [
                ("state", "=", "expired"),
                ("is_wanted", "=", True),
                ("stop", ">", now + reconcile.SHORTEST_USE),
            ]
        )
        latest = now + reconcile.LONGEST_LEASE
        accesses |= accesses.search(
            [("state", "=", "in_progress"), ("due_at", ">", latest)]
        )
        credentials = self.env["exivo.credential"].search(
            [("state", "in", ("creating", "revoking")), ("lease", ">", latest)]
        )
        looked_for = credentials.search([("look_again_at", ">", latest)])
        looked_for.look_again_at = now
        credentials |= looked_for
        return accesses | credentials.access_id
