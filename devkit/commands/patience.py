# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Looking again until something is as it should be."""

import time

#: Seconds after which what should happen "within seconds" surely does not happen any
#: more, however busy the machine is; what it took is said where it matters.
PATIENCE = 120


class Failed(Exception):
    """A step saw something else than it should."""


def expect(condition, otherwise):
    """Fail the step, with what was seen instead, unless the condition holds."""
    if not condition:
        raise Failed(otherwise)


def within_seconds(look, otherwise, patience=PATIENCE):
    """Return the first true answer, looking again until patience ends."""
    deadline = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        expect(time.monotonic() < deadline, f"{otherwise} (waited {patience} s)")
        time.sleep(0.2)
