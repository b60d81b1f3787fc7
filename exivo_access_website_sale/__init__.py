# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import controllers
from . import models
from . import wizards

from odoo.addons.exivo_access.tools.transactions import wake


def post_init_hook(env):
    """Have all bookings planned: from now on, a cart opens nothing."""
    wake(env, "ir_cron_plan_all")


def uninstall_hook(env):
    """Have all bookings planned: from now on, a cart is a quotation like any other."""
    wake(env, "ir_cron_plan_all")
