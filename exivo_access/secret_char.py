# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A field for secrets, encrypted in the database once there is a key."""

import os

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import config

from . import vault

KEYS_VARIABLE = "EXIVO_ACCESS_KEYS"
KEYS_OPTION = "exivo_access_keys"


class SecretError(UserError):
    """A secret can be neither stored nor read, in words for staff."""


def get_vault(env):
    """The vault with the keys that whoever runs the server has set.

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


class ShownChar(fields.Char):
    """Text that may be looked at one by one, and not carried off in a file."""

    exportable = False

    def convert_to_export(self, value, record):
        return ""


class SecretChar(fields.Char):
    """Text that is sealed in the database and in the cache, and plain on a record.

    Sealing comes before the cache, so whatever reads or flushes the cache never meets
    the plain text; opening comes last, so a record that nobody asks for its secret can
    be read without the key.
    """

    def convert_to_cache(self, value, record, validate=True):
        plain = super().convert_to_cache(value, record, validate)
        # nothing needs no key: records without secrets are made while it is broken
        return plain and get_vault(record.env).seal(plain)

    def get_column_update(self, record):
        return self._get_cache(record.env)[record.id]  # sealed already

    def convert_to_record(self, value, record):
        try:
            plain = value and get_vault(record.env).open(value)
        except vault.Unreadable:
            raise SecretError(
                record.env._(
                    "What is stored here cannot be read: the key that it was "
                    "encrypted with is missing. Whoever runs the server has to add it "
                    "to %(setting)s again.",
                    setting=KEYS_VARIABLE,
                )
            ) from None
        return super().convert_to_record(plain, record)

    def is_filled(self, record):
        """Whether there is a value, readable or not.

        :param record: one record, in superuser mode.
        :rtype: bool
        """
        try:
            return bool(record[self.name])
        except SecretError:
            return True

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Only whether there is a value can be searched for.

        The same text looks different each time it is sealed.
        """
        if operator not in ("in", "not in") or any(value):
            raise ValueError(f"{self} cannot be searched for a value")
        return super()._condition_to_sql(
            field_expr, operator, value, model, alias, query
        )
