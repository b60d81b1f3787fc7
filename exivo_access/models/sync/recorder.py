# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Writes down what became of a call, and when to try again."""

import random
from datetime import timedelta, timezone

from odoo import api, fields, models

from ... import adapters
from ... import api as exivo
from ...pure import backoff
from ...tools import envelope
from ...tools.calls import NotMade, stops_site
from .orders import START_MARGINS
from .second_looks import MOMENTS

#: The outcome of a call counts if its credential is in this state. Whoever comes after
#: the lease may find that another worker has found out meanwhile.
AWAITED = {
    "grant": "creating",
    "look_up": "creating",
    "get": "live",
    "revoke": "revoking",
}
#: A creation that got no answer is looked up after this time: by then Exivo has either
#: carried it out or never will.
LOOK_UP_DELAY = timedelta(seconds=15)
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


class ExivoRecorder(models.AbstractModel):
    """The recorder writes the outcomes of calls for the synchroniser, one at a time.

    Only what is known is written: a creation that may have been carried out stays
    *creating* and is looked up, and a revocation stays owed until it is confirmed.
    """

    _name = "exivo.recorder"
    _description = "Exivo Recorder"

    @api.model
    def _record(self, call, outcome, at_rest):
        """Write down one outcome, and what follows from it.

        :param list[int] at_rest: receives the access's id, if nothing is left to do.
        """
        if call.name == "test":
            self.env["exivo.site"].browse(call.site_id)._note_second_answer(outcome)
            return
        access = self.env["exivo.access"].browse(call.access_id)
        credential = self.env["exivo.credential"].browse(call.credential_id)
        if call.name in MOMENTS:
            looks = self.env["exivo.second.looks"]
            looks._record(call.name, access, credential, outcome)
            if not access._decide().actions:
                at_rest.append(access.id)
            return
        if not self._is_awaited(call.name, credential, outcome):
            return
        if isinstance(outcome, NotMade):
            self._record_not_made(call.name, access, credential, outcome.error)
            return
        if call.name == "get" and isinstance(outcome, exivo.NotFound):
            self._record_gone(access, credential)
            return
        if isinstance(outcome, adapters.GrantGone):
            credential._end("void")
            self._record_gone(access, access._get_last_person())
            return
        if isinstance(outcome, exivo.ExivoError):
            self._record_error(call.name, access, credential, outcome)
            return
        access.site_id._note_answer()
        access.due_at = fields.Datetime.now()
        if call.name == "grant":
            self._adopt(access, credential, outcome)
        elif call.name == "look_up":
            self._record_look_up(access, credential, outcome)
        elif call.name == "get":
            self._record_look(access, credential, outcome)
        elif call.name == "revoke":
            credential._end("revoked")
            access._note_success()
        access._update_state()
        if not access._decide().actions:
            at_rest.append(access.id)

    @api.model
    def _is_awaited(self, name, credential, outcome):
        """Tell whether an outcome still counts.

        What was made must not be lost, even if another worker has looked it up in vain
        before. But that this call made nothing says nothing about what the other worker
        did.
        """
        is_made = name == "grant" and not isinstance(
            outcome, NotMade | exivo.ExivoError
        )
        return credential.state == AWAITED[name] or (
            is_made and credential.state == "void"
        )

    @api.model
    def _adopt(self, access, credential, grant):
        """Note that the grant exists: from now on the credential stands for it."""
        access._note_success()
        credential.write(
            {
                "state": "live",
                "remote_id": grant.id,
                "link": envelope.wrap(grant.link),
                "confirmed": grant.is_confirmed,
                "lease": False,
            }
        )
        if grant.start:
            start = grant.start.astimezone(timezone.utc).replace(tzinfo=None)
            # A clock over there that is ahead lets in earlier than is wanted by ours.
            credential.start = max(credential.start, start)
        self.env["exivo.person"]._note(access, grant)
        if not credential._is_usable():
            access.failure_type = "no_link"
            credential._look_later()

    @api.model
    def _record_look_up(self, access, credential, grants):
        """Write down what became of a creation that had no answer."""
        alive = [grant for grant in grants if grant.is_live]
        if alive:
            self._adopt(access, credential, alive[0])
        elif grants:
            credential.remote_id = grants[0].id
            credential._end("revoked")
            self.env["exivo.person"]._note(access, grants[0])
        else:
            credential._end("void")
        # One look is no verdict: the order may be carried out late, or twice.
        credential._take_in(alive)
        credential._note_looked(0)

    @api.model
    def _record_look(self, access, credential, grant):
        """Write down whether what was ordered is there now."""
        if not grant.is_live:
            self._record_gone(access, credential)
            return
        if grant.link and not credential.link:
            credential.link = envelope.wrap(grant.link)
        if credential._awaits_link():
            credential._look_later()
            return
        if access.failure_type == "no_link":
            access._forget_failure()
        access._note_success()
        if grant.is_confirmed:
            credential._confirm()
        else:
            credential._look_later()

    @api.model
    def _record_gone(self, access, credential):
        """Have the access removed, since somebody took its credential away."""
        access.site_id._note_answer()
        self.env["exivo.comparer"]._note_gone(credential.ids)

    @api.model
    def _record_not_made(self, name, access, credential, error):
        """Write down that nothing was sent.

        The access goes on when its site is called again.

        :param exivo.ExivoError error: why the site cannot be called.
        """
        self._leave_to_site(access, name, error)
        self._let_go(name, access, credential)

    @api.model
    def _record_error(self, name, access, credential, error):
        """Keep what we know, and decide when to try again."""
        now = fields.Datetime.now()
        access.site_id._note_failed_call(error)
        # Without an answer it may as well be this call that Exivo cannot carry out.
        if error.refuses_site or (stops_site(error) and not error.maybe_done):
            self._leave_to_site(access, name, error)
        elif isinstance(error, adapters.LocksGone):
            self._go_on_without(access, error)
        else:
            failure_type = self._get_failure_type(access, name, error)
            # Where staff can do something, their words say it better than the error.
            reason = failure_type not in REFUSALS.values() and error.message
            facts = access._get_facts_of(error)
            self._postpone(access, failure_type, reason, facts)
        if name == "grant" and error.maybe_done:
            access.due_at = max(access.due_at, now + LOOK_UP_DELAY)
        self._let_go(name, access, credential, error.maybe_done)

    @api.model
    def _let_go(self, name, access, credential, maybe_done=False):
        """Write down that the call is over without success.

        The credential stays as it is where its outcome is unknown, or its revocation is
        still owed. If the creation surely did not happen, the credential is void.
        """
        if name == "grant" and not maybe_done:
            credential._end("void")
        else:
            credential.lease = access.due_at
        access._update_state()
        # Holders are told what works already, without waiting for this access any
        # longer.
        siblings = access._get_siblings() - access
        created = siblings.filtered(lambda one: one.state == "created")
        created.due_at = fields.Datetime.now()

    @api.model
    def _leave_to_site(self, access, name, error):
        """Note why the access waits; it is due as soon as its site is called again."""
        access.due_at = fields.Datetime.now()
        failure_type = self._get_failure_type(access, name, error)
        access._note_failure(failure_type, error.message)

    @api.model
    def _postpone(self, access, failure_type, reason=False, facts=False):
        """Note a failure of the access itself, and look again after a delay."""
        now = fields.Datetime.now()
        delay = backoff.get_delay(
            access.tries, access._get_first_start() - now, random.uniform
        )
        if failure_type == "start_refused":
            delay = timedelta()  # the margin grows instead
        access.write({"tries": access.tries + 1, "due_at": now + delay})
        access._note_failure(failure_type, reason, facts)

    @api.model
    def _go_on_without(self, access, error):
        """Go on without doors that are gone at Exivo.

        What is made next opens the others.

        :param adapters.LocksGone error: says which.
        """
        self.env["exivo.lock"]._note_gone(access.site_id, error.lock_ids)
        access.due_at = fields.Datetime.now()
        if access._lacks_locks():
            access._note_failure("locks_gone")

    @api.model
    def _get_failure_type(self, access, name, error):
        """Return the access's failure type for what became of a call."""
        is_late = isinstance(error, adapters.StartRefused)
        if is_late and access.tries + 1 < len(START_MARGINS):
            return "start_refused"
        if error.refuses_site:
            return "site_refused"
        for kind, failure_type in FAILURES.items():
            if isinstance(error, kind):
                return failure_type
        is_rejected = isinstance(error, exivo.Rejected)
        return REJECTED.get(name, "unclear") if is_rejected else "unclear"
