# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A lock system that is nothing but a dictionary: the shortest adapter there can be.

It shows what an adapter owes to Odoo, and that the seam asks for nothing that only
Exivo has.
"""

import dataclasses
import itertools
import threading
from datetime import datetime, timezone

from odoo.addons.exivo_access import adapters, api


class MemoryAdapter:
    """One site of a lock system in memory; see ``adapters.seam.Adapter``."""

    def __init__(self, locks):
        self._locks = locks
        self._grants = {}
        self._members = {}
        self._events = []
        self._numbers = itertools.count(1)
        self._one_at_a_time = threading.Lock()

    def test(self):
        return adapters.Site("House in memory", "en", "Europe/Zurich")

    def list_locks(self):
        return list(self._locks)

    def grant(self, order):
        if order.kind == adapters.PERSON:
            return self._grant_to_person(order)
        unknown = set(order.lock_ids) - {lock.id for lock in self._locks}
        if unknown or order.start >= order.stop:
            raise api.Rejected("There is no such lock, or no such time", 400)
        with self._one_at_a_time:
            grant = adapters.Grant(
                kind=order.kind,
                id=str(next(self._numbers)),
                token=order.token,
                is_live=True,
                link=self._get_link(order),
            )
            self._grants[grant.kind, grant.id] = grant
        # the order was taken; whoever wants to know more has to ask
        return dataclasses.replace(grant, is_confirmed=order.kind != adapters.KEY)

    def _get_link(self, order):
        if order.kind != adapters.VISIT:
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

    def look_up(self, order_kind, token):
        return [
            grant
            for grant in self._grants.values()
            if (grant.kind, grant.token) == (order_kind, token)
        ]

    def get(self, kind, grant_id):
        try:
            return self._grants[kind, grant_id]
        except KeyError:
            raise api.NotFound("There is no such grant", 404) from None

    def revoke(self, kind, grant_id):
        with self._one_at_a_time:
            grant = self._grants.get((kind, grant_id))
            if grant:
                gone = dataclasses.replace(grant, is_live=False)
                self._grants[kind, grant_id] = gone

    def list_grants(self):
        return list(self._grants.values())

    def list_events(self, since, known_until=None):
        return [event for event in self._events if event.at >= (known_until or since)]

    def open(self, lock_id, reference):
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
