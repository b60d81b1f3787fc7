# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import models

from odoo.addons.exivo_access.tools.transactions import wake


def plan_anew(env):
    """Have all bookings planned: with this, it matters what their orders say.

    The core, which plans them without it, knows no orders.
    """
    wake(env, "ir_cron_plan_all")
