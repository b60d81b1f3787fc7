# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Defines what explainers find."""

from typing import Any, NamedTuple

FINE, LOOK, PROBLEM, INFO = "fine", "look", "problem", "info"
VERDICTS = [
    (FINE, "Fine"),
    (LOOK, "Look here"),
    (PROBLEM, "Problem"),
    (INFO, "For information"),
]


class Finding(NamedTuple):
    """A finding says what was found about one thing.

    Without a verdict it is a heading.
    """

    verdict: str | None
    title: str
    text: str
    #: where it can be put right, if that is a record
    record: Any = None


class Hindrance(NamedTuple):
    """A hindrance is what a rule asks of a booking or a member, and is missing."""

    #: one sentence, for customers too
    text: str
    #: where it can be put right, in superuser mode
    record: Any
