# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Opens secrets at the moment when a person gets to see them.

These are functions because anybody who writes code in Odoo may call a model's methods
(see ``secret_char.py``). Such code could also call the routes that call these
functions, so nothing is shown to a person while any such code is at work.
"""

import builtins
import sys

from odoo.exceptions import AccessError, UserError

from ...tools.secret_char import open_secret, showing

# === TO HOLDERS === #


def get_link(access):
    """Return the link that opens the doors.

    :param access: one ``exivo.access`` record.
    :return: the link, empty if there is none.
    :rtype: str
    :raise SecretError: there is one, and it cannot be read.
    """
    return _open_link(access, access._get_working_credential())


def get_link_at_hand(access):
    """Return the link that opens doors, be it until the access is renewed.

    :param access: one ``exivo.access`` record.
    :return: the link, empty if there is none.
    :rtype: str
    :raise SecretError: there is one, and it cannot be read.
    """
    return _open_link(access, access._get_credential_at_hand())


def _open_link(access, credential):
    return open_secret(credential, "link") if access.sudo()._needs_link() else ""


def in_clear(accesses):
    """Let templates read link and PIN, by the names that they have always had.

    :param accesses: ``exivo.access`` records; their holders' others for the same
        bookings can be read, too.
    :rtype: contextmanager
    """
    keys = {access._get_occasion_key() for access in accesses}

    def show(record, name):
        if record._name != accesses._name or record._get_occasion_key() not in keys:
            return ""
        return get_link(record) if name == "link" else open_secret(record, name)

    return showing(show)


def look_at_pin(access, user):
    """Open the PIN for a person, and record it.

    :param access: one ``exivo.access`` record in superuser mode.
    :param user: the ``res.users`` who looks at it.
    :return: the PIN, empty if none was drawn yet.
    :rtype: str
    :raise SecretError: it cannot be read.
    """
    check_called_by_person(access.env)
    digits = open_secret(access, "pin")
    if digits:
        access.env["exivo.pin.reveal"].create(
            {"access_id": access.id, "user_id": user.id}
        )
    return digits


# === TO STAFF === #


def show_pin(access):
    """Open the PIN for a member of staff, and record it.

    :param access: one ``exivo.access`` record of who asks.
    :rtype: str
    :raise UserError: it opens nothing now, or this person has looked at very many PINs
        of late.
    """
    _check_staff(access)
    if access._is_key():
        raise UserError(access.env._("A key in the app has no PIN."))
    if not access._has_working_pin():
        raise UserError(
            access.env._("This PIN opens no door at the moment. Explain says why.")
        )
    access.env["exivo.pin.reveal"]._check_staff_may_look()
    return look_at_pin(access.sudo(), access.env.user)


def show_link(access):
    """Open the link for a member of staff, who helps somebody at the door.

    :param access: one ``exivo.access`` record of who asks.
    :return: the link, empty if there is none.
    :rtype: str
    :raise SecretError: it cannot be read.
    """
    check_called_by_person(access.env)
    _check_staff(access)
    return get_link_at_hand(access)


def _check_staff(access):
    access.ensure_one()
    access.check_access("read")
    if not access.env.user.has_group("exivo_access.group_user"):
        raise AccessError(access.env._("Only staff may look at this."))


# === TO NOBODY ELSE === #


def check_called_by_person(env):
    """Refuse to show a secret to code that somebody wrote in Odoo.

    Such code finds our routes by ``ir.http``, and may be any user. It has not Python's
    own builtins, by which it is told from all that is installed.

    :raise AccessError: code like that has called, be it by detours.
    """
    frame = sys._getframe()
    while frame:
        if frame.f_builtins is not builtins.__dict__:
            raise AccessError(env._("Secrets are shown to persons, not to code."))
        frame = frame.f_back
