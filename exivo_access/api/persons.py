# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Gives standing access: persons with PIN codes, groups and zones, time profiles.

Doors belong to zones; a group opens some zones, each at all times or by a time profile;
a person is in at most one group. Zones can only be changed in Exivo's own app.
"""

from dataclasses import dataclass, field
from datetime import datetime

from .addresses import path_id
from .types import id_of, named_by, parse_stamp, text_of

#: In place of the id of a time profile, this opens the zone at all times.
ALWAYS = "ALWAYS"


@dataclass(frozen=True)
class PersonRequest:
    """A person is to get these values.

    ``None`` leaves a field as is, empty clears it.
    """

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    #: free text that Exivo's users see and may change
    info: str
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    #: one of Exivo's languages
    language: str | None = None

    def to_json(self):
        """Return the body of ``POST /person`` and ``POST /person/{id}``.

        ``gender`` is never sent: the specification contradicts itself on its words.
        """
        body = {
            "firstName": self.first_name,
            "lastName": self.last_name,
            "info": self.info,
        }
        if self.email is not None:
            body["email"] = self.email or None
        if self.phone is not None:
            body["phoneNumber"] = self.phone or None
        if self.language:
            body["language"] = self.language
        return body


@dataclass(frozen=True)
class Person:
    """This is a person as Exivo holds it. The PIN code itself is never given out."""

    id: str
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    email: str = field(repr=False)
    info: str
    #: empty where the person is in none
    group_id: str
    has_pin: bool
    revoked: bool
    #: before that no door opens
    entry_at: datetime | None
    #: when Exivo revokes the person by itself
    exit_at: datetime | None
    #: whether there is an ``entry_at`` that cannot be read
    has_odd_entry: bool = False

    @classmethod
    def from_json(cls, data):
        entry = data.get("entryDate")
        entry_at = parse_stamp(entry)
        return cls(
            id=id_of(data),
            first_name=text_of(data, "firstName"),
            last_name=text_of(data, "lastName"),
            email=text_of(data, "email"),
            info=text_of(data, "info"),
            group_id=text_of(data, "accessGroupId"),
            has_pin=data.get("hasPinCode") is True,
            # Anything but a plain true counts as alive: a door thought locked would
            # stay open.
            revoked=data.get("revoked") is True,
            entry_at=entry_at,
            exit_at=parse_stamp(data.get("exitDate")),
            has_odd_entry=bool(entry and not entry_at),
        )


@dataclass(frozen=True)
class AccessGroup:
    """A group opens zones to its persons, each with the id of a time profile."""

    id: str
    name: str
    person_ids: tuple
    #: id of a time profile, ``ALWAYS`` or ``NEVER`` by the zone's id
    profile_by_zone: dict

    @classmethod
    def from_json(cls, data):
        profiles = data.get("accessZoneTimeProfiles") or {}
        return cls(
            id=id_of(data),
            name=text_of(data, "name"),
            person_ids=tuple(map(str, data.get("persons") or ())),
            profile_by_zone={str(zone): str(one) for zone, one in profiles.items()},
        )


@dataclass(frozen=True)
class TimeRange:
    """A range has minutes of the day, on weekdays in Exivo's words: "0" is Sunday."""

    start: int
    end: int
    days: tuple

    def to_json(self):
        return {"start": self.start, "end": self.end, "days": list(self.days)}

    @classmethod
    def from_json(cls, data):
        start, end, days = data["start"], data["end"], data["days"]
        if not all(isinstance(one, int | float) for one in (start, end)):  # 480.0, too
            raise TypeError("Minutes were expected")
        return cls(start, end, tuple(sorted(map(str, days))))


@dataclass(frozen=True)
class TimeProfile:
    """A profile has hours of the week, most likely in the site's time (not said)."""

    id: str
    name: str
    #: none where they cannot be read: one that others have made must not keep us from
    #: ours
    ranges: tuple

    @classmethod
    def from_json(cls, data):
        try:
            ranges = tuple(map(TimeRange.from_json, data.get("ranges") or ()))
        except (LookupError, TypeError):
            ranges = ()
        return cls(id=id_of(data), name=text_of(data, "name"), ranges=ranges)


