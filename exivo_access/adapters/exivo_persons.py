# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Gives standing access at Exivo: persons in access groups. Knows nothing of Odoo.

Exivo allows a person one group, so what a person may open is one group that we manage.
Its name stands for what it opens, and all persons with the same rights share it.

**The tag.** In the person's ``info`` stands ``odoo:<member>:<token>:<group>``: whose
person it is, and which order put it, or is about to put it, into which group. Other
words in ``info`` stay. A grant's id is ``<person>/<group>/<token>``.

**The order of steps.** Group first; then, for a person that is there, PIN, tag, group;
for a new one: made with the tag, PIN, group. So whatever opens a door is in the tag
before it does, and a tag whose group the person is in means that the PIN is set, too.
Cut off at any step, the person is found again by the member, never made twice:

* Before the tag: the order is found nowhere, and is repeated from the start. A new PIN
  may be in force already; the access then waits for its replacement.
* Between tag and group: the order is found, and opens nothing yet: it counts as gone,
  and the next order takes over. The group before is still that of the order before.
* After the group: the order is found, and lives.

So from the tag on it is looked up whatever goes wrong, even if the last call was surely
not carried out.

**Replacement.** New rights, a new PIN or a new name are a new order for the same
person, and then the revocation of the old one, which must leave the person alone. An
order *holds* the person while the person is in its group, unless the tag says that
another order has taken over that very group. Revoking takes out only what it holds:

* other rights, taken over: the person is in another group; nothing to do;
* same group, taken over (new PIN): the tag names the new order; nothing to do;
* takeover cut off before the group: still in the old group, which the tag does not
  name: the old order holds, and its revocation ends it;
* the tag was deleted by hand: the group alone decides; rather closed than open.

