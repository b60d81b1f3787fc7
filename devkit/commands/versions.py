# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds add-ons of another version than the core: they are made to go together."""

import ast

from ..machine.paths import ADDONS, ROOT


def find_others(root=ROOT):
    """Find the add-ons that have another version than the core.

    Their packages ask for the core of their own version (`setup.py`).

    :return: a line for each.
    :rtype: list[str]
    """
    core, *others = ((addon, _read_version(root / addon)) for addon in ADDONS)
    return [
        f"{addon} has version {version}, and {core[0]} {core[1]}"
        for addon, version in others
        if version != core[1]
    ]


def _read_version(folder):
    manifest = (folder / "__manifest__.py").read_text("utf-8")
    return ast.literal_eval(manifest)["version"]
