# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps secrets in a field: no record gives them away, the database has them sealed.

Who writes code in Odoo (mail templates, server actions, computed fields, views) may
call every method and read every attribute of every record, as superuser. So a record
only says whether there is a secret. It is opened by :func:`open_secret`, a function
that no record leads to, and it is written from an envelope (:mod:`.envelope`), which
nobody else can make.

Whoever opens a secret keeps it to local variables: what a method returns, and what
stays on an object that a record leads to, is seen by such code.
"""

import os
import threading
from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import config

from ..pure import vault
from . import envelope

KEYS_VARIABLE = "EXIVO_ACCESS_KEYS"
KEYS_OPTION = "exivo_access_keys"
#: A record shows this where there is a secret.
MASK = "••••••"

#: It says what records show in this thread, while something is handed to its holder.
_showing = threading.local()


class SecretError(UserError):
    """A secret can be neither stored nor read, in words for staff."""


def get_vault(env):
    """Return the vault with the keys that whoever runs the server has set.

    :rtype: vault.Vault
    :raise SecretError: they are no keys.
    """
    text = os.environ.get(KEYS_VARIABLE) or config.get(KEYS_OPTION) or ""
    try:
        return vault.from_text(text)
    except vault.BadKey:
        raise SecretError(
            env._(
                "Secrets can be neither stored nor read: the setting %(setting)s of "
                "the server holds something that is not a key.",
                setting=KEYS_VARIABLE,
            )
        ) from None


def open_secret(record, name):
    """Open a secret; never return it from a method of a model.

    :param record: one record, or none.
    :param str name: of a field for secrets.
    :return: the plain text, empty if there is none.
    :rtype: str
    :raise SecretError: there is one, and it cannot be read.
    """
    record = record.sudo()
    with showing(None):
        if not record or not record[name]:
            return ""
    stored = record._fields[name]._get_cache(record.env)[record.id]
    try:
        return get_vault(record.env).open(stored)
    except vault.Unreadable:
        raise SecretError(
            record.env._(
                "What is stored here cannot be read: the key that it was "
                "encrypted with is missing. Whoever runs the server has to add it "
                "to %(setting)s again.",
                setting=KEYS_VARIABLE,
            )
        ) from None


@contextmanager
def showing(show):
    """Let some records show their secrets, in this thread and for a moment.

    :param show: function of a record and the name of a field, which gives the text that
        is shown, or nothing if it stays masked; ``None`` to mask all again.
    """
    before = getattr(_showing, "show", None)
    _showing.show = show
    try:
        yield
    finally:
        _showing.show = before


def _get_shown(record, name):
    show = getattr(_showing, "show", None)
    return (show and show(record, name)) or MASK


class ShownChar(fields.Char):
    """Staff ask a route for this text. On a record it only says whether it is there."""

    exportable = False

    def convert_to_record(self, value, record):
        return bool(value) and _get_shown(record, self.name)

    def convert_to_export(self, value, record):
        return ""


class SecretChar(fields.Char):
    """This text is sealed in the database and in the cache, and masked on a record.

    It is written from an envelope. Sealing comes before the cache, so whatever reads or
    flushes the cache never meets the plain text.
    """

    def convert_to_cache(self, value, record, validate=True):
        text = super().convert_to_cache(value, record, validate)
        if text == MASK and not validate:
            return text  # on its way to a record in memory, which has an origin
        # An empty text needs no key: records without secrets are made while it is
        # broken.
        return text and get_vault(record.env).seal(envelope.unwrap(text))

    def get_column_update(self, record):
        return self._get_cache(record.env)[record.id]  # sealed already

    def convert_to_record(self, value, record):
        # bool() is for an empty text, as older versions may have stored it
        return bool(value) and _get_shown(record, self.name)

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Override to search only for whether there is a value.

        The same text looks different each time it is sealed.
        """
        if operator not in ("in", "not in") or any(value):
            raise ValueError(f"{self} cannot be searched for a value")
        return super()._condition_to_sql(
            field_expr, operator, value, model, alias, query
        )
