# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fixed PINs are seen in their company only, also after an update from 19.0.1.2.0."""

import importlib.util

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import file_path

from ..common import NOW, ExivoCase

#: The rule as it was installed by then, which updates have left alone.
OLD = "[('partner_id.company_id', 'in', company_ids + [False])]"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRuleOfCompanies(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("exivo_access.rule_exivo_fixed_pin_company")
        cls.shipped = cls.rule.domain_force
        abroad = cls.env["res.company"].create({"name": "Abroad"})
        stranger = cls._create_user("exivo_abroad", "exivo_access.group_user")
        stranger.write({"company_ids": [(6, 0, abroad.ids)], "company_id": abroad.id})
        pins = cls.env["exivo.fixed.pin"]
        cls.fixed = pins.create({"partner_id": cls.customer.id, "pin": "730264"})
        cls.seen_abroad = pins.with_user(stranger).search

    def update(self):
        """Do what the update does with rules."""
        path = file_path("exivo_access/migrations/19.0.1.8.0/post-rules.py")
        spec = importlib.util.spec_from_file_location("exivo_migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def test_fixed_pin_is_seen_in_its_company_only_after_the_update(self):
        self.rule.domain_force = OLD
        self.assertEqual(self.seen_abroad([]), self.fixed)
        self.update()
        self.assertFalse(self.seen_abroad([]))
        self.assertEqual(self.rule.domain_force, self.shipped)

    def test_rule_that_somebody_has_changed_stays_as_it_is(self):
        mine = self.rule.domain_force = "[('company_id', 'in', company_ids)]"
        self.update()
        self.assertEqual(self.rule.domain_force, mine)
