# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Chooses access zones that open the wanted locks, with as few other doors as can be.

Exivo gives standing access to zones, not to doors, and a zone can hold more doors than
are wanted. No Odoo, no HTTP: :func:`choose` is a function of (rights, zones). Rights
are those of :mod:`..rights`.

The week is cut into slots in which the same locks are wanted. For each slot, zones are
chosen so that as few other doors as can be come along; a zone's hours are its slots.
"""

from typing import NamedTuple

DAYS, MINUTES = 7, 1440
#: After so many tries the best choice so far is taken; in a large house after fewer, as
#: each looks at all its zones and locks. Locks that are in one zone only need no try at
#: all, so real houses stay far below.
MAX_TRIES, MAX_STEPS = 2000, 200_000


class Choice(NamedTuple):
    """A choice names the zones to use, and what that means for the doors."""

    #: hours of each zone to use, by its id; empty hours mean always
    hours_by_zone: dict
    #: ids of locks that open at times when they are not wanted
    others: frozenset
    #: ids of locks that no zone holds
    uncovered: frozenset


def choose(rights, zones):
    """Choose the zones that open the wanted locks at the wanted hours.

    :param rights: pairs of lock id and hours, see :mod:`..rights`.
    :param dict zones: the ids of the locks of each zone, by the zone's id.
    :rtype: Choice
    """
    zones = {zone: frozenset(locks) for zone, locks in zones.items()}
    covered = frozenset().union(*zones.values())
    wanted = frozenset(lock for lock, _hours in rights)
    # Few doors over the whole week come first: people are asked about doors.
    week = _cover(wanted & covered, zones)
    doors = wanted.union(*(zones[zone] for zone in week))
    zones = {zone: zones[zone] for zone in sorted(zones) if zones[zone] <= doors}
    slots = {zone: [] for zone in zones}
    others, known = frozenset(), {}
    for slot, slot_wanted in _slots(rights):
        slot_wanted &= covered
        if slot_wanted not in known:
            known[slot_wanted] = _cover(slot_wanted, zones)
        for zone in known[slot_wanted]:
            slots[zone].append(slot)
            others |= zones[zone] - slot_wanted
    return Choice(
        {zone: _joined(some) for zone, some in slots.items() if some},
        others,
        wanted - covered,
    )


def _slots(rights):
    """Yield each part of the week in which the same locks are wanted, and those."""
    always = {lock for lock, hours in rights if not hours}
    spans = [(lock, *hour) for lock, hours in rights for hour in hours]
    for day in range(DAYS):
        today = [(lock, start, stop) for lock, on, start, stop in spans if on == day]
        cuts = {0, MINUTES, *(cut for _lock, *both in today for cut in both)}
        cuts = sorted(cuts)
        for start, stop in zip(cuts, cuts[1:], strict=False):
            wanted = {lock for lock, begin, end in today if begin <= start < end}
            if wanted | always:
                yield (day, start, stop), frozenset(wanted | always)


def _joined(slots):
    """Join slots into hours. Slots that touch are one, and a whole week is always."""
    hours = []
    for day, start, stop in slots:
        if hours and hours[-1][0] == day and hours[-1][2] == start:
            hours[-1] = (day, hours[-1][1], stop)
        else:
            hours.append((day, start, stop))
    whole = tuple((day, 0, MINUTES) for day in range(DAYS))
    return () if tuple(hours) == whole else tuple(hours)


def _cover(wanted, zones):
    """Return the zones that hold all wanted locks and as few other locks as can be.

    :param frozenset wanted: each of them is in one of the zones.
    :return: ids of zones.
    :rtype: frozenset
    """
    holders = {lock: [] for lock in wanted}
    for zone, locks in zones.items():
        for lock in locks & wanted:
            holders[lock].append(zone)
    # These alone hold a wanted lock.
    needed = frozenset(some[0] for some in holders.values() if len(some) == 1)
    best, tries = None, min(MAX_TRIES, MAX_STEPS // (len(zones) + len(wanted) + 1))

    def search(chosen, opened):
        nonlocal best, tries
        if best and tries <= 0:
            return
        tries -= 1
        for zone, locks in zones.items():
            if locks & wanted - opened and not locks - wanted - opened:
                chosen, opened = chosen | {zone}, opened | locks
        cost = len(opened - wanted)
        if best and cost >= best[0]:
            return
        missing = wanted - opened
        if not missing:
            best = (cost, chosen)
            return
        lock = min(missing, key=lambda one: (len(holders[one]), one))
        for zone in sorted(
            holders[lock],
            key=lambda one: (
                len(zones[one] - opened - wanted),
                -len(zones[one] & missing),
                one,
            ),
        ):
            search(chosen | {zone}, opened | zones[zone])

    search(needed, frozenset().union(*(zones[zone] for zone in needed)))
    return _without_spare(wanted, zones, best[1])


def _without_spare(wanted, zones, chosen):
    """Leave out zones without which all wanted locks open as well."""
    for zone in sorted(chosen, key=lambda one: (-len(zones[one] - wanted), one)):
        rest = chosen - {zone}
        if wanted <= frozenset().union(*(zones[one] for one in rest)):
            chosen = rest
    return chosen
