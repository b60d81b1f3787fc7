# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fetches what the doors reported."""

import logging
import random
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.tools import split_every

from ... import api as exivo
from ...pure import backoff
from ...tools.calls import Call, ask_sites
from ...tools.transactions import committed, isolated, wake
from ..site import site_connection

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
#: A log stays unread for so long while somebody may come, and while nobody may.
BUSY, QUIET = timedelta(minutes=2), timedelta(minutes=15)
#: So much of what was read before is read again: Exivo may log late, and its clock is
#: not ours. Each time it is little, and now and then a whole day.
OVERLAP, WHOLE_OVERLAP = timedelta(minutes=15), timedelta(days=1)
WHOLE_AFTER = timedelta(hours=1)


class ExivoSite(models.Model):
    """A site has its log read when it is its turn, side by side with others.

    The log is what counts: the webhook (``exivo.webhook.call``) only says when to look.
    """

    _inherit = "exivo.site"

    log_read_at = fields.Datetime(
        string="Log Read",
        readonly=True,
        copy=False,
        help="When the log of the doors was last read, up to that very moment.",
    )
    log_known_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="All that the doors reported since then was read, and is kept.",
    )
    log_paused_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Exivo has asked for time: the log is not read before.",
    )
    log_reread_at = fields.Datetime(
        string="Log Read Again",
        readonly=True,
        copy=False,
        help="When a whole day of the log was last read again, for what came late.",
    )

    def _hear_doors(self, remote_id=None):
        """Have the log read soon.

        :param str remote_id: of the event that Exivo told of; a repeat is dropped.
        """
        if self.env["exivo.webhook.call"].sudo()._note(self, remote_id):
            wake(self.env, "ir_cron_read_events")

    def _get_moments_instead(self, now):
        return super()._get_moments_instead(now) | {
            "log_read_at": now,
            "log_known_since": now,
            "log_paused_until": False,
        }

    def _cron_read_events(self):
        """Entry point of the scheduled action: read the logs whose turn it is."""
        now = fields.Datetime.now()
        sites = self._get_called().filtered(
            lambda site: site.reads_events
            and site.lock_ids
            and not (site.log_paused_until and site.log_paused_until > now)
        )
        waiting = self.env["exivo.webhook.call"].search(
            [("is_heard", "=", False), ("site_id", "in", sites.ids)]
        )
        sites = sites._get_sites_to_hear(waiting)._read_events()
        committed(self.env, self.env["exivo.access"]._note_who_is_in)
        committed(self.env, waiting.filtered(lambda one: one.site_id in sites)._hear)

    def _get_sites_to_hear(self, waiting):
        """Return those of these sites whose doors may have something to say.

        :param waiting: ``exivo.webhook.call`` records that nobody has looked after.
        :rtype: exivo.site
        """
        now = fields.Datetime.now()
        busy = self.env["exivo.access"]._read_group(
            [("site_id", "in", self.ids), ("start", "<=", now), ("stop", ">=", now)],
            ["site_id"],
        )
        busy = self.browse().union(*(site for (site,) in busy))
        return self.filtered(
            lambda site: site in waiting.site_id
            or not site.log_read_at
            or site.log_read_at + (BUSY if site in busy else QUIET) <= now
        )

    def _read_events(self):
        """Read the logs of these sites, and commit what is new in each.

        :return: those whose log was read and kept.
        :rtype: exivo.site
        """
        progress = self.env["ir.cron"]._commit_progress
        take = type(self)._take_events
        calls = [site._get_log_call() for site in self]
        read_at = fields.Datetime.now()
        progress(remaining=len(calls))  # no transaction is open while Exivo is asked
        for call, outcome in ask_sites(calls):
            site = self.browse(call.site_id)
            isolated(self.env, take, site, call, outcome, read_at)
            progress(1)
        return self.filtered(lambda site: site.log_read_at == read_at)

    def _get_log_call(self):
        """Return the call that reads the log from where it may have news."""
        now = fields.Datetime.now()
        oldest = now - timedelta(days=self.event_days)
        since = max((self.log_read_at or now) - WHOLE_OVERLAP, oldest)
        reread_at, known_until = self.log_reread_at, None
        if reread_at and now - WHOLE_AFTER < reread_at <= now:
            known_until = _aware(max(self.log_read_at - OVERLAP, since))
        connection = site_connection.get_connection(self)
        arguments = _aware(since), known_until
        return Call("list_events", arguments, self.id, connection)

    def _take_events(self, call, outcome, read_at):
        """Keep what is new. A site that did not answer is read another time.

        :param Call call: see :meth:`_get_log_call`.
        :param outcome: what the adapter returned, or the error.
        :param datetime read_at: UTC; all that had been logged by then was read.
        """
        if isinstance(outcome, exivo.ExivoError):
            _logger.info("Site %s: log not read: %s", self.id, outcome.message)
            committed(self.env, self._note_failed_reading, outcome, call.connection)
            if outcome.retry_after or isinstance(outcome, exivo.RateLimited):
                pause = backoff.get_pause(0, outcome.retry_after, random.uniform)
                until = fields.Datetime.now() + max(pause, BUSY)
                committed(self.env, self.write, {"log_paused_until": until})
            return
        keep = self.env["exivo.door.event"]._keep
        kept = [
            committed(self.env, keep, self, list(batch))
            for batch in split_every(BATCH_SIZE, outcome)
        ]
        if all(kept):  # else all of it is read once more
            since, known_until = call.arguments
            is_whole = known_until is None  # not only what may be new
            since = since.replace(tzinfo=None)
            committed(self.env, self._note_log_read, since, read_at, is_whole)

    def _note_log_read(self, since, read_at, is_whole):
        """Note until when the log was read and kept. The next reading begins there.

        What was before a gap, or before the first reading, nobody knows.
        """
        self._note_answer()
        if not (self.log_known_since and self.log_read_at >= since):
            self.log_known_since = since
        self.log_read_at = read_at
        if is_whole:
            self.log_reread_at = read_at


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)
