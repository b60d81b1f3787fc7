# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads what the doors of a site reported, and opens one of them from afar."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from .addresses import path_id
from .types import id_of, parse_stamp, storable, text_of

#: With so many entries in a row that are known, a log is believed to have no news.
ENOUGH = 20


@dataclass(frozen=True)
class LogEntry:
    """This is one entry of ``GET /accesslog/component``.

    The specification only says that ``data`` is an object. A running client (raycast)
    reads ``component``, ``person``, ``user``, ``medium`` and ``apiIdentifier`` in it.
    Where a visit or ``delegatedUser`` stands is not known, so every text is kept as
    words, in which the caller finds what is its own.
    """

    #: Exivo's id; a digest of the entry where there is none
    id: str
    #: Exivo's word for what happened, an open set; most likely those of its webhook
    name: str
    #: None where it is no moment
    occurred_at: datetime | None
    component_id: str
    #: who did it, as Exivo names them; empty where it names nobody
    actor: str = field(repr=False)
    #: all words of all texts, ids included
    words: frozenset = field(repr=False)

    @classmethod
    def from_json(cls, row):
        data = row.get("data")
        data = data if isinstance(data, dict) else {}
        return cls(
            id=entry_id(row),
            name=text_of(row, "name"),
            occurred_at=parse_stamp(row.get("occurredAt")),
            component_id=text_of(_part(data, "component"), "id"),
            actor=_actor_of(data),
            words=frozenset(" ".join(_texts(data)).split()),
        )


def entry_id(row):
    """Return the id of an entry, or a digest that tells it from others without one.

    :rtype: str
    :raise ValueError: it is no entry at all.
    """
    try:
        return id_of(row)
    except KeyError:
        fact = json.dumps(row, sort_keys=True).encode()
        return f"sha256-{hashlib.sha256(fact).hexdigest()}"


class AccessLogCalls:
    """Makes the calls of :class:`.client.ExivoClient` about doors and their log."""

    def list_log(self, first_day, known_until=None):
        """Read what the components reported (``GET /accesslog/component``).

        Whether ``from`` is inclusive, of which zone its day is, and in which order
        entries come is not documented: ask for a day more, and sort.

        :param date first_day: the log from this day on.
        :param datetime known_until: older entries are known already. Where the log
            turns out to have the newest first, most of them are left out.
        :rtype: list[LogEntry]
        :raise ExivoError: any of :mod:`.errors`.
        """
        query = {"from": first_day.isoformat()}
        entries = self._pages(
            "/accesslog/component", LogEntry.from_json, entry_id, query
        )
        return list(_until(known_until, entries) if known_until else entries)

    def unlock(self, component_id, delegated_user):
        """Ask for a door to open (``POST /component/{id}/unlock``).

        Exivo takes the request without promising that the door opens (204). Never
        send it again on your own: the door could open when nobody is there.

        :param str component_id: Exivo's id.
        :param str delegated_user: what Exivo's log shows as who wanted it.
        :raise ExivoError: where ``maybe_done`` is set, the door may open all the same.
        """
        path = f"/component/{path_id(component_id)}/unlock"
        self._call("POST", path, {"delegatedUser": delegated_user})


def _until(moment, entries):
    """Yield entries as long as there may be any that happened after a moment.

    That ends with several older ones in a row, if up to there each was older than those
    before. Otherwise all are yielded: nobody has promised that the newest come first.
    """
    newest = last = None
    is_falling, older = True, 0
    for entry in entries:
        yield entry
        at = entry.occurred_at
        if not at:
            continue
        newest = newest or at
        is_falling = is_falling and at <= (last or at)
        older = older + 1 if at < moment else 0
        last = at
        if is_falling and older >= ENOUGH and at < newest:
            return


def _part(data, name):
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _actor_of(data):
    """Return who did it: a person, a user of Exivo's portal, a visit, or an API key.

    A medium alone names nobody: a visitor's phone is one, too.
    """
    for part in (_part(data, "person"), _part(data, "user")):
        names = text_of(part, "firstName"), text_of(part, "lastName")
        actor = " ".join(filter(None, names)) or text_of(part, "userName")
        if actor or part:
            return actor or "?"
    actor = text_of(_part(data, "visit"), "name") or text_of(data, "delegatedUser")
    return actor or ("API" if data.get("apiIdentifier") else "")


def _texts(value):
    """Yield all texts within a value of JSON."""
    if isinstance(value, str):
        yield storable(value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
