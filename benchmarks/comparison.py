# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The daily comparison with a lock system that holds very many visits.

Half of them are ours, half are somebody else's. Beside it the bare client reads the
same list over the same HTTP and does nothing with it. Then it is compared once more,
with very many credentials that ended.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from odoo.addons.exivo_access.adapters import VISIT, VisitOrder
from odoo.addons.exivo_access.models.site.site_connection import get_adapter

from .figures import Result, Row, Verdict, ratio, seconds
from .past import fill_past
from .workplace import measure_memory, measured

#: Megabytes.
MORE_MEMORY = 5

#: A visit for each of these tokens has been made over there: we know of it.
FILL = """
INSERT INTO exivo_credential (
    access_id, site_id, company_id, system, kind, state, token, remote_id, start, stop,
    pin_number, link
)
SELECT access_id, site_id, company_id, 'exivo', 'visit', 'live', made.token,
       made.remote_id, start, stop, 1, 'https://exivo.example.com/v'
  FROM exivo_credential,
       unnest(%(tokens)s, %(remote_ids)s) AS made (token, remote_id)
 WHERE exivo_credential.id = %(credential)s
"""


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    count, past = workplace.size((10_000, 552_500), (50, 500))
    with workplace.office(latency=0) as office:
        booking_id = office.book()
        office.synchronise()
        adapter = _fill(office, booking_id, count)
        started = time.perf_counter()
        listed = len(list(adapter.list_grants(VISIT)))
        bare = time.perf_counter() - started
        cost, peak = _measure(office)
        fill_past(office, office.accesses(booking_id)[0]["id"], 1, past)
        later, highest = _measure(office)
        with office.env() as env:
            foreign = env["exivo.site"].browse(office.site_id).foreign_visits
    assert listed == count + 1 and foreign == count // 2, (listed, foreign)
    what = f"comparison with {listed:,} visits"
    rows = [
        Row(
            what,
            f"{seconds(cost.seconds)}, {cost.queries} queries, {peak:.0f} MB",
            f"{seconds(bare)} only to read them, bare client",
            ratio(cost.seconds, bare),
        ),
        Row(
            f"{what}, beside {past:,} credentials that ended",
            f"{seconds(later.seconds)}, {later.queries} queries, {highest:.0f} MB",
            f"{seconds(cost.seconds)}, {cost.queries} queries, {peak:.0f} MB without",
            ratio(highest, peak),
        ),
    ]
    verdicts = [
        Verdict(
            f"a comparison with {count:,} visits is no problem",
            f"{seconds(cost.seconds)} once a day, {peak:.0f} MB",
            cost.seconds < 60,
        ),
        Verdict(
            "what a comparison takes of memory grows with the past by at most"
            f" {MORE_MEMORY} MB",
            f"{highest - peak:+.0f} MB",
            highest <= peak + MORE_MEMORY,
        ),
    ]
    return Result(rows, verdicts)


def _measure(office):
    """Measure a comparison, and the megabytes that it takes at most."""
    cost = measured(office.registry, _compare)
    return cost, measure_memory(lambda: measured(office.registry, _compare))


def _compare(env):
    env["exivo.site"]._cron_compare()


def _fill(office, booking_id, count):
    """Make the visits over there, and note half of them as ours.

    :return: the site's adapter.
    """
    with office.env() as env:
        access = env["exivo.access"].search([("booking_id", "=", booking_id)], limit=1)
        credential = access.credential_ids
        adapter = get_adapter(access.site_id)
        doors = tuple(access.lock_ids.mapped("remote_id"))
        mark = env["exivo.credential"]._get_mark()
    start = datetime.now(timezone.utc) + timedelta(days=1)
    orders = [
        VisitOrder(
            f"{mark if number % 2 else 'others'}{number:016d}",
            reference="B00000",
            pin="482915",
            start=start,
            stop=start + timedelta(hours=1),
            lock_ids=doors,
        )
        for number in range(count)
    ]
    with ThreadPoolExecutor(4) as pool:
        grants = list(pool.map(adapter.grant, orders))
    ours = [grant for grant in grants if grant.token.startswith(mark)]
    with office.env() as env:
        env.cr.execute(
            FILL,
            {
                "tokens": [grant.token for grant in ours],
                "remote_ids": [grant.id for grant in ours],
                "credential": credential.id,
            },
        )
    return adapter
