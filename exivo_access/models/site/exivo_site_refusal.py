# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import fields, models

from ... import api as exivo
from ...pure import backoff
from ...tools.calls import Call
from ...tools.transactions import wake
from . import site_connection

_logger = logging.getLogger(__name__)

#: A refused site is asked again after this time.
ASK_AGAIN = timedelta(minutes=10)
#: What somebody has locked is tried again after this time.
WHILE_LOCKED = timedelta(minutes=1)
#: This many refused sites are asked at once: threads are left for all others.
ASKED_AT_ONCE = 2


class ExivoSite(models.Model):
    """A site that was verified may be refused by Exivo later.

    That may be over by itself, so the site is asked again by one cheap call, with the
    key and secret that it was verified with. A site whose connection was changed, or
    that was never verified, waits for a person.
    """

    _inherit = "exivo.site"

    ask_again_at = fields.Datetime(
        string="Asked Again At",
        readonly=True,
        copy=False,
        help="Exivo refused a call: Odoo asks again by itself then, and goes on if "
        "Exivo answers.",
    )

    def _note_refusal(self, error):
        """Stop calling this site, because Exivo refuses it.

        Nothing is done if that is known, or somebody has entered another key or
        secret meanwhile.

        :param exivo.ExivoError error: what Exivo answered.
        """
        self.ensure_one()
        if self.state == "verified":
            reason = f"HTTP {error.status}" if error.status else error.message
            _logger.info("Exivo refuses site %s: %s", self.id, reason)
            facts = self._get_failure_facts(error)
            self.write({"state": "refused", "failure_facts": facts})
            self._ask_again_in(ASK_AGAIN)
            wake(self.env, "ir_cron_watch")

    def _ask_again_in(self, delay):
        self.ask_again_at = fields.Datetime.now() + delay
        wake(self.env, "ir_cron_synchronise", self.ask_again_at)

    def _claim_refused(self):
        """Claim the refused sites that are to be asked again now, each by one call.

        The time of the call after that is set already.

        :rtype: list[Call]
        """
        sites = self.search(
            [("state", "=", "refused"), ("ask_again_at", "<=", fields.Datetime.now())],
            order="ask_again_at, id",
        )
        sites = sites.filtered(
            lambda site: site._is_of_this_database() and not site._get_hindrance()
        )
        claimed = sites.try_lock_for_update(allow_referencing=True, limit=ASKED_AT_ONCE)
        for site in claimed:
            site._ask_again_in(ASK_AGAIN)
        if sites - claimed:
            # Somebody has locked them, unless they are more than are asked at once.
            are_locked = len(claimed) < ASKED_AT_ONCE
            moment = fields.Datetime.now() + are_locked * WHILE_LOCKED
            wake(self.env, "ir_cron_synchronise", moment)
        return [
            Call("test", (), site.id, site_connection.get_connection(site))
            for site in claimed
        ]

    def _note_second_answer(self, outcome):
        """Note what a refused site answered when it was asked again.

        Nothing is noted if its connection was changed meanwhile, or somebody has
        verified it.

        :param outcome: what the adapter returned, or the error.
        """
        self.ensure_one()
        if self.state != "refused" or not self.ask_again_at:
            return
        if isinstance(outcome, exivo.ExivoError):
            _logger.info("Site %s is still refused: %s", self.id, outcome.message)
            wanted = outcome.retry_after or 0
            longest = backoff.LONGEST_REQUESTED_PAUSE.total_seconds()
            wanted = timedelta(seconds=min(wanted, longest))
            if wanted > ASK_AGAIN:
                self._ask_again_in(wanted)
            return
        _logger.info("Exivo no longer refuses site %s", self.id)
        self.write(
            {
                "state": "verified",
                "ask_again_at": False,
                "failure_facts": False,
                "paused_until": False,
                "outages": 0,
            }
        )
        wake(self.env, "ir_cron_watch")
