# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Answers a button: says what it did, and shows the record anew."""


def answer(message, kind="success", **options):
    """Return the action that tells the user what a button did.

    It closes the dialog that the button stands in, and has the page behind read again.

    :param str message: for the user.
    :param str kind: ``success``, ``info`` or ``warning``.
    :param options: more of the web client's, such as ``sticky`` or what comes ``next``.
    :rtype: dict
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "next": {"type": "ir.actions.act_window_close"},
            **options,
        },
    }
