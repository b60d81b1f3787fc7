# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.exivo_access.api import check_api_url


def migrate(cr, version):
    """Say what could not be known before."""
    _note_addresses(cr)


def _note_addresses(cr):
    """Sites were verified at the address that they have now."""
    cr.execute("SELECT id, api_url FROM exivo_site WHERE verified_at IS NOT NULL")
    for site_id, url in cr.fetchall():
        cr.execute(
            "UPDATE exivo_site SET verified_url = %s WHERE id = %s",
            [check_api_url(url), site_id],
        )
