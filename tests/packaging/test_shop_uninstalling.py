# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Uninstalled with Odoo's own command, an add-on leaves a database that works."""

from functools import partial

import pytest

from devkit.machine.databases import SHOP, Databases
from devkit.machine.odoo import Odoo
from devkit.machine.postgres import postgres

pytestmark = pytest.mark.timeout(600)
#: The first of them, and what stands on it.
SELL_ROOMS = ("exivo_access_sale", "exivo_access_website_sale")

LEFT_OVERS = """
SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'exivo%%'
UNION ALL
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE column_name LIKE 'exivo%%'
"""
OF_ADDON = """
SELECT model || ' ' || name FROM ir_model_data WHERE module = %s
UNION ALL
SELECT 'scheduled action ' || id FROM ir_cron
WHERE ir_actions_server_id NOT IN (SELECT id FROM ir_act_server)
"""
COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = 'exivo_access_rule' AND column_name LIKE 'payment%%'
"""
#: A rule that waits until a third of the order is paid, and one that does not.
RULES = b"""
site = env["exivo.site"].create(
    {
        "name": "Riverside House",
        "remote_id": "11111111-1111-4111-8111-111111111111",
        "api_key": "22222222-2222-4222-8222-222222222222",
        "api_secret": "33333333-3333-4333-8333-333333333333",
    }
)
lock = env["exivo.lock"].create(
    {"name": "Door", "site_id": site.id, "remote_id": "door"}
)
for payment in ("paid", "any"):
    room = env["resource.resource"].create(
        {"name": payment, "resource_type": "material"}
    )
    env["exivo.access.rule"].create(
        {
            "resource_id": room.id,
            "lock_ids": [(6, 0, lock.ids)],
            "payment": payment,
            "payment_share": 33 if payment == "paid" else 100,
        }
    )
env.cr.commit()
"""
CONDITIONS = "SELECT payment, payment_share FROM exivo_access_rule ORDER BY id"
PLANNED_SOON = """
SELECT count(*) FROM ir_cron_trigger WHERE cron_id = (
    SELECT res_id FROM ir_model_data
    WHERE module = 'exivo_access' AND name = 'ir_cron_plan_all'
)
"""

#: Two contacts with a tag, the first of them by a membership.
MEMBERS = """
WITH tag AS (
    INSERT INTO res_partner_category (name, exivo_by_membership, exivo_seller_id)
    VALUES ('{"en_US": "House"}', true, 1) RETURNING id
), people AS (
    SELECT id FROM res_partner ORDER BY id LIMIT 2
), tagged AS (
    INSERT INTO res_partner_res_partner_category_rel (category_id, partner_id)
    SELECT tag.id, people.id FROM tag, people RETURNING category_id, partner_id
)
INSERT INTO exivo_paid_member (category_id, partner_id)
SELECT category_id, min(partner_id) FROM tagged GROUP BY category_id
RETURNING category_id, partner_id
"""
WITH_TAG = """
SELECT partner_id FROM res_partner_res_partner_category_rel WHERE category_id = %s
"""


@pytest.fixture
def odoo():
    with postgres() as server:
        yield Odoo.of_this_python(server)


def test_nothing_is_left_behind_and_it_can_be_installed_again(odoo, tmp_path):
    with Databases(odoo).throw_away("uninstall") as database:
        config = odoo.write_config(tmp_path / "odoo.conf", database)
        odoo.run("module", "uninstall", "exivo_access", "-c", config)
        assert not odoo.postgres.query(LEFT_OVERS, database=database)
        assert not odoo.postgres.query(OF_ADDON, ["exivo_access"], database=database)
        odoo.run("module", "install", "exivo_access", "-c", config)


def test_without_what_sells_rooms_the_core_has_all_bookings_planned(odoo, tmp_path):
    with Databases(odoo, SHOP).throw_away("uninstall") as database:
        query = partial(odoo.postgres.query, database=database)
        config = odoo.write_config(tmp_path / "odoo.conf", database)
        odoo.run("shell", "-c", config, "--no-http", script=RULES)
        query("DELETE FROM ir_cron_trigger")
        odoo.run("module", "uninstall", "exivo_access_sale", "-c", config)
        for addon in SELL_ROOMS:
            assert not query(OF_ADDON, [addon])
        assert not query(COLUMNS)
        # each of them asks for it as it goes
        assert query(PLANNED_SOON) == [(len(SELL_ROOMS),)]
        odoo.run("module", "install", "exivo_access_sale", "-c", config)
        assert query(CONDITIONS) == [("paid", 33), ("any", 100)], "as they were"


def test_shop_that_comes_or_goes_alone_has_all_bookings_planned(odoo, tmp_path):
    """Its carts open nothing; without it, they are quotations like any other."""
    with Databases(odoo, SHOP).throw_away("uninstall") as database:
        query = partial(odoo.postgres.query, database=database)
        config = odoo.write_config(tmp_path / "odoo.conf", database)
        for verb in ("uninstall", "install"):
            query("DELETE FROM ir_cron_trigger")
            odoo.run("module", verb, "exivo_access_website_sale", "-c", config)
            assert query(PLANNED_SOON) == [(1,)], verb


def test_without_memberships_nobody_keeps_a_tag_by_one(odoo, tmp_path):
    with Databases(odoo, SHOP).throw_away("uninstall") as database:
        query = partial(odoo.postgres.query, database=database)
        config = odoo.write_config(tmp_path / "odoo.conf", database)
        ((tag, member),) = query(MEMBERS)
        odoo.run("module", "uninstall", "exivo_access_membership", "-c", config)
        assert not query(OF_ADDON, ["exivo_access_membership"])
        (kept,) = query(WITH_TAG, [tag])
        assert kept != (member,)
        odoo.run("module", "install", "exivo_access_membership", "-c", config)
