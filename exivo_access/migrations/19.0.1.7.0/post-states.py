# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Accesses that nobody wants are *Removed*, although their order failed afterwards."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    failed = [("state", "=", "failed"), ("is_wanted", "=", False)]
    env["exivo.access"].search(failed)._update_state()
