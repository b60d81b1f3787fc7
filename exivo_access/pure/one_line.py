# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Takes out of a text what machines take for more than text. No Odoo import."""

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def as_line(text):
    """Return a text in one line, without what nobody reads."""
    return " ".join(CONTROL.sub(" ", text).split())
