# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Standing access at Exivo: persons in access groups. Knows nothing of Odoo.

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
import hashlib
import json
import re
import threading
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timezone

from .. import api as exivo
from .. import rights
from . import zones
from .roster import Roster, Tag, full_name, tag_of, words_without_tag
from .seam import (
    PERSON,
    Candidate,
    Grant,
    PersonExists,
    PersonShutOut,
    ZonesDiffer,
)

#: Groups and time profiles that an add-on like this one has made.
_MANAGED = re.compile(r"Odoo \S+ [0-9a-f]{12}")
#: Exivo's lists for making and for changing a person differ: what is in both.
_LANGUAGES = {"de", "en", "es", "fr", "it", "nb"}
#: For so many seconds a list of persons is not read again; where there are thousands,
#: for so many times as long as reading it has taken.
FRESH, SPARING = 10, 20
#: What was read before may be no longer so: then it is read again, once.
_ATTEMPTS = 2


class _Gone(Exception):
    """The person or the group was deleted in the meantime."""


@contextlib.contextmanager
def _noticing_deletion():
    """A wrong site id answers 404 too: that is found out by trying again."""
    try:
        yield
    except exivo.NotFound:
        raise _Gone() from None


class PersonGrants:
    """Grants of the kind ``PERSON`` at one Exivo site.

    Persons, zones and groups are read once and remembered while this object lives, so
    that ten thousand orders do not read ten thousand persons each. What is remembered
    is only where to look: each person is read again before anything is done to it, and
    whatever may have been made without our knowing has the list read again.

    :param exivo.ExivoClient client: calls the API for this site.
    """

    def __init__(self, client):
        self._client = client
        self._reading = threading.RLock()
        self._at_person = defaultdict(threading.Lock)
        self._roster = None
        self._stale_at = 0
        self._locks_by_zone = None
        self._group_ids = {}
        self._group_members = {}
        self._gone_group_ids = set()

    def grant(self, order):
        """Put the person into the group for its rights; see the module's text.

        :raise ZonesDiffer: no zones open exactly these doors at these hours.
        :raise PersonExists: a person that may be the same one is there already.
        """
        hours_by_zone = self._choose_zones(order.rights)
        with self._at_person[order.member]:
            for attempt in range(_ATTEMPTS):
                try:
                    # anew each time: the try before may have made the person
                    person = self._find_person(order)
                    group_id = self._ensure_group(order.owner, hours_by_zone)
                    with _noticing_deletion():
                        person = self._put(order, person, group_id)
                    return _as_grant(person, group_id, order.token)
                except _Gone:
                    self._group_ids.clear()
                    if attempt:
                        raise exivo.InvalidAnswer(
                            "The person or the group vanishes"
                        ) from None

    def look_up(self, token):
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
            self._clear_away(group_id, person_id)

    def list_all(self):
        """All persons who may enter somewhere, whoever let them."""
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
        """Grants of ours with what they open now, whoever has changed their groups."""
        if not grants:
            return []
        rights_by_group = self._read_rights()
        return [
            replace(grant, rights=rights_by_group.get(_parts(grant.id)[1], ()))
            for grant in grants
        ]

    # Persons

    def _find_person(self, order):
        """The person of the order's member, or ``None`` if there is none yet."""
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
            if _is_shut_out(person):
                raise PersonShutOut()
            return person
        if not order.is_new:
            self._check_namesakes(order)
        return None

    def _read_person(self, person_id):
        """A person as it is now; nothing if there is none, or none any more."""
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
        """All persons, not much older than it takes to read them anew."""
        with self._reading:
            if self._roster is None or time.monotonic() > self._stale_at:
                self._list_persons()
            return self._roster

    def _check_namesakes(self, order):
        """Refuse to make somebody a second time who is there, but is not ours."""
        listed = self._get_roster().find_others(order.known_as)
        persons = filter(None, (self._read_person(one.id) for one in listed))
        namesakes = Roster(persons).find_others(order.known_as)
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

    def _put(self, order, person, group_id):
        """Bring a person into a group, step by step; see the module's text."""
        request = _person_request(
            order, person, Tag(order.member, order.token, group_id)
        )
        is_new = person is None
        person = person or self._create(request)
        with self._refused_or_gone(person.id, group_id):
            self._set_pin(order, person)
            if not is_new:
                person = self._client.update_person(person.id, request)
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
        """Exivo also refuses what is about a person or a group that is gone."""
        try:
            yield
        except exivo.Rejected:
            self._client.get_access_group(group_id)
            self._client.get_person(person_id)
            raise

    def _take_out(self, person_id, group_id, token):
        person = self._client.get_person(person_id)
        if _holds(person, group_id, token):
            # whoever refuses it is asked whether it is done all the same
            with contextlib.suppress(exivo.Rejected):
                self._client.unassign_access_group(person_id)
            person = self._client.get_person(person_id)
            if _holds(person, group_id, token):
                raise exivo.InvalidAnswer("The person is still in the access group")
        tag = tag_of(person)
        if not person.group_id and person.has_pin and tag and tag.token == token:
            # it opens nothing any more; to keep it would only take it from others
            with contextlib.suppress(exivo.Rejected):
                self._client.delete_pin_code(person_id)

    # Groups

    def _choose_zones(self, wanted):
        for attempt in range(_ATTEMPTS):
            choice = zones.choose(wanted, self._get_zones())
            if not choice.others and not choice.uncovered:
                break
            self._locks_by_zone = None  # they may have been put right meanwhile
            if attempt:
                raise ZonesDiffer(choice.others, choice.uncovered)
        return choice.hours_by_zone

    def _get_zones(self):
        """The ids of the locks of each zone."""
        with self._reading:
            if self._locks_by_zone is None:
                locks_by_zone = defaultdict(set)
                for component in self._client.list_components():
                    if not component.is_gateway:
                        for zone_id in component.zone_ids:
                            locks_by_zone[zone_id].add(component.id)
                self._locks_by_zone = dict(locks_by_zone)
            return self._locks_by_zone

    def _ensure_group(self, owner, hours_by_zone):
        """The group that opens these zones, made or completed where needed."""
        name = _name(owner, sorted(hours_by_zone.items()))
        with self._reading:
            if name not in self._group_ids:
                groups = self._client.list_access_groups()
                group = next((one for one in groups if one.name == name), None)
                group = group or self._client.create_access_group(name)
                self._set_zones(owner, group, hours_by_zone)
                self._group_ids[name] = group.id
            return self._group_ids[name]

    def _set_zones(self, owner, group, hours_by_zone):
        profiles = {
            zone_id: self._ensure_profile(owner, hours)
            for zone_id, hours in hours_by_zone.items()
        }
        for zone_id in group.profile_by_zone.keys() - profiles.keys():
            self._client.remove_group_zone(group.id, zone_id)
        for zone_id, profile_id in profiles.items():
            if group.profile_by_zone.get(zone_id) != profile_id:
                self._client.set_group_zone(group.id, zone_id, profile_id)

    def _ensure_profile(self, owner, hours):
        if not hours:
            return exivo.ALWAYS
        ranges = _ranges(hours)
        name = _name(owner, hours)
        for profile in self._client.list_time_profiles():
            # one that was changed by hand no longer says what its name says
            if profile.name == name and set(profile.ranges) == set(ranges):
                return profile.id
        return self._client.create_time_profile(name, ranges).id

    def _clear_away(self, group_id, person_id):
        """Delete a group of ours that nobody is in any more, and its time profiles.

        Exivo refuses to delete what is in use: then it stays.
        """
        if group_id in self._gone_group_ids or self._others_are_in(group_id, person_id):
            return
        try:
            group = self._client.get_access_group(group_id)
        except exivo.NotFound:
            self._gone_group_ids.add(group_id)
            return
        with self._reading:
            self._group_members[group_id] = set(group.person_ids)
        if group.person_ids or not _MANAGED.fullmatch(group.name):
            return
        with contextlib.suppress(exivo.Rejected, exivo.NotFound):
            self._client.delete_access_group(group_id)
        used = set(group.profile_by_zone.values())
        for profile in self._client.list_time_profiles() if used else ():
            if profile.id in used and _MANAGED.fullmatch(profile.name):
                with contextlib.suppress(exivo.Rejected, exivo.NotFound):
                    self._client.delete_time_profile(profile.id)

    def _read_rights(self):
        """What each group opens now; whatever was remembered of them is forgotten.

        :rtype: dict[str, tuple]
        """
        with self._reading:
            self._locks_by_zone = None
            self._group_ids.clear()
            profiles = self._client.list_time_profiles()
            hours = {profile.id: _hours(profile.ranges) for profile in profiles}
            # what has no hours never opens
            hours = {one: some for one, some in hours.items() if some}
            hours[exivo.ALWAYS] = rights.ALWAYS
            locks_by_zone = self._get_zones()
            return {
                group.id: rights.union(
                    [
                        (lock_id, hours[profile_id])
                        for zone_id, profile_id in group.profile_by_zone.items()
                        for lock_id in locks_by_zone.get(zone_id, ())
                        if profile_id in hours
                    ]
                )
                for group in self._client.list_access_groups()
            }

    def _others_are_in(self, group_id, person_id):
        """Whether somebody else was in a group when it was read last.

        A group of ten thousand is not read again each time one of them leaves.
        """
        with self._reading:
            members = self._group_members.get(group_id, set())
            members.discard(person_id)
            return bool(members)


