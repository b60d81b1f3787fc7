# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The house: everything the simulator knows, its clock, and what its doors do."""

import contextlib
import json
import os
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from .clock import from_stamp, to_stamp
from .faults import Faults
from .first_state import first_state
from .inbox import Inbox
from .journal import Journal
from .late import LateCalls
from .sender import Sender
from .webhook import Webhook

TIME_ZONE = "Europe/Zurich"
OPEN_SECONDS = 5
LOG_KEEPS = 5000
#: What time it is for a call that should have been carried out by now.
_AS_OF = ContextVar("as_of", default=None)


@dataclass
class Settings:
    """Holds what the command line decides."""

    site_id: str
    api_key: str
    api_secret: str
    public_url: str
    # The names that it answers to; others may be those of a web page far away.
    hosts: list
    state_file: Path | None = None


class StateFileError(Exception):
    """The state file cannot be used; the message is a sentence for the user."""


class House:
    """The simulated site.

    What outlives a restart is in :attr:`state`, a plain JSON value; faults, the
    journal of calls, those to come late, and the visitors' sessions last as long as the
    program.
    """

    zone = ZoneInfo(TIME_ZONE)

    def __init__(self, settings: Settings):
        self.settings = settings
        self.faults = Faults()
        self.journal = Journal()
        self.late = LateCalls(self)
        self.inbox = Inbox(self)
        self.webhook = Webhook(settings.site_id)
        self.callback_statuses = []
        self.callbacks = Sender(
            lambda _body, status: self.callback_statuses.append(status)
        )
        self.sessions = {}
        self.state = self._load()

    # State

    def _load(self):
        path = self.settings.state_file
        if not path or not path.exists():
            return first_state()
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StateFileError(
                f"The state file {path} cannot be read: {error}"
            ) from error
        if not isinstance(state, dict) or state.get("version") != 1:
            raise StateFileError(f"{path} is not a state file of this simulator.")
        return {**first_state(), **state}  # an older program kept less

    def save(self):
        """Keep the state in the file, if there is one.

        Written beside and renamed, so that a killed simulator never leaves half a
        file behind.
        """
        path = self.settings.state_file
        if not path:
            return
        beside = path.with_name(path.name + ".new")
        beside.write_text(json.dumps(self.state), encoding="utf-8")
        os.replace(beside, path)

    def reset(self):
        """Go back to the first state: mails, visits, faults, clock and all."""
        self.state = first_state()
        self.faults.clear()
        self.journal.clear()
        self.late.clear()
        self.webhook.clear()
        self.callback_statuses.clear()
        self.sessions.clear()

    def now(self) -> datetime:
        """Return the simulator's time: the real one plus the clock's offset."""
        if moment := _AS_OF.get():
            return moment
        offset = timedelta(seconds=self.state["clock_offset_seconds"])
        return datetime.now(timezone.utc) + offset

    @contextlib.contextmanager
    def as_of(self, moment: datetime):
        """Let it be this moment for whatever is done in here, and for nobody else."""
        token = _AS_OF.set(moment)
        try:
            yield
        finally:
            _AS_OF.reset(token)

    def in_past(self, stamp: str) -> bool:
        """Tell whether a moment is over by the simulator's clock."""
        return from_stamp(stamp) <= self.now()

    # Doors

    def doors(self) -> list:
        """Return the components that are doors (a gateway is none)."""
        return [row for row in self.state["components"].values() if is_door(row)]

    def open_until(self, component: dict) -> str | None:
        """Return until when a door stands open, or None when it is shut."""
        stamp = self.state["open_until"].get(component["id"])
        return stamp if stamp and not self.in_past(stamp) else None

    def unlock(self, component: dict, event: str, **cause) -> str | None:
        """Let a door open for a few seconds.

        :param event: name of the log entry when it opens
        :param cause: who wanted it, for the log entry's data
        :return: None when it opened, else why not, as a sentence
        """
        if not component["ready"]:
            self.log("componentNotReady", component, **cause)
            return "This door cannot be reached at the moment."
        if component.get("mode") == "closed":
            self.log("accessDenied", component, **cause)
            return "This door is switched to permanently closed."
        until = to_stamp(self.now() + timedelta(seconds=OPEN_SECONDS))
        self.state["open_until"][component["id"]] = until
        self.log(event, component, **cause)
        return None

    # Access log

    def log(self, name: str, component: dict | None = None, **data):
        """Add an entry to the access log.

        Names are those seen in the webhook (reference §5); the shape of ``data`` is
        what one client reads (§3.9). Assumption: ``visit``, ``delegatedUser`` and
        ``reason`` in it, whose places nobody has documented.
        """
        if component:
            data["component"] = {
                "id": component["id"],
                "identifier": component["identifier"],
                "labelling": component["labelling"],
                "title": component["identifier"],
            }
        entry = {
            "id": new_id(),
            "name": name,
            "data": data,
            "occurredAt": to_stamp(self.now()),
        }
        entries = self.state["access_log"]
        entries.append(entry)
        del entries[:-LOG_KEEPS]
        self.webhook.tell(new_id(), entry)

    def log_of(self, kind: str, wanted_id: str | None = None) -> list:
        """Return the log entries about components or persons, newest first."""
        return [
            entry
            for entry in reversed(self.state["access_log"])
            if kind in entry["data"] and wanted_id in (None, entry["data"][kind]["id"])
        ]


def is_door(component: dict) -> bool:
    """Tell a door from a gateway, by its kind as clients do."""
    return "gateway" not in component["templateIdentifier"]


def new_id() -> str:
    """Return a fresh id of the kind Exivo uses (UUID version 4)."""
    return str(uuid.uuid4())
