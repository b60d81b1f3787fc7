# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from ... import api as exivo
from ..common import NOW, ExivoCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestTours(ExivoCase, HttpCase):
    """What people click in a real browser."""

    def test_administrator_is_asked_before_a_rule_changes_accesses(self):
        self._create_user("exivo_boss", "exivo_access.group_manager")
        access = self.accesses(self.book())
        self.start_tour(
            f"/odoo/resource.resource/{self.room.id}",
            "exivo_room_rule",
            login="exivo_boss",
        )
        self.assertEqual(self.rule.minutes_after, 30)
        self.plan()
        self.assertEqual(access.stop, access.booking_stop.replace(minute=30))

    def test_administrator_is_told_what_is_lost_before_a_rule_is_archived(self):
        self._create_user("exivo_boss", "exivo_access.group_manager")
        self.book()
        self.start_tour(
            f"/odoo/action-exivo_access.exivo_access_rule_action/{self.rule.id}",
            "exivo_rule_archived",
            login="exivo_boss",
        )
        self.assertTrue(self.rule.active)

    def test_staff_see_that_a_site_is_refused(self):
        self._create_user("exivo_desk", "exivo_access.group_user")
        self.book()
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        self.start_tour(
            "/odoo/action-exivo_access.exivo_access_action",
            "exivo_refused_site",
            login="exivo_desk",
        )

    def test_administrator_gets_from_the_apps_menu_to_a_rule_in_ten_clicks(self):
        self._create_user("exivo_boss", "exivo_access.group_manager")
        self.env["exivo.access.rule"].search([]).unlink()
        self.env["exivo.lock"].with_context(active_test=False).search([]).unlink()
        self.env["exivo.site"].with_context(active_test=False).search([]).unlink()
        self.start_tour("/odoo", "exivo_first_start", login="exivo_boss")
        site = self.env["exivo.site"].search([])
        (rule,) = self.room.exivo_rule_ids
        self.assertEqual(rule.lock_ids.site_id, site)
        self.assertEqual(rule.lock_ids.name, "Entrance")
        self.assertEqual(site.next_step, "booking")
        self.book()
        self.env.invalidate_all()
        self.assertFalse(site.next_step)
