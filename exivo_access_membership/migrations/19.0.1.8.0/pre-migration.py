# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has updates change the mail about the end of a membership, unless somebody has."""

from pathlib import Path

from odoo.addons.exivo_access.tools.shipped_templates import free_unchanged


def migrate(cr, version):
    """Free it where it is as it was shipped: until now, updates left it alone.

    The file has the digests of what 19.0.1.6.0, the only version before, has installed.
    """
    path = Path(__file__).with_name("shipped_templates.txt")
    free_unchanged(cr, "exivo_access_membership", path.read_text().split())
