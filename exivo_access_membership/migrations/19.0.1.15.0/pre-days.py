# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets no member be reminded more than a hundred years before the end."""


def migrate(cr, _version):
    """Lower what would end the reminders of all communities."""
    cr.execute(
        "UPDATE res_partner_category SET exivo_remind_days = 36500"
        " WHERE exivo_remind_days > 36500"
    )
