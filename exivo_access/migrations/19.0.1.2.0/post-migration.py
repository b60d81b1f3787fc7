# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Have accesses remember the numbers of mails, to which they no longer refer."""
    if column_exists(cr, "exivo_access", "mail_id"):
        cr.execute(
            "UPDATE exivo_access SET last_mail_number = mail_id"
            " WHERE mail_id IS NOT NULL"
        )
