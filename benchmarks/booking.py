# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A booking with the add-on and without.

Three rooms are booked in turn, each time in a transaction of its own that is committed:
one in a database without the add-on, one without a rule beside it, and one with a rule.
Medians are compared. Of the plain rooms the calendar mails the customer while the
booking is made; with a rule it does not, because the scheduled action sends our mail
later. So that this does not hide what the add-on costs, mails are also switched off on
all sides.
"""

from functools import partial

from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import (
    book,
    environment,
    make_customer,
    make_room,
    make_ruled_room,
    measured,
    middle,
)

#: What the design allows.
MOST_TIME = 1.10
MOST_QUERIES = 4

#: The statement of a transaction that keeps two customers out of one slot.
SLOT = 1

BARE, PLAIN, RULED = "without the add-on", "without a rule", "with a rule"


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    rows, verdicts = [], []
    with workplace.registry("bare", addon=False) as bare, workplace.office() as office:
        sides = {
            BARE: (bare, *_make_plain_room(bare)),
            PLAIN: (office.registry, *_make_plain_room(office.registry)),
            RULED: (office.registry, *make_ruled_room(office, "Ruled")),
        }
        hour = 0
        for count, rounds in ((1, workplace.size(30, 2)), (50, workplace.size(3, 1))):
            for mails in (False, True):
                costs = _compare(sides, count, mails, rounds, hour)
                hour += (count + 1) * (rounds + 1) * len(sides)
                rows += _get_rows(costs, count, mails)
                verdicts.append(_judge(costs, count, mails))
    return Result(rows, verdicts)


def _make_plain_room(registry):
    with registry.cursor() as cursor:
        env = environment(cursor)
        _room, booking_type = make_room(env, "Plain")
        return booking_type.id, make_customer(env).id


def _compare(sides, count, mails, rounds, hour):
    """Measure what some bookings cost in one transaction, by side."""
    costs = {side: [] for side in sides}
    for _round in range(rounds + 1):
        for side, (registry, *who) in sides.items():
            work = partial(_book, mails, *who, hour, count)
            costs[side].append(measured(registry, work))
            # no side may have more neighbours: resource_booking looks at all events
            # that a booking overlaps or touches, those of other rooms, too
            hour += count + 1
    # the first round fills the caches
    return {side: middle(times[1:]) for side, times in costs.items()}


def _book(mails, type_id, customer_id, hour, count, env):
    env = env(context={"no_mail_to_attendees": not mails})
    book(env, type_id, customer_id, hour, count)


def _name(count, mails):
    return f"{count} at once, mails {'on' if mails else 'off'}"


def _get_rows(costs, count, mails):
    ruled = costs[RULED]
    for side in (BARE, PLAIN):
        other = costs[side]
        yield Row(
            f"{_name(count, mails)}: time",
            f"{seconds(ruled.seconds)} {RULED}",
            f"{seconds(other.seconds)} {side}",
            ratio(ruled.seconds, other.seconds),
        )
        yield Row(
            f"{_name(count, mails)}: queries",
            f"{ruled.queries:.0f} {RULED}",
            f"{other.queries:.0f} {side}",
            ratio(ruled.queries, other.queries),
        )


def _judge(costs, count, mails):
    ruled, bare = costs[RULED], costs[BARE]
    more = (ruled.queries - bare.queries - SLOT) / count
    times = ruled.seconds / bare.seconds
    return Verdict(
        f"a booking with a rule takes at most {MOST_TIME:.2f} × the time and "
        f"{MOST_QUERIES} more queries than without the add-on, besides the one that "
        f"keeps two customers out of one slot ({_name(count, mails)})",
        f"{times:.2f} × and {more:+.1f} queries per booking",
        times <= MOST_TIME and more <= MOST_QUERIES,
    )
