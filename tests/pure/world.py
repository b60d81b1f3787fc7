# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One access, its credentials and a pretended Exivo, in which anything may go wrong.

The world does with a decision what the synchroniser does: it writes the intention with
a lease, calls, and writes the outcome; it looks again only when something is due.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import settings

from odoo.addons.exivo_access.pure.reconcile import (
    CREATING,
    LIVE,
    LONGEST_LEASE,
    REVOKING,
    AskConfirmed,
    Create,
    Credential,
    Expire,
    LookAgain,
    LookUp,
    Revoke,
    Wanted,
    decide,
    find_state_of_returned,
    find_working,
    get_next_look_again,
    is_usable,
    state,
)

#: What is closed, whichever way.
ENDED = "revoked"
DAWN = datetime(2026, 6, 1, 6, 0)
LEASE = timedelta(seconds=120)
RETRY = timedelta(seconds=15)
#: Far more rounds than it takes to come to rest.
MANY = 60
#: So often something goes wrong before it counts as tried in vain.
ENOUGH_TRIES = 3

#: How many histories are tried: a few in every run, others by EXIVO_HISTORIES=5000.
MORE = os.environ.get("EXIVO_HISTORIES")
HISTORIES = settings(
    derandomize=not MORE, max_examples=int(MORE or 300), stateful_step_count=40
)


@dataclass
class Visit:
    """What is at Exivo."""

    start: datetime
    stop: datetime
    lock_ids: frozenset
    pin: str
    has_link: bool
    confirmed: bool
    revoked: bool = False

    def opens(self, now):
        return self.start <= now < self.stop and not self.revoked and self.confirmed


