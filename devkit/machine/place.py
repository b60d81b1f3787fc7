# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tells before anything is fetched whether a checkout lies where it can work."""

import os
import re

from .paths import ROOT
from .report import Stop


def check_place(folder=ROOT):
    """Stop before anything is fetched, if our PostgreSQL could not work here.

    Its programs hand its folder on to a shell.

    :raise Stop: it could not.
    """
    odd = {*re.findall(r"[^\w/.,:=+@~-]", str(folder))}
    if odd and not os.environ.get("EXIVO_POSTGRES"):
        raise Stop(
            f"PostgreSQL cannot work below {folder}, because of {' and '.join(odd)!r} "
            "in that name; move this checkout, or name a server in the environment "
            "variable EXIVO_POSTGRES."
        )
