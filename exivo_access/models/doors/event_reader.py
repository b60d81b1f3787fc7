# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fetches what the doors reported."""

import logging
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import split_every

from ... import api as exivo
from ...tools.calls import Call, ask_sites
from ...tools.transactions import committed, wake
from ..site import site_connection

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
#: A log stays unread for so long while somebody may come, and while nobody may.
BUSY, QUIET = timedelta(minutes=2), timedelta(minutes=15)


class ExivoEventReader(models.AbstractModel):
    """Reads the logs of the sites whose turn it is, side by side.

    The log is what counts: the webhook (``exivo.webhook.call``) only says when to look.
    """

    _name = "exivo.event.reader"
    _description = "Exivo Event Reader"

    @api.model
    def _call_for(self, site, remote_id=None):
        """Have the log of a site read soon.

        :param site: an ``exivo.site`` record.
        :param str remote_id: of the event that Exivo told of; a repeat is dropped.
        """
        if self.env["exivo.webhook.call"].sudo()._note(site, remote_id):
            wake(self.env, "ir_cron_read_events")

    @api.model
    def _cron_read(self):
        """Entry point of the scheduled action: read the logs whose turn it is."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.env["exivo.webhook.call"].search([("is_heard", "=", False)])
        sites = self._get_sites_to_read(waiting)
        calls = [self._new_call(site) for site in sites]
        read_at = fields.Datetime.now()
        progress(remaining=len(calls))  # no transaction is open while Exivo is asked
        for call, outcome in ask_sites(calls):
            self._take(self.env["exivo.site"].browse(call.site_id), outcome, read_at)
            progress(1)
        committed(self.env, waiting.filtered(lambda one: one.site_id in sites)._hear)

    @api.model
    def _get_sites_to_read(self, waiting):
        """Return the sites that are called and whose doors may have something to say.

        :param waiting: ``exivo.webhook.call`` records that nobody has looked after.
        :rtype: exivo.site
        """
        now = fields.Datetime.now()
        sites = self.env["exivo.site"]._get_called()
        sites = sites.filtered(lambda site: site.reads_events and site.lock_ids)
        busy = self.env["exivo.access"]._read_group(
            [("site_id", "in", sites.ids), ("start", "<=", now), ("stop", ">=", now)],
            ["site_id"],
        )
        busy = sites.browse().union(*(site for (site,) in busy))
        return sites.filtered(
            lambda site: site in waiting.site_id
            or not site.log_read_at
            or site.log_read_at + (BUSY if site in busy else QUIET) <= now
        )

    @api.model
    def _new_call(self, site):
        """Return the call that reads the log of a site from where it may have news."""
        since = site._get_first_moment().replace(tzinfo=timezone.utc)
        connection = site_connection.get_connection(site)
        return Call("list_events", (since,), site.id, connection)

    @api.model
    def _take(self, site, outcome, read_at):
        """Keep what is new. A site that did not answer is read another time.

        :param outcome: what the adapter returned, or the error.
        :param datetime read_at: UTC; all that had been logged by then was read.
        """
        if isinstance(outcome, exivo.ExivoError):
            _logger.info("Site %s: log not read: %s", site.id, outcome.message)
            committed(self.env, site._note_failed_call, outcome)
            return
        kept = [
            committed(self.env, self._keep, site, list(batch))
            for batch in split_every(BATCH_SIZE, outcome)
        ]
        if all(kept):  # else all of it is read once more
            committed(self.env, self._note_read, site, read_at)

    @api.model
    def _keep(self, site, events):
        """Keep those of some events that are not known yet.

        :param list[DoorEvent] events: oldest first.
        """
        Event = self.env["exivo.door.event"]
        known = Event.search_fetch(
            [
                ("site_id", "=", site.id),
                ("remote_id", "in", [event.id for event in events]),
            ],
            ["remote_id"],
        )
        known = set(known.mapped("remote_id"))
        news = [event for event in events if event.id not in known]
        if not news:
            return
        vals_list = self.env["exivo.event.matcher"]._match(site, news)
        rows = Event.create(vals_list)
        rows.access_id._note_arrival(rows)
        rows._were_heard()

    @api.model
    def _note_read(self, site, read_at):
        """Note until when the log was read and kept. The next reading begins there."""
        site._note_answer()
        site.log_read_at = read_at
