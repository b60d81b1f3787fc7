# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An update brings the add-ons that are new beside what is installed."""

from functools import partial

import pytest

from devkit.machine.databases import SHOP, Databases
from devkit.machine.odoo import TO_ITS_END, Odoo
from devkit.machine.paths import ADDONS
from devkit.machine.postgres import postgres

INSTALLED = """
SELECT name FROM ir_module_module
WHERE name LIKE 'exivo_access%%' AND state = 'installed' ORDER BY name
"""
#: The core, as a version before them has left it.
ALONE = "UPDATE ir_module_module SET latest_version = %s WHERE name = 'exivo_access'"


@pytest.mark.timeout(600)
def test_add_ons_are_installed_whose_other_halves_were_there_before(tmp_path):
    with postgres() as server:
        odoo = Odoo.of_this_python(server)
        databases = Databases(odoo, SHOP)
        # what its neighbours log themselves is not ours to mend
        run = partial(odoo.run, about=ADDONS[0])
        with databases.throw_away("uninstall", addon=False) as database:
            config = odoo.write_config(tmp_path / "odoo.conf", database)
            alone = ("-i", ADDONS[0], "--skip-auto-install")
            run("-c", config, *alone, *TO_ITS_END)
            server.query(ALONE, ["19.0.1.7.0"], database=database)
            assert server.query(INSTALLED, database=database) == [(ADDONS[0],)]
            run("-c", config, "-u", ADDONS[0], *TO_ITS_END)
            installed = [name for (name,) in server.query(INSTALLED, database=database)]
            assert installed == sorted(ADDONS)
