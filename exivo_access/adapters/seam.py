# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Defines what Odoo asks of a lock system, in no maker's words.

An adapter speaks these words on one side and its maker's API on the other. What all of
them must do is written down at :class:`Adapter` and in ``docs/adapters.md``, and tested
by ``tests/adapters``. All times are timezone-aware UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple, Protocol

from .. import api

#: The kinds of grants; each credential is of one of them.
VISIT = "visit"
KEY = "digital_key"
PERSON = "person"
KINDS = (VISIT, KEY, PERSON)

#: The kinds of door events.
OPENED, DENIED, ALARM, NOT_READY, OTHER = (
    "opened",
    "denied",
    "alarm",
    "not_ready",
    "other",
)


@dataclass(frozen=True)
class Site:
    """A site is what key and secret open."""

    name: str
    language: str
    time_zone: str
    #: how many digits a PIN may have there
    pin_lengths: range


@dataclass(frozen=True)
class Lock:
    """A lock is a door that can be opened.

    The adapter leaves out what opens nothing.
    """

    id: str
    name: str
    labelling: str
    #: the maker's own word
    kind: str
    is_ready: bool
    mode: str
    #: opening it while armed can set off a false alarm
    is_alarm: bool
    #: what standing access is given to, where that is not the lock itself
    zone_ids: tuple = ()


@dataclass(frozen=True)
class VisitOrder:
    """A visit is to be made: whoever has its link and PIN opens its doors."""

    kind: ClassVar[str] = VISIT

    #: unique; by it the grant is found again, whatever happens
    token: str
    #: what the maker's own log shows beside the token; no person's name
    reference: str
    pin: str = field(repr=False)
    start: datetime
    stop: datetime
    lock_ids: tuple
    #: whether the PIN is typed at the doors, and no link is needed; some lock systems
    #: make another thing for that
    at_keypad: bool = False
    #: how far ahead the start has to be at least when it is sent
    margin: timedelta = timedelta(seconds=5)
    #: where the maker's own invitation with the link goes; never the PIN
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class KeyOrder:
    """A key is to be sent to an app: whoever has the phone opens doors with it."""

    kind: ClassVar[str] = KEY

    #: unique; by it the grant is found again, whatever happens
    token: str
    #: what the maker's own log shows beside the token; no person's name
    reference: str
    start: datetime
    stop: datetime
    lock_ids: tuple
    #: the phone that it is sent to, such as ``+41791234567``; else the e-mail address
    phone: str = field(repr=False)
    email: str = field(repr=False)
    app_id: str
    app_name: str
    #: whether the maker tells the holder to install the app
    notify: bool
    #: what the maker may call when something has happened to the key
    callback_url: str = field(repr=False)
    #: how far ahead the start has to be at least when it is sent
    margin: timedelta = timedelta(seconds=5)


@dataclass(frozen=True)
class PersonOrder:
    """Standing access is to be given to a person, in place of what the person had."""

    kind: ClassVar[str] = PERSON

    #: unique; by it the grant is found again, whatever happens
    token: str
    #: whose person it is: always the same for the same person, and nobody else's
    member: str
    #: what everything that is made at the lock system for all persons is named by
    owner: str
    #: what the lock system shall show as the person's name
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    #: pairs of lock id and hours of the week, see :mod:`..rights`
    rights: tuple
    #: empty: the person gets none
    pin: str = field(default="", repr=False)
    #: ``None``: not said; empty: the person has none
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    language: str = ""
    #: names and addresses by which the person may be there already; not sent
    known_as: tuple = field(default=(), repr=False)
    #: the id of the person there, where it is known or was adopted
    person_id: str = ""
    #: somebody has decided that it is none of those of the same name
    is_new: bool = False
    #: the id of the grant that it takes the place of; it must be there still
    replaces: str = ""
    #: what the order before opens was changed by hand: nothing read before counts
    is_repair: bool = False


class Candidate(NamedTuple):
    """A candidate is somebody who is there, and may be the one meant."""

    id: str
    name: str
    email: str
    #: what the lock system's users have written about the person
    about: str
    #: whether somebody has let the person in somewhere, which adopting would end
    may_enter: bool


class PersonExists(api.Rejected):
    """Somebody of this name or address is there, and was not made by us.

    Nothing was changed: a person decides whether it is the same one.

    :param candidates: some of :class:`Candidate`.
    """

    def __init__(self, candidates):
        super().__init__("A person of this name or address is there already")
        self.candidates = tuple(candidates)


class PersonShutOut(api.Rejected):
    """The person was revoked at the lock system by hand, or is let in at other dates.

    It is not let in all the same.

    :param datetime until: when the lock system lets the person in by itself, with its
        time zone; none if it does not.
    """

    def __init__(self, until=None):
        super().__init__("The lock system does not let the person in")
        self.until = until


class GrantGone(api.Rejected):
    """The grant that an order replaces was taken away at the lock system by hand.

    Nothing was changed: a person decides whether it is given back.
    """

    def __init__(self):
        super().__init__("The person was taken out at the lock system")


class ZonesDiffer(api.Rejected):
    """The lock system cannot open exactly these doors, and no others, to a person.

    Nothing was changed.

    :param others: ids of locks that would open as well.
    :param uncovered: ids of locks that cannot be opened this way at all.
    """

    def __init__(self, others, uncovered):
        super().__init__("No access zones open exactly these doors")
        self.others, self.uncovered = frozenset(others), frozenset(uncovered)


