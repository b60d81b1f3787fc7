# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Sets the start of what begins now when it is sent, by the clock over there.

Exivo takes no start in the past, and an order may have waited for its turn. Knows
nothing of Odoo.
"""

from datetime import timedelta

from .. import api as exivo
from ..pure.reconcile import SOON, choose_start
from .seam import StartRefused


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


def _send(clock, order, send):
    start = choose_start(order.start, clock.now(), order.margin)
    if start >= order.stop:
        raise StartRefused("It ends before it could begin")
    try:
        answer = send(start)
    except exivo.Rejected as error:
        # a clock that is too far ahead to be believed has the last word all the same
        ahead = max(clock.claimed - clock.offset, timedelta())
        if start - clock.now() > ahead + SOON:
            raise  # it is not because of the start
        raise StartRefused(error.message, error.status) from None
    return answer, None if start == order.start else start - clock.offset
