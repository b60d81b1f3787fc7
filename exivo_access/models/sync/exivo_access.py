# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ... import adapters
from ... import api as exivo
from ...pure import backoff, reconcile
from ...tools.remembered import read_anew
from ..access.exivo_access import ENOUGH_TRIES, WHILE_HELD
from .orders import START_MARGINS

#: A person can do something about these refusals; the access names them so.
REFUSALS = {
    adapters.LocksGone: "locks_gone",
    adapters.PersonExists: "person_exists",
    adapters.PersonShutOut: "person_shut_out",
    adapters.ZonesDiffer: "zones_differ",
}
#: The access names other failures so; what is not listed is unclear.
FAILURES = {**REFUSALS, exivo.Unreachable: "unreachable"}
#: Any other refusal has its name from the call that was refused.
REJECTED = {"grant": "rejected", "revoke": "revoke_rejected"}


class ExivoAccess(models.Model):
    """An access waits when a call fails, and rests when nothing is left to do."""

    _inherit = "exivo.access"

    held_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since when somebody has kept locked what it takes.",
    )

    # === LATER AGAIN === #

    def _postpone(self, failure_type, reason=False, facts=False):
        """Note a failure of the access itself, and look again after a delay.

        :param str failure_type: see :meth:`_note_failure`, as for the others.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        delay = backoff.get_delay(
            self.tries, self._get_first_start() - now, random.uniform
        )
        if failure_type == "start_refused":
            delay = timedelta()  # the margin grows instead
        self.write({"tries": self.tries + 1, "due_at": now + delay})
        self._note_failure(failure_type, reason, facts)

    def _put_off(self):
        """Look again in some seconds, because somebody else keeps locked what it takes.

        That is no failure, and nobody waits for it.
        """
        now = fields.Datetime.now()
        self.filtered(lambda access: not access.held_since).held_since = now
        self.due_at = now + timedelta(seconds=random.uniform(*WHILE_HELD))

    def _leave_to_site(self, call_name, error):
        """Note why the access waits; it is due as soon as its site is called again."""
        self.due_at = fields.Datetime.now()
        self._note_failure(self._get_failure_type(call_name, error), error.message)

    def _note_limited(self):
        """Count a try in vain where something old is there beside what was not made.

        What is limited may be creations alone, and for as long as the old one is there.
        """
        self.ensure_one()
        if {"live", "revoking"} & {*self.credential_ids.mapped("state")}:
            self.tries += 1

    def _go_on_without(self, error):
        """Go on without doors that are gone at Exivo.

        What is made next opens the others.

        :param adapters.LocksGone error: says which.
        """
        self.ensure_one()
        self.env["exivo.lock"]._archive_unlisted(self.site_id, error.lock_ids)
        self.due_at = fields.Datetime.now()
        if self._lacks_locks():
            self._note_failure("locks_gone")

    def _get_failure_type(self, call_name, error):
        """Return the access's failure type for what became of a call.

        :param str call_name: of the adapter's method.
        :param exivo.ExivoError error: what it raised.
        :rtype: str
        """
        self.ensure_one()
        is_late = isinstance(error, adapters.StartRefused)
        if is_late and self.tries + 1 < len(START_MARGINS):
            return "start_refused"
        if error.refuses_site:
            return "site_refused"
        for kind, failure_type in FAILURES.items():
            if isinstance(error, kind):
                return failure_type
        is_rejected = isinstance(error, exivo.Rejected)
        denials = self._count_denials(call_name, error)
        if call_name == "grant" and 0 < denials < ENOUGH_TRIES:
            is_rejected = False  # one 403 or 404 is no verdict
        return REJECTED.get(call_name, "unclear") if is_rejected else "unclear"

    # === AT REST === #

    def _settle(self):
        """Bring accesses to rest: tell their holders, and look again later.

        Nothing is left to do for them at Exivo. An access that was changed meanwhile
        stays due.
        """
        read_anew(self.env)
        settled = self.browse()
        for access in self.try_lock_for_update(allow_referencing=True):
            decision = access._decide()
            if not decision.actions:
                access._note_settled()
                access.due_at = decision.due_at
                access._update_state()
                settled |= access
        settled._came_to_rest()

    def _find_over_uncalled(self):
        """Return the accesses that are over, at sites that are not called.

        One for which Exivo is still to be asked waits until the site is called.

        :rtype: exivo.access
        """
        now = fields.Datetime.now()
        alive = Domain("state", "in", reconcile.OPEN_STATES)
        alive |= Domain("look_again_at", "<=", now)
        alive &= Domain("stop", ">", now)
        return self.search(
            Domain("due_at", "<=", now)
            & Domain("stop", "<=", now)
            & Domain("site_id", "not in", self.env["exivo.site"]._get_called().ids)
            & ~Domain("credential_ids", "any", alive)
        )

    def _end_over(self):
        """End accesses that are over. That needs no call."""
        for access in self:
            for action in access._decide().actions:
                if isinstance(action, reconcile.Expire):
                    credentials = self.env["exivo.credential"]
                    credentials.browse(action.credential_id)._end("expired")
        self._settle()
