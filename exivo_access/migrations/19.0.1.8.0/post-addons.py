# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Installs our other add-ons where all that they stand on is there already.

Odoo installs such a one by itself only together with something that it stands on. Who
had a shop, and got its add-on by an update of the core, was without it: no rule could
wait for payments, and carts opened doors.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import config

#: In the order in which they stand on each other.
ADDONS = (
    *("exivo_access_sale", "exivo_access_website_sale"),
    *("exivo_access_membership", "exivo_access_timeline"),
)
INSTALLED = {"installed", "to upgrade", "to install"}


def migrate(cr, version):
    """Do once what Odoo would have done then; Odoo loads them right after.

    Whether somebody has uninstalled one on purpose is written down nowhere.
    """
    if config["skip_auto_install"]:
        return
    modules = api.Environment(cr, SUPERUSER_ID, {})["ir.module.module"]
    for name in ADDONS:
        module = modules.search([("name", "=", name), ("state", "=", "uninstalled")])
        if module and INSTALLED.issuperset(module.dependencies_id.mapped("state")):
            module.button_install()
