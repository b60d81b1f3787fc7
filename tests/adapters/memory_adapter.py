# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A lock system that is nothing but a dictionary: the shortest adapter there can be.

It shows what an adapter owes to Odoo, and that the seam asks for nothing that only
Exivo has. What is known of Exivo's successor is so here: a link and a PIN at a keypad
are two different things, PINs are longer, doors that are not online are left out
without a word, a revocation may take its time, and a token has to be renewed.
"""

import dataclasses
import itertools
import threading
from datetime import datetime, timezone

from odoo.addons.exivo_access import adapters, api

PIN_LENGTHS = range(6, 9)
_NUMBERS = itertools.count(1)


def list_all(adapter):
    """Read the grants of all kinds."""
    return [one for kind in adapters.KINDS for one in adapter.list_grants(kind)]


class MemoryHouse:
    """The lock system itself: it knows its customers, and what they may call it by."""

    def __init__(self):
        self.customer_id, self.secret, self.version = "customer", "secret", "v8"
        self.tokens = set()

    def log_in(self, customer_id, secret, version):
        """Return a token that is good until it has expired."""
        if (customer_id, secret) != (self.customer_id, self.secret):
            raise api.Unauthorized("Wrong credentials", 401)
        if version != self.version:
            raise api.NotFound("There is no such version any more", 404)
        token = f"token {next(_NUMBERS)}"
        self.tokens.add(token)
        return token

    def check(self, token):
        """Answer no call with another token."""
        if token not in self.tokens:
            raise api.Unauthorized("The token has expired", 401)


class MemoryAdapter:
    """One site of a lock system in memory; see ``adapters.seam.Adapter``.

    :param locks: all doors of the site.
    :param offline: the ids of those that open neither by a link nor by a PIN.
    """

    def __init__(self, locks, offline=(), house=None, secret="secret", version="v8"):
        self.house = house or MemoryHouse()
        self._account = ("customer", secret, version)
        self._token = None
        self._offline = frozenset(offline)
        #: how often a revocation is still only pending
        self.pending = 0
        self._locks = locks
        self._grants = {}
        self._members = {}
        self._events = []
        self._numbers = itertools.count(1)
        self._one_at_a_time = threading.Lock()

    def _log_in(self):
        """Renew the token if it has expired: once, since a second refusal is one."""
        try:
            self.house.check(self._token)
        except api.Unauthorized:
            self._token = self.house.log_in(*self._account)
            self.house.check(self._token)

    def test(self):
        try:
            self._log_in()
        except api.ExivoError as error:
            error.refuses_site = True
            raise
        return adapters.Site("House in memory", "en", "Europe/Zurich", PIN_LENGTHS)

    def list_locks(self):
        self._log_in()
        return list(self._locks)

    def grant(self, order):
        self._log_in()
        if order.kind == adapters.PERSON:
            return self._grant_to_person(order)
        unknown = set(order.lock_ids) - {lock.id for lock in self._locks}
        if unknown or order.start >= order.stop:
            raise api.Rejected("There is no such lock, or no such time", 400)
        if order.kind == adapters.VISIT and len(order.pin) not in PIN_LENGTHS:
            raise api.Rejected("The PIN is too short or too long", 400)
        with self._one_at_a_time:
            grant = adapters.Grant(
                kind=order.kind,
                id=str(next(self._numbers)),
                token=order.token,
                is_live=True,
                link=self._get_link(order),
                left_out=self._offline & set(order.lock_ids),
            )
            self._grants[grant.kind, grant.id] = grant
        # the order was taken; whoever wants to know more has to ask
        return dataclasses.replace(grant, is_confirmed=order.kind != adapters.KEY)

    def _get_link(self, order):
        if order.kind != adapters.VISIT or order.at_keypad:
            return ""
        return f"https://memory.example.com/{order.token}"

    def _grant_to_person(self, order):
        """A person has one grant at a time: the new one takes the place of the old."""
        unknown = {lock for lock, _hours in order.rights} - {
            lock.id for lock in self._locks
        }
        if unknown:
            raise adapters.ZonesDiffer((), unknown)
        with self._one_at_a_time:
            number = self._members.setdefault(order.member, next(self._numbers))
            for key, grant in self._grants.items():
                if grant.id.startswith(f"{number}/"):
                    self._grants[key] = dataclasses.replace(grant, is_live=False)
            grant_id = f"{number}/{next(self._numbers)}"
            grant = adapters.Grant(
                *(order.kind, grant_id, order.token, True),
                person_id=str(number),
                member=order.member,
            )
            self._grants[grant.kind, grant.id] = grant
        return grant

    def look_up(self, order_kind, token, landmarks=None):
        self._log_in()
        return [
            grant
            for grant in self._grants.values()
            if (grant.kind, grant.token) == (order_kind, token)
        ]

    def get(self, kind, grant_id):
        self._log_in()
        try:
            return self._grants[kind, grant_id]
        except KeyError:
            raise api.NotFound("There is no such grant", 404) from None

    def revoke(self, kind, grant_id):
        self._log_in()
        with self._one_at_a_time:
            if self.pending:
                self.pending -= 1
                raise adapters.RevocationPending
            grant = self._grants.get((kind, grant_id))
            if grant:
                gone = dataclasses.replace(grant, is_live=False)
                self._grants[kind, grant_id] = gone
            return grant is not None

    def list_grants(self, kind):
        self._log_in()
        return [grant for grant in self._grants.values() if grant.kind == kind]

    def list_events(self, since, known_until=None):
        self._log_in()
        return [event for event in self._events if event.at >= (known_until or since)]

    def open(self, lock_id, reference):
        self._log_in()
        if lock_id not in {lock.id for lock in self._locks}:
            raise api.Rejected("There is no such lock", 400)
        with self._one_at_a_time:
            self._events.append(
                adapters.DoorEvent(
                    id=str(next(self._numbers)),
                    kind=adapters.OPENED,
                    name="opened from afar",
                    at=datetime.now(timezone.utc),
                    lock_id=lock_id,
                    actor=reference,
                    words=frozenset(reference.split()),
                )
            )
