# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Rules of communities: the forms they are made on, and what they refuse."""

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCommunityRules(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = cls.env["res.partner.category"].create({"name": "Members"})

    def create_rule(self, **vals):
        return self.env["exivo.access.rule"].create(
            {
                "category_id": self.members.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
                **vals,
            }
        )

    def test_manager_adds_a_rule_on_the_communitys_form(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        with Form(
            self.members.with_user(manager), view="base.view_partner_category_form"
        ) as form:
            with form.exivo_rule_ids.new() as rule:
                rule.lock_ids.add(self.entrance)
                rule.method = "group"
                with rule.hour_ids.new() as hours:
                    hours.weekday = "5"
                    hours.hour_from = 9.5
        (rule,) = self.members.exivo_rule_ids
        self.assertEqual(rule.lock_ids, self.entrance)
        (hours,) = rule.hour_ids
        self.assertEqual(
            (hours.weekday, hours.hour_from, hours.hour_to), ("5", 9.5, 18)
        )
        self.assertEqual(rule.company_id, self.site.company_id)
        self.assertEqual(hours.company_id, self.site.company_id)

    def test_new_community_gets_its_rule_like_a_saved_one(self):
        manager = self._create_user(
            "exivo_manager", "exivo_access.group_manager,base.group_partner_manager"
        )
        tags = self.env["res.partner.category"].with_user(manager)
        with Form(tags, view="base.view_partner_category_form") as form:
            form.name = "Choir"
            with form.exivo_rule_ids.new() as rule:
                self.assertTrue(rule.is_of_community)
                self.assertIn("group", rule.method_choices)
                rule.lock_ids.add(self.entrance)
                rule.method = "group"
                with rule.hour_ids.new() as hours:
                    hours.weekday = "5"
        self.assertEqual(form.record.exivo_rule_ids.lock_ids, self.entrance)
        self.assertTrue(form.record.exivo_rule_ids.hour_ids)

    def test_new_room_gets_its_rule_like_a_saved_one(self):
        with Form(self.env["resource.resource"]) as form:
            form.name = "Limmat"
            form.resource_type = "material"
            with form.exivo_rule_ids.new() as rule:
                rule.lock_ids.add(self.aare)
        (rule,) = form.record.exivo_rule_ids
        self.assertEqual((rule.lock_ids, rule.is_of_room), (self.aare, True))

    def test_rule_is_for_a_room_or_for_a_community(self):
        with self.assertRaisesRegex(ValidationError, "not for both"):
            self.create_rule(resource_id=self.room.id)

    def test_group_is_for_communities_and_hours_are_for_groups(self):
        with self.assertRaisesRegex(ValidationError, "a booking has another method"):
            self.rule.method = "group"
        with self.assertRaisesRegex(ValidationError, "need the method Access Group"):
            self.create_rule(hour_ids=[(0, 0, {"weekday": "0"})])

    @mute_logger("odoo.sql_db")
    def test_hours_beyond_midnight_are_refused(self):
        for hours in ((9, 8), (-1, 5), (20, 25)):
            with (
                self.subTest(hours=hours),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                vals = {"hour_from": hours[0], "hour_to": hours[1]}
                self.create_rule(method="group", hour_ids=[(0, 0, vals)])

    def test_members_of_child_tags_are_shown_where_a_rule_counts_them(self):
        child = self.env["res.partner.category"].create(
            {"name": "Juniors", "parent_id": self.members.id}
        )
        self.customer.category_id = child
        rule = self.create_rule()
        self.assertEqual(self.members.exivo_member_count, 0)
        rule.with_children = True
        self.members.invalidate_recordset()
        self.assertEqual(self.members.exivo_member_count, 1)
