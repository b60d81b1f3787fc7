# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import models

from odoo.addons.exivo_access.tools.transactions import wake


def post_init_hook(env):
    """Have all bookings planned with what their orders say from now on."""
    wake(env, "ir_cron_plan_all")


def uninstall_hook(env):
    """Have all bookings planned as the core wants them, which knows no orders."""
    wake(env, "ir_cron_plan_all")
