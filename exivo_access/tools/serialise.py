# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets transactions that would not see each other's work follow one another."""

from contextlib import contextmanager

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL


class TakenMeanwhile(ConcurrencyError, UserError):
    """Somebody else has just committed what goes against our transaction.

    Odoo repeats the request, which then sees it. Where nothing is repeated (a line of
    an import), and when all tries are used up, the person is told.
    """


def serialise(records):
    """Let only one transaction at a time go on from here with these records.

    Another one that calls this waits until ours ends. If ours was committed,
    PostgreSQL then refuses the row that has changed since the other began, and Odoo
    repeats the other from its start, so that it sees what ours has done.

    :param records: records of any model that keeps ``write_uid``; may be none.
    """
    if not records:
        return
    records.env.cr.execute(
        SQL(
            "UPDATE %s SET write_uid = write_uid WHERE id IN %s",
            SQL.identifier(records._table),
            tuple(records.ids),
        ),
        log_exceptions=False,  # being refused is what this is for
    )


def serialise_same(records, name):
    """Serialise records that stand for the same thing, of whichever company.

    :param records: see :func:`serialise`.
    :param str name: of the field that says what they stand for.
    """
    table, column = SQL.identifier(records._table), SQL.identifier(name)
    records.env.cr.execute(
        SQL(
            "UPDATE %s SET write_uid = write_uid WHERE id IN"
            " (SELECT min(id) FROM %s WHERE %s IN %s GROUP BY %s)",
            table,
            table,
            column,
            tuple(records.mapped(name)),
            column,
        ),
        log_exceptions=False,
    )


def find_unheld(records, name):
    """Find for what :func:`serialise_same` need not wait now, nor until we commit.

    :param records: as for the others, may be none.
    :param str name: see :func:`serialise_same`.
    :return: the values of that field.
    :rtype: set
    """
    if not records:
        return set()
    table, column = SQL.identifier(records._table), SQL.identifier(name)
    rows = records.env.execute_query(
        SQL(
            "SELECT %s FROM %s WHERE id IN"
            " (SELECT min(id) FROM %s WHERE %s IN %s GROUP BY %s)"
            " FOR NO KEY UPDATE SKIP LOCKED",
            column,
            table,
            table,
            column,
            tuple(records.mapped(name)),
            column,
        )
    )
    return {value for (value,) in rows}


@contextmanager
def in_turn(env, name, number):
    """Let only one process at a time do something, and another one when it is done.

    Whoever waited sees what the others have committed, in a transaction that it begins
    within. Nothing of the transaction around is locked, so it cannot wait for itself.

    :param str name: of what is done.
    :param int number: of what it is done with, such as the id of a user.
    """
    with env.registry.cursor() as cr:
        cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", name, number))
        yield
