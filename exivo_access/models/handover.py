# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What is handed to the holder of an access, opened at the moment when it is.

These are functions because a model's methods are anybody's to call who writes code in
Odoo (see ``secret_char.py``).
"""

from functools import partial

from ..secret_char import open_secret, showing


def get_link(access):
    """The link that opens the doors.

    :param access: one ``exivo.access`` record.
    :return: the link, empty if there is none.
    :rtype: str
    :raise SecretError: there is one, and it cannot be read.
    """
    access = access.sudo()
    return open_secret(access._get_keeper(), "link") if access._needs_link() else ""


def look_at_pin(access, user):
    """Open the PIN for a person, and record it.

    :param access: one ``exivo.access`` record in superuser mode.
    :param user: the ``res.users`` who looks at it.
    :return: the PIN, empty if none was drawn yet.
    :rtype: str
    :raise SecretError: it cannot be read.
    """
    digits = open_secret(access, "pin")
    if digits:
        access.env["exivo.pin.reveal"].create(
            {"access_id": access.id, "user_id": user.id}
        )
    return digits


def in_clear(accesses):
    """While a mail to their holder is rendered, ``access.link`` and ``access.pin`` are
    readable, under the names that templates have always known.

    :param accesses: ``exivo.access`` records of one holder to one booking.
    :rtype: contextmanager
    """
    opened = {}
    for access in accesses:
        opened[access._name, access.id, "link"] = partial(get_link, access)
        opened[access._name, access.id, "pin"] = partial(open_secret, access, "pin")
    return showing(opened)
