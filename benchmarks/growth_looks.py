# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""It is found out what became of an order, however many visits the site has had.

An order is carried out, but its answer does not arrive. Exivo has no search: its list
is read from its newest end on, until all is older than the order.
"""

import tempfile
from pathlib import Path

from old_visits import count_calls_of_look_up, note_last, write_state

from .figures import Result, Row, Verdict, ratio

#: How many more calls ten times as many visits may take: the end of the list is found
#: by halving.
MORE_CALLS = 10


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((2000, 20_000), (600, 1200))
    usual, most = _count_calls(workplace, few), _count_calls(workplace, many)
    row = Row(
        f"finding out what became of an order, {many:,} visits at the site",
        f"{most} calls",
        f"{usual} calls, {few:,} visits",
        ratio(most, usual),
    )
    verdict = Verdict(
        f"ten times as many visits take at most {MORE_CALLS} calls more",
        f"{most - usual:+d}",
        most <= usual + MORE_CALLS,
    )
    return Result([row], [verdict])


def _count_calls(workplace, count):
    with tempfile.TemporaryDirectory() as folder:
        state_file = Path(folder) / "state.json"
        write_state(state_file, count)
        with workplace.office(state_file=state_file, latency=0) as office:
            booking_id = office.book()
            office.synchronise()
            note_last(office, booking_id, count)
            return count_calls_of_look_up(office)
