# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""One run of the synchroniser, from its first claim to the last outcome.

Nobody waits for somebody else's lock: each site has its share of the threads, those
with the fewest calls under way come first, and a site that may be down has one thread
together with all others that may be.
"""

import logging
import time

from psycopg2.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from odoo import fields
from odoo.fields import Domain

from ... import api as exivo
from ...pure import backoff, pin
from ...tools.calls import Crew, NotMade
from ...tools.quiet_log import log_exception
from ...tools.remembered import read_anew
from ...tools.secret_char import SecretError
from ...tools.transactions import committed, together_or_each, wake
from ..pins import pin_keeper
from ..site import site_connection
from . import turns
from .claims import claim
from .lanes import Lane

_logger = logging.getLogger(__name__)

#: Seconds within which a call has to begin: one that waits longer is not made.
BEGIN_WITHIN = 60
#: Seconds after which a run wakes up for what has become due, while calls are slow.
WAKE_UP_AFTER = 0.3
#: Seconds after which a run begins nothing more at sites that are slow or in doubt.
SLOW_UNTIL = 30
#: Seconds after which a run claims nothing any more, although such a call is under way.
#: Until then it is through, unless its answer trickles in, or it makes many requests:
#: others are served for as long as that one goes on.
LONGEST = 90
#: A site in doubt that is needed soon is asked as if its pause had ended before.
#: Who has waited longer than that goes before it, so that no other is forgotten.
HEAD_START = backoff.LONGEST_PAUSE
#: How many accesses are settled at once.
BATCH_SIZE = 4
#: Seconds for which an outcome is tried to be written while somebody else keeps locked
#: what it is written on.
RECORD_WITHIN = 10
#: Where nothing is divided.
ALL = Lane()


class Run:
    """Works off due accesses, a few at a time, until none is left or its time is over.

    While calls are slow, it goes on with sites that answer.

    :param Environment env: of the scheduled action.
    :param Lane lane: which sites it works for.
    """

    def __init__(self, env, lane=ALL):
        self.env = env
        self.lane = lane
        self.crew = Crew(BEGIN_WITHIN)
        #: ids of accesses for which nothing is left to do at Exivo
        self.resting = []
        #: calls, their outcomes that could not be written yet, and since when
        self.unwritten = []
        #: whether it has waited for what somebody else keeps locked; it does so once
        self.has_waited = False
        self.soon_first = False
        #: whether it has claimed, recorded or settled anything
        self.has_worked = False
        self._began = time.monotonic()
        self._hindrances = {}

    def work(self, seconds_left):
        """Claim, carry out, record and settle.

        :param float seconds_left: as the scheduled action is told.
        :return: how many seconds are left in the end.
        :rtype: float
        """
        with self.crew:
            if self.lane.is_first:
                self.crew.start(self._claim_refused_sites())
            while seconds_left or self.crew or self.unwritten:
                done = self._go_on(bool(seconds_left))
                patience = 0 if done or self.resting else WAKE_UP_AFTER
                if self.unwritten and not self.crew:
                    # no thread to wait for, only whoever keeps a row locked
                    time.sleep(patience)
                through = [(*one, None) for one in self.crew.wait(patience)]
                outcomes, self.unwritten = self.unwritten + through, []
                for call, outcome, since in outcomes:
                    self._record(call, outcome, since)
                done += len(outcomes) - len(self.unwritten)
                self.has_worked |= bool(done)
                seconds_left = self.env["ir.cron"]._commit_progress(done)
                if not (done or self.crew or self.unwritten):
                    break
        return seconds_left

    def _go_on(self, is_in_time):
        """Claim what is due; while the threads have enough to do, settle what rests.

        Once its time is over, only what others' slow calls, and their locks, must not
        keep waiting.

        :return: how many accesses that were.
        :rtype: int
        """
        if not is_in_time and not self._waits_for_others():
            return 0
        calls, claimed = self.claim_batch()
        self.crew.start(calls)
        return claimed or self._settle_batch()

    def _waits_for_others(self):
        is_slow = self.crew.has_slow() or bool(self.unwritten)
        return is_slow and (self._get_age() < LONGEST or self.crew.has_long())

    def _get_age(self):
        return time.monotonic() - self._began

    # === CLAIM === #

    def _claim_refused_sites(self):
        """Decide which refused sites are asked again now, and commit that.

        :rtype: list[Call]
        """
        claimed = committed(self.env, self.env["exivo.site"]._claim_refused)
        return claimed.result if claimed else []

    def claim_batch(self):
        """Decide what to do for some due accesses, and commit that decision.

        Accesses that somebody else has locked, or has just changed, are left to the
        next round.

        :return: the calls to make, and how many accesses were claimed.
        :rtype: tuple[list[Call], int]
        """
        room = self.crew.get_room()
        now = fields.Datetime.now()
        due = turns.find_due_sites(self.env, now) if room > 0 else {}
        if not due:
            return [], 0
        claimed = committed(self.env, self._claim_due, due, room)
        if not claimed:
            wake(self.env, self.lane.name)
            return [], 0
        found = claimed.result
        self.resting += [one for one, calls in found.items() if calls is None]
        return [call for calls in found.values() for call in calls or ()], len(found)

    def _get_shares(self, due):
        """Count what can be claimed of each site, the one to come first first.

        :param dict due: see :func:`turns.find_due_sites`.
        :rtype: dict[int, int]
        """
        sites = self._get_called(filter(self.lane.has, due))
        busy = self.crew.count_by_site()
        doubtful = sites.filtered("outages").sorted(
            lambda one: (one.paused_until or due[one.id][1])
            - HEAD_START * due[one.id][0]
        )
        # one call at a time finds out which of them are back
        is_asked = any(sites.browse(busy).mapped("outages"))
        is_late = self._get_age() >= SLOW_UNTIL
        if not (is_asked or is_late):
            # one where somebody holds all that is due keeps no other from being asked
            doubtful -= next(filter(self._can_claim, doubtful), doubtful[:0])
        sites -= doubtful
        if is_late:  # whoever is served meanwhile must not wait for one more
            sites -= sites.browse(self.crew.find_slow_sites())
        shares = {
            site.id: self.crew.get_share(site.id, site.calls_at_once)
            for site in sites.sorted(
                lambda one: (busy[one.id], not due[one.id][0], due[one.id][1])
            )
        }
        return {site_id: share for site_id, share in shares.items() if share > 0}

    def _can_claim(self, site):
        """Lock what comes next at a site in doubt, if nobody else holds all of it.

        :rtype: bool
        """
        return bool(turns.lock_due(self.env, {site.id: 1}, 1, False, self.resting))

    def _get_called(self, site_ids):
        """Return which of some sites are called now.

        What is in the way of a site is asked once in a run: it takes longer than the
        rest, and the run is short.

        :rtype: exivo.site
        """
        sites = self.env["exivo.site"]
        sites = sites.search(
            sites._get_unpaused_domain() & Domain("id", "in", [*site_ids])
        )
        for site in sites.filtered(lambda one: one.id not in self._hindrances):
            self._hindrances[site.id] = site._get_hindrance()
        return sites.filtered(lambda site: not self._hindrances[site.id])

    def _claim_due(self, due, room):
        """Lock what is due and decide what to do for each.

        :param dict due: see :func:`turns.find_due_sites`.
        :param int room: how many at most.
        :return: the calls by the id of the access; ``None``: nothing is left to do.
        :rtype: dict[int, list[Call] | None]
        """
        shares = self._get_shares(due)
        if not shares:
            return {}
        self.soon_first = not self.soon_first
        read_anew(self.env)  # a lock is gone, or back, before this process is told
        accesses = turns.lock_due(self.env, shares, room, self.soon_first, self.resting)
        try:
            with self.env.cr.savepoint():
                return self._claim_together(accesses)
        except (SerializationFailure, DeadlockDetected):
            raise
        except Exception as error:
            self.has_waited |= isinstance(error, LockNotAvailable)
            # one that is broken, or shares with others what somebody keeps locked, must
            # not keep all others from their doors
            found = {}
            for access in accesses:
                found |= self._claim_or_postpone(access)
            return found

    def _claim_or_postpone(self, access):
        """Claim one access; if it is broken, look again after a delay."""
        try:
            with self.env.cr.savepoint():
                return self._claim_together(access)
        except (SerializationFailure, DeadlockDetected):
            raise
        except LockNotAvailable:
            access._put_off()
        except pin.PinsTaken:
            return self._claim_without_pin(access)
        except SecretError as error:
            return self._claim_rest(access, "unreadable", str(error))
        except Exception:
            log_exception(_logger, "Access %s cannot be synchronised", access.id)
            return self._claim_rest(access, "internal")
        return {access.id: []}

    def _claim_without_pin(self, access):
        """Note that there is none, and let staff hear of it."""
        try:
            with self.env.cr.savepoint():
                access._note_failure("pins_taken")
                access._update_state()
        except (SerializationFailure, DeadlockDetected):
            raise
        except LockNotAvailable:
            access._put_off()
        except Exception:
            log_exception(_logger, "Access %s cannot be synchronised", access.id)
            return self._claim_rest(access, "internal")
        return {access.id: []}

    def _claim_rest(self, access, *failure):
        """Claim what is to be done beside what cannot be ordered, and postpone that.

        What must not open doors any more goes, whatever is wrong with what follows it.
        """
        calls = []
        try:
            with self.env.cr.savepoint():
                decision = access._decide(stalled=True)
                calls = claim(access, decision.without_creation())
        except (SerializationFailure, DeadlockDetected):
            raise
        except LockNotAvailable:
            access._put_off()
            return {access.id: []}
        except Exception:
            calls = []  # it is the same that was noted already
        access._postpone(*failure)
        return {access.id: calls}

    def _claim_together(self, accesses):
        decisions = {access: access._decide() for access in accesses}
        new = accesses.filtered(
            lambda access: decisions[access].is_to_create and not access._is_key()
        )
        held = pin_keeper.find_held(new) if self.has_waited else new.browse()
        if new - held:
            pin_keeper.ensure(new - held)
        (accesses - held).filtered("held_since").held_since = False
        found = {}
        for access, decision in decisions.items():
            if access in held:
                access._put_off()
                found[access.id] = claim(access, decision.without_creation())
            else:
                calls = claim(access, decision)
                found[access.id] = calls if decision.actions else None
        return found

    # === RECORD === #

    def _record(self, call, outcome, since):
        """Write one outcome and commit it, or try that again in the next round.

        What Exivo did cannot be rolled back, so a concurrent change of the access
        must not lose it.

        :param float since: when it could not be written for the first time.
        """
        try:
            done = committed(self.env, self._write_down, call, outcome)
            if done and done.result:
                return
            now = time.monotonic()
            if since is None or now - since < RECORD_WITHIN:
                self.unwritten.append((call, outcome, since or now))
                return
        except Exception:
            self.env.cr.rollback()
            log_exception(_logger, "Access %s cannot be recorded", call.access_id)
            access = self.env["exivo.access"].browse(call.access_id or ())
            together_or_each(lambda one: one._note_failure("internal"), access)
        # the lease runs out, and the next run finds out at Exivo
        _logger.warning("Credential %s: outcome not written", call.credential_id)

    def _write_down(self, call, outcome):
        """Write one outcome, and note whether the access may rest now.

        Should that be rolled back, settling finds out that it may not.

        :return: False if somebody else keeps locked what it is written on.
        :rtype: bool
        """
        site = self.env["exivo.site"].browse(call.site_id)
        if call.name == "test":
            site._note_second_answer(outcome)
            if site.state == "verified" and not self.lane.has(site.id):
                wake(self.env, "ir_cron_synchronise")  # its own lane goes on
            return True
        credential = self.env["exivo.credential"].browse(call.credential_id)
        if not credential.access_id.try_lock_for_update(allow_referencing=True) or (
            isinstance(outcome, exivo.ExivoError)
            and not site.try_lock_for_update(allow_referencing=True)
        ):
            return False
        is_refused = isinstance(outcome, exivo.ExivoError) and outcome.refuses_site
        if is_refused and not site_connection.is_still_used(
            credential.site_id, call.connection
        ):
            # it says nothing of the present key and secret
            outcome = NotMade(outcome, outcome.maybe_done)
        may_rest = credential._record(call.name, outcome)
        if may_rest and call.access_id not in self.resting:
            self.resting.append(call.access_id)
        return True

    # === SETTLE === #

    def _settle_batch(self):
        """Settle a few accesses, and commit that.

        :return: how many that were.
        :rtype: int
        """
        batch, self.resting = self.resting[:BATCH_SIZE], self.resting[BATCH_SIZE:]
        accesses = self.env["exivo.access"].browse(batch)
        together_or_each(type(accesses)._settle, accesses, settle_or_postpone)
        return len(batch)


def settle_or_postpone(env, work, access):
    """Settle one access by some work; if it is broken, look again after a delay.

    :return: True; what could not be done comes back by itself.
    :rtype: bool
    """
    try:
        if not committed(env, work, access):
            committed(env, access._put_off)
    except Exception:
        env.cr.rollback()
        log_exception(_logger, "Access %s cannot be settled", access.id)
        committed(env, access._postpone, "internal")
    return True
