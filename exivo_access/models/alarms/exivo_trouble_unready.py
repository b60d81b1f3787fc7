# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..access.exivo_access import PENDING
from ..access.exivo_lock import DOUBTED_AFTER

#: Locks have to be ready this long ahead.
LOCKS_AHEAD = timedelta(hours=24)
#: What we know of locks may become so old.
LOCKS_FRESH = timedelta(hours=1)
#: The same while Exivo has just ceased to list one: it may have been for a moment only.
LOCKS_DOUBTED = DOUBTED_AFTER - timedelta(minutes=1)


class ExivoTrouble(models.Model):
    """It is a trouble that a lock cannot open, although a booking is coming."""

    _inherit = "exivo.trouble"

    def _get_domain_of_hours_ahead(self):
        """Return the domain of accesses that shall open doors in the hours ahead."""
        now = fields.Datetime.now()
        return Domain(
            [
                ("state", "in", (*PENDING, "created")),
                ("is_wanted", "=", True),
                ("withheld", "=", False),
                ("start", "<=", now + LOCKS_AHEAD),
                ("stop", ">", now),
            ]
        )

    def _get_coming(self, locks):
        """Return accesses that shall open some of these locks within the hours ahead.

        :rtype: exivo.access
        """
        domain = self._get_domain_of_hours_ahead() & Domain("lock_ids", "in", locks.ids)
        return self.env["exivo.access"].search(domain, order="start, id")

    def _find_unready(self):
        locks = self.env["exivo.lock"].with_context(active_test=False)
        locks = locks.search(["|", ("is_ready", "=", False), ("active", "=", False)])
        if not locks:
            return locks
        return locks & self._get_coming(locks).lock_ids

    def _get_sites_to_ask(self):
        """Return sites whose locks shall open soon and were not asked for a while.

        :rtype: exivo.site
        """
        now = fields.Datetime.now()
        groups = self.env["exivo.access"]._read_group(
            self._get_domain_of_hours_ahead(), ["site_id"]
        )
        sites = self.env["exivo.site"].union(*(site for (site,) in groups))

        def is_due(site):
            locks = site.with_context(active_test=False).lock_ids  # some may be back
            away = locks.filtered(lambda lock: not lock.active)
            missed = max(filter(None, away.mapped("missed_since")), default=now)
            fresh = LOCKS_DOUBTED if now - LOCKS_FRESH < missed < now else LOCKS_FRESH
            return locks and max(locks.mapped("seen_at")) <= now - fresh

        return sites.filtered(
            lambda site: site.active and site._is_called() and is_due(site)
        )
