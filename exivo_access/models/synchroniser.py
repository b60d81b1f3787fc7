# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Closes the difference between accesses and what is at Exivo."""

import logging
import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .. import api as exivo
from .. import backoff, reconcile
from ..calls import Call, NotMade, carry_out, refuses_site, stops_site
from ..quiet_log import log_exception
from ..secret_char import SecretError

_logger = logging.getLogger(__name__)

BATCH_SIZE = 20
#: Longer than any call can take, so that a lease ends only when its holder is gone.
LEASE = timedelta(seconds=120)
#: A creation that got no answer is looked up this long after: by then Exivo has
#: either carried it out or never will.
LOOK_UP_DELAY = timedelta(seconds=15)
RECORD_ATTEMPTS = 5
#: How often the scheduled action runs without being woken.
REGULAR_INTERVAL = timedelta(minutes=10)


class ExivoSynchroniser(models.AbstractModel):
    """Works off due accesses, a batch at a time.

    1. *Claim*: lock due accesses, decide (``reconcile.py``), write the intention as
       credentials with a lease, commit.
    2. *Carry out*: call Exivo, outside any transaction, in a few threads.
    3. *Record*: write each outcome, commit each.
    4. *Settle*: where nothing is left to do, tell the holder, commit each.

    A crash between any two lines leaves a credential whose lease runs out, or an access
    that is still due; the next run goes on from there.
    """

    _name = "exivo.synchroniser"
    _description = "Exivo Synchroniser"

    @api.model
    def _wake(self, at=None):
        """Have the scheduled action run, after the current transaction commits.

        :param datetime at: UTC; now if left out.
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "exivo_access.ir_cron_synchronise"
        )
        if cron_id:  # a booking must not fail because somebody deleted it
            self.env["ir.cron"].sudo().browse(cron_id)._trigger(at)

    @api.model
    def _cron_synchronise(self):
        """Entry point of the scheduled action: work until nothing is due."""
        progress = self.env["ir.cron"]._commit_progress
        seconds_left = progress(remaining=self._count_due())
        while seconds_left:
            claimed, calls, resting = self._claim_batch()
            for call, outcome in zip(calls, carry_out(calls), strict=True):
                self._record_and_commit(call, outcome)
            settled = sum(self._committed(self._settle, access) for access in resting)
            done = claimed + settled
            # others may be at work on what is due: then there is nothing for us
            remaining = self._count_due() if done else 0
            seconds_left = progress(done, remaining=remaining)
            if not remaining:
                break
        self._announce_late()
        self._committed(self.env["exivo.alarm"]._close_healed_sites)
        self._committed(self.env["exivo.lookout"]._wake_if_troubled)
        self._wake_for_next()

    @api.model
    def _committed(self, work, *args):
        """Do some work and commit it.

        :return: False if it was rolled back, because somebody got in between.
        :rtype: bool
        """
        try:
            work(*args)
            self.env.flush_all()
            self.env["ir.cron"]._commit_progress()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            return False
        return True

    @api.model
    def _count_due(self):
        return self.env["exivo.access"].search_count(self._get_due_domain())

    @api.model
    def _get_due_domain(self):
        """Accesses to look at now; those of sites that are not called are left out."""
        sites = self.env["exivo.site"]._get_called()
        return [("due_at", "<=", fields.Datetime.now()), ("site_id", "in", sites.ids)]

    # === CLAIM === #

    @api.model
    def _claim_batch(self):
        """Decide what to do for a batch of due accesses, and commit that decision.

        Accesses that somebody else has locked, or has just changed, are left to the
        next round.

        :return: how many accesses were claimed, the calls to make for them, and the
            accesses for which nothing is left to do.
        :rtype: tuple[int, list[Call], exivo.access]
        """
        claimed, calls, resting = [], [], []
        if not self._committed(self._claim_due, claimed, calls, resting):
            claimed, calls, resting = [], [], []
            self._wake()
        return len(claimed), calls, self.env["exivo.access"].browse(resting)

    @api.model
    def _claim_due(self, claimed, calls, resting):
        # what must not open doors any more comes before what shall open some
        accesses = self.env["exivo.access"].search(
            self._get_due_domain(),
            order="stands, withheld desc, due_at, id",
            limit=BATCH_SIZE,
        )
        asked = set()
        for access in accesses.try_lock_for_update(allow_referencing=True):
            site = access.site_id
            if site in asked:
                continue
            try:
                with self.env.cr.savepoint():
                    decision = access._decide()
                    new_calls = self._claim(access, decision)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except SecretError as error:
                self._postpone(access, "unreadable", str(error))
                continue
            except Exception:
                # one broken access must not keep all others from their doors
                log_exception(_logger, "Access %s cannot be synchronised", access.id)
                self._postpone(access, "internal")
                continue
            calls += new_calls
            if new_calls and site.outages:
                asked.add(site)  # one access finds out whether the site answers again
            (claimed if decision.actions else resting).append(access.id)

    @api.model
    def _claim(self, access, decision):
        """Write down what is about to be done for one access.

        :rtype: list[Call]
        """
        Credential = self.env["exivo.credential"]
        calls = []
        for action in decision.actions:
            if isinstance(action, reconcile.Create):
                calls.append(self._claim_creation(access, action))
                continue
            credential = Credential.browse(action.credential_id)
            if isinstance(action, reconcile.Expire):
                credential._end("expired")
            elif isinstance(action, reconcile.LookUp):
                calls.append(self._new_call("find_visits", credential, "token"))
            elif isinstance(action, reconcile.Revoke):
                credential.state = "revoking"
                calls.append(self._new_call("revoke_visit", credential, "remote_id"))
        if calls:
            lease = fields.Datetime.now() + LEASE
            Credential.browse([call.credential_id for call in calls]).lease = lease
            access.due_at = lease
        access._update_state()
        return calls

    @api.model
    def _claim_creation(self, access, action):
        self.env["exivo.pin.keeper"]._ensure(access)
        credential = self.env["exivo.credential"].create(
            {
                "access_id": access.id,
                "site_id": access.site_id.id,
                "start": action.start,
                "stop": action.stop,
                "lock_ids": access.lock_ids.ids,
                "pin": access.pin,
                "pin_number": access.pin_number,
            }
        )
        return self._new_call("create_visit", credential)

    @api.model
    def _new_call(self, kind, credential, argument_field=None):
        argument = (
            credential[argument_field]
            if argument_field
            else credential._get_visit_request()
        )
        return Call(
            kind,
            credential.access_id.id,
            credential.id,
            credential.site_id.id,
            credential.site_id._get_client(),
            argument,
        )

    # === RECORD === #

    @api.model
    def _record_and_commit(self, call, outcome):
        """Write one outcome and commit it, however often somebody gets in between.

        What Exivo did cannot be rolled back, so a concurrent change of the access
        must not lose it.
        """
        for _attempt in range(RECORD_ATTEMPTS):
            if self._committed(self._record, call, outcome):
                return
        # the lease runs out, and the next run finds out at Exivo
        _logger.warning("Credential %s: outcome not written", call.credential_id)

    @api.model
    def _record(self, call, outcome):
        access = self.env["exivo.access"].browse(call.access_id)
        credential = self.env["exivo.credential"].browse(call.credential_id)
        if isinstance(outcome, NotMade):
            self._record_not_made(call.kind, access, credential, outcome.error)
            return
        if isinstance(outcome, exivo.ExivoError):
            self._record_error(call.kind, access, credential, outcome)
            return
        access.site_id._note_answer()
        access.due_at = fields.Datetime.now()
        if call.kind == "create_visit":
            self._adopt(access, credential, outcome)
        elif call.kind == "find_visits":
            self._record_look_up(access, credential, outcome)
        elif call.kind == "revoke_visit":
            credential._end("revoked")
            access._note_success()
        access._update_state()

    @api.model
    def _adopt(self, access, credential, visit):
        """The visit exists: from now on the credential stands for it."""
        access._note_success()
        credential.write(
            {
                "state": "live",
                "remote_id": visit.id,
                "link": visit.link,
                "lease": False,
            }
        )
        if not visit.link:
            access.failure_type = "no_link"

    @api.model
    def _record_look_up(self, access, credential, visits):
        """What became of a creation that had no answer."""
        alive = [visit for visit in visits if visit.is_live]
        if alive:
            self._adopt(access, credential, alive[0])
        elif visits:
            credential.remote_id = visits[0].id
            credential._end("revoked")
        else:
            credential._end("void")

    @api.model
    def _record_not_made(self, kind, access, credential, error):
        """Nothing was sent: the access goes on when its site is called again.

        :param exivo.ExivoError error: why the site cannot be called.
        """
        self._leave_to_site(access, kind, error)
        self._let_go(kind, access, credential)

    @api.model
    def _record_error(self, kind, access, credential, error):
        """Keep what we know, and decide when to try again."""
        now = fields.Datetime.now()
        site_refuses = refuses_site(kind, error)
        if site_refuses:
            access.site_id._note_refusal(error)
        elif stops_site(error):
            access.site_id._note_outage(error, now)
        # without an answer it may as well be this call that Exivo cannot carry out
        if site_refuses or (stops_site(error) and not error.maybe_done):
            self._leave_to_site(access, kind, error)
        else:
            self._postpone(access, self._get_failure_type(kind, error), error.message)
        if kind == "create_visit" and error.maybe_done:
            access.due_at = max(access.due_at, now + LOOK_UP_DELAY)
        self._let_go(kind, access, credential, error.maybe_done)

    @api.model
    def _let_go(self, kind, access, credential, maybe_done=False):
        """The call is over without success.

        The credential stays as it is where its outcome is unknown or its revocation
        is still owed; a creation that surely did not happen is void.
        """
        if kind == "create_visit" and not maybe_done:
            credential._end("void")
        else:
            credential.lease = access.due_at
        access._update_state()
        # what works already is told without waiting for this one any longer
        siblings = access._get_siblings() - access
        created = siblings.filtered(lambda one: one.state == "created")
        created.due_at = fields.Datetime.now()

    @api.model
    def _leave_to_site(self, access, kind, error):
        """Note why the access waits; it is due as soon as its site is called again."""
        access.due_at = fields.Datetime.now()
        access._note_failure(self._get_failure_type(kind, error), error.message)

    @api.model
    def _postpone(self, access, failure_type, reason=False):
        """Note a failure of the access itself, and look again after a delay."""
        now = fields.Datetime.now()
        delay = backoff.get_delay(
            access.tries, access._get_first_start() - now, random.uniform
        )
        access.write({"tries": access.tries + 1, "due_at": now + delay})
        access._note_failure(failure_type, reason)

    @api.model
    def _get_failure_type(self, kind, error):
        if isinstance(error, exivo.Unreachable):
            return "unreachable"
        if isinstance(error, exivo.Rejected):
            return "rejected" if kind == "create_visit" else "revoke_rejected"
        return "unclear"

    # === SETTLE === #

    @api.model
    def _settle(self, access):
        """Nothing is left to do for the access: tell its holder, look again later.

        An access that was changed meanwhile stays due.
        """
        access = access.try_lock_for_update(allow_referencing=True)
        decision = access and access._decide()
        if decision and not decision.actions:
            access.due_at = decision.next_look
            access._update_state()
            self.env["exivo.notifier"]._tell(access)

    @api.model
    def _announce_late(self):
        """Tell those whose access takes longer than their site's patience."""
        notifier = self.env["exivo.notifier"]
        now = fields.Datetime.now()
        for moment, accesses in sorted(notifier._get_late_accesses().items()):
            if moment > now:
                self._wake(moment)
                break
            for access in accesses:
                self._committed(notifier._announce, access)

    @api.model
    def _wake_for_next(self):
        """Be woken when the next access is due, if that is before the regular run."""
        horizon = fields.Datetime.now() + REGULAR_INTERVAL
        next_by_site = self.env["exivo.access"]._read_group(
            [("due_at", "<=", horizon), ("site_id.state", "=", "verified")],
            ["site_id"],
            ["due_at:min"],
        )
        moments = [
            max(due_at, site.paused_until or due_at)
            for site, due_at in next_by_site
            if not site._get_hindrance()
        ]
        if moments:
            self._wake(min(moments))
