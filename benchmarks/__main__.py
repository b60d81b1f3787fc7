# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Runs the benchmarks, or those that are named: `./dev bench [names]`.

Each writes its section of `docs/benchmarks.md`. With `--small` they run in the smallest
sizes, which proves that they work and nothing else. `growth` stands for all whose names
begin with it: what grows with the past, and with what is to come, at N and at 10 N.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from devkit.machine.odoo import Odoo
from devkit.machine.odoo_source import find_odoo
from devkit.machine.paths import ROOT
from devkit.machine.postgres import postgres
from devkit.machine.report import say

# What tests from outside have made for themselves.
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "faults")]

NAMES = (
    "booking",
    "credential",
    "paid",
    "synchronising",
    "fairness",
    "lanes",
    "idle",
    "comparison",
    "members",
    "pages",
    "growth_pins",
    "growth_rules",
    "growth_sweep",
    "growth_lists",
    "growth_figures",
    "growth_doors",
    "growth_looks",
    "growth_past",
    "growth_retention",
    "growth_install",
)


def main():
    """Run what is asked for."""
    options = _arguments()
    with postgres() as server:
        odoo = Odoo(find_odoo(), Path(sys.executable), server)
        from .workplace import Workplace, configure

        configure(odoo)
        workplace = Workplace(odoo, options.small)
        for name in NAMES:
            if not options.names or {name, name.partition("_")[0]} & {*options.names}:
                _run(name, workplace)


def _arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--small", action="store_true", help="the smallest sizes")
    options = parser.parse_args()
    unknown = set(options.names) - {"growth", *NAMES}
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    return options


def _run(name, workplace):
    from .figures import table, verdict_lines
    from .page import write

    say(f"\n{name}")
    result = import_module(f"benchmarks.{name}").run(workplace)
    say(f"\n{table(result.rows)}\n\n{verdict_lines(result.verdicts)}")
    if not workplace.small:
        write(name, result, NAMES)


if __name__ == "__main__":
    main()