class World:
    """Time, the access as it is wanted, our rows, and Exivo."""

    def __init__(self):
        self.now = DAWN
        self.wanted = Wanted(
            True, DAWN, DAWN + timedelta(hours=2), frozenset({1}), "048213"
        )
        self.due = DAWN
        #: how often in a row something went wrong
        self.tries = 0
        self.rows = {}
        self.expired = {}
        #: rows that are closed, and looked for again
        self.ended = {}
        self.looks = {}
        self.visits = {}
        #: when Exivo carries out what it was asked for: moments by number
        self.late = {}
        self.calls = []

    # What people do

    def want(self, **changes):
        """Change the access, as the planner or a person does."""
        self.wanted = replace(self.wanted, blocked=False, **changes)
        self.count_tries(0)
        self.due = self.now

    def count_tries(self, tries):
        self.tries = tries
        self.wanted = replace(self.wanted, stalled=tries >= ENOUGH_TRIES)

    # What becomes of time

    def set_back_clock(self, seconds):
        """The clock was ahead: what it had called over is not, and is looked after."""
        self.now -= timedelta(seconds=seconds)
        self.calls.clear()
        self.mend()
        self.due = self.now

    def mend(self):
        """As ``sync/clock.py`` does."""
        for rows in (self.rows, self.ended):
            for number, row in rows.items():
                if row.look_again and row.look_again > self.now + LONGEST_LEASE:
                    rows[number] = replace(row, look_again=self.now)
        for number, row in list(self.expired.items()):
            state = find_state_of_returned(
                row, row.state != CREATING, list(self.rows.values()), self.now
            )
            if state:
                self.rows[number] = replace(self.expired.pop(number), state=state)

    # What the synchroniser does

    def claim(self):
        """Decide, and write the intention; the calls are then under way."""
        rows = list(self.rows.values())
        self.arrive()
        ended = list(self.ended.values())
        decision = decide(self.wanted, rows, self.now, ended)
        self.check_decision(decision, rows, ended)
        for action in decision.actions:
            if isinstance(action, Expire):
                number = action.credential_id
                self.expired[number] = self.rows.pop(number)
                continue
            if isinstance(action, Create):
                number = self.add_row(action)
            else:
                number = action.credential_id
                if isinstance(action, Revoke):
                    self.change(number, state=REVOKING)
            self.calls.append((type(action), number))
            if isinstance(action, LookAgain):
                self.change(number, look_again=self.now + LEASE)
            else:
                self.change(number, lease=self.now + LEASE)
        self.due = self.now + LEASE if self.calls else decision.due_at

    def add_row(self, action):
        known = (self.rows, self.expired, self.ended, self.visits, self.late)
        number = max([0, *(number for one in known for number in one)]) + 1
        self.rows[number] = Credential(
            number,
            CREATING,
            action.start,
            action.stop,
            self.wanted.lock_ids,
            self.wanted.pin,
        )
        return number

    def carry_out(self, call, has_link=True, confirms=True, margin=0):
        """Exivo does what it is asked for; returns the outcome.

        :param bool has_link: whether what it makes comes with a link.
        :param bool confirms: whether it confirms what it is asked to make, or about.
        :param int margin: how many seconds ahead the start that was sent is at least.
        """
        self.arrive()
        kind, number = call
        visit = self.visits.get(number)
        if kind is Create:
            row = self.rows[number]
            assert visit is None, "the same credential was made twice"
            start = max(row.start, self.now + timedelta(seconds=margin))
            visit = Visit(start, row.stop, row.lock_ids, row.pin, has_link, confirms)
            self.visits[number] = visit
        elif kind is AskConfirmed:
            visit.confirmed = visit.confirmed or confirms
            visit.has_link = visit.has_link or has_link
        elif kind is Revoke:
            visit.revoked = True
        return visit

    def carry_out_late(self, call, seconds):
        """Exivo takes the order, and carries it out some time later."""
        _kind, number = call
        row = self.rows[number]
        visit = Visit(row.start, row.stop, row.lock_ids, row.pin, True, True)
        self.late[number] = (self.now + timedelta(seconds=seconds), visit)

    def arrive(self):
        """What was late is there now."""
        for number, (moment, visit) in list(self.late.items()):
            if moment <= self.now:
                self.visits[number] = visit
                del self.late[number]

    def record(self, call, visit):
        """Write a good outcome."""
        kind, number = call
        if kind is LookAgain:
            self.record_look_again(number, visit)
        elif kind is Revoke or visit is None or visit.revoked:
            self.end(number)
        else:
            row_before = self.rows[number]
            self.change(
                number,
                state=LIVE,
                lease=self.now + RETRY
                if (kind is AskConfirmed and not visit.confirmed) or not visit.has_link
                else None,
                start=visit.start if kind is Create else self.rows[number].start,
                usable=visit.has_link,
                awaits_link=not visit.has_link,
                confirmed=visit.confirmed,
            )
            if kind is AskConfirmed and visit.has_link and row_before.awaits_link:
                self.wanted = replace(self.wanted, blocked=False)
            if kind is not AskConfirmed and not visit.has_link:
                self.wanted = replace(self.wanted, blocked=True)
        if kind is not LookAgain:
            self.count_tries(0)
        if kind is LookUp:
            self.note_looked(number, 0)
        self.due = self.now

    def end(self, number):
        self.ended[number] = replace(self.rows.pop(number), state=ENDED, lease=None)

    def note_looked(self, number, looks):
        self.looks[number] = looks
        self.change(number, look_again=get_next_look_again(looks, self.now))

    def record_look_again(self, number, visit):
        """What is alive although its row is closed has to go."""
        if visit and not visit.revoked and number in self.ended:
            self.rows[number] = replace(self.ended.pop(number), state=REVOKING)
        self.note_looked(number, self.looks[number] + 1)

    def record_failure(self, call, known_not_done, refused=False):
        """Write a bad outcome."""
        kind, number = call
        self.count_tries(self.tries + 1)
        if kind is LookAgain:
            self.change(number, look_again=self.now + RETRY)
        elif kind is Create and known_not_done:
            del self.rows[number]
            if refused:
                self.wanted = replace(self.wanted, blocked=True)
        else:
            self.change(number, lease=self.now + RETRY)
        self.due = self.now + RETRY

    def change(self, number, **changes):
        rows = self.rows if number in self.rows else self.ended
        rows[number] = replace(rows[number], **changes)

    # What must hold

    def check_decision(self, decision, rows, ended):
        assert decision == decide(self.wanted, list(rows), self.now, list(ended))
        assert decision.due_at is None or decision.due_at > self.now
        if any(isinstance(action, Create) for action in decision.actions):
            assert not any(row.state == CREATING for row in rows), (
                "a creation while the outcome of another one is unknown"
            )
        revoked = {
            action.credential_id
            for action in decision.actions
            if isinstance(action, Revoke)
        }
        needed_now = (
            self.wanted.is_wanted and self.wanted.start <= self.now < self.wanted.stop
        )
        working = {
            number
            for number, visit in self.visits.items()
            if visit.opens(self.now)
            and visit.has_link
            and number in self.rows
            and self.rows[number].state == LIVE
            and self.rows[number].confirmed
            # what lets in too many does not stay where nothing will take its place
            and not (
                (self.wanted.blocked or self.wanted.stalled)
                and (
                    visit.lock_ids - self.wanted.lock_ids
                    or visit.pin != self.wanted.pin
                )
            )
        }
        if needed_now and working:
            assert working - revoked, "the last credential that works is revoked"

    def check(self):
        """What holds at any moment."""
        assert sum(row.state == CREATING for row in self.rows.values()) <= 1
        forgotten = [
            number
            for number, visit in self.visits.items()
            if not visit.revoked
            and self.now < visit.stop
            and number not in {**self.rows, **self.expired}
        ]
        looked_for = {n for n, row in self.ended.items() if row.look_again}
        forgotten = set(forgotten) - looked_for
        assert not forgotten, "alive at Exivo, and we do not know it"
        if self.state() == "created":
            working = find_working(self.wanted, list(self.rows.values()), self.now)
            visit = self.visits[working.id]
            assert not visit.revoked and visit.has_link and visit.confirmed
            assert (visit.stop, visit.lock_ids, visit.pin) == (
                self.wanted.stop,
                self.wanted.lock_ids,
                self.wanted.pin,
            )
            if visit.start != self.wanted.start:
                soon = self.now + timedelta(seconds=60)
                assert max(visit.start, self.wanted.start) <= soon
        if self.state() in ("removed", "expired"):
            assert looked_for.issuperset(self.alive())

    def state(self):
        return state(self.wanted, list(self.rows.values()), self.now)

    def alive(self):
        """The numbers of what could open a door now or later."""
        return [
            number
            for number, visit in self.visits.items()
            if not visit.revoked and self.now < visit.stop
        ]

    def come_to_rest(self):
        """Let nothing fail any more, and wait only as long as there is a reason to."""
        self.calls.clear()
        self.wanted = replace(self.wanted, blocked=False)
        self.count_tries(0)
        for _round in range(MANY):
            self.arrive()
            if self.is_at_rest():
                return
            assert self.due is not None, "nobody will look again"
            self.now = max(self.now, self.due)
            self.mend()
            self.claim()
            for call in self.calls:
                self.record(call, self.carry_out(call))
            self.calls.clear()
            self.check()
        raise AssertionError("it does not come to rest")

    def is_at_rest(self):
        if self.due is not None and self.due <= self.now:
            return False
        every = [*self.rows.values(), *self.ended.values()]
        if any(row.look_again and row.stop > self.now for row in every):
            return False
        working = find_working(self.wanted, list(self.rows.values()), self.now)
        if self.wanted.is_wanted and is_usable(self.wanted, self.now) and not working:
            return False
        return list(self.rows) == ([working.id] if working else [])
