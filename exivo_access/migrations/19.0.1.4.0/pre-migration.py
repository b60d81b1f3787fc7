# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from pathlib import Path

from odoo.addons.exivo_access.tools.shipped_templates import free_unchanged


def migrate(cr, version):
    """Take back what was called verified although nobody has verified it.

    A site could be written so, or come from a mail, and was then taken for one of this
    database at the next update.
    """
    cr.execute(
        "UPDATE exivo_site SET state = 'draft'"
        " WHERE state = 'verified' AND verified_at IS NULL"
    )
    let_updates_change_templates(cr)


def let_updates_change_templates(cr):
    """Have updates change the mail templates that nobody has changed.

    Until now they left all of them alone. The file has the digests of what the versions
    from 19.0.1.0.0 on have installed before this one.
    """
    path = Path(__file__).with_name("shipped_templates.txt")
    free_unchanged(cr, "exivo_access", path.read_text().split())
