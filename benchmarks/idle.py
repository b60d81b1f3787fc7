# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A run of the scheduled actions when nothing is to be done, however much is alive.

Accesses at rest, each with its live visit, are written into the database by SQL. Each
action runs once to fill the caches and then is measured.
"""

from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import environment, measure_memory, measured

#: What the design asks for with the most accesses, in seconds.
MOST_SECONDS = 1.0

ACTIONS = {
    "the synchroniser": ("exivo.synchroniser", "_cron_synchronise"),
    "the lookout": ("exivo.trouble", "_cron_watch"),
}

#: A year of accesses ahead, spread evenly, each like the first one.
FILL = """
WITH made AS (
    INSERT INTO exivo_access (
        site_id, company_id, partner_id, method, is_wanted, state, mail_state, start,
        stop, due_at, reference, room, booking_start, booking_stop, tz, ordered_at,
        pin_number, tries
    )
    SELECT site_id, company_id, partner_id, method, TRUE, 'created', 'sent', moment,
           moment + interval '1 hour', moment + interval '1 hour', 'X' || number, room,
           moment, moment + interval '1 hour', tz, ordered_at, 1, 0
      FROM exivo_access, generate_series(1, %(count)s) AS number,
           LATERAL (SELECT now() AT TIME ZONE 'UTC' + interval '2 days'
                           + number * interval '5 minutes' AS moment) AS moments
     WHERE exivo_access.id = %(access)s
    RETURNING id, site_id, company_id, start, stop
)
INSERT INTO exivo_credential (
    access_id, site_id, company_id, system, kind, state, token, remote_id, start, stop,
    pin_number, link
)
SELECT id, site_id, company_id, 'exivo', 'visit', 'live', 'bench' || id, 'bench' || id,
       start, stop, 1, 'https://exivo.example.com/v/' || id
  FROM made
"""


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    sizes = (1000, 10_000, 100_000) if not workplace.small else (10, 100)
    costs, rows = {name: [] for name in ACTIONS}, []
    with workplace.office(latency=0) as office:
        booking_id = office.book()
        office.synchronise()
        alive = 0
        for size in sizes:
            _fill(office, booking_id, size - alive)
            alive = size
            for name, action in ACTIONS.items():
                costs[name].append(_measure(office, *action))
                rows.append(_row(name, size, costs[name], sizes))
    return Result(rows, [_judge(name, sizes[-1], costs[name]) for name in ACTIONS])


def _judge(name, size, costs):
    cost, _peak = costs[-1]
    return Verdict(
        f"an idle run of {name} with {size:,} live accesses takes a constant number of "
        f"queries and less than {MOST_SECONDS:.0f} s",
        f"{cost.queries} queries at every size, {seconds(cost.seconds)}"
        if _is_constant(costs)
        else f"{[one.queries for one, _peak in costs]} queries",
        _is_constant(costs) and cost.seconds < MOST_SECONDS,
    )


def _is_constant(costs):
    return len({cost.queries for cost, _peak in costs}) == 1


def _fill(office, booking_id, count):
    with office.env() as env:
        access = env["exivo.access"].search([("booking_id", "=", booking_id)], limit=1)
        env.cr.execute(FILL, {"count": count, "access": access.id})
    with office.registry.cursor() as cursor:
        cursor.execute("ANALYZE exivo_access, exivo_credential")


def _measure(office, model, method):
    """Measure a run's time and queries, and how much memory it takes at most."""

    def work(env):
        getattr(env[model], method)()

    def work_once():
        with office.registry.cursor() as cursor:
            work(environment(cursor))

    work_once()
    return measured(office.registry, work), measure_memory(work_once)


def _row(what, size, costs, sizes):
    (first, _peak), (last, peak) = costs[0], costs[-1]
    return Row(
        f"{what}, idle, {size:,} live accesses",
        f"{seconds(last.seconds)}, {last.queries} queries, {peak:.1f} MB",
        f"{seconds(first.seconds)}, {first.queries} queries with {sizes[0]:,}",
        ratio(last.seconds, first.seconds),
    )