def _as_grant(person, group_id, token):
    is_live = _holds(person, group_id, token) and not _is_shut_out(person)
    grant_id = f"{person.id}/{group_id}/{token}"
    return Grant(
        *(PERSON, grant_id, token, is_live),
        person_id=person.id,
        has_pin=person.has_pin,
    )


def _parts(grant_id):
    person_id, group_id, token = [*grant_id.split("/"), "", ""][:3]
    return person_id, group_id, token


def _holds(person, group_id, token):
    """Whether the order with this token is why the person is in its group."""
    tag = tag_of(person)
    return (
        bool(group_id)
        and person.group_id == group_id
        and (not tag or tag.token == token or tag.group_id != group_id)
    )


def _is_shut_out(person):
    over = person.exit_at and person.exit_at <= datetime.now(timezone.utc)
    return person.revoked or bool(over)


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


def _name(owner, value):
    digest = hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]
    return f"Odoo {owner} {digest}"


def _ranges(hours):
    """Hours as Exivo writes them: there, Sunday is 0."""
    days = defaultdict(list)
    for day, start, stop in hours:
        days[start, stop].append(str((day + 1) % 7))
    return tuple(
        exivo.TimeRange(start, stop, tuple(sorted(some)))
        for (start, stop), some in sorted(days.items())
    )


def _hours(ranges):
    """The other way round; days that are none of the week are left out."""
    return tuple(
        ((int(day) - 1) % 7, one.start, one.end)
        for one in ranges
        for day in one.days
        if day.isdecimal()
    )
