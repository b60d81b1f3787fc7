# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Encrypts what was stored before there was a key, or with an older one.

It works on the tables: no field of a record changes, so nobody has to be told, and
nobody's change of the record is in the way.
"""

import logging
from typing import NamedTuple

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...pure import vault
from ...tools.secret_char import SecretChar, get_vault

_logger = logging.getLogger(__name__)

BATCH_SIZE = 500


class Column(NamedTuple):
    """A column stores secrets, and another one their digests if they have any."""

    table: str
    secret: str
    digest: str | None

    def not_sealed_with(self, mark):
        """Return the condition for values that are readable, or under an older key."""
        secret = SQL.identifier(self.secret)
        return SQL("%s <> '' AND NOT starts_with(%s, %s)", secret, secret, mark)


def get_columns(env):
    """Return every column of the database that holds secrets.

    :rtype: list[Column]
    """
    return [
        Column(
            model._table,
            field.name,
            "pin_digest" if field.name == getattr(model, "_pin_field", "") else None,
        )
        for model in env.values()
        for field in model._fields.values()
        if isinstance(field, SecretChar) and field.store and not model._abstract
    ]


def count_left(env):
    """Count secrets that are not encrypted with the newest key; 0 without any.

    :rtype: int
    :raise SecretError: what is set is no key.
    """
    mark = get_vault(env).mark
    if not mark:
        return 0
    env.flush_all()
    counts = [
        env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE %s",
                SQL.identifier(column.table),
                column.not_sealed_with(mark),
            )
        )
        for column in get_columns(env)
    ]
    return sum(count for ((count,),) in counts)


def encrypt(env):
    """Encrypt all secrets with the newest key, as long as the scheduled action may.

    What cannot be read now, or somebody works on, is left to the next run.
    """
    progress = env["ir.cron"]._commit_progress
    left = count_left(env)
    seconds_left = progress(remaining=left)
    for column in get_columns(env) if left else ():
        last_id = 0
        while seconds_left and last_id is not None:
            last_id, done = _encrypt_batch(env, column, last_id)
            seconds_left = progress(done)
    if seconds_left:
        progress(remaining=0)
        if count_left(env):
            _logger.warning("Not all secrets could be encrypted with the first key")


def _encrypt_batch(env, column, last_id):
    """Encrypt the next few values of a column.

    :param int last_id: of the last row that was looked at.
    :return: the same for the next call, None when this was the last one; and how
        many values were looked at.
    :rtype: tuple[int | None, int]
    """
    try:
        batch = _lock_batch(env, column, last_id)
        _seal_again(env, column, batch)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        env.cr.rollback()
        return None, 0
    return batch[-1][0] if batch else None, len(batch)


def _lock_batch(env, column, last_id):
    """Lock and return some secrets that are not encrypted with the newest key.

    :return: id and stored form.
    :rtype: list[tuple[int, str]]
    """
    return env.execute_query(
        SQL(
            "SELECT id, %s FROM %s WHERE id > %s AND %s"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            SQL.identifier(column.secret),
            SQL.identifier(column.table),
            last_id,
            column.not_sealed_with(get_vault(env).mark),
            BATCH_SIZE,
        )
    )


def _seal_again(env, column, batch):
    safe = get_vault(env)
    for row_id, stored in batch:
        try:
            plain = safe.open(stored)
        except vault.Unreadable:
            continue
        assignments = [SQL("%s = %s", SQL.identifier(column.secret), safe.seal(plain))]
        if column.digest:
            assignments.append(
                SQL("%s = %s", SQL.identifier(column.digest), safe.digest(plain))
            )
        env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(column.table),
                SQL(", ").join(assignments),
                row_id,
            )
        )
    env.invalidate_all(flush=False)
