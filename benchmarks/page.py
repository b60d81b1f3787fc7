# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes `docs/benchmarks.md`."""

import os
import platform
from importlib import import_module

from devkit.machine.paths import ROOT

from .figures import table, verdict_lines

HEAD = """# What the add-on costs

Made by `./dev bench`, which writes this page anew. Both sides of each comparison come
from one run, so that the machine falls out; here it was one with {cores} cores and
Python {python}, on which nothing else ran.
"""


def write(results):
    """Write the page.

    :param dict results: a :class:`Result` for each benchmark, by its name.
    """
    parts = [HEAD.format(cores=os.cpu_count(), python=platform.python_version())]
    parts.append("## The figures of the design\n")
    verdicts = [one for result in results.values() for one in result.verdicts]
    parts.append(verdict_lines(verdicts) + "\n")
    for name, result in results.items():
        title, _, text = import_module(f"benchmarks.{name}").__doc__.partition("\n\n")
        parts.append(f"## {title.strip().rstrip('.')}\n")
        parts.append(f"{text.strip()}\n\n{table(result.rows)}\n")
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text("\n".join(parts), "utf-8")
