# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The start of what begins now is set when it is sent, by the clock over there.

Exivo takes no start in the past, and an order may have waited for its turn. Knows
nothing of Odoo.
"""

from datetime import timedelta

from .. import api as exivo
from .seam import StartRefused

#: A refusal may be because of the start, if that is not further ahead than this.
SOON = timedelta(seconds=60)


def grant_in_time(clock, order, send):
    """Send an order, with a start that is still to come when it arrives.

    If it is only the refusal that tells that the clock over there is ahead, the order
    is sent once more: a refusal has made nothing.

    :param exivo.ServerClock clock: of the site.
    :param order: what is ordered, with ``start``, ``stop`` and ``margin``.
    :param send: orders it; function of the start.
    :return: what that returns, and when it begins by our clock; ``None``: as wanted.
    :rtype: tuple[object, datetime | None]
    :raise StartRefused: it may be for the start that it was refused.
    """
    was_known = clock.is_known
    try:
        return _send(clock, order, send)
    except StartRefused:
        if was_known or clock.offset <= order.margin:
            raise
        return _send(clock, order, send)


def choose_start(wanted, now, margin):
    """The start to send: not in the past when it arrives, on a full second.

    :param datetime wanted: from when on the door shall open.
    :param datetime now: by the clock over there.
    :param timedelta margin: how long the order may be under way.
    :rtype: datetime
    """
    earliest = now + margin
    if earliest.microsecond:
        earliest = earliest.replace(microsecond=0) + timedelta(seconds=1)
    return max(wanted, earliest)


def _send(clock, order, send):
    start = choose_start(order.start, clock.now(), order.margin)
    if start >= order.stop:
        raise StartRefused("It ends before it could begin")
    try:
        answer = send(start)
    except exivo.Rejected as error:
        if start > clock.now() + SOON:
            raise
        raise StartRefused(error.message, error.status) from None
    return answer, None if start == order.start else start - clock.offset
