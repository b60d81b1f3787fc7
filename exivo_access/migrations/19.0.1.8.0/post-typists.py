# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fixed PINs know who has typed them, as far as that is still known."""


def migrate(cr, _version):
    """Take whoever changed it last, or else who made it: key changes are Odoo's own."""
    cr.execute(
        "UPDATE exivo_fixed_pin"
        " SET typed_by_id = COALESCE(NULLIF(write_uid, 1), create_uid)"
        " WHERE typed_by_id IS NULL"
    )
