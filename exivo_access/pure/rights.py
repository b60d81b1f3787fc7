# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Adds up rights: which locks somebody may open at which hours of the week.

A right is a pair ``(lock id, hours)``, without an end, and hours are a tuple of
``(weekday, from, to)``: 0 is Monday; from and to are minutes of the day, 0 to 1440, in
the time of the site. Empty hours mean always. No Odoo in here.
"""

#: Without hours the lock opens at any time.
ALWAYS = ()
WHOLE_WEEK = tuple((weekday, 0, 1440) for weekday in range(7))


def union(*rights):
    """Add up what several communities allow.

    :param rights: each some pairs of lock id and hours.
    :return: one right for each lock, in the order of the locks.
    :rtype: tuple
    """
    by_lock = {}
    for lock_id, hours in (one for some in rights for one in some):
        by_lock.setdefault(lock_id, []).append(hours)
    return tuple(
        (lock_id, ALWAYS if ALWAYS in every else _merged(sum(every, ())))
        for lock_id, every in sorted(by_lock.items())
    )


def is_open(hours, weekday, minute):
    """Tell whether some hours hold at a moment of the week.

    :param tuple hours: of a right.
    :param int weekday: 0 is Monday.
    :param int minute: of the day, in the time of the site.
    :rtype: bool
    """
    return hours == ALWAYS or any(
        day == weekday and start <= minute < stop for day, start, stop in hours
    )


def from_json(value):
    """Read rights as the database keeps them.

    :param value: lists in place of tuples, or nothing.
    :rtype: tuple
    """
    return tuple(
        (lock_id, tuple(tuple(hour) for hour in hours))
        for lock_id, hours in value or ()
    )


def to_json(rights):
    """Write rights as the database keeps them.

    :rtype: list
    """
    return [[lock_id, [list(hour) for hour in hours]] for lock_id, hours in rights]


def _merged(hours):
    """Return hours in order. Hours of a day that overlap or touch are one."""
    merged = []
    for weekday, start, stop in sorted(hours):
        if merged and merged[-1][0] == weekday and start <= merged[-1][2]:
            merged[-1] = (weekday, merged[-1][1], max(stop, merged[-1][2]))
        else:
            merged.append((weekday, start, stop))
    return ALWAYS if tuple(merged) == WHOLE_WEEK else tuple(merged)
