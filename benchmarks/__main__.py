# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Runs the benchmarks, or those that are named: `./dev bench [names]`.

After all of them `docs/benchmarks.md` is written anew. With `--small` they run in the
smallest sizes, which proves that they work and nothing else.
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
    "growth",
)


def main():
    """Run what is asked for."""
    options = _arguments()
    with postgres() as server:
        odoo = Odoo(find_odoo(), Path(sys.executable), server)
        from .workplace import Workplace, configure

        configure(odoo)
        workplace = Workplace(odoo, options.small)
        results = {name: _run(name, workplace) for name in options.names or NAMES}
    if set(results) == set(NAMES) and not options.small:
        from .page import write

        write(results)
        say("docs/benchmarks.md is written.")


def _arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--small", action="store_true", help="the smallest sizes")
    options = parser.parse_args()
    from .growth import SUBJECTS

    unknown = set(options.names) - {*NAMES, *SUBJECTS}
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    return options


def _run(name, workplace):
    from .figures import table, verdict_lines

    say(f"\n{name}")
    result = import_module(f"benchmarks.{name}").run(workplace)
    say(f"\n{table(result.rows)}\n\n{verdict_lines(result.verdicts)}")
    return result


if __name__ == "__main__":
    main()
