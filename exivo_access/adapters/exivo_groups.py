# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Manages access groups of ours at Exivo: each opens some zones, at some hours.

A group's name stands for what it opens, and so does a time profile's: whoever shall
open the same shares them. Both are made when somebody needs them, and deleted when
nobody does any more.
"""

import contextlib
import hashlib
import json
import re
import threading
from collections import defaultdict

from .. import api as exivo
from ..pure import rights
from . import zones
from .seam import ZonesDiffer

#: Groups and time profiles have such a name if an add-on like this one has made them.
_MANAGED = re.compile(r"Odoo \S+ [0-9a-f]{12}")
#: What was read before may have changed: then it is read again, once.
_ATTEMPTS = 2


class AccessGroups:
    """Manages the groups of one Exivo site, and remembers them while this object lives.

    :param exivo.ExivoClient client: calls the API for this site.
    """

    def __init__(self, client):
        self._client = client
        self._reading = threading.RLock()
        self._locks_by_zone = None
        #: the zones for what was wanted; they are read again together
        self._choices = {}
        self._group_ids = {}
        self._group_members = {}
        self._gone_group_ids = set()

    def choose_zones(self, wanted):
        """Choose the zones that open just these doors, each with its hours.

        :param wanted: pairs of lock id and hours of the week, see :mod:`..rights`.
        :raise ZonesDiffer: no zones open exactly these doors at these hours.
        :rtype: dict[str, tuple]
        """
        with self._reading:
            for attempt in range(_ATTEMPTS):
                locks_by_zone = self._get_zones()
                if wanted in self._choices:  # that of ten thousand members is the same
                    break
                choice = zones.choose(wanted, locks_by_zone)
                if not choice.others and not choice.uncovered:
                    self._choices[wanted] = choice.hours_by_zone
                    break
                self._locks_by_zone = None  # they may have been put right meanwhile
                if attempt:
                    raise ZonesDiffer(choice.others, choice.uncovered)
            return self._choices[wanted]

    def ensure(self, owner, hours_by_zone):
        """Return the group that opens these zones, made or completed where needed.

        :param str owner: what everything that is made at Exivo is named by.
        :param dict hours_by_zone: see :meth:`choose_zones`.
        :return: the group's id.
        :rtype: str
        """
        name = _name(owner, sorted(hours_by_zone.items()))
        with self._reading:
            if name not in self._group_ids:
                groups = self._client.list_access_groups()
                group = next((one for one in groups if one.name == name), None)
                group = group or self._client.create_access_group(name)
                self._set_zones(owner, group, hours_by_zone)
                self._group_ids[name] = group.id
            return self._group_ids[name]

    def forget(self):
        """Forget groups and zones, because what is remembered may be outdated."""
        with self._reading:
            self._locks_by_zone = None
            self._group_ids.clear()

    def read_rights(self):
        """Read what each group opens now, and forget whatever was remembered of them.

        :rtype: dict[str, tuple]
        """
        with self._reading:
            self.forget()
            profiles = self._client.list_time_profiles()
            hours = {profile.id: _hours(profile.ranges) for profile in profiles}
            # A profile without hours never opens.
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

    def clear_away(self, group_id, person_id):
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

    def _get_zones(self):
        """Return the ids of the locks of each zone."""
        with self._reading:
            if self._locks_by_zone is None:
                locks_by_zone = defaultdict(set)
                for component in self._client.list_components():
                    if not component.is_gateway:
                        for zone_id in component.zone_ids:
                            locks_by_zone[zone_id].add(component.id)
                self._locks_by_zone, self._choices = dict(locks_by_zone), {}
            return self._locks_by_zone

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
            # A profile that was changed by hand is no longer what its name says.
            if profile.name == name and set(profile.ranges) == set(ranges):
                return profile.id
        return self._client.create_time_profile(name, ranges).id

    def _others_are_in(self, group_id, person_id):
        """Tell whether somebody else was in a group when it was read last.

        A group of ten thousand is not read again each time one of them leaves.
        """
        with self._reading:
            members = self._group_members.get(group_id, set())
            members.discard(person_id)
            return bool(members)


def _name(owner, value):
    digest = hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]
    return f"Odoo {owner} {digest}"


def _ranges(hours):
    """Return hours as Exivo writes them: there, Sunday is 0."""
    days = defaultdict(list)
    for day, start, stop in hours:
        days[start, stop].append(str((day + 1) % 7))
    return tuple(
        exivo.TimeRange(start, stop, tuple(sorted(some)))
        for (start, stop), some in sorted(days.items())
    )


def _hours(ranges):
    """Return Exivo's hours as rights have them, without days that are none."""
    return tuple(
        ((int(day) - 1) % 7, one.start, one.end)
        for one in ranges
        for day in one.days
        if day.isdecimal()
    )
