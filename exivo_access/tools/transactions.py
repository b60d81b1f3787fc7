# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has work done once a transaction commits, or committed on its own."""

import logging
import os
import threading
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import psycopg2

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .mark import Mark
from .quiet_log import log_exception

_logger = logging.getLogger(__name__)
_sql_logger = logging.getLogger("odoo.sql_db")

#: So many scheduled actions can do the same side by side.
MOST_LANES = 8
#: Milliseconds that a scheduled action waits for what somebody else has locked: all
#: others whom it works for wait with it.
LOCK_TIMEOUT = 1000
#: Odoo looks by itself so often for what was woken for later.
LOOKS_EVERY = timedelta(minutes=1)
#: The databases and moments for which this process has it look sooner.
_looked_at = set()
#: Says for how many it waits in place of that, where it has waited for all together.
HASTY = Mark("exivo_hasty")


def get_lanes(name):
    """Return the names of the scheduled actions that do the same side by side.

    :param str name: of the first, without the module.
    :rtype: list[str]
    """
    return [name, *(f"{name}_{number}" for number in range(2, MOST_LANES + 1))]


def wake(env, name, at=None):
    """Have one of our scheduled actions run, once the current transaction commits.

    Its other lanes that are switched on run as well.

    :param Environment env: of whoever asks; no rights are needed.
    :param str name: of the action, without the module.
    :param at: one or several moments (UTC); now if left out.
    """
    now = fields.Datetime.now()
    moments = [at or now] if at is None or isinstance(at, datetime) else list(at)
    if not moments:
        return
    # The same as Odoo does, in one query: every booking pays for it. A booking must not
    # fail because somebody deleted the action.
    env.cr.execute(
        SQL(
            "INSERT INTO ir_cron_trigger (cron_id, call_at, create_date, write_date)"
            " SELECT ir_cron.id, moment, %(now)s, %(now)s"
            " FROM ir_cron JOIN ir_model_data data ON data.res_id = ir_cron.id"
            " AND data.module = 'exivo_access' AND data.model = 'ir.cron'"
            " AND data.name = ANY(%(names)s),"
            " unnest(%(moments)s::timestamp[]) AS moment"
            " WHERE ir_cron.active"
            " OR (moment > %(now)s AND data.name = %(name)s)",
            now=now,
            moments=moments,
            name=name,
            names=get_lanes(name),
        )
    )
    if min(moments) <= now or os.getenv("ODOO_NOTIFY_CRON_CHANGES"):
        env.cr.postcommit.add(env["ir.cron"]._notifydb)
    for moment in moments:
        if now < moment <= now + LOOKS_EVERY:
            env.cr.postcommit.add(partial(_notify_at, env["ir.cron"], moment))


def _notify_at(crons, moment):
    """Have Odoo look at a moment for what is due: somebody may stand at a door.

    If this process ends before, Odoo looks by itself a little later.
    """
    moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    key = crons.env.cr.dbname, moment
    if key in _looked_at:
        return

    def notify():
        _looked_at.discard(key)
        with suppress(psycopg2.Error):
            crons._notifydb()

    _looked_at.add(key)
    seconds = (moment - fields.Datetime.now()).total_seconds()
    timer = threading.Timer(seconds, notify)
    timer.daemon = True  # it keeps no server from its end
    try:
        timer.start()
    except RuntimeError:  # no thread is to be had, and all is committed
        _looked_at.discard(key)


@contextmanager
def _quiet_conflicts():
    """Keep from the log, in this thread, that somebody got in between.

    Odoo writes an error for each query that PostgreSQL refuses for that. What is tried
    again is none.
    """
    thread = threading.get_ident()

    def is_trouble(record):
        is_conflict = isinstance(record.args, tuple) and any(
            isinstance(one, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) for one in record.args
        )
        return record.thread != thread or not is_conflict

    _sql_logger.addFilter(is_trouble)
    try:
        yield
    finally:
        _sql_logger.removeFilter(is_trouble)


class Done(NamedTuple):
    """Some work was done, and is committed."""

    #: what it has returned
    result: object


def committed(env, work, *args):
    """Do some work and commit it, in a scheduled action.

    :param Environment env: of the action.
    :param work: function of ``args``.
    :return: ``None`` if it was rolled back, because somebody got in between, or keeps
        locked what it takes.
    :rtype: Done | None
    """
    try:
        with _quiet_conflicts():
            # until the end of this transaction
            patience = HASTY.get_from(env) or LOCK_TIMEOUT
            env.cr.execute(SQL("SET LOCAL lock_timeout = %s", patience))
            done = Done(work(*args))
            # the action tells Odoo of its progress itself, once in each round
            env.cr.commit()  # pylint: disable=invalid-commit
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        env.cr.rollback()
        return None
    return done


def isolated(env, work, record, *args):
    """Do some work for a record and commit it; if that fails, say so and go on.

    :param Environment env: of the action.
    :param work: function of the record and of ``args``.
    :return: False if it has failed, and ``None`` if it was rolled back because somebody
        got in between, or keeps locked what it takes: it may go well in a moment.
    :rtype: bool | None
    """
    try:
        return True if committed(env, work, record, *args) else None
    except Exception:
        env.cr.rollback()
        log_exception(_logger, "%s did not work for %s", work.__name__, record)
        return False


def pick_unheld(records, most=None):
    """Return those of some records that nobody holds just now.

    They are locked again by what is done with them. In a transaction that has seen
    nothing yet: one that was changed since the action has found it would end its run.

    :param records: of an action's environment.
    :param int most: so many of them, the first ones.
    """
    if not records:
        return records
    env = records.env
    env.cr.commit()  # pylint: disable=invalid-commit
    options = {"allow_referencing": True, "limit": most}
    done = committed(env, lambda: records.try_lock_for_update(**options))
    return done.result if done else records.browse()


def tell_apart(records, condition):
    """Return those of some records of which a condition holds.

    One of which it cannot be told is left out, and the log says so: it must not keep
    all others waiting.

    :param records: of an action's environment.
    :param condition: function of a single one.
    """
    if not records:
        return records
    try:
        with records.env.cr.savepoint():
            return records.filtered(condition)
    except Exception:
        return records.filtered(lambda one: _holds(condition, one))


def _holds(condition, record):
    try:
        with record.env.cr.savepoint():
            return condition(record)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception:
        log_exception(_logger, "%s cannot be looked at", record)
        return False


def together_or_each(work, records, alone=isolated):
    """Do some work for records and commit it; if that fails, for each by itself.

    One that is broken, or held by somebody, must not keep all others, and their
    holders, waiting. Where there is none, nothing is committed: most runs of a
    scheduled action find nothing to do.

    :param work: function of records.
    :param records: of the action's environment.
    :param alone: does it for a single one; function as :func:`isolated` is.
    :return: False if any of it was rolled back, because somebody got in between.
    :rtype: bool
    """
    if not records:
        return True
    env = records.env
    try:
        if committed(env, work, records):
            return True
    except Exception:
        env.cr.rollback()
    # an import may hold all of them: a second for each would use up all our time
    hasty = records.with_context(**HASTY.on(50)).env
    return None not in [alone(hasty, work, record) for record in records]
