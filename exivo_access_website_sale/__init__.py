# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import controllers
from . import models
from . import wizards

from odoo.addons.exivo_access.tools.transactions import wake


def plan_anew(env):
    """Have all bookings planned: with this, a cart opens nothing.

    Without it, a cart is a quotation like any other.
    """
    wake(env, "ir_cron_plan_all")
