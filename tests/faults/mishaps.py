# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What goes wrong in tests: workers that die, answers that come too late."""

import contextlib
import re
from unittest.mock import patch

from odoo.addons.exivo_access.api import client
from odoo.addons.exivo_access.models.sync.run import Run

from devkit.commands.patience import within_seconds

#: Seconds that the client waits for an answer here, and that a slow one takes.
PATIENCE, SLOW = 0.3, 0.5


class Death(BaseException):
    """The worker has died."""


def impatient(simulator):
    """Wait less long for Exivo than in earnest, if there are slow calls to come.

    Else it is only this machine that is slow, and nothing is to go wrong by that.
    """
    asked = simulator.was_slow and simulator.running
    faults = simulator.control("GET", "/faults") if asked else []
    if any(fault["kind"] == "latency" for fault in faults):
        return patch.object(client, "TIMEOUT", (1, PATIENCE))
    return contextlib.nullcontext()


def synchronise(office, dies_after=None, meanwhile=None):
    """The synchroniser runs; its worker may die after so many written outcomes.

    :param meanwhile: function; what else happens once its first calls are made, and
        before any outcome is written.
    """
    left, others = [dies_after], [meanwhile]
    record = Run._record

    def record_or_die(*args):
        if other := others[0]:
            others[0] = None
            other()
        if left[0] == 0:
            raise Death
        if left[0]:
            left[0] -= 1
        return record(*args)

    with (
        impatient(office.simulator),
        patch.object(Run, "_record", record_or_die),
        contextlib.suppress(Death),
    ):
        office.synchronise()
    _let_slow_calls_arrive(office.simulator)


def _let_slow_calls_arrive(simulator):
    """Exivo carries out what it takes long for, though nobody waits any more."""
    if simulator.was_slow and simulator.running:
        within_seconds(
            lambda: all(
                call["status"]
                or {"cut", "late"} & {*re.split("[_+]", call["fault"] or "")}
                for call in simulator.requests()
            ),
            "a slow call never arrived",
        )
