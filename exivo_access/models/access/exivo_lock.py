# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...pure import backoff, reconcile
from ...tools.remembered import forget, remembered
from ...tools.transactions import wake
from .exivo_access import PENDING

_logger = logging.getLogger(__name__)

#: A lock may be missing for a moment only, such as while its gateway is started anew:
#: it is looked for again after these.
DOUBTED_AFTER = timedelta(minutes=5)


class ExivoLock(models.Model):
    """A lock can be gone at Exivo, and come back.

    ``active`` says whether Exivo lists it. Exivo refuses an order that names a lock
    which is gone, so this is often noticed before the locks are read the next time.
    """

    _inherit = "exivo.lock"

    missed_since = fields.Datetime(
        readonly=True, help="Since when Exivo does not list this lock, if it is gone."
    )

    def _archive_unlisted(self, site, remote_ids):
        """Archive locks that Exivo no longer lists, as a refused order has shown.

        :param site: the ``exivo.site`` record.
        :param remote_ids: the ids of locks there.
        """
        domain = [("site_id", "=", site.id), ("remote_id", "in", [*remote_ids])]
        gone = self.with_context(active_test=False).search(domain)
        if gone:
            _logger.info("Site %s: locks %s are gone at Exivo", site.id, gone.ids)
            gone.active = False
            # Whoever ordered them may have read earlier that they are there.
            forget(self.env)
            wake(self.env, "ir_cron_watch")

    def write(self, vals):
        """Override to replace what opens without a lock, once the lock is back.

        What failed because of the zones of locks is tried again with other ones.
        """
        zone_ids = {*(vals.get("zone_ids") or ())}
        rezoned = self.filtered(
            lambda lock: "zone_ids" in vals and {*(lock.zone_ids or ())} != zone_ids
        )
        changed = self.browse()
        if "active" in vals:
            changed = self.filtered(lambda lock: lock.active != vals["active"])
        result = super().write(vals)
        if changed:
            forget(self.env)
        for lock in changed.filtered("active"):
            lock._note_back()
        (changed - changed.filtered("active"))._note_away()
        rezoned._note_rezoned()
        return result

    @remembered
    def _get_unlisted_ids(self):
        """Return the locks that Exivo does not list.

        Remembered: every access asks for them.

        :rtype: frozenset[int]
        """
        locks = self.sudo().with_context(active_test=False)
        return frozenset(locks.search([("active", "=", False)]).ids)

    def _note_away(self):
        """Have it asked soon whether these locks are really gone, and what they opened.

        Neither an order that was refused nor a click waits for accesses that somebody
        holds: it is their turn later (:meth:`_note_still_opened`).
        """
        if self:
            now = fields.Datetime.now()
            self.missed_since = now
            wake(self.env, "ir_cron_watch", now + DOUBTED_AFTER)
            self._have_looked_at()

    def _note_still_opened(self):
        """Have accesses looked at that somebody held when these locks went away.

        They still say that a door opens, although none is left.
        """
        later = Domain("due_at", "=", False)
        # what was put off comes by itself, and soon
        later |= Domain("due_at", ">", fields.Datetime.now() + backoff.LONGEST_DELAY)
        self._have_looked_at(
            later
            & Domain("state", "=", "created")
            & Domain("lock_ids", "not any", [("active", "=", True)])
        )

    def _have_looked_at(self, condition=Domain.TRUE):
        """Have accesses looked at that may be left without any lock that Exivo has.

        :param Domain condition: of the accesses.
        """
        domain = self._get_domain_of_accesses_to_come() & condition
        accesses = self.env["exivo.access"].sudo().search(domain)
        if unheld := accesses._get_unheld():
            unheld.due_at = fields.Datetime.now()
            wake(self.env, "ir_cron_synchronise")

    def _note_rezoned(self):
        """Have accesses tried again that Exivo could not make of the former zones."""
        failed = self.env["exivo.access"].sudo()
        failed = failed.search(
            Domain("site_id", "in", self.site_id.ids)
            & Domain("state", "=", "failed")
            & Domain("failure_type", "=", "zones_differ")
        )
        if failed:
            failed._get_unheld()._reconsider()

    def _get_domain_of_accesses_to_come(self):
        """Return the domain of accesses that open these locks, now or later."""
        return Domain(
            [
                ("lock_ids", "in", self.ids),
                ("stop", ">", fields.Datetime.now()),
                ("state", "in", (*PENDING, "created")),
            ]
        )

    def _note_back(self):
        """Have accesses looked at that lack this lock, or failed because of it.

        What opens without it says so itself: a run that is under way in another process
        may still take it that the lock is gone, and would leave everything as it is.
        """
        self.ensure_one()
        accesses = self.env["exivo.access"].sudo()
        coming = self._get_domain_of_accesses_to_come()
        failed = accesses.search(coming & Domain("failure_type", "=", "locks_gone"))
        failed._forget_failure()
        credentials = self.env["exivo.credential"].sudo()
        lacking = credentials.search(
            Domain("state", "in", reconcile.OPEN_STATES)
            & Domain("lock_ids", "not in", self.ids)
            & Domain("access_id", "any", coming)
        )
        lacking.is_lacking = True
        found = lacking.access_id
        found.due_at = fields.Datetime.now()
        (failed | found)._update_state()
        if failed or found:
            wake(self.env, "ir_cron_synchronise")
