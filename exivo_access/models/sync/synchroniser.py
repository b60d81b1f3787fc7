# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Closes the difference between accesses and what is at Exivo."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...pure import reconcile, rights
from ...tools import envelope
from ...tools.calls import THREADS, Call, Crew
from ...tools.quiet_log import log_exception
from ...tools.secret_char import SecretError, open_secret
from ...tools.transactions import committed, wake
from ..pins import pin_keeper
from ..site import site_connection
from . import settler
from .orders import get_order
from .recorder import LOOK_UP_DELAY
from .second_looks import MOMENTS

_logger = logging.getLogger(__name__)

#: How many accesses are claimed at once: no more than their calls begin soon.
BATCH_SIZE = THREADS
#: Seconds within which a call has to begin: one that waits longer is not made.
BEGIN_WITHIN = 60
#: Longer than that and the longest request, so that a lease ends only when its holder
#: is gone. (A list of very many pages, or the dozen requests of a group's member, may
#: take longer; see ``recorder.py``.)
LEASE = timedelta(seconds=120)
RECORD_ATTEMPTS = 5
#: How often the scheduled action runs without being woken.
REGULAR_INTERVAL = timedelta(minutes=10)


class ExivoSynchroniser(models.AbstractModel):
    """Works off due accesses, a few at a time.

    1. *Claim*: lock due accesses, decide (``reconcile.py``), write the intention as
       credentials with a lease, commit.
    2. *Carry out*: call Exivo, outside any transaction, in a few threads, while the
       next are claimed.
    3. *Record*: write each outcome as it comes in (``recorder.py``), commit each.
    4. *Settle*: where nothing is left to do, tell the holder (``settler.py``). This is
       done while the threads have enough to do: doors come before mails.

    A crash between any two lines leaves a credential whose lease runs out, or an access
    that is still due; the next run goes on from there.
    """

    _name = "exivo.synchroniser"
    _description = "Exivo Synchroniser"

    @api.model
    def _cron_synchronise(self):
        """Entry point of the scheduled action: work until nothing is due."""
        progress = self.env["ir.cron"]._commit_progress
        committed(self.env, self.env["exivo.clock.mender"]._mend)
        self._end_uncalled()
        seconds_left = progress(remaining=self._count_due())
        resting = []
        with Crew(BEGIN_WITHIN) as crew:
            crew.start(self._claim_refused_sites())
            while seconds_left or crew:
                done = self._go_on(crew, resting) if seconds_left else 0
                patience = 0 if seconds_left and resting else None
                for call, outcome in crew.wait(patience):
                    resting += self._record_and_commit(call, outcome)
                    done += 1
                seconds_left = progress(done)
                if not (done or crew):
                    break
        # others may be at work on what is due: then there is nothing for us
        progress(remaining=0 if seconds_left else self._count_due())
        self._round_off()
        self._wake_for_next()

    @api.model
    def _round_off(self):
        """Rooms that stand on this one extend it: what they do after each run."""

    @api.model
    def _go_on(self, crew, resting):
        """Claim what is due; while the threads have enough to do, settle what rests.

        :param Crew crew: is given the calls to make.
        :param list[int] resting: ids of accesses for which nothing is left to do.
        :return: how many accesses that were.
        :rtype: int
        """
        claimed = 0
        if crew.has_room():
            claimed, calls = self._claim_batch(crew.get_site_ids(), resting)
            crew.start(calls)
        return claimed or self._settle_batch(resting)

    @api.model
    def _isolated(self, work, record):
        """Do some work and commit it; if that fails, say so and go on.

        :return: False if it was rolled back.
        :rtype: bool
        """
        try:
            return committed(self.env, work, record)
        except Exception:
            self.env.cr.rollback()
            log_exception(_logger, "%s did not work for %s", work.__name__, record)
            return False

    @api.model
    def _together_or_each(self, work, records, alone):
        """Do some work for records and commit it; if that fails, for each by itself.

        One that is broken must not keep all others, and their holders, waiting.

        :param alone: how it is done for a single one: it takes the work and the record.
        :return: False if it was rolled back, because somebody got in between.
        :rtype: bool
        """
        try:
            return committed(self.env, work, records)
        except Exception:
            self.env.cr.rollback()
        for record in records:
            alone(work, record)
        return True

    @api.model
    def _isolated_or_postponed(self, work, access):
        """Do some work for one access; if it is broken, look again after a delay."""
        try:
            committed(self.env, work, access)
        except Exception:
            self.env.cr.rollback()
            log_exception(_logger, "Access %s cannot be settled", access.id)
            committed(
                self.env, self.env["exivo.recorder"]._postpone, access, "internal"
            )

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
    def _claim_refused_sites(self):
        """Decide which refused sites are asked again now, and commit that.

        :rtype: list[Call]
        """
        calls = []
        site = self.env["exivo.site"]
        claimed = committed(self.env, lambda: calls.extend(site._claim_refused()))
        return calls if claimed else []

    @api.model
    def _claim_batch(self, busy_site_ids, resting):
        """Decide what to do for a batch of due accesses, and commit that decision.

        Accesses that somebody else has locked, or has just changed, are left to the
        next round.

        :param set[int] busy_site_ids: sites for which calls are under way.
        :param list[int] resting: ids of accesses for which nothing is left to do;
            receives those that are found now.
        :return: how many accesses were claimed, and the calls to make for them.
        :rtype: tuple[int, list[Call]]
        """
        claimed, calls, at_rest = [], [], []
        if not committed(
            self.env, self._claim_due, busy_site_ids, resting, claimed, calls, at_rest
        ):
            wake(self.env, "ir_cron_synchronise")
            return 0, []
        resting += at_rest
        return len(claimed), calls

    @api.model
    def _claim_due(self, busy_site_ids, resting, claimed, calls, at_rest):
        asked = {site_id for site_id in busy_site_ids if self._is_doubtful(site_id)}
        accesses = self._lock_due(resting, asked)
        try:
            with self.env.cr.savepoint():
                found = self._claim_together(accesses, {*asked})
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            # one broken access must not keep all others from their doors
            found = [
                one
                for access in accesses
                for one in self._claim_or_postpone(access, asked)
            ]
        for access_id, new_calls, is_at_rest in found:
            calls += new_calls
            (at_rest if is_at_rest else claimed).append(access_id)

    @api.model
    def _lock_due(self, resting, asked):
        """A few accesses that are due, those first that must not open doors any more.

        What somebody else has locked is passed over in the search itself: however many
        those are, they keep no others waiting.

        :param list[int] resting: ids of accesses that are left out.
        :param set[int] asked: ids of sites that are left out.
        :rtype: exivo.access
        """
        accesses = self.env["exivo.access"]
        due = accesses._search(
            [
                *self._get_due_domain(),
                ("id", "not in", resting),
                ("site_id", "not in", list(asked)),
            ],
            order="stands, withheld desc, due_at, id",
            limit=BATCH_SIZE,
        )
        locked = self.env.execute_query(
            SQL("%s FOR NO KEY UPDATE SKIP LOCKED", due.select())
        )
        return accesses.browse(one for (one,) in locked)

    @api.model
    def _claim_or_postpone(self, access, asked):
        """Claim one access; if it is broken, look again after a delay."""
        try:
            with self.env.cr.savepoint():
                return self._claim_together(access, asked)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except SecretError as error:
            self.env["exivo.recorder"]._postpone(access, "unreadable", str(error))
        except Exception:
            log_exception(_logger, "Access %s cannot be synchronised", access.id)
            self.env["exivo.recorder"]._postpone(access, "internal")
        return []

    @api.model
    def _claim_together(self, accesses, asked):
        """Decide what to do for some accesses, and write it down.

        :param set[int] asked: sites that have failed lately and are being asked, by one
            call, whether they answer again; their other accesses are left.
        :return: for each access its id, the calls to make, and whether nothing is left
            to do for it.
        :rtype: list[tuple[int, list[Call], bool]]
        """
        decisions = {access: access._decide() for access in accesses}
        new = accesses.filtered(
            lambda access: decisions[access].is_to_create and not access._is_key()
        )
        if new:
            pin_keeper.ensure(new)
        found = []
        for access, decision in decisions.items():
            site = access.site_id
            if site.id in asked:
                continue
            calls = self._claim(access, decision)
            if calls and site.outages:
                asked.add(site.id)
            found.append((access.id, calls, not decision.actions))
        return found

    @api.model
    def _is_doubtful(self, site_id):
        return bool(self.env["exivo.site"].browse(site_id).outages)

    @api.model
    def _claim(self, access, decision):
        """Write down what is about to be done for one access.

        :rtype: list[Call]
        """
        Credential = self.env["exivo.credential"]
        second_looks = self.env["exivo.second.looks"]
        lease = fields.Datetime.now() + LEASE
        calls = []
        # known before anything is ordered, which only takes the place of what stays
        ended = [one for one in decision.actions if isinstance(one, reconcile.Revoke)]
        Credential.browse([one.credential_id for one in ended]).state = "revoking"
        for action in decision.actions:
            if isinstance(action, reconcile.Create):
                if access._lacks_locks():
                    access._note_failure("locks_gone")
                elif access._lacks_recipient():
                    access._note_failure("no_recipient")
                elif access._is_person_in_doubt():
                    access.due_at = fields.Datetime.now() + LOOK_UP_DELAY
                else:
                    calls.append(self._claim_creation(access, action))
                continue
            credential = Credential.browse(action.credential_id)
            if isinstance(action, reconcile.Expire):
                credential._end("expired")
            elif isinstance(action, reconcile.LookUp):
                calls.append(
                    self._new_call(
                        "look_up", credential, credential.kind, credential.token
                    )
                )
            elif isinstance(action, reconcile.Look):
                credential.looked_at = fields.Datetime.now()
                calls.append(
                    self._new_call(
                        "get", credential, credential.kind, credential.remote_id
                    )
                )
            elif isinstance(action, reconcile.LookAgain | reconcile.Ask):
                name, *about = second_looks._claim(credential, action, lease)
                calls.append(self._new_call(name, credential, *about))
            elif isinstance(action, reconcile.Revoke):
                calls.append(
                    self._new_call(
                        "revoke", credential, credential.kind, credential.remote_id
                    )
                )
        if calls:
            leased = [one.credential_id for one in calls if one.name not in MOMENTS]
            Credential.browse(leased).lease = lease
            access.due_at = lease
        access._update_state()
        return calls

    @api.model
    def _claim_creation(self, access, action):
        credential = self.env["exivo.credential"].create(
            {
                **access._get_key_vals(),
                "access_id": access.id,
                "site_id": access.site_id.id,
                "system": access.site_id.system,
                "kind": access._get_kind(),
                "start": action.start,
                "stop": action.stop,
                **self.env["exivo.credential"]._get_asking_vals(action.start),
                "lock_ids": access._get_present_locks().ids,
                "rights": rights.to_json(access._get_present_rights(access.rights)),
                "holder_mark": access.holder_mark,
                "pin": envelope.wrap(open_secret(access, "pin")),
                "pin_number": access.pin_number,
            }
        )
        return self._new_call("grant", credential, get_order(credential))

    @api.model
    def _new_call(self, name, credential, *arguments):
        return Call(
            name,
            arguments,
            credential.site_id.id,
            site_connection.get_connection(credential.site_id),
            access_id=credential.access_id.id,
            credential_id=credential.id,
        )

    # === RECORD === #

    @api.model
    def _record_and_commit(self, call, outcome):
        """Write one outcome and commit it, however often somebody gets in between.

        What Exivo did cannot be rolled back, so a concurrent change of the access
        must not lose it.

        :return: the id of the access, if nothing is left to do for it.
        :rtype: list[int]
        """
        recorder = self.env["exivo.recorder"]
        for _attempt in range(RECORD_ATTEMPTS):
            at_rest = []
            try:
                if committed(self.env, recorder._record, call, outcome, at_rest):
                    return at_rest
            except Exception:
                self.env.cr.rollback()
                log_exception(_logger, "Access %s cannot be recorded", call.access_id)
                break
        # the lease runs out, and the next run finds out at Exivo
        _logger.warning("Credential %s: outcome not written", call.credential_id)
        return []

    # === SETTLE === #

    @api.model
    def _settle_batch(self, resting):
        """Settle a few accesses, and commit that.

        :param list[int] resting: ids of accesses; those that are settled are taken out.
        :return: how many that were.
        :rtype: int
        """
        batch, resting[:] = resting[:BATCH_SIZE], resting[BATCH_SIZE:]
        accesses = self.env["exivo.access"].browse(batch)
        done = self._together_or_each(
            self.env["exivo.settler"]._settle, accesses, self._isolated_or_postponed
        )
        return len(batch) if done else 0

    @api.model
    def _end_uncalled(self):
        """What is over needs no call: it ends at sites that are not called, too."""
        over = self.env["exivo.settler"]._find_uncalled()
        end = self.env["exivo.settler"]._end
        self._together_or_each(end, over, self._isolated_or_postponed)
        if len(over) == settler.BATCH_SIZE:
            wake(self.env, "ir_cron_synchronise")

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
            wake(self.env, "ir_cron_synchronise", min(moments))
