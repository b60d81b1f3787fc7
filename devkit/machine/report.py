# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Prints what a person reads while `./dev` works."""

import contextlib
import sys
import time


class Stop(Exception):
    """The command cannot go on. The text is one sentence that says what to do."""


class Unavailable(Exception):
    """One of several ways to get something is not open here. The text says why."""


def say(text=""):
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


@contextlib.contextmanager
def step(text):
    """Announce a step, and say how long it took."""
    sys.stdout.write(f"  {text} … ")
    sys.stdout.flush()
    started = time.monotonic()
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - started:.1f} s")
