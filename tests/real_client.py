# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The real client of a simulator, which runs on this very machine."""

from odoo.addons.exivo_access import api

HERE = api.read_targets("127.0.0.1")


def real_client(simulator, **other):
    """Return a client of a simulator.

    :param other: what shall differ from its credentials.
    """
    return api.ExivoClient(**{**simulator.credentials, **other}, targets=HERE)
