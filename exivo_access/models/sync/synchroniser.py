# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Closes the difference between accesses and what is at Exivo."""

import logging
from datetime import timedelta

from odoo import fields, models

from ...tools.quiet_log import log_exception
from ...tools.transactions import (
    HASTY,
    committed,
    isolated,
    pick_unheld,
    together_or_each,
    wake,
)
from . import clock
from .exivo_access import WHILE_HELD
from .lanes import get_lane
from .run import Run, settle_or_postpone

_logger = logging.getLogger(__name__)

#: How often the scheduled action runs without being woken.
REGULAR_INTERVAL = timedelta(minutes=10)
#: So many accesses are ended at once without asking Exivo, whose site is not called.
BATCH_SIZE = 200
#: The lane whose last run has not done all that comes after it is kept under this key.
UNDONE = "exivo_access.undone"


class ExivoSynchroniser(models.AbstractModel):
    """Works off due accesses, a few at a time.

    1. *Claim*: lock due accesses (``turns.py`` says whose turn it is), decide
       (``reconcile.py``), write the intention as credentials with a lease, commit.
    2. *Carry out*: call Exivo, outside any transaction, in some threads, while the
       next are claimed.
    3. *Record*: write each outcome as it comes in, commit each; credentials do that.
    4. *Settle*: where nothing is left to do, tell the holder; accesses do that. It is
       done while the threads have enough to do: doors come before mails.

    A crash between any two lines leaves a credential whose lease runs out, or an access
    that is still due; the next run goes on from there.
    """

    _name = "exivo.synchroniser"
    _description = "Exivo Synchroniser"

    def _cron_synchronise(self, number=1):
        """Entry point of the scheduled actions: work until nothing is due.

        :param int number: of the lane, see ``lanes.py``.
        """
        progress = self.env["ir.cron"]._commit_progress
        lane = get_lane(self.env, number)
        if lane.is_first:
            clock.mend(self.env)
            self.env["exivo.access"]._find_lost()._withdraw_each()
            locks = self.env["exivo.lock"]
            gone = locks.browse(locks._get_unlisted_ids())
            together_or_each(type(gone)._note_still_opened, gone)
            self._end_uncalled()
        remaining = self._count_due(lane)
        run = Run(self.env, lane)
        seconds_left = run.work(progress(remaining=remaining))
        # others may be at work on what is due: then there is nothing for us
        remaining = 0 if seconds_left else self._count_due(lane)
        progress(remaining=remaining)
        if lane.is_first:
            self._round_off(lane)
        if run.has_worked:
            self._has_worked()
        if remaining:  # Odoo goes on by itself, but not before it looks by the clock
            wake(self.env, lane.name)
        self._wake_for_next(lane)  # last: whatever is rolled back, it stands

    def _end_uncalled(self):
        """End what is over at sites that are not called, too: that needs no call."""
        over = pick_unheld(self.env["exivo.access"]._find_over_uncalled(), BATCH_SIZE)
        together_or_each(lambda some: some._end_over(), over, settle_or_postpone)
        if len(over) == BATCH_SIZE:
            wake(self.env, "ir_cron_synchronise")

    def _count_due(self, lane):
        """Count the accesses that are due at sites of a lane that are called.

        :rtype: int
        """
        sites = self.env["exivo.site"]._get_called()
        sites = sites.filtered(lambda site: lane.has(site.id))
        return self.env["exivo.access"].search_count(
            [("due_at", "<=", fields.Datetime.now()), ("site_id", "in", sites.ids)]
        )

    def _has_worked(self):
        """Let rooms that stand on this one hear of each run that has done something."""

    def _round_off(self, lane):
        """Do what comes after each run; what breaks keeps nothing else from its turn.

        Monitoring and staff hear of it. Odoo does not: it would switch this action off,
        and all doors with it, once mails have been broken for a week.
        """
        undone = False
        for part in self._get_last_parts():
            try:
                part()
            except Exception:
                self.env.cr.rollback()
                log_exception(_logger, "Not all was done after a run")
                undone = lane.name
        parameters = self.env["ir.config_parameter"]
        if parameters.get_param(UNDONE) != undone:
            committed(self.env, parameters.set_param, UNDONE, undone)

    def _get_last_parts(self):
        """Let rooms that stand on this one say what they do after each run.

        :return: functions without parameters, which commit what they do.
        :rtype: list
        """
        return []

    def _do_or_wake(self, work, records, most=None):
        """Do some work for each of some records after a run, or soon again.

        Those that somebody holds are passed over, and keep no others waiting.

        :param work: function of a record.
        :param int most: for how many of them; the others follow after another run.
        """
        env = self.env
        free = pick_unheld(records, most)
        is_held = free != records and len(free) != most
        for record in free:
            if isolated(env, work, record) is None:  # for what it shares with others
                is_held, env = True, self.with_context(**HASTY.on(50)).env
        if is_held or free != records:
            self._wake_surely(self._get_moment_of_held() if is_held else None)

    def _wake_surely(self, at=None):
        """Be woken, although what is done next may be rolled back.

        :param datetime at: see :func:`wake`.
        """
        committed(self.env, wake, self.env, "ir_cron_synchronise", at)

    def _get_moment_of_held(self):
        """Return when it is tried again what somebody else keeps locked now.

        :rtype: datetime
        """
        return fields.Datetime.now() + timedelta(seconds=min(WHILE_HELD))

    def _wake_for_next(self, lane):
        """Be woken when the next access is due, if that is before the regular run.

        What was due in this run and is left over is held by somebody: to look again at
        once, and again, would keep a worker busy until it is let go.
        """
        horizon = fields.Datetime.now() + REGULAR_INTERVAL
        next_by_site = self.env["exivo.access"]._read_group(
            [("due_at", "<=", horizon), ("site_id.state", "=", "verified")],
            ["site_id"],
            ["due_at:min"],
        )
        moments = [
            max(due_at, site.paused_until or due_at)
            for site, due_at in next_by_site
            if lane.has(site.id) and not site._get_hindrance()
        ]
        if moments:
            soonest = self._get_moment_of_held()
            wake(self.env, lane.name, max(min(moments), soonest))
