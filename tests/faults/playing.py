# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many random histories of a house are tried, on which day, and in which parts."""

import contextlib
import math
import os
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun.api import freeze_time
from history import Clock
from hypothesis import HealthCheck, Phase, seed, settings
from office import Office

from odoo import sql_db

from odoo.addons.base.models.ir_cron import IrCron

SEED = int(os.environ.get("EXIVO_SEED") or 0)
#: The processes of a run share the parts of a test.
PARTS = range(1, 5)
#: Seconds that a history may take, several times what it takes on a slow machine.
ENOUGH = 10


def get_count(usual):
    """How many histories to try: as many as wanted, else the usual number."""
    return int(os.environ.get("EXIVO_HISTORIES") or usual)


def get_patience(count):
    """How many seconds a part of so many histories may take."""
    return 60 + ENOUGH * count // len(PARTS)


def in_part(part, count):
    """Have Hypothesis try one part of so many histories, the same ones in each run."""

    def decorate(play):
        options = settings(
            deadline=None,
            max_examples=math.ceil(count / len(PARTS)),
            database=None,
            phases=set(Phase) - {Phase.explain},
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        )
        return seed(len(PARTS) * SEED + part)(options(play))

    return decorate


@contextlib.contextmanager
def at_dawn(kind, registry, simulator):
    """A house on a Monday morning to come, so that all histories have the same day.

    :param kind: :class:`history.History`, or one that extends it.
    """
    today = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    # Hypothesis itself is to see how much time its work really takes
    with (
        freeze_time(monday, tick=True, ignore=["hypothesis"]) as frozen,
        # else each leap in time has Odoo open all its connections anew
        patch.object(sql_db, "MAX_IDLE_TIMEOUT", math.inf),
        # no server hears that a scheduled action is to run: histories run them
        patch.object(IrCron, "_notifydb"),
        # nobody runs the lookout, so each run would note anew that it is late
        patch.object(registry["exivo.trouble"], "_watch_itself"),
    ):
        history = kind(Office(registry, simulator), Clock(frozen, simulator), monday)
        yield history
        history.clear_up()
