# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Writes `docs/benchmarks.md`, a section for each benchmark."""

import os
import platform
from importlib import import_module

from devkit.machine.paths import ROOT

from .figures import table, verdict_lines

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# What the add-on costs

Made by `./dev bench`: each benchmark writes its own section when it has run in full
size. Both sides of each comparison come from one run, so that the machine falls out;
here it was one with {cores} cores and Python {python}, on which nothing else ran.
"""


def write(name, result, names):
    """Write the section of a benchmark; those of others stay.

    :param str name: of the benchmark.
    :param Result result: what it found.
    :param names: of all benchmarks, in their order; what no other made goes.
    """
    sections = {title: text for title, text in map(_split, _read())}
    title, text = _describe(name)
    parts = (text, verdict_lines(result.verdicts), table(result.rows))
    sections[title] = "\n\n".join(filter(None, parts))
    titles = [_describe(one)[0] for one in names]
    head = HEAD.format(cores=os.cpu_count(), python=platform.python_version())
    kept = [f"## {one}\n\n{sections[one]}\n" for one in titles if one in sections]
    PAGE.write_text("\n".join([head, *kept]), "utf-8")


def _read():
    """Return the sections that the page has, without their first signs."""
    page = PAGE.read_text("utf-8") if PAGE.exists() else ""
    return page.split("\n## ")[1:]


def _split(section):
    title, _, text = section.partition("\n")
    return title, text.strip()


def _describe(name):
    """Return the title of a section, and what the benchmark says of itself."""
    title, _, text = import_module(f"benchmarks.{name}").__doc__.partition("\n\n")
    return title.strip().rstrip("."), text.strip()
