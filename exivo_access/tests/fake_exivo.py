# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The stand-in for Exivo of all tests of the add-ons, at the seam of the client.

So what Odoo and the adapter do together is tested. How the client talks HTTP is tested
in ``tests/client`` and ``tests/contract``.
"""

import itertools
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from threading import Lock

from .. import api as exivo
from .fake_persons import FakePersons

#: All tests of bookings live on this Monday morning.
NOW = datetime(2027, 3, 1, 9, 0, 0)


class FakeExivo(FakePersons):
    """Stands in for the Exivo client: keeps visits and persons, fails on demand."""

    _one_by_one = Lock()

    def __init__(self):
        self.components = []
        self.forget()

    def forget(self):
        """Back to a site without visits and keys."""
        self.visits = {}
        self.keys = {}
        self.phones_wait = False
        self.log = []
        self.unlocked = []
        self.calls = []
        self.errors = []
        #: raised by every call, for as long as it is there
        self.refusal = None
        #: how far its clock is ahead, and how long it takes to carry an order out
        self.ahead = self.takes = timedelta()
        #: makes visits without these doors, and says what they open
        self.leaves_out = set()
        #: what time it is there, as far as answers have told
        self.clock = exivo.ServerClock()
        self._ids = itertools.count(1)
        self.forget_persons()

    def fail(self, error, calls=None, after=False):
        """Let the next call fail.

        :param exivo.ExivoError error: what is raised.
        :param str calls: name of the client's method, any if left out.
        :param bool after: carry the call out, and fail then.
        """
        self.errors.append((calls, error, after))

    def live_visits(self):
        return [visit for visit in self.visits.values() if not visit["revoked"]]

    @contextmanager
    def _call(self, name):
        self.calls.append(name)
        self.clock.hear(format_datetime(self.now()))
        if self.refusal:
            raise self.refusal
        with self._one_by_one:  # calls are made side by side
            due = next((one for one in self.errors if one[0] in (None, name)), None)
            if due:
                self.errors.remove(due)
        if due and not due[2]:
            raise due[1]
        yield
        if due:
            raise due[1]

    def now(self):
        """What time it is there."""
        return datetime.now(timezone.utc) + self.ahead

    def _check(self, request):
        """Refuse what cannot be made, as the simulator does."""
        if request.valid_from < self.now() + self.takes:
            raise exivo.Rejected("validFrom must not be in the past.", 400)

    def _visit(self, visit):
        opened = frozenset(visit["request"].component_ids) - self.leaves_out
        return exivo.Visit(
            visit["id"],
            visit["request"].name,
            visit["link"],
            visit["revoked"],
            visit.get("expired", False),
            opened if self.leaves_out else None,
        )

    def get_site_info(self):
        with self._call("get_site_info"):
            return exivo.SiteInfo("1", "Riverside", "de", "Europe/Zurich", "exivo")

    def list_components(self):
        with self._call("list_components"):
            return list(self.components)

    def create_visit(self, request):
        with self._call("create_visit"):
            self._check(request)
            number = next(self._ids)
            visit = {
                "id": f"visit-{number}",
                "request": request,
                "link": f"https://exivo.example.com/v/{number}",
                "revoked": False,
            }
            self.visits[visit["id"]] = visit
        return self._visit(visit)

    def find_visits(self, name_part, landmarks=None):
        with self._call("find_visits"):
            return [
                self._visit(visit)
                for visit in self.visits.values()
                if name_part in visit["request"].name
            ]

    def get_visit(self, visit_id):
        with self._call("get_visit"):
            if visit_id not in self.visits:
                raise exivo.NotFound("There is no such visit", 404)
            return self._visit(self.visits[visit_id])

    def live_keys(self):
        return [key for key in self.keys.values() if not key["revoked"]]

    def phone_takes_keys(self):
        """The holder's phone fetches what is there for it, so that it is confirmed."""
        for key in self.keys.values():
            key["state"] = "active"

    def _key(self, key):
        return exivo.KeyVisit(
            key["id"],
            key["request"].name,
            key["revoked"],
            key.get("expired", False),
            key["state"],
        )

    def create_key_visit(self, request):
        with self._call("create_key_visit"):
            self._check(request)
            key = {
                "id": f"key-{next(self._ids)}",
                "request": request,
                "revoked": False,
                "state": "assignedButPending" if self.phones_wait else "",
            }
            self.keys[key["id"]] = key
        return self._key(key)

    def find_key_visits(self, name_part):
        with self._call("find_key_visits"):
            return [
                self._key(key)
                for key in self.keys.values()
                if name_part in key["request"].name
            ]

    def get_key_visit(self, key_id):
        with self._call("get_key_visit"):
            if key_id not in self.keys:
                raise exivo.NotFound("There is no such key", 404)
            return self._key(self.keys[key_id])

    def revoke_key_visit(self, key_id):
        with self._call("revoke_key_visit"):
            return self._revoke(self.keys.get(key_id))

    def revoke_visit(self, visit_id):
        with self._call("revoke_visit"):
            return self._revoke(self.visits.get(visit_id))

    def _revoke(self, found):
        if found:
            found["revoked"] = True
        return found is not None

    def report(self, component_id, minutes, name="accessPermitted", **data):
        """Let a door report something, newest first as Exivo's log is.

        :param float minutes: from :data:`NOW`.
        :param data: what the log says beside the component.
        """
        at = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.157Z")
        row = {
            "id": f"event-{len(self.log) + 1}",
            "name": name,
            "data": {"component": {"id": component_id}, **data},
            "occurredAt": at,
        }
        self.log.insert(0, exivo.LogEntry.from_json(row))

    def list_log(self, first_day, known_until=None):
        with self._call("list_log"):
            return [one for one in self.log if one.occurred_at.date() >= first_day]

    def unlock(self, component_id, delegated_user):
        with self._call("unlock"):
            self.unlocked.append((component_id, delegated_user))
