# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

from odoo.addons.exivo_access.waking import wake


def migrate(cr, version):
    """Have all bookings planned soon: each takes its room, and finds who has it too."""
    wake(api.Environment(cr, SUPERUSER_ID, {}), "ir_cron_plan_all")
