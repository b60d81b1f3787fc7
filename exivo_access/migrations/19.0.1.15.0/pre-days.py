# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets nothing be kept, and no link last, for more than a hundred years."""

from odoo.tools import SQL, sql

MOST = {
    **dict.fromkeys(
        ("event_days", "secret_days", "holder_days", "standing_days"), 36500
    ),
    "renew_days": 36499,  # it is less than what the link lasts
}


def migrate(cr, _version):
    """Lower what may have been typed for ever; older versions have not all of it."""
    for name, most in MOST.items():
        if sql.column_exists(cr, "exivo_site", name):
            column = SQL.identifier(name)
            cr.execute(
                SQL(
                    "UPDATE exivo_site SET %s = %s WHERE %s > %s",
                    *(column, most, column, most),
                )
            )
