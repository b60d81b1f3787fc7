# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whoever has fixed a PIN stands on each access in force that had it before, too."""


def migrate(cr, _version):
    """Note it on accesses that 19.0.1.8.0 has not seen get their PIN."""
    cr.execute(
        """
        INSERT INTO exivo_pin_reveal
               (access_id, company_id, user_id, is_by_fixing, create_uid, create_date)
        SELECT access.id, access.company_id, fixed.typed_by_id, TRUE, 1,
               fixed.write_date
          FROM exivo_fixed_pin fixed
          JOIN exivo_access access
            ON access.partner_id = fixed.partner_id
           AND access.pin_digest = fixed.pin_digest
         WHERE fixed.typed_by_id IS NOT NULL
           AND access.is_wanted
           AND access.stop > now() AT TIME ZONE 'utc'
           AND NOT EXISTS (
               SELECT FROM exivo_pin_reveal look
                WHERE look.access_id = access.id
                  AND look.user_id = fixed.typed_by_id
           )
        """
    )
