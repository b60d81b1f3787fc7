# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The add-on is updated in a database that has had very many accesses."""

import time

from devkit.machine.odoo import TO_ITS_END
from devkit.machine.paths import RUN

from .figures import Result, Row, Verdict, ratio, seconds
from .past import fill_past

#: How much longer it may take with ten times as many.
MOST_GROWTH = 2.8


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((100_000, 1_000_000), (100, 1000))
    with workplace.office_with_access() as (office, access):
        fill_past(office, access["id"], 1, few)
        usual = _update(workplace.odoo, office.registry.db_name)
        fill_past(office, access["id"], few + 1, many)
        most = _update(workplace.odoo, office.registry.db_name)
    row = Row(
        f"an update with {many:,} accesses",
        seconds(most),
        f"{seconds(usual)} with {few:,}",
        ratio(most, usual),
    )
    verdict = Verdict(
        f"an update with {many:,} accesses takes at most {MOST_GROWTH} times as long as"
        f" one with {few:,}",
        ratio(most, usual),
        most <= MOST_GROWTH * usual,
    )
    return Result([row], [verdict])


def _update(odoo, database):
    """Update the add-on, and say how many seconds that took."""
    config = odoo.write_config(RUN / "bench_update.conf", database)
    started = time.perf_counter()
    odoo.run("-c", config, "-u", "exivo_access", *TO_ITS_END)
    return time.perf_counter() - started
