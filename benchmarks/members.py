# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A community with very many members gets a rule, and then another door.

Whoever changes the rule waits for the first row only: the members are planned in the
background, a batch in each transaction. Beside it stands what a batch of a tenth costs.
The last row is how the synchroniser finds what comes first among all that is due.
"""

import time
from functools import partial

from odoo import fields

from odoo.addons.exivo_access.models.sync import turns

from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import environment, measured

CHUNK = 1000
#: A batch of ten times as many members may take so many queries more, because rows are
#: written in blocks.
MORE_QUERIES = 12


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    count = workplace.size(10_000, 120)
    with workplace.office(latency=0) as office:
        category_id, partner_ids = _gather(office, count)
        idle = _search_due(office)
        rows, batches = [], []
        for change in (_add_rule, _add_door):
            what = f"{change.__doc__} for {count:,} members"
            cost = measured(office.registry, partial(change, category_id=category_id))
            costs = _plan_all(office, category_id)
            batches.append(costs)
            rows += _get_rows(what, cost, costs)
        busy = _search_due(office)
        rows.append(
            Row(
                f"finding the next of {count:,} accesses that are due",
                seconds(busy),
                f"{seconds(idle)} when none is",
                ratio(busy, idle),
            )
        )
        _each_has_one(office, partner_ids)
    more = max(_most_queries(costs) - costs[0][1].queries for costs in batches)
    verdict = Verdict(
        f"{count:,} members are planned set by set: a batch takes as many queries as "
        "one of a tenth",
        f"at most {more:+d} queries",
        more <= MORE_QUERIES,
    )
    return Result(rows, [verdict])


def _gather(office, count):
    """Make a community.

    :return: the id of its tag, and those of its members.
    """
    with office.env() as env:
        category_id = env["res.partner.category"].create({"name": "Coworkers"}).id
    partner_ids = []
    for first in range(0, count, CHUNK):
        with office.env() as env:
            partners = env["res.partner"].with_context(tracking_disable=True)
            numbers = range(first, min(first + CHUNK, count))
            tags = {"category_id": [(4, category_id)]}
            made = partners.create([{"name": f"Member {n}", **tags} for n in numbers])
            partner_ids += made.ids
    with office.registry.cursor() as cursor:
        cursor.execute("ANALYZE res_partner, res_partner_res_partner_category_rel")
    return category_id, partner_ids


def _add_rule(env, category_id):
    """First rule"""
    lock = env["exivo.lock"].search([("name", "=", "Entrance")])
    env["exivo.access.rule"].create(
        {"category_id": category_id, "lock_ids": [(6, 0, lock.ids)], "method": "link"}
    )


def _add_door(env, category_id):
    """Another door"""
    rule = env["exivo.access.rule"].search([("category_id", "=", category_id)])
    rule.lock_ids |= env["exivo.lock"].search([("name", "=", "Meeting room Aare")])


def _plan_all(office, category_id):
    """Plan all members as the scheduled action does, the first batch being smaller.

    :return: how many members each batch had, and what it cost.
    :rtype: list[tuple[int, Cost]]
    """
    costs = []
    size, more = 0.1, True
    while more:
        with office.env() as env:
            category = env["res.partner.category"].browse(category_id)
            batch = env["exivo.community.planner"]._get_next_ids(category)
        batch = batch[: max(1, int(len(batch) * size))]
        size, more = 1, bool(batch)

        def work(env, batch=batch):
            planner = env["exivo.community.planner"]
            planner._get_next_ids(env["res.partner.category"].browse(category_id))
            planner._plan_next(
                env["res.partner.category"].browse(category_id),
                batch,
                batch[-1] if batch else 0,
            )

        costs.append((len(batch), measured(office.registry, work)))
    return costs[:-1]


def _most_queries(costs):
    return max(cost.queries for _size, cost in costs[1:])


def _get_rows(what, cost, costs):
    """Measure what a change costs the one who makes it, and the scheduled action."""
    (small, first), *others = costs
    largest = max(size for size, _cost in others)
    total = sum(cost.seconds for _size, cost in costs)
    most = _most_queries(costs)
    yield Row(
        f"{what}: transaction",
        f"{seconds(cost.seconds)}, {cost.queries} queries",
        f"{seconds(total)} in the background",
        ratio(cost.seconds, total),
    )
    yield Row(
        f"{what}: planning",
        f"at most {most} queries for {largest} members",
        f"{first.queries} queries for {small} members",
        ratio(most, first.queries),
    )


def _search_due(office):
    """Seconds that it takes to find what is to be done first."""
    with office.registry.cursor() as cursor:
        cursor.execute("ANALYZE exivo_access")
        env = environment(cursor)
        _find_next(env)  # fills the caches
        started = time.perf_counter()
        _find_next(env)
        return time.perf_counter() - started


def _find_next(env):
    """Find and lock what is first of each site's turn."""
    sites = turns.find_due_sites(env, fields.Datetime.now())
    if sites:
        turns.lock_due(env, dict.fromkeys(sites, 1), 1, True, [])


def _each_has_one(office, partner_ids):
    with office.env() as env:
        accesses = env["exivo.access"].search_fetch(
            [("is_of_community", "=", True), ("is_wanted", "=", True)], ["partner_id"]
        )
        assert sorted(accesses.partner_id.ids) == sorted(partner_ids)
        assert len(accesses) == len(partner_ids)
