# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    """Take back what was called verified although nobody has verified it.

    A site could be written so, or come from a mail, and was then taken for one of this
    database at the next update.
    """
    cr.execute(
        "UPDATE exivo_site SET state = 'draft'"
        " WHERE state = 'verified' AND verified_at IS NULL"
    )
