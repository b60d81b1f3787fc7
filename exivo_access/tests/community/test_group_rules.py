# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Zones hold more or fewer doors than a rule names."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ... import api as exivo
from ..common import NOW
from ..group_common import GroupCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroupZones(GroupCase):
    def test_access_says_which_doors_would_come_along_and_goes_on_once_they_do_not(
        self,
    ):
        self.zones(aare=("public",))
        access = self.join()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "zones_differ")
        )
        self.assertIn("access zones: Aare.", access.failure_advice)
        self.assertIn("access zones: Aare.", access.activity_ids.note)
        self.assertFalse(self.exivo.persons)
        self.zones(aare=("rooms",))
        access.action_retry()
        self.settle()
        self.assertEqual(access.state, "created")

    def test_members_come_in_once_the_locks_are_read_and_their_zones_are_right(self):
        self.zones(aare=("public",))
        self.site.action_synchronise_locks()
        access = self.join()
        self.assertEqual(access.failure_type, "zones_differ")
        access.retried_at = NOW  # so that it does not have its turn by itself
        self.zones(aare=("rooms",))
        with freeze_time(NOW + timedelta(hours=1)):
            self.run_action("ir_cron_watch")
            self.synchronise()
        self.assertEqual(access.state, "created")

    def test_members_come_in_although_nobody_saw_the_zones_that_were_wrong(self):
        self.zones(aare=("public",))
        access = self.join()
        self.zones(aare=("rooms",))
        with freeze_time(NOW + timedelta(minutes=15)):
            self.run_action("ir_cron_watch")
            self.synchronise()
        self.assertEqual(access.state, "created")

    def test_access_says_which_doors_no_zone_holds(self):
        self.zones(entrance=())
        access = self.join()
        self.assertIn("in no access zone", access.failure_advice)
        self.assertIn("Entrance", access.failure_advice)

    def test_doors_no_longer_wanted_are_closed_although_the_rest_cannot_be_made(self):
        """Rather nothing than a door too many: the failed access says it all."""
        access = self.join(self.members, self.club)
        self.zones(entrance=("public", "all"), aare=("all",))
        self.leave(self.members)
        self.assertEqual(access.failure_type, "zones_differ")
        self.assertFalse(self.exivo.persons_inside())
        self.assertEqual(access.state, "failed")

    def test_access_that_cannot_get_more_keeps_what_it_has(self):
        access = self.join()
        self.zones(aare=())
        with freeze_time(NOW + timedelta(minutes=1)):
            self.join(self.club)
        self.assertEqual(access.failure_type, "zones_differ")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroupRules(GroupCase):
    """What the form of a rule says about the doors that come along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exivo.components = [
            *cls.exivo.components,
            exivo.Component(
                *("yard", "Yard", "", "electric-lock", True, ""), zone_ids=("public",)
            ),
            exivo.Component("attic", "Attic", "", "electric-lock", True, ""),
        ]
        cls.site.action_synchronise_locks()
        cls.yard, cls.attic = (
            cls.site.lock_ids.filtered(lambda lock, name=name: lock.name == name)
            for name in ("Yard", "Attic")
        )
        cls.staff = cls.env["res.partner.category"].create({"name": "Staff"})

    def new_rule(self):
        rules = self.env["exivo.access.rule"].with_user(self.manager)
        form = Form(rules.with_context(default_category_id=self.staff.id))
        form.method = "group"
        return form

    def test_form_names_the_doors_that_come_along_and_a_click_adds_them(self):
        form = self.new_rule()
        form.lock_ids.add(self.entrance)
        self.assertEqual(form.companion_ids[:], self.yard)
        with self.assertRaisesRegex(UserError, "open these doors as well.*Yard"):
            form.save()
        form.with_companions = True
        self.assertFalse(form.companion_ids[:])
        self.assertFalse(form.with_companions)
        self.assertEqual(form.save().lock_ids, self.entrance | self.yard)

    def test_form_names_the_doors_in_no_zone(self):
        form = self.new_rule()
        form.lock_ids.add(self.attic)
        self.assertEqual(form.zoneless_ids[:], self.attic)
        with self.assertRaisesRegex(UserError, "in no access zone.*Attic"):
            form.save()

    def test_other_methods_know_no_zones(self):
        form = self.new_rule()
        form.lock_ids.add(self.entrance)
        form.method = "link"
        self.assertFalse(form.companion_ids[:])
        self.assertEqual(form.save().lock_ids, self.entrance)

    def test_rule_shows_when_zones_have_changed_at_exivo(self):
        self.assertEqual(self.member_rule.companion_ids, self.yard)
        self.assertFalse(self.club_rule.companion_ids)
