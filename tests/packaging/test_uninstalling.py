# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Uninstalled with Odoo's own command, the add-on leaves a database that works."""

import pytest

from devkit.databases import Databases
from devkit.odoo import Odoo
from devkit.postgres import postgres

LEFT_OVERS = """
SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'exivo%%'
UNION ALL
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE column_name LIKE 'exivo%%'
UNION ALL
SELECT model || ' ' || name FROM ir_model_data WHERE module = 'exivo_access'
UNION ALL
SELECT 'scheduled action ' || id FROM ir_cron
WHERE ir_actions_server_id NOT IN (SELECT id FROM ir_act_server)
"""


@pytest.fixture
def odoo():
    with postgres() as server:
        yield Odoo.of_this_python(server)


def test_nothing_is_left_behind_and_it_can_be_installed_again(odoo, tmp_path):
    with Databases(odoo).throw_away("uninstall") as database:
        config = odoo.write_config(tmp_path / "odoo.conf", database)
        odoo.run("module", "uninstall", "exivo_access", "-c", config)
        left = odoo.postgres.query(LEFT_OVERS, database=database)
        assert not left
        odoo.run("module", "install", "exivo_access", "-c", config)
