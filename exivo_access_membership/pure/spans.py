# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reckons how long spans of days last, one after the other."""

from datetime import timedelta

_DAY = timedelta(days=1)


def get_last_day(spans, today):
    """Return the last day that spans cover from today on without a gap.

    :param spans: pairs of a first and a last day, in any order.
    :param date today: the day to begin with.
    :return: nothing, if they do not cover today.
    :rtype: date | None
    """
    last = today - _DAY
    for first, stop in sorted(spans):
        if first <= last + _DAY:
            last = max(last, stop)
    return last if last >= today else None