class PersonCalls:
    """Makes the calls of :class:`.client.ExivoClient` about standing access.

    All of them raise the errors of :mod:`.errors`. Writing to what is not there is
    ``Rejected`` (400), reading it ``NotFound`` (404 with an empty body), says the
    specification.
    """

    # Persons

    def list_persons(self):
        """Read all persons (``GET /person``); the API has no search.

        :rtype: list[Person]
        """
        return list(self._pages("/person", Person.from_json))

    def get_person(self, person_id):
        """Read one person (``GET /person/{id}``).

        :rtype: Person
        """
        return self._read(_person(person_id), Person.from_json)

    def create_person(self, person_request):
        """Make a person (``POST /person``), who may enter nowhere yet.

        :param PersonRequest person_request: names are required.
        :rtype: Person
        """
        body = person_request.to_json()
        return self._fetch("POST", "/person", Person.from_json, body)

    def update_person(self, person_id, person_request):
        """Change what is submitted, and nothing else (``POST /person/{id}``).

        :rtype: Person
        """
        path, body = _person(person_id), person_request.to_json()
        return named_by(path, self._fetch("POST", path, Person.from_json, body))

    def set_pin_code(self, person_id, pin):
        """Give the person a PIN code, in place of the one before.

        :param str pin: 4 to 6 digits.
        """
        self._call("POST", f"{_person(person_id)}/pincode", {"pinCode": pin})

    def delete_pin_code(self, person_id):
        """Take the person's PIN code away (``DELETE /person/{id}/pincode``)."""
        self._call("DELETE", f"{_person(person_id)}/pincode")

    def assign_access_group(self, person_id, group_id):
        """Put the person into a group, out of the one before.

        :raise Rejected: also if the person is in this very group already.
        """
        path = f"{_person(person_id)}/assign/accessgroup/{path_id(group_id)}"
        self._call("POST", path, {})

    def unassign_access_group(self, person_id):
        """Take the person out of whichever group it is in.

        :raise Rejected: also if the person is in none.
        """
        self._call("POST", f"{_person(person_id)}/unassign/accessgroup", {})

    # Access groups

    def list_access_groups(self):
        """Read all access groups (``GET /accessgroup``).

        :rtype: list[AccessGroup]
        """
        return list(self._pages("/accessgroup", AccessGroup.from_json))

    def get_access_group(self, group_id):
        """Read one access group (``GET /accessgroup/{id}``).

        :rtype: AccessGroup
        """
        return self._read(_group(group_id), AccessGroup.from_json)

    def create_access_group(self, name):
        """Make a group that opens nothing yet (``POST /accessgroup``).

        :rtype: AccessGroup
        """
        body = {"name": name}
        return self._fetch("POST", "/accessgroup", AccessGroup.from_json, body)

    def delete_access_group(self, group_id):
        """Delete a group (``DELETE /accessgroup/{id}``).

        :raise Rejected: most likely the answer while there are persons in it (the
            specification names 204 as the error there).
        """
        self._call("DELETE", _group(group_id))

    def set_group_zone(self, group_id, zone_id, profile_id):
        """Have a group open a zone; the body is a bare JSON text.

        :param str profile_id: id of a time profile, or ``ALWAYS``.
        """
        self._call("POST", _group_zone(group_id, zone_id), profile_id)

    def remove_group_zone(self, group_id, zone_id):
        """Have a group no longer open a zone."""
        self._call("DELETE", _group_zone(group_id, zone_id))

    # Time profiles

    def list_time_profiles(self):
        """Read all time profiles (``GET /timeprofile``).

        :rtype: list[TimeProfile]
        """
        return list(self._pages("/timeprofile", TimeProfile.from_json))

    def create_time_profile(self, name, ranges):
        """Make a time profile (``POST /timeprofile``).

        :param ranges: some of :class:`TimeRange`.
        :rtype: TimeProfile
        """
        body = {"name": name, "ranges": [one.to_json() for one in ranges]}
        return self._fetch("POST", "/timeprofile", TimeProfile.from_json, body)

    def delete_time_profile(self, profile_id):
        """Delete a time profile (``DELETE /timeprofile/{id}``).

        :raise Rejected: also while a group uses it.
        """
        self._call("DELETE", f"/timeprofile/{path_id(profile_id)}")


def _person(person_id):
    return f"/person/{path_id(person_id)}"


def _group(group_id):
    return f"/accessgroup/{path_id(group_id)}"


def _group_zone(group_id, zone_id):
    return f"{_group(group_id)}/accesszone/{path_id(zone_id)}"
