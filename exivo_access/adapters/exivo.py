# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Speaks to Exivo in the words of the seam. Knows nothing of Odoo."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from .. import api as exivo
from .exivo_keys import KeyGrants
from .exivo_persons import PersonGrants
from .naming import name_of, token_of
from .refusals import ordering, telling_whose
from .seam import (
    ALARM,
    DENIED,
    KEY,
    NOT_READY,
    OPENED,
    OTHER,
    PERSON,
    VISIT,
    DoorEvent,
    Grant,
    Lock,
    Site,
)
from .starts import grant_in_time

#: Exivo's names of events contain these words; the names are an open set.
EVENT_KINDS = {
    "alarm": ALARM,
    "denied": DENIED,
    "permitted": OPENED,
    "unlocked": OPENED,
    "notready": NOT_READY,
}
#: No clock is ahead by more.
MOST_AHEAD = timedelta(days=1)
#: Exivo takes PINs of these lengths (``^[0-9]{4,6}$``).
PIN_LENGTHS = range(4, 7)


class ExivoAdapter:
    """Speaks to one Exivo site; :class:`.seam.Adapter` says what each method promises.

    A visit carries the reference and the token of its order as the visitor's name,
    the only text of it that Exivo keeps. Every visit has a link, and every PIN of one
    opens keypads, too.

    :param exivo.ExivoClient client: calls the API for this site.
    """

    def __init__(self, client):
        self._client = client
        self._persons = PersonGrants(client)
        self._keys = KeyGrants(client)
        #: All grants that are no visits are in here.
        self._others = {PERSON: self._persons, KEY: self._keys}

    def test(self):
        info = self._client.get_site_info()
        return Site(info.name, info.language, info.time_zone, PIN_LENGTHS)

    def list_locks(self):
        with telling_whose(self._client):
            components = self._client.list_components()
        return [
            Lock(
                id=component.id,
                name=component.name,
                labelling=component.labelling,
                kind=component.kind,
                is_ready=component.ready,
                mode=component.mode,
                is_alarm=component.is_alarm,
                zone_ids=component.zone_ids,
            )
            for component in components
            if not component.is_gateway
        ]

    def grant(self, order):
        if order.kind == PERSON:
            with ordering(self._client):
                return self._persons.grant(order)
        make = self._keys.grant if order.kind == KEY else self._make_visit
        with ordering(self._client, order.lock_ids):
            grant, start = grant_in_time(
                self._client.clock,
                order,
                lambda start: make(replace(order, start=start)),
            )
        if grant.token != order.token:
            raise exivo.InvalidAnswer("The answer is about another order")
        return replace(grant, start=start)

    def _make_visit(self, order):
        visit = self._client.create_visit(_visit_request(order))
        if not visit.is_live:
            raise exivo.InvalidAnswer("The visit was made, and opens nothing")
        return _grant_of(visit)

    def look_up(self, order_kind, token, landmarks=None):
        # Where nothing is known, all is read.
        known = [landmarks] if landmarks else []
        with telling_whose(self._client):
            if order_kind in self._others:
                found = self._others[order_kind].look_up(token, *known)
            else:
                found = map(_grant_of, self._client.find_visits(token, *known))
            # Exivo searches by a part of the name.
            return [grant for grant in found if grant.token == token]

    def get(self, kind, grant_id):
        with telling_whose(self._client):
            if kind in self._others:
                return self._others[kind].get(grant_id)
            return _grant_of(self._client.get_visit(grant_id))

    def revoke(self, kind, grant_id):
        with ordering(self._client):
            if kind in self._others:
                return self._others[kind].revoke(grant_id)
            return self._client.revoke_visit(grant_id)

    def list_grants(self, kind):
        with telling_whose(self._client):
            if kind in self._others:
                yield from self._others[kind].list_all()
            else:
                # nobody asks what they open, and ten thousand doors for each are much
                for visit in self._client.find_visits(""):
                    yield replace(_grant_of(visit), opens=None)

    def list_events(self, since, known_until=None):
        # A day more, since it is not documented in which zone the days of the log are.
        first_day = (since - timedelta(days=1)).date()
        with telling_whose(self._client):
            entries = self._client.list_log(first_day, known_until)
        if entries and not any(entry.occurred_at for entry in entries):
            # taken for a log without news, it would say that nobody has come
            raise exivo.InvalidAnswer("The log does not say when anything happened")
        events = [_event_of(entry) for entry in entries if entry.occurred_at]
        # By hours a clock may be ahead; what is further has a stamp that means nothing.
        now = datetime.now(timezone.utc)
        events = [
            replace(event, at=now) if event.at > now + MOST_AHEAD else event
            for event in events
            if event.at >= since
        ]
        return sorted(events, key=lambda event: (event.at, event.id))

    def open(self, lock_id, reference):
        with ordering(self._client, [lock_id]):
            self._client.unlock(lock_id, reference)


def _visit_request(order):
    return exivo.VisitRequest(
        name=name_of(order.reference, order.token),
        code=order.pin,
        valid_from=order.start,
        valid_to=order.stop,
        component_ids=order.lock_ids,
        sms_number=order.phone,
        email=order.email,
    )


def _grant_of(visit):
    return Grant(
        kind=VISIT,
        id=visit.id,
        token=token_of(visit.name),
        is_live=visit.is_live,
        link=visit.link,
        is_over=visit.is_over,
        opens=visit.component_ids,
    )


def _event_of(entry):
    kinds = (kind for part, kind in EVENT_KINDS.items() if part in entry.name.lower())
    return DoorEvent(
        id=entry.id,
        kind=next(kinds, OTHER),
        name=entry.name,
        at=entry.occurred_at,
        lock_id=entry.component_id,
        actor=entry.actor,
        words=entry.words,
    )
