# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Decides what has to be done at Exivo, given what is wanted and what is there.

No Odoo, no HTTP, no clock of its own: :func:`decide` and :func:`state` are pure
functions of (wanted access, its credentials, now). All times are naive UTC, as in
Odoo's database.

The life of a credential::

    creating ──► live ──► revoking ──► revoked
        │          └────────────────► expired
        └──► void (we know that nothing came into being)

:data:`COMES_FROM` has the ways back, too.

A credential in *creating* or *revoking* carries a lease: until then somebody is at work
on it. After the lease its outcome is unknown: a creation is looked up, never repeated;
a revocation is simply tried again.

One look is no verdict: Exivo may carry a creation out late, and may not know for a
while what is there. A credential that had to be looked up, or of which Exivo has said
that it does not know it, is looked for again twice, whatever has become of it
(``look_again``).

"Live" is a belief that ages: Exivo is asked once, shortly before its start, about a
working credential that was made long before (``ask``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from .rights import union

#: A start that is already past is planned this far ahead. Which one is sent is decided
#: when it is sent, at most :data:`SOON` ahead, and the credential keeps that one.
START_MARGIN = timedelta(seconds=5)
#: Starts up to this far ahead count as "now" when a credential is compared.
SOON = timedelta(seconds=60)
#: An access that would end within this time is of no use and is not made.
SHORTEST_USE = timedelta(seconds=60)
#: No lease lasts longer. One that does was written while the clock was ahead.
LONGEST_LEASE = timedelta(hours=1)

#: So long after an answer that may be wrong it is looked again.
LOOKS_AGAIN = (timedelta(minutes=5), timedelta(hours=1))
#: A credential is asked for so long before its start, or up to a quarter more: whoever
#: is warned an hour before a start is warned of what was found gone.
ASK_BEFORE = timedelta(minutes=75)

CREATING, LIVE, REVOKING = "creating", "live", "revoking"
REVOKED, EXPIRED, VOID = "revoked", "expired", "void"
OPEN_STATES = (CREATING, LIVE, REVOKING)
#: From which states a credential comes into each. What seemed over comes back where
#: Exivo has carried an order out late or twice, or where the clock was set back.
COMES_FROM = {
    CREATING: {EXPIRED},
    LIVE: {CREATING, VOID, EXPIRED},
    REVOKING: {LIVE, REVOKING, REVOKED, EXPIRED, VOID},
    REVOKED: {CREATING, LIVE, REVOKING},
    EXPIRED: {CREATING, LIVE, REVOKING},
    VOID: {CREATING},
}


@dataclass(frozen=True)
class Wanted:
    """This is what an access promises."""

    #: whether the promise stands (False: booking cancelled, holder gone, …)
    is_wanted: bool
    start: datetime
    stop: datetime
    lock_ids: frozenset
    pin: str
    #: True when a person has to act before anything is tried again
    blocked: bool = False
    #: True when calls for it were in vain for a while, or nothing new can be ordered
    stalled: bool = False
    #: hours of the week by lock (:mod:`.rights`); empty: its locks all the time
    rights: tuple = ()
    #: a mark of what the lock system is told of the holder
    holder: str = ""
    #: the phone or the mailbox that a key in an app goes to
    recipient: str = ""
    #: False when the lock system has none of its doors any more: whatever lives opens
    #: nothing, and stays in case they come back
    has_doors: bool = True


@dataclass(frozen=True)
class Credential:
    """A credential was made, or is being made, at Exivo for the access."""

    id: int
    state: str
    start: datetime
    stop: datetime
    lock_ids: frozenset
    pin: str
    lease: datetime | None = None
    #: False when it lives but cannot be handed over (Exivo gave no link)
    usable: bool = True
    rights: tuple = ()
    holder: str = ""
    recipient: str = ""
    #: False while the lock system has not confirmed that it opens anything; its lease
    #: then says when to ask again
    confirmed: bool = True
    #: False when somebody took doors away from it at the lock system
    complete: bool = True
    #: whether all that it lacks is the link, which may yet be there
    awaits_link: bool = False
    #: when to look for what else lives under its token; ``None``: nothing is in doubt
    look_again: datetime | None = None
    #: when to ask whether it is still there; ``None``: never
    ask: datetime | None = None


@dataclass(frozen=True)
class Create:
    """Make a new credential with this window."""

    start: datetime
    stop: datetime


@dataclass(frozen=True)
class OfCredential:
    """An action is about a credential that there is."""

    credential_id: int


class LookUp(OfCredential):
    """Find out whether Exivo made the credential; adopt it, or call it void."""


class AskConfirmed(OfCredential):
    """Ask whether Exivo has confirmed the credential meanwhile."""


class LookAgain(OfCredential):
    """Look for what Exivo made of the order late, or a second time."""


class Ask(OfCredential):
    """Ask, once and before its start, whether the credential is still there."""


class Revoke(OfCredential):
    """Take the credential away at Exivo."""


class Expire(OfCredential):
    """Note that the credential's window is over. No call is needed."""


@dataclass(frozen=True)
class Decision:
    """A decision says what to do now, and when to decide again, if ever."""

    actions: tuple
    due_at: datetime | None

    @property
    def is_to_create(self):
        """Tell whether a new credential is to be made."""
        return any(isinstance(action, Create) for action in self.actions)

    def without_creation(self):
        """Return what else is to be done.

        :rtype: Decision
        """
        rest = tuple(one for one in self.actions if not isinstance(one, Create))
        return Decision(rest, self.due_at)


def decide(wanted, credentials, now, ended=()):
    """Decide what closes the difference between the access and its credentials.

    Promises of this function, whatever the history:

    * no creation while another one of the same access has an unknown outcome;
    * a credential that works now is not revoked before its replacement works, as long
      as the access is wanted now; unless none is in sight, and it opens more than is
      wanted or has a PIN that is to be gone;
    * with nothing failing, repeating it ends with exactly one live credential for an
      access that stands, and none for one that does not.

    :param Wanted wanted: the access.
    :param list[Credential] credentials: all of its credentials that are still open.
    :param datetime now: naive UTC.
    :param list[Credential] ended: those that are not, and are looked for again.
    :rtype: Decision
    """
    working = find_working(wanted, credentials, now)
    pending = find_pending(wanted, credentials, now)
    judged = [_judge(one, wanted, working, pending, now) for one in credentials]
    actions = [one.action for one in judged if one.action]
    moments = [moment for one in judged for moment in one.moments]
    if _is_still_wanted(wanted, now) and not working:
        moments.append(wanted.stop)
        is_in_the_way = wanted.blocked or any(one.precludes_another for one in judged)
        if not is_in_the_way and is_usable(wanted, now):
            start = choose_start(wanted.start, now, START_MARGIN)
            # The new one first, unless it was in vain so far: what goes must not wait.
            place = len(actions) if wanted.stalled else 0
            actions.insert(place, Create(start, wanted.stop))
    busy = {one.credential_id for one in actions if not isinstance(one, Create)}
    looked_at = [
        one
        for one in credentials
        if one.state == REVOKING or (one.state == LIVE and one.id not in busy)
    ]
    for moment, action in _find_second_looks([*looked_at, *ended], working, now):
        if moment > now:
            moments.append(moment)
        else:
            actions.append(action)
    return Decision(tuple(actions), min(moments, default=None))


class _Judgement(NamedTuple):
    """This is what becomes of one credential that is open."""

    #: ``None``: it is left as it is
    action: object = None
    #: when to look again by itself
    moments: tuple = ()
    #: whether nothing may be created beside it
    precludes_another: bool = False


def _judge(credential, wanted, working, pending, now):
    """Decide about one of an access's open credentials.

    :param working: see :func:`find_working`.
    :param pending: see :func:`find_pending`.
    :rtype: _Judgement
    """
    is_creating = credential.state == CREATING
    if _in_flight(credential, now):
        return _Judgement(None, (credential.lease,), is_creating)
    if credential.stop <= now:
        # Only one row may be in creation: put this one away first.
        is_awaited = is_creating and _is_still_wanted(wanted, now)
        moments = (now + START_MARGIN,) if is_awaited else ()
        return _Judgement(Expire(credential.id), moments, is_awaited)
    if is_creating:
        return _Judgement(LookUp(credential.id), (), True)
    if credential is working:
        return _Judgement(None, (credential.stop,))
    if credential is pending:  # it is there, or will be
        if _is_leased(credential, now):
            return _Judgement(None, (credential.stop, credential.lease), True)
        return _Judgement(AskConfirmed(credential.id), (credential.stop,), True)
    if _bridges(credential, wanted, working, pending, now):
        return _Judgement(
            None, (credential.stop, working.start if working else wanted.stop)
        )
    return _Judgement(Revoke(credential.id))


def state(wanted, credentials, now):
    """Say in the words of the interface how the access stands.

    :param Wanted wanted: the access.
    :param list[Credential] credentials: all of its credentials that are still open.
    :param datetime now: naive UTC.
    :return: ``in_progress``, ``created``, ``removed``, ``failed`` or ``expired``.
    :rtype: str
    """
    has_doors = wanted.is_wanted and wanted.has_doors
    if has_doors and find_working(wanted, credentials, now):
        return "created"
    over = not is_usable(wanted, now)
    if wanted.blocked and wanted.is_wanted and (credentials or not over):
        return "failed"
    if credentials:
        return "in_progress"
    if not wanted.is_wanted:
        return "removed"
    return "expired" if over else "in_progress"


def find_working(wanted, credentials, now):
    """Return the live credential that keeps the promise, or ``None``.

    It is the newest one, should there be several.
    """
    return _find_newest(
        wanted, credentials, now, lambda one: one.usable and one.confirmed
    )


def find_pending(wanted, credentials, now):
    """Return the live credential that keeps the promise once Exivo says more of it.

    Exivo has to say that it is there, or to give its link, for as long as nobody has it
    made anew. ``None`` if there is none, or if another one keeps the promise already.
    """
    if find_working(wanted, credentials, now):
        return None
    return _find_newest(
        wanted,
        credentials,
        now,
        lambda one: (
            (one.usable and not one.confirmed) or (one.awaits_link and wanted.blocked)
        ),
    )


def _find_newest(wanted, credentials, now, suits):
    if not wanted.is_wanted:
        return None
    found = [one for one in credentials if suits(one) and _fits(one, wanted, now)]
    return max(found, key=lambda one: one.id, default=None)


def opens_some(credential, wanted, now):
    """Tell whether a credential opens doors to the holder now, whichever are wanted.

    A key in a phone that may be the holder's no more opens none to them; a link or a
    PIN is in nobody's phone.

    :rtype: bool
    """
    is_elsewhere = credential.recipient != wanted.recipient
    return (
        credential.state == LIVE
        and credential.usable
        and credential.confirmed
        and credential.start <= now < credential.stop
        and not (is_elsewhere and credential.recipient and wanted.recipient)
    )


def opens_all(credential, wanted, now):
    """Tell whether a credential opens all that is promised now, at all its hours.

    It need not be the one that keeps the promise: that one may end later.

    :rtype: bool
    """
    its_rights = union(credential.rights)
    return (
        opens_some(credential, wanted, now)
        and credential.complete
        and wanted.has_doors
        and wanted.start <= now < wanted.stop
        and wanted.lock_ids <= credential.lock_ids
        and union(its_rights, wanted.rights) == its_rights
    )


def find_unwanted(wanted, credentials, now):
    """Return the credentials that may open doors, although they should be gone.

    :param Wanted wanted: the access.
    :param list[Credential] credentials: all of its credentials that are still open.
    :param datetime now: naive UTC.
    :rtype: list[Credential]
    """
    working = find_working(wanted, credentials, now)
    pending = find_pending(wanted, credentials, now)
    return [
        one
        for one in credentials
        if one.stop > now
        and one is not working
        and one is not pending
        and not (one.state == CREATING and wanted.is_wanted)
        and not _bridges(one, wanted, working, pending, now)
    ]


def find_changes(before, after, now):
    """Say in what two promises differ.

    :param before: a :class:`Wanted` or a :class:`Credential`.
    :param after: another one.
    :param datetime now: naive UTC; starts up to now are the same.
    :return: some of ``time``, ``doors``, ``code`` and ``holder``.
    :rtype: set[str]
    """
    same_start = before.start == after.start or (
        before.start <= now + SOON and after.start <= now + SOON
    )
    same = {
        "time": same_start and before.stop == after.stop,
        "doors": before.lock_ids == after.lock_ids and before.rights == after.rights,
        "code": before.pin == after.pin,
        "holder": (before.holder, before.recipient) == (after.holder, after.recipient),
    }
    return {change for change, is_same in same.items() if not is_same}


def find_state_of_returned(credential, is_known, others, now):
    """Say what a credential is that was called expired, if its end is still to come.

    The clock was ahead then, and was set back: it may open doors.

    :param Credential credential: which was called expired.
    :param bool is_known: whether it is known by which ID Exivo has it.
    :param list[Credential] others: those of the same access that are still open.
    :param datetime now: naive UTC.
    :return: its state; ``None`` if it is over, or has to wait for another one of which
        the outcome is unknown.
    :rtype: str | None
    """
    if credential.stop <= now:
        return None
    if is_known:
        return LIVE
    return None if any(one.state == CREATING for one in others) else CREATING


def get_next_look_again(looks, looked_at):
    """Return when to look again after an answer that may be wrong.

    :param int looks: how often that was done since that answer.
    :param datetime looked_at: when it was last looked.
    :return: ``None`` once it was looked often enough.
    :rtype: datetime | None
    """
    if looks >= len(LOOKS_AGAIN):
        return None
    before = LOOKS_AGAIN[looks - 1] if looks else timedelta()
    return looked_at + LOOKS_AGAIN[looks] - before


def get_asking_moment(start, now, draw):
    """Return when to ask whether a credential that is made now is still there.

    :param datetime start: naive UTC.
    :param datetime now: naive UTC.
    :param draw: function of two numbers, as :func:`random.uniform` is: many bookings
        start on the hour, and not all of them are asked for in the same second.
    :return: ``None`` if its start is so near that it need not be asked for.
    :rtype: datetime | None
    """
    moment = start - ASK_BEFORE * draw(1, 1.25)
    return moment if moment > now else None


def choose_start(wanted, now, margin):
    """Return the start to order: not in the past when it arrives, on a full second.

    :param datetime wanted: from when on the door shall open.
    :param datetime now: by the same clock.
    :param timedelta margin: how long the order may be under way.
    :rtype: datetime
    """
    earliest = now + margin
    if earliest.microsecond:
        earliest = earliest.replace(microsecond=0) + timedelta(seconds=1)
    return max(wanted, earliest)


def is_usable(wanted, now):
    """Tell whether a credential made now could still be used for a while."""
    return wanted.stop - now > SHORTEST_USE


def _is_still_wanted(wanted, now):
    return wanted.is_wanted and wanted.stop > now


def _find_second_looks(credentials, working, now):
    """Find what is looked at beside all that is to be changed, and when.

    A credential that is over opens nothing, so there is nothing to look for.

    :return: pairs of a moment and an action.
    :rtype: list[tuple]
    """
    found = [
        (one.look_again, LookAgain(one.id))
        for one in credentials
        if one.look_again and one.stop > now
    ]
    if working and working.ask:
        found.append((working.ask, Ask(working.id)))
    return found


def _fits(credential, wanted, now):
    if credential.state != LIVE or credential.stop <= now or not credential.complete:
        return False
    return not find_changes(credential, wanted, now)


def _bridges(credential, wanted, working, pending, now):
    """Tell whether an outdated credential must stay, because the door is needed now."""
    return (
        wanted.is_wanted
        and credential.state == LIVE
        and credential.usable
        and credential.confirmed
        and wanted.start <= now < wanted.stop
        and credential.start <= now
        and not (working and working.start <= now)
        and not (
            (wanted.blocked or wanted.stalled) and _lets_in_more(credential, wanted)
        )
        # the phone that the new key was sent to may take it late, or never
        and not (pending and credential.recipient != wanted.recipient)
    )


def _lets_in_more(credential, wanted):
    """Tell whether it opens a lock, at an hour, or for whom, that is not wanted now.

    For whom it opens is told by its PIN, or by the phone that has it.
    """
    wanted_rights = union(wanted.rights)
    return (
        not credential.lock_ids <= wanted.lock_ids
        or credential.pin != wanted.pin
        or credential.recipient != wanted.recipient
        or union(wanted_rights, credential.rights) != wanted_rights
    )


def _in_flight(credential, now):
    return credential.state in (CREATING, REVOKING) and _is_leased(credential, now)


def _is_leased(credential, now):
    return (
        credential.lease is not None and now < credential.lease <= now + LONGEST_LEASE
    )