class StartRefused(api.Rejected):
    """An order that begins now was refused: it may have arrived too late for that.

    Nothing was made. It is tried again with a larger margin.
    """


class RevocationPending(api.ExivoError):
    """The lock system has taken the revocation, but the grant may open doors still.

    That ends once it has reached a phone or a door, for instance. It is revoked again
    later, until it surely opens nothing.
    """

    transient = True

    def __init__(self):
        super().__init__("The removal is on its way, and the doors may open still")


class LocksGone(api.Rejected):
    """Some of the locks that an order names are not at the site any more.

    Nothing was changed.

    :param lock_ids: their ids there.
    """

    def __init__(self, lock_ids):
        super().__init__("Some of the doors are no longer at the site")
        self.lock_ids = frozenset(lock_ids)


@dataclass(frozen=True)
class Grant:
    """A grant is something at the lock system that opens doors, or did."""

    kind: str
    id: str
    #: of the order it was made for; for others' grants anything
    token: str
    #: whether it opens doors, now or once its window begins
    is_live: bool
    #: an address that people may open, else empty
    link: str = field(default="", repr=False)
    #: False while the lock system has only taken the order, or says that something is
    #: still missing on the holder's side: nobody counts on it yet, ``get`` tells more
    is_confirmed: bool = True
    #: of a person: what the next order for the same member may name it by
    person_id: str = ""
    #: of a person: whose it is, as the order says; empty where that is not known
    member: str = ""
    #: of a person: what it opens now (:mod:`..rights`); ``None`` where it is not said
    rights: tuple | None = field(default=None, compare=False)
    #: of a person: whether it has a PIN
    has_pin: bool = field(default=True, compare=False)
    #: ids of locks of the order that it does not open: it was made without them
    left_out: frozenset = field(default=frozenset(), compare=False)
    #: ids of all locks that it opens; ``None`` where that is not said
    opens: frozenset | None = field(default=None, compare=False)
    #: from when on it opens doors, by our clock, where that is not as ordered
    start: datetime | None = field(default=None, compare=False)
    #: whether it has ended by itself, by the clock over there, and nobody took it away
    is_over: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class DoorEvent:
    """A door event is something that a door reported."""

    #: the maker's id of it, or a digest: the same each time it is listed
    id: str
    #: one of the kinds above
    kind: str
    #: the maker's own word
    name: str
    at: datetime
    #: empty where no lock is named
    lock_id: str
    #: who did it, as the lock system names them; empty where it names nobody
    actor: str = field(repr=False)
    #: all words said about it; tokens, ids of grants and references are found here
    words: frozenset = field(repr=False)


class Adapter(Protocol):
    """An adapter speaks to one site of a lock system.

    It is used from several threads at once, and retries nothing. Every method raises
    the errors of :mod:`..api.errors`, whose ``transient``, ``maybe_done`` and
    ``refuses_site`` decide what happens next.
    """

    def test(self) -> Site:
        """Find out whether key and secret work, and whose they are."""

    def list_locks(self) -> list[Lock]:
        """Read all locks of the site."""

    def grant(self, order) -> Grant:
        """Carry out an order; after an error with ``maybe_done`` it is looked up.

        A start that is past by then is moved on, see :class:`Grant`.

        :raise StartRefused: it may have come too late for its start.
        :raise LocksGone: the site does not list all of its locks any more.
        """

    def look_up(
        self, order_kind: str, token: str, landmarks: api.Landmarks | None = None
    ) -> list[Grant]:
        """Find what was made for an order, revoked or not. Nothing may be missed.

        :param landmarks: grants of which it is known when they were made, and since
            when the order's may have been. Where the lock system lists grants by age,
            older ones need not be read.
        """

    def get(self, kind: str, grant_id: str) -> Grant:
        """Read one grant.

        :raise NotFound: there is none, though the site itself is the right one.
        """

    def revoke(self, kind: str, grant_id: str) -> bool:
        """Take a grant away for good; returns only when it opens nothing.

        :return: whether the lock system has shown that. If it only says that it does
            not know the grant, that may be a mistake: it is looked for later.
        :raise RevocationPending: it may open doors for some time yet.
        """

    def list_grants(self, kind: str) -> Iterable[Grant]:
        """Read all grants of a kind, others' included; nothing may be missed.

        There are very many after some years: whoever goes through them keeps few.

        :param kind: one of ``KINDS``; there are none of what the system does not have.
        """

    def list_events(
        self, since: datetime, known_until: datetime | None = None
    ) -> list[DoorEvent]:
        """Read what the doors reported since a moment, oldest first.

        What the lock system has not logged yet comes another time: ask for some more
        than is new, and drop what is known by its id.

        :param known_until: what happened before may be left out where that saves calls,
            because it was read already; not what happened after.
        """

    def open(self, lock_id: str, reference: str) -> None:
        """Ask for a door to be opened, once.

        :raise LocksGone: the site does not list it any more.

        Returning says that the order was taken, not that the door opened; after an
        error with ``maybe_done`` it may have. Nobody repeats it but a person.

        :param reference: words that the lock system's own log shows for it.
        """
