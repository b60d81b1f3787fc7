# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Lanes of the synchroniser side by side, each in a process of a real server.

Much is due at many sites that answer in a second. The speed counts from the first
access that is made to the last.
"""

import time

from odoo.addons.exivo_access.tools.transactions import get_lanes

from .figures import Result, Row, Verdict
from .sites import answering, sites_at
from .workplace import server

#: Seconds that a site takes for each answer, so that the processor has time.
LATENCY = 1
#: How many times as fast as one so many lanes have to be.
WANTED = {2: 1.7, 4: 3}
PATIENCE = 600

MADE = "SELECT count(*) FROM exivo_access WHERE state = 'created'"
TWICE = """
SELECT access_id FROM exivo_credential WHERE state NOT IN ('void', 'revoked')
GROUP BY access_id HAVING count(*) > 1
"""


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    sites, due = workplace.size((32, 20), (4, 2))
    speeds = {count: _measure(workplace, count, sites, due) for count in (1, *WANTED)}
    rows = [
        Row(
            f"{sites * due} due at {sites} sites, {count} lanes: accesses per second",
            f"{speed:.1f}",
            f"{speeds[1]:.1f} with one",
            f"{speed / speeds[1]:.2f}",
        )
        for count, speed in speeds.items()
    ]
    verdicts = [
        Verdict(
            f"{count} lanes are at least {wanted} times as fast as one",
            f"{speeds[count] / speeds[1]:.2f} times",
            speeds[count] >= wanted * speeds[1],
        )
        for count, wanted in WANTED.items()
    ]
    return Result(rows, verdicts)


def _measure(workplace, lanes, sites, due):
    """Have so many lanes work off what is due.

    :return: accesses per second.
    :rtype: float
    """
    with (
        workplace.office(latency=0) as office,
        answering(late=LATENCY) as url,
        sites_at(office, url, sites, due),
    ):
        with office.env() as env:
            # nothing else takes a worker's time
            env["ir.cron"].search([]).active = False
            for name in get_lanes("ir_cron_synchronise")[:lanes]:
                env.ref(f"exivo_access.{name}").active = True
        odoo, database = workplace.odoo, office.registry.db_name
        settings = {"workers": 1, "max_cron_threads": lanes}
        with server(odoo, database, office.simulator, **settings):
            return _wait(odoo.postgres, database, sites * due)


def _wait(postgres, database, wanted):
    """Wait until all are made.

    :return: accesses per second.
    """
    began, first = time.perf_counter(), None
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        while time.perf_counter() - began < PATIENCE:
            cursor.execute(MADE)
            (made,) = cursor.fetchone()
            first = first or (made and (made, time.perf_counter()))
            if made == wanted:
                cursor.execute(TWICE)
                assert not cursor.fetchall(), "something was made twice"
                return (made - first[0]) / (time.perf_counter() - first[1])
            time.sleep(0.05)
    raise RuntimeError(f"Only {made} of {wanted} were made in {PATIENCE} s")