A person that was moved to another group by hand is held by no order: that group is not
ours to take away.
"""

import contextlib
import itertools
import threading
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timezone

from .. import api as exivo
from .exivo_groups import AccessGroups
from .roster import Roster, Tag, full_name, tag_of, words_without_tag
from .seam import (
    PERSON,
    Candidate,
    Grant,
    GrantGone,
    PersonExists,
    PersonShutOut,
)

#: These languages are in both of Exivo's lists: the ones for making and for changing a
#: person differ.
_LANGUAGES = {"de", "en", "es", "fr", "it", "nb"}
#: For so many seconds a list of persons is not read again; where there are thousands,
#: for so many times as long as reading it has taken.
FRESH, SPARING = 10, 20
#: So many of the same name or address are enough to choose from.
MOST_CANDIDATES = 10
#: What was read before may have changed: then it is read again, once.
_ATTEMPTS = 2


class _Gone(Exception):
    """The person or the group was deleted in the meantime."""


@contextlib.contextmanager
def _noticing_deletion():
    """Raise `_Gone` for a 404.

    A wrong site id answers 404 too: trying again finds out.
    """
    try:
        yield
    except exivo.NotFound:
        raise _Gone() from None


class _Progress:
    """Remembers how far an order has come, over all attempts.

    Once its tag is written it may be in force, even if the last call says of itself
    that it was surely not carried out: after any error the order is looked up.
    """

    def __init__(self):
        self.is_tagged = False

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        if self.is_tagged and isinstance(error, exivo.ExivoError):
            error.maybe_done = True


class PersonGrants:
    """Manages grants of the kind ``PERSON`` at one Exivo site.

    Persons, zones and groups are read once and remembered while this object lives, so
    that ten thousand orders do not read ten thousand persons each. What is remembered
    is only where to look: each person is read again before anything is done to it, and
    whatever may have been made without our knowing has the list read again.

    :param exivo.ExivoClient client: calls the API for this site.
    """

    def __init__(self, client):
        self._client = client
        self._groups = AccessGroups(client)
        self._reading = threading.RLock()
        self._at_person = defaultdict(threading.Lock)
        self._roster = None
        self._stale_at = 0

    def grant(self, order):
        """Put the person into the group for its rights; see the module's text.

        :raise ZonesDiffer: no zones open exactly these doors at these hours.
        :raise PersonExists: a person that may be the same one is there already.
        :raise GrantGone: somebody took the person out since the order before.
        """
        if order.is_repair:
            self._groups.forget()
        hours_by_zone = self._groups.choose_zones(order.rights)
        with self._at_person[order.member], _Progress() as progress:
            for attempt in range(_ATTEMPTS):
                try:
                    # It is looked up anew each time, because the try before may have
                    # made the person.
                    person = self._find_person(order)
                    if not attempt:
                        self._check_replaced(order, person)
                    group_id = self._groups.ensure(order.owner, hours_by_zone)
                    with _noticing_deletion():
                        person = self._put(order, person, group_id, progress)
                    return _as_grant(person, group_id, order.token)
                except _Gone:
                    self._groups.forget()
                    if attempt:
                        raise exivo.InvalidAnswer(
                            "The person or the group vanishes"
                        ) from None

    def look_up(self, token, _landmarks=None):
        return [
            _as_grant(person, tag.group_id, token)
            for person in self._list_persons()
            if (tag := tag_of(person)) and tag.token == token
        ]

    def get(self, grant_id):
        person_id, group_id, token = _parts(grant_id)
        person = self._client.get_person(person_id)
        grant = _as_grant(person, group_id, token)
        return self._with_rights([grant])[0] if grant.is_live else grant

    def revoke(self, grant_id):
        person_id, group_id, token = _parts(grant_id)
        try:
            person = self._client.get_person(person_id)
        except exivo.NotFound:
            # a wrong site id answers 404 too, while the doors still open
            self._client.get_site_info()
            person = None
        if person:
            tag = tag_of(person)
            with self._at_person[tag.member if tag else person_id]:
                self._take_out(person_id, group_id, token)
        if group_id:
            self._groups.clear_away(group_id, person_id)
        return person is not None

    def list_all(self):
        """Return all persons who may enter somewhere, whoever let them."""
        grants, ours = [], []
        for person in self._list_persons():
            tag = tag_of(person)
            is_ours = tag and tag.group_id == person.group_id
            if person.group_id:
                token = tag.token if is_ours else ""
                grant = _as_grant(person, person.group_id, token)
                (ours if is_ours else grants).append(grant)
        return grants + self._with_rights(ours)

    def _with_rights(self, grants):
        """Return grants of ours with what they open now, whoever changed that."""
        if not grants:
            return []
        rights_by_group = self._groups.read_rights()
        return [
            replace(grant, rights=rights_by_group.get(_parts(grant.id)[1], ()))
            if grant.rights is None
            else grant
            for grant in grants
        ]

    # Persons

    def _find_person(self, order):
        """Find the person of the order's member; ``None`` if there is none yet."""
        for find_id in (
            lambda: order.person_id,
            lambda: self._get_roster().get_id(order.member),
        ):
            person = self._read_person(find_id())
            if not person:
                continue
            tag = tag_of(person)
            if tag and tag.member != order.member:
                raise exivo.Rejected("The person belongs to another database or member")
            if _is_over(person):
                raise PersonShutOut()
            if _is_to_come(person):
                raise PersonShutOut(until=person.entry_at)
            return person
        if not order.is_new:
            self._check_namesakes(order)
        return None

    def _read_person(self, person_id):
        """Read a person as it is now.

        Return nothing if there is none, or none any more.
        """
        with contextlib.suppress(exivo.NotFound):
            return self._client.get_person(person_id) if person_id else None
        return None

    def _list_persons(self):
        begun = time.monotonic()
        persons = self._client.list_persons()
        took = time.monotonic() - begun
        with self._reading:
            self._roster = Roster(persons)
            self._stale_at = begun + max(FRESH, took * SPARING)
        return persons

    def _get_roster(self):
        """Return all persons, not much older than it takes to read them anew."""
        with self._reading:
            if self._roster is None or time.monotonic() > self._stale_at:
                self._list_persons()
            return self._roster

    def _check_namesakes(self, order):
        """Refuse to make a second person for somebody who is there, but is not ours."""
        listed = self._get_roster().find_others(order.known_as)
        persons = filter(None, (self._read_person(one.id) for one in listed))
        namesakes = list(
            itertools.islice(
                (one for one in persons if Roster([one]).find_others(order.known_as)),
                MOST_CANDIDATES,
            )
        )
        if namesakes:
            raise PersonExists(
                Candidate(
                    one.id,
                    full_name(one),
                    one.email,
                    words_without_tag(one),
                    bool(one.group_id),
                )
                for one in namesakes
            )

    def _check_replaced(self, order, person):
        """Refuse to let in again whom somebody took out, moved or deleted by hand."""
        person_id, group_id, token = _parts(order.replaces)
        if not order.replaces or (person and person.id != person_id):
            return  # contacts that were merged are another person than before
        if not person:
            # a wrong site id looks the same
            self._client.get_site_info()
        if not person or not _holds(person, group_id, token):
            raise GrantGone()

    def _put(self, order, person, group_id, progress):
        """Bring a person into a group, step by step; see the module's text."""
        request = _person_request(
            order, person, Tag(order.member, order.token, group_id)
        )
        is_new = person is None
        if is_new:
            person = self._create(request)
            progress.is_tagged = True
        with self._refused_or_gone(person.id, group_id):
            self._set_pin(order, person)
            if not is_new:
                person = self._client.update_person(person.id, request)
                progress.is_tagged = True
            if person.group_id != group_id:
                self._client.assign_access_group(person.id, group_id)
        person = self._client.get_person(person.id)
        if person.group_id != group_id:
            raise exivo.InvalidAnswer("Exivo took the group, yet the person is in none")
        return person

    def _create(self, request):
        try:
            person = self._client.create_person(request)
        except exivo.ExivoError as error:
            if error.maybe_done:
                self._roster = None
            raise
        with self._reading:
            if self._roster:
                self._roster.add(person)
        return person

    def _set_pin(self, order, person):
        if order.pin:
            self._client.set_pin_code(person.id, order.pin)

    @contextlib.contextmanager
    def _refused_or_gone(self, person_id, group_id):
        """Find out whether a refusal is about a person or a group that is gone."""
        try:
            yield
        except exivo.Rejected:
            self._client.get_access_group(group_id)
            self._client.get_person(person_id)
            raise

    def _take_out(self, person_id, group_id, token):
        person = self._client.get_person(person_id)
        if _holds(person, group_id, token):
            # Whoever refuses it is asked whether it is done all the same.
            with contextlib.suppress(exivo.Rejected):
                self._client.unassign_access_group(person_id)
            person = self._client.get_person(person_id)
            if _holds(person, group_id, token):
                raise exivo.InvalidAnswer("The person is still in the access group")
        tag = tag_of(person)
        if not person.group_id and person.has_pin and tag and tag.token == token:
            # The group opens nothing any more; to keep the person would only take it
            # from others.
            with contextlib.suppress(exivo.Rejected):
                self._client.delete_pin_code(person_id)


