# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Rows of typed PINs are read in one company only, as those of looks are."""


def migrate(cr, _version):
    """Give what was typed before to the main company of whoever has typed it."""
    cr.execute(
        """
        UPDATE exivo_pin_reveal look
           SET company_id = typist.company_id
          FROM res_users typist
         WHERE typist.id = look.user_id
           AND look.access_id IS NULL
           AND look.company_id IS NULL
        """
    )
