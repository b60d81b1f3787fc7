# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What grows with the past, and with what is to come: N and ten times N.

Each subject has a file of its own, and runs alone as well: `./dev bench growth_pins`.
Queries and rows are counted. Times are only compared with others of the same run.
"""

from importlib import import_module

from .figures import Result

SUBJECTS = (
    "growth_pins",
    "growth_rules",
    "growth_sweep",
    "growth_lists",
    "growth_figures",
    "growth_doors",
    "growth_retention",
)


def run(workplace):
    """Measure all subjects, one after the other.

    :rtype: Result
    """
    rows, verdicts = [], []
    for name in SUBJECTS:
        result = import_module(f"benchmarks.{name}").run(workplace)
        rows += result.rows
        verdicts += result.verdicts
    return Result(rows, verdicts)
