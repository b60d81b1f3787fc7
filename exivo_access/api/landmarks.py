# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads a long list from its newest end only, where it turns out to have one.

Exivo keeps visits for ever, has no search, and nobody has promised an order. So the
list is believed to go by age only if what we know of its entries says so, and cannot
come from another order, such as that of their names. All else is read whole.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from . import errors
from .lists import MAX_PAGES, PAGE_SIZE, Reading

#: Having passed so many that were made before, what was made after has been seen.
ENOUGH = 20
#: Calls side by side may be answered in another order than they were carried out in.
AT_ONCE = timedelta(seconds=30)
#: That entries go by age must have been seen in so many steps.
STEPS = 10
#: So many entries without a sign of it are enough to look at the other end.
PATIENCE = 5 * PAGE_SIZE
#: What else a list may go by.
OTHER_ORDERS = ("name", "validFrom", "validTo")


class Landmarks(NamedTuple):
    """These are entries of a list of which it is known when they were made."""

    #: by the id of the entry
    made_at: dict[str, datetime]
    #: what is looked for was made after that
    since: datetime


def read_newest(path, get_page, get_key, landmarks):
    """Read a list from its newest entry on, until all was made before.

    :param str path: of the list, for the errors.
    :param get_page: function of how many entries to skip, and how many to give at most.
    :param get_key: what tells entries apart; function of one.
    :param Landmarks landmarks: what is known of some entries.
    :rtype: list | None
    :return: ``None`` if it cannot be told where the newest are.
    """
    rows = _read_back(Reading(path, get_page, get_key), landmarks)
    end = _find_end(get_page) if rows is None else 0
    if not end:
        return rows

    def get_mirrored(skip, limit):
        first, rows = max(0, end - skip - limit), []
        # A server may give less than is asked for: what is left out would be missed.
        while missing := max(0, end - skip - first - len(rows)):
            page = get_page(first + len(rows), missing)
            if not page:
                break
            rows += page
        return rows[::-1]

    return _read_back(Reading(path, get_mirrored, get_key), landmarks)


def _find_end(get_page):
    """Count the entries of a list, by a few looks at single ones.

    :return: 0 if it seems to have no end, or lets nobody look behind it.
    """
    try:
        return _search_end(get_page)
    except (errors.Rejected, errors.NotFound):
        return 0


def _search_end(get_page):
    low, high = 0, PAGE_SIZE
    while get_page(high, 1):
        low, high = high + 1, 2 * high
        if high > MAX_PAGES * PAGE_SIZE:
            return 0
    while low < high:
        middle = (low + high) // 2
        if get_page(middle, 1):
            low = middle + 1
        else:
            high = middle
    return low


def _read_back(reading, landmarks):
    """Read on until all that was made since has come.

    :return: the entries; ``None`` if that cannot be told.
    """
    rows, descent = [], _Descent(landmarks)
    for key, row in reading:
        rows.append(row)
        descent.pass_by(key, row)
        if reading.has_gaps:
            return None
        if descent.has_passed_all():
            return rows
        if len(rows) >= PATIENCE and not descent.is_likely():
            return None
    return None if reading.has_gaps else rows


class _Descent:
    """Tells from the landmarks on the way whether a list goes back in time."""

    def __init__(self, landmarks):
        self._landmarks = landmarks
        self._passed = []
        self._oldest = None
        self._is_falling = True
        self._steps = self._older = 0

    def pass_by(self, key, row):
        """Note an entry."""
        made_at = self._landmarks.made_at.get(key)
        if not made_at:
            return
        self._passed.append(row)
        # What was revoked may stand where its last change puts it.
        is_in_place = row.get("revoked") is not True
        self._older += is_in_place and made_at < self._landmarks.since
        if not self._oldest or made_at < self._oldest - AT_ONCE:
            self._steps += 1
            self._oldest = made_at
        elif made_at > self._oldest + AT_ONCE:
            self._is_falling = False

    def is_likely(self):
        """Tell whether all that was seen so far goes back in time."""
        return self._is_falling and bool(self._passed)

    def has_passed_all(self):
        """Tell whether the list surely goes by age, and only older ones follow.

        Of what opens nothing any more alone, nothing follows: it may stand by itself,
        before what does.
        """
        return (
            self._is_falling
            and self._steps >= STEPS
            and self._older >= ENOUGH
            and not any(map(self._may_go_by, OTHER_ORDERS))
            and any(map(_may_be_live, self._passed))
        )

    def _may_go_by(self, name):
        values = [str(row.get(name, "")).casefold() for row in self._passed]
        return values in (sorted(values), sorted(values, reverse=True))


def _may_be_live(row):
    return row.get("revoked") is not True and row.get("expired") is not True
