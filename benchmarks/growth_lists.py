# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Staff's lists of a million accesses, nine of ten of which are over."""

from ast import literal_eval
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import environment, vacuum

PAGE = 80
#: Milliseconds in PostgreSQL.
MOST = 50


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((100_000, 1_000_000), (100, 1000))
    rows, slow = [], []
    with workplace.office(latency=0) as office:
        access_id = office.accesses(office.book())[0]["id"]
        _fill(office, access_id, few)
        small = _measure(office)
        _fill(office, access_id, many - few)
        large = _measure(office)
        for what, took in large.items():
            rows.append(
                Row(
                    f"{what}, of {many:,} accesses",
                    seconds(took / 1000),
                    f"{seconds(small[what] / 1000)} of {few:,}",
                    ratio(took, max(small[what], 0.01)),
                )
            )
            if took > MOST:
                slow.append(what)
    verdict = Verdict(
        f"Each list of accesses takes at most {MOST} ms in PostgreSQL",
        f"at most {max(large.values()):.0f} ms" + (f": {slow}" if slow else ""),
        not slow,
    )
    return Result(rows, [verdict])


def _fill(office, access_id, count):
    """Copy an access: nine of ten are over; a hundred go on at the same time."""
    with office.env() as env:
        env.cr.execute(
            """
            WITH made AS (
                INSERT INTO exivo_access (is_wanted, partner_id, site_id, company_id,
                    method, start, stop, state, pin_number, room, reference)
                SELECT true, partner_id, site_id, company_id, method,
                    now() + moment * interval '1 minute',
                    now() + moment * interval '1 minute' + interval '1 hour',
                    CASE WHEN moment < 0 THEN 'expired' ELSE 'created' END, 1, room,
                    reference
                FROM exivo_access, LATERAL (
                    SELECT (number - %(count)s * 0.9) AS moment
                    FROM generate_series(1, %(count)s) AS number
                ) AS moments WHERE id = %(id)s RETURNING id
            )
            INSERT INTO exivo_access_exivo_lock_rel
            SELECT made.id, lock_id FROM made, unnest(%(locks)s) AS lock_id
            """,
            {
                "count": count,
                "id": access_id,
                "locks": env["exivo.access"].browse(access_id).lock_ids.ids,
            },
        )
    vacuum(office.registry)


def _measure(office):
    """Milliseconds that PostgreSQL takes for each list: its page, and its count."""
    with office.registry.cursor() as cursor:
        env = environment(cursor)
        today = fields.Datetime.today()
        on = [("start", "<=", today + timedelta(days=1)), ("stop", ">=", today)]
        lock = env["exivo.access"].search([], limit=1).lock_ids[:1]
        lists = {
            "as it opens": _get_default_domain(env),
            "today": on,
            "now or later": [("state", "not in", ("removed", "expired"))],
            "unfiltered": [],
            "by lock": [("lock_ids", "in", lock.ids)],
            "today by lock": [("lock_ids", "in", lock.ids), *on],
            "a day of the calendar": [
                ("start", "<=", today + timedelta(days=1)),
                ("stop", ">=", today),
            ],
        }
        took = {
            what: _time_page(env, domain) + _time_count(env, domain)
            for what, domain in lists.items()
        }
        took["today, grouped by lock"] = _time_groups(env, on)
        return took


def _get_default_domain(env):
    """The domain of the filters that the list opens with."""
    action = env.ref("exivo_access.exivo_access_action")
    names = [
        key.removeprefix("search_default_")
        for key in literal_eval(action.context)
        if key.startswith("search_default_")
    ]
    arch = env.ref("exivo_access.exivo_access_view_search")._get_combined_arch()
    domains = [
        literal_eval(arch.xpath(f"//filter[@name='{name}']")[0].get("domain"))
        for name in names
    ]
    return sum(domains, [])


def _time_page(env, domain):
    query = env["exivo.access"]._search(domain, order="start, id", limit=PAGE)
    return _explain(env, query.select())


def _time_count(env, domain):
    """Odoo counts at most so many, and then says "10000+"."""
    query = env["exivo.access"]._search(domain, limit=10_001)
    return _explain(env, SQL("SELECT count(*) FROM (%s) t", query.select()))


def _time_groups(env, domain):
    query = env["exivo.access"]._search(domain)
    return _explain(
        env,
        SQL(
            "SELECT exivo_lock_id, count(*) FROM exivo_access_exivo_lock_rel"
            " WHERE exivo_access_id IN (%s) GROUP BY exivo_lock_id",
            query.select(),
        ),
    )


def _explain(env, query):
    """Milliseconds of the second of two runs, since the first fills the caches."""
    for _run in range(2):
        env.cr.execute(SQL("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) %s", query))
        (((plan,),),) = env.cr.fetchall()
    return plan["Planning Time"] + plan["Execution Time"]
