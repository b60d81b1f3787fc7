# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The regular comparison of all bookings to come with all rules."""

import time

from .figures import Result, Row, Verdict, ratio
from .growth_house import fill_rooms
from .workplace import environment, measure_memory

#: Seconds of processor time, and the megabytes that ten times as many may take more.
MOST_SECONDS, MORE_MEMORY = 60, 50
ROOMS = 10


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((10_000, 100_000), (40, 400))
    with workplace.office(latency=0) as office:
        fill_rooms(office, ROOMS, few // ROOMS)
        small = _compare(office)
        fill_rooms(office, ROOMS, (many - few) // ROOMS)
        large = _compare(office)
    row = Row(
        f"comparing {many:,} bookings that differ in nothing",
        f"{large[0]:.1f} s of processor time, {large[1]:.0f} MB",
        f"{small[0]:.1f} s, {small[1]:.0f} MB with {few:,}",
        ratio(large[0], small[0]),
    )
    verdict = Verdict(
        f"{many:,} bookings that differ in nothing are compared within {MOST_SECONDS} s"
        f" of processor time and {MORE_MEMORY} MB",
        f"{large[0]:.1f} s and {large[1]:.0f} MB",
        large[0] <= MOST_SECONDS and large[1] <= MORE_MEMORY,
    )
    return Result([row], [verdict])


def _compare(office):
    """Seconds of processor time, here and in PostgreSQL, and the most memory.

    What was planned is noted before, as the comparison itself does it.
    """
    with office.env() as env:
        ids = env["resource.booking"].search([]).ids
        env["exivo.planning.digest"]._note(ids)
    with office.registry.cursor() as cursor:
        cursor.execute("ANALYZE exivo_planning_digest")
    here, both = time.process_time(), time.perf_counter()
    memory = measure_memory(lambda: _sweep(office))
    # While this process waits, PostgreSQL works.
    return max(time.process_time() - here, time.perf_counter() - both), memory


def _sweep(office):
    with office.registry.cursor() as cursor:
        planner = environment(cursor)["exivo.planner"]
        for batch in planner._get_batches(0):
            assert not planner._find_outdated(batch)
            cursor.commit()
