# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import reconcile
from ...tools.remembered import forget, remembered
from ...tools.transactions import wake
from .exivo_access import PENDING

_logger = logging.getLogger(__name__)


class ExivoLock(models.Model):
    """A lock that is no longer at Exivo, and one that is back.

    ``active`` says whether Exivo lists it. An order that names one which is gone is
    refused, so it is noticed before the locks are read the next time.
    """

    _inherit = "exivo.lock"

    @api.model
    def _note_gone(self, site, remote_ids):
        """Exivo has refused an order, and does not list these locks any more.

        :param site: the ``exivo.site`` record.
        :param remote_ids: the ids of locks there.
        """
        domain = [("site_id", "=", site.id), ("remote_id", "in", [*remote_ids])]
        gone = self.with_context(active_test=False).search(domain)
        if gone:
            _logger.info("Site %s: locks %s are gone at Exivo", site.id, gone.ids)
            gone.active = False
            # whoever ordered them may have read before that they are there
            forget(self.env)
            wake(self.env, "ir_cron_watch")

    def write(self, vals):
        """What opens without a lock is replaced as soon as the lock is back."""
        changed = self.browse()
        if "active" in vals:
            changed = self.filtered(lambda lock: lock.active != vals["active"])
        result = super().write(vals)
        if changed:
            forget(self.env)
        for lock in changed.filtered("active"):
            lock._note_back()
        return result

    @api.model
    @remembered
    def _get_gone_ids(self):
        """The locks that Exivo does not list, since every access asks for them.

        :rtype: frozenset[int]
        """
        locks = self.sudo().with_context(active_test=False)
        return frozenset(locks.search([("active", "=", False)]).ids)

    def _note_back(self):
        """Have accesses looked at that were made without this lock, or not at all."""
        self.ensure_one()
        accesses = self.env["exivo.access"].sudo()
        coming = Domain(
            [
                ("lock_ids", "in", self.ids),
                ("stop", ">", fields.Datetime.now()),
                ("state", "in", (*PENDING, "created")),
            ]
        )
        failed = accesses.search(coming & Domain("failure_type", "=", "locks_gone"))
        failed._forget_failure()
        failed._update_state()
        lacking = [
            ("state", "in", reconcile.OPEN_STATES),
            ("lock_ids", "not in", self.ids),
        ]
        found = accesses.search(coming & Domain("credential_ids", "any", lacking))
        found.due_at = fields.Datetime.now()
        if failed or found:
            wake(self.env, "ir_cron_synchronise")
