# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds out whose door events are."""

from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import adapters


class Evidence(NamedTuple):
    """Some events may be about these records, looked up for all of them at once."""

    #: ``exivo.lock`` by its id at the lock system
    locks: dict
    #: ``exivo.opening`` by its token
    openings: dict
    #: lists of ``exivo.credential`` by the words that stand for them
    credentials: dict
    #: ``exivo.access`` records that opened a lock meanwhile, by the lock
    neighbours: dict


class ExivoDoorEvent(models.Model):
    """A door event finds the access, holder and booking that it belongs to.

    - *Certain*: the lock system's log has our token, or its id of a credential.
    - *A guess*: it names nobody, and only one access opened that door then. Where
      several did for one booking, only the booking is known. Or somebody else opened
      the door from Odoo for the holder: nobody knows who came in.
    - What names somebody else is theirs.
    """

    _inherit = "exivo.door.event"

    def _keep(self, site, events):
        """Keep those of some events that are not known yet.

        :param site: the ``exivo.site`` record whose doors they are of.
        :param list[DoorEvent] events: of that site, oldest first.
        """
        known = self.search_fetch(
            [
                ("site_id", "=", site.id),
                ("remote_id", "in", [event.id for event in events]),
            ],
            ["remote_id"],
        )
        known = set(known.mapped("remote_id"))
        news = [event for event in events if event.id not in known]
        if not news:
            return
        rows = self.create(self._match(site, news))
        rows.access_id._note_arrival(rows)
        rows._were_heard()

    def _match(self, site, events):
        """Turn door events into rows.

        :param site: the ``exivo.site`` record whose doors they are of.
        :param list[DoorEvent] events: of that site.
        :return: values for ``exivo.door.event``, in the order of the events.
        :rtype: list[dict]
        """
        evidence = self._gather(site, events)
        return [self._get_vals(site, event, evidence) for event in events]

    def _gather(self, site, events):
        """Look up what the events may be about.

        :rtype: Evidence
        """
        words = list(frozenset().union(*(event.words for event in events)))
        locks = site.with_context(active_test=False).lock_ids
        locks = {lock.remote_id: lock for lock in locks}
        openings = self.env["exivo.opening"].search([("token", "in", words)])
        return Evidence(
            locks=locks,
            openings={opening.token: opening for opening in openings},
            credentials=self._find_credentials(site, words),
            neighbours=self._find_neighbours(site, events, locks),
        )

    def _get_vals(self, site, event, evidence):
        """Return one event as a row."""
        at = event.at.replace(tzinfo=None, microsecond=0)
        lock = evidence.locks.get(event.lock_id)
        return {
            "site_id": site.id,
            "remote_id": event.id,
            "occurred_at": at,
            "kind": event.kind,
            "name": event.name,
            "lock_id": lock.id if lock else False,
            **self._get_owner_vals(event, at, lock, evidence),
        }

    def _get_owner_vals(self, event, at, lock, evidence):
        """Return whose an event is, as far as it can be told.

        :param DoorEvent event: of the lock system.
        :param datetime at: naive UTC.
        :param lock: an ``exivo.lock`` record, or None if it is not known.
        :param Evidence evidence: of all events.
        :rtype: dict
        """
        openings = evidence.openings
        opening = next((openings[one] for one in event.words if one in openings), None)
        if opening:
            holder = opening.access_id.partner_id
            is_theirs = opening.user_id.partner_id == holder
            certainty = "certain" if is_theirs else "guess"
            owner = self._belongs_to(opening.access_id, certainty)
            return {"opening_id": opening.id, **owner}
        credentials = evidence.credentials
        mine = [one for word in event.words for one in credentials.get(word, ())]
        if mine:
            mine.sort(key=lambda one: (not one.start <= at <= one.stop, -one.id))
            return self._belongs_to(mine[0].access_id, "certain")
        if event.actor:
            return {"actor": event.actor[:64]}
        near = self.env["exivo.access"].union(
            *(
                one
                for one in evidence.neighbours.get(lock, ())
                if one.start <= at <= one.stop
            )
        )
        if len(near) == 1:
            return self._belongs_to(near, "guess")
        if len(near.booking_id) == 1 and all(one.booking_id for one in near):
            return {"booking_id": near.booking_id.id, "certainty": "guess"}
        return {}

    def _belongs_to(self, access, certainty):
        """Return what an event says of an access, its holder and booking, if any."""
        if not access:
            return {}
        return {
            "access_id": access.id,
            "partner_id": access.partner_id.id,
            "booking_id": access.booking_id.id,
            "certainty": certainty,
        }

    def _find_credentials(self, site, words):
        """Find credentials by the words that stand for them in a log.

        The log names a person without the group. Our id has the group after a slash.

        :rtype: dict[str, list]
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM exivo_credential WHERE site_id = %(site)s"
                " AND (token = ANY(%(words)s)"
                " OR split_part(remote_id, '/', 1) = ANY(%(words)s))",
                site=site.id,
                words=words,
            )
        )
        found = {}
        for credential in self.env["exivo.credential"].browse(row[0] for row in rows):
            for word in (credential.token, (credential.remote_id or "").split("/")[0]):
                found.setdefault(word, []).append(credential)
        return found

    def _find_neighbours(self, site, events, locks):
        """Find accesses that opened locks while something happened there by nobody.

        Where several members could enter all the time, it may have been any of them:
        however many they are, they are not read.

        :param dict locks: the site's, by their ids there.
        :return: lists of ``exivo.access`` records by the lock that they opened.
        :rtype: dict[exivo.lock, list]
        """
        nameless = [
            event
            for event in events
            if event.lock_id in locks
            and event.kind in (adapters.OPENED, adapters.DENIED)
            and not event.actor
        ]
        if not nameless:
            return {}
        moments = [event.at.replace(tzinfo=None) for event in nameless]
        first, last = min(moments), max(moments)
        of_site = Domain("site_id", "=", site.id)
        of_site &= Domain("state", "in", ("created", "expired"))
        all_the_time = Domain("booking_id", "=", False)
        all_the_time &= Domain("start", "<=", first) & Domain("stop", ">=", last)
        accesses = self.env["exivo.access"]
        counts = dict(
            accesses._read_group(of_site & all_the_time, ["lock_ids"], ["__count"])
        )
        found = {locks[event.lock_id]: [] for event in nameless}
        found = {lock: [] for lock in found if counts.get(lock, 0) < 2}
        meanwhile = Domain("start", "<=", last) & Domain("stop", ">=", first)
        opened = Domain("lock_ids", "in", [lock.id for lock in found])
        for access in accesses.search(of_site & meanwhile & opened):
            for lock in access.lock_ids:
                if lock in found:
                    found[lock].append(access)
        return found