def _as_grant(person, group_id, token):
    is_live = _holds(person, group_id, token) and not _is_over(person)
    grant_id = f"{person.id}/{group_id}/{token}"
    tag = tag_of(person)
    return Grant(
        PERSON,
        grant_id,
        token,
        is_live,
        person_id=person.id,
        member=tag.member if tag else "",
        # It opens nothing yet, but will by itself, so it must not be forgotten.
        rights=() if _is_to_come(person) else None,
        has_pin=person.has_pin,
    )


def _parts(grant_id):
    person_id, group_id, token = [*grant_id.split("/"), "", ""][:3]
    return person_id, group_id, token


def _holds(person, group_id, token):
    """Tell whether the order with this token is why the person is in its group."""
    tag = tag_of(person)
    return (
        bool(group_id)
        and person.group_id == group_id
        and (not tag or tag.token == token or tag.group_id != group_id)
    )


def _is_over(person):
    over = person.exit_at and person.exit_at <= datetime.now(timezone.utc)
    return person.revoked or bool(over)


def _is_to_come(person):
    now = datetime.now(timezone.utc)
    return person.has_odd_entry or bool(person.entry_at and person.entry_at > now)


def _person_request(order, person, tag):
    words = words_without_tag(person) if person else ""
    language = order.language[:2].lower()
    return exivo.PersonRequest(
        first_name=order.first_name,
        last_name=order.last_name,
        info=f"{words} {tag}".strip(),
        email=order.email or ("" if person and order.email == "" else None),
        phone=order.phone or ("" if person and order.phone == "" else None),
        language=language if language in _LANGUAGES else None,
    )
