# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps secrets unreadable while they are handed on within this process.

No Odoo in here. What people write in Odoo (templates, server actions, views) reaches
every method and attribute of a record, so between the field that keeps a secret and the
line that needs it, the secret travels in an envelope: a text like any other, under a
key that only this process has and that nothing leads to.
"""

import dataclasses

from ..pure import vault

_VAULT = vault.Vault([vault.new_key()])


def wrap(text):
    """Put a secret in an envelope.

    :param str text: the secret, or nothing.
    :rtype: str
    """
    return _VAULT.seal(text)


def unwrap(text):
    """Take a secret out of its envelope.

    :param str text: what :func:`wrap` has returned, or nothing.
    :rtype: str
    :raise ValueError: it is in no envelope of this process.
    """
    if text and not is_wrapped(text):
        raise ValueError("A secret has to come in an envelope")
    return _VAULT.open(text)


def is_wrapped(text):
    """Tell whether a value is an envelope.

    :rtype: bool
    """
    return isinstance(text, str) and text.startswith(_VAULT.mark)


def unwrap_all(order):
    """Return what is ordered, with all its secrets readable.

    :param order: an order of the seam, or any other value, which is given back.
    """
    if not dataclasses.is_dataclass(order):
        return order
    values = {one.name: getattr(order, one.name) for one in dataclasses.fields(order)}
    wrapped = {name: value for name, value in values.items() if is_wrapped(value)}
    return dataclasses.replace(
        order, **{name: unwrap(value) for name, value in wrapped.items()}
    )
