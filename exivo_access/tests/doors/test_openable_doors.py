# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Which doors can be opened from Odoo at all, and by members of communities."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoPortalCase


class OpenableCase(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._create_user("exivo_opener", "exivo_access.group_user")

    def open_address(self, access, lock):
        return f"/my/exivo/accesses/{access.id}/open/{lock.id}"

    def shown(self, access, lock):
        """Whether *My doors* offers to open a lock."""
        self.env.flush_all()
        return self.open_address(access, lock) in self.url_open("/my/doors").text

    def openings(self):
        return self.env["exivo.opening"].search([])


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestLocksThatOpenFromAfar(OpenableCase):
    """A PIN at the keypad needs no lock that is online; opening from Odoo does."""

    def setUp(self):
        super().setUp()
        (self.entrance | self.aare).has_keypad = True
        self.rule.write({"method": "keypad", "customer_may_open": True})
        self.entrance.has_remote_opening = False
        self.access = self.accesses(self.book_for_holder(hours=0.25))
        self.synchronise()

    def test_customers_are_offered_only_locks_that_open_from_afar(self):
        self.log_in(self.holder)
        self.assertTrue(self.shown(self.access, self.aare))
        self.assertFalse(self.shown(self.access, self.entrance))
        with mute_logger("odoo.http"):
            page = self.url_open(self.open_address(self.access, self.entrance))
        self.assertEqual(page.status_code, 404)

    def test_staff_are_offered_only_locks_that_open_from_afar(self):
        self.assertTrue(self.access.opens_from_afar)
        wizard = self.env["exivo.open.door"].with_user(self.staff)
        wizard = wizard.create({"access_id": self.access.id})
        self.assertEqual(wizard.allowed_lock_ids, self.aare)
        self.assertEqual(wizard.lock_id, self.aare)
        self.aare.has_remote_opening = False
        self.assertFalse(self.access.opens_from_afar)

    def test_lock_that_does_not_open_from_afar_says_so_and_nothing_is_asked(self):
        with self.assertRaisesRegex(UserError, "Entrance .*Opens From Afar"):
            self.entrance.with_user(self.staff).action_open_door()
        self.assertFalse(self.exivo.unlocked or self.openings())


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestMembersOpenDoors(OpenableCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = cls.env["res.partner.category"].create({"name": "Members"})

    def setUp(self):
        super().setUp()
        self.member_rule = self.create_rule(customer_may_open=True)
        self.log_in(self.holder)

    def create_rule(self, **vals):
        return self.env["exivo.access.rule"].create(
            {
                "category_id": self.members.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
                **vals,
            }
        )

    def join(self):
        self.holder.partner_id.category_id = self.members
        self.synchronise()
        return self.standing()

    def standing(self):
        domain = [("partner_id", "=", self.holder.partner_id.id)]
        return self.env["exivo.access"].search(
            [*domain, ("is_of_community", "=", True)]
        )

    def test_member_opens_a_door_by_a_click(self):
        access = self.join()
        self.assertTrue(self.shown(access, self.entrance))
        address = self.open_address(access, self.entrance)
        asked = self.url_open(address).text
        self.assertIn("Open Entrance?", asked)
        self.assertIn("Entrance – Open a door", asked.partition("</title>")[0])
        answer = self.post(f"{address}/now", form_token="0" * 32)
        self.assertIn("was told to open", answer.text)
        ((lock, reference),) = self.exivo.unlocked
        self.assertEqual(lock, "entrance")
        self.assertTrue(reference.startswith(access.reference))

    def test_only_doors_that_a_rule_of_the_community_lets_open_by_a_click(self):
        self.create_rule(lock_ids=[(6, 0, self.aare.ids)])
        access = self.join()
        self.assertEqual(access.lock_ids, self.entrance | self.aare)
        self.assertTrue(self.shown(access, self.entrance))
        self.assertFalse(self.shown(access, self.aare))
        self.member_rule.customer_may_open = False
        self.assertFalse(self.shown(access, self.entrance))

    def test_nothing_opens_any_more_for_who_has_left_or_whose_access_is_taken(self):
        access = self.join()
        access.withheld = True
        self.assertFalse(self.shown(access, self.entrance))
        access.withheld = False
        self.assertTrue(self.shown(access, self.entrance))
        self.member_rule.active = False
        self.assertFalse(self.shown(access, self.entrance))

    def test_weekly_hours_hold_for_the_click_as_well(self):
        """NOW is Monday, 10:00 in Zurich."""
        self.member_rule.write(
            {
                "method": "group",
                "hour_ids": [
                    (0, 0, {"weekday": "0", "hour_from": 9.5, "hour_to": 10.5})
                ],
            }
        )
        self.holder.partner_id.category_id = self.members
        self.plan()
        access = self.standing()
        access.state = "created"
        self.assertTrue(self.shown(access, self.entrance))
        for after in (timedelta(minutes=30), timedelta(days=1)):
            with freeze_time(NOW + after, tick=True):
                self.assertFalse(self.shown(access, self.entrance))
