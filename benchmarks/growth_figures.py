# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page with figures of the last thirty days, after one year and after eleven.

Every six minutes a booking has begun, and a door has been opened that may have been for
it, for as long as door events are kept.
"""

from odoo.addons.exivo_access.models.desk.exivo_figures import PERIODS

from .figures import Result, Row, Verdict, ratio, seconds
from .past import fill_past
from .workplace import measured, middle

ROUNDS = 7
#: How much dearer the page may be after ten times as long a past.
MOST_GROWTH = 1.2
#: Seconds for the page.
MOST = 2

EVENTS = """
INSERT INTO exivo_door_event (
    site_id, company_id, remote_id, occurred_at, kind, lock_id
)
SELECT site_id, company_id, 'bench' || id, start + interval '5 minutes',
       CASE WHEN id %% 10 = 0 THEN 'denied' ELSE 'opened' END, %s
  FROM exivo_access WHERE state = 'expired' AND start > now() - interval '90 days'
"""


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((100_000, 1_000_000), (100, 1000))
    with workplace.office_with_access() as (office, access):
        fill_past(office, access["id"], 1, few)
        _fill_events(office)
        small = {period: _measure(office, period) for period in PERIODS}
        fill_past(office, access["id"], few + 1, many)
        large = {period: _measure(office, period) for period in PERIODS}
    rows = [
        Row(
            f"figures, {period}, of {many:,} accesses",
            f"{seconds(cost.seconds)}, {cost.queries} queries",
            f"{seconds(small[period].seconds)} of {few:,}",
            ratio(cost.seconds, small[period].seconds),
        )
        for period, cost in large.items()
    ]
    growth = max(cost.seconds / small[period].seconds for period, cost in large.items())
    slowest = max(cost.seconds for cost in large.values())
    verdicts = [
        Verdict(
            "figures of ten times as long a past take at most"
            f" {MOST_GROWTH} times as long",
            f"{growth:.2f}",
            growth <= MOST_GROWTH,
        ),
        Verdict(
            f"figures of {many:,} accesses take at most {MOST} s",
            seconds(slowest),
            slowest <= MOST,
        ),
    ]
    return Result(rows, verdicts)


def _fill_events(office):
    with office.env() as env:
        lock = env["exivo.lock"].search([], limit=1)
        env.cr.execute(EVENTS, [lock.id])
    with office.registry.cursor() as cursor:
        cursor.execute("ANALYZE exivo_door_event")


def _measure(office, period):
    def work(env):
        env["exivo.room.report"].get_figures(period)

    measured(office.registry, work)
    return middle([measured(office.registry, work) for _round in range(ROUNDS)])
