# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What explainers find."""

from typing import NamedTuple

FINE, LOOK, PROBLEM, INFO = "fine", "look", "problem", "info"
VERDICTS = [
    (FINE, "Fine"),
    (LOOK, "Look here"),
    (PROBLEM, "Problem"),
    (INFO, "For information"),
]


class Finding(NamedTuple):
    """What was found about one thing; without a verdict it is a heading."""

    verdict: str | None
    title: str
    text: str
