# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Employees who have ordered for themselves organise that no longer, either."""

from odoo import SUPERUSER_ID, api

from odoo.addons.exivo_access_sale import free_customers


def migrate(cr, version):
    free_customers(api.Environment(cr, SUPERUSER_ID, {}))
