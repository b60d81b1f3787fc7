# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Indexes all persons of a site by the member they belong to, and by their names.

Exivo has no search, so the whole list is read. The tag of ``exivo_persons.py`` says
which persons are ours.
"""

import re
from collections import defaultdict
from typing import NamedTuple

_TAG = re.compile(r"\bodoo:([^\s:]+):([^\s:]+):([^\s:]+)")


class Tag(NamedTuple):
    """A tag says whose person it is, and which order put it into which group."""

    member: str
    token: str
    group_id: str

    def __str__(self):
        return ":".join(("odoo", *self))


def tag_of(person):
    """Return the tag in the words about a person.

    :rtype: Tag | None
    """
    match = _TAG.search(person.info)
    return Tag(*match.groups()) if match else None


def words_without_tag(person):
    """Return what others have written about a person.

    :rtype: str
    """
    return " ".join(_TAG.sub("", person.info).split())


class Roster:
    """A roster has the persons of a site, as they were when the list was read.

    :param persons: some of :class:`..api.Person`.
    """

    def __init__(self, persons):
        self._ids = {}
        self._others = defaultdict(list)
        for person in persons:
            self.add(person)

    def add(self, person):
        """Add somebody new."""
        tag = tag_of(person)
        if tag:
            self._ids[tag.member] = person.id
            return
        for name in {full_name(person).casefold(), person.email.casefold()} - {""}:
            self._others[name].append(person)

    def get_id(self, member):
        """Return the id of the person of a member, if there is one.

        :rtype: str | None
        """
        return self._ids.get(member)

    def find_others(self, names):
        """Find persons that are not ours and have one of these names or addresses.

        :return: those of the first name first: an address may be that of many.
        :rtype: list
        """
        names = [name.casefold() for name in names if name]
        found = (person for name in names for person in self._others[name])
        return list({person.id: person for person in found}.values())


def full_name(person):
    """Return a person's name in one.

    :rtype: str
    """
    return f"{person.first_name} {person.last_name}".strip()
