# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Holds what a benchmark gives back, and words it for a person."""

from typing import NamedTuple


class Row(NamedTuple):
    """One comparison: both sides come from one run, so the machine falls out."""

    what: str
    #: the two sides, in their units
    measured: str
    compared_with: str
    ratio: str


class Verdict(NamedTuple):
    """One figure of the design, and whether it is reached."""

    figure: str
    measured: str
    reached: bool
    #: for whoever reads that it is not
    why_not: str = ""


class Result(NamedTuple):
    """All that a benchmark has found out."""

    rows: list
    verdicts: list


def ratio(measured, compared_with):
    """Word how often one amount goes into the other.

    :rtype: str
    """
    return f"{measured / compared_with:.2f}"


def seconds(amount):
    """An amount of time as a person reads it.

    :param float amount: seconds.
    :rtype: str
    """
    return f"{amount * 1000:.0f} ms" if amount < 10 else f"{amount:.1f} s"


def table(rows):
    """Comparisons as a Markdown table, which is readable in a terminal, too.

    :param list[Row] rows: what to show.
    :rtype: str
    """
    cells = [("what", "measured", "compared with", "ratio"), *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| "
        + " | ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        + " |"
        for line in cells
    )


def verdict_lines(verdicts):
    """Say of each figure whether it is reached.

    :param list[Verdict] verdicts: those of one or more benchmarks.
    :rtype: str
    """
    return "\n".join(
        f"- {one.figure}: {one.measured}, "
        + ("**reached**." if one.reached else f"**not reached**. {one.why_not}".strip())
        for one in verdicts
    )
