# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The form of a community that follows memberships."""

from contextlib import nullcontext

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.safe_eval import datetime, dateutil, safe_eval

from odoo.addons.exivo_access.tests.common import NOW

from .common import NEXT_LAST_DAY, MembershipCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCommunityForm(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("exivo_boss", "exivo_access.group_manager")
        cls.paying, cls.longer, cls.by_hand = (
            cls.env["res.partner"].create({"name": name})
            for name in ("Paying", "Longer", "By Hand")
        )

    def form(self, category=None):
        categories = self.env["res.partner.category"].with_user(self.manager)
        category = categories.browse(category.id) if category else categories
        return Form(category, "base.view_partner_category_form")

    def opened(self, action):
        """The contacts that a button of the form shows to the manager."""
        action = self.env.ref(f"exivo_access_membership.{action}")
        domain = safe_eval(
            action.domain,
            {
                "active_id": self.members.id,
                "context_today": datetime.date.today,
                "relativedelta": dateutil.relativedelta.relativedelta,
            },
        )
        records = self.env[action.res_model].with_user(self.manager).search(domain)
        if action.res_model == "exivo.paid.member":
            records = records.partner_id
        return records.with_env(self.env)

    def test_community_is_made_to_follow_memberships(self):
        self.buy(self.paying)
        with self.form() as form:
            form.name = "House"
            form.exivo_by_membership = True
            form.exivo_with_free = True
            form.exivo_remind_days = 30
            form.exivo_renewal_url = "https://example.com/renew"
        category = form.record.with_env(self.env)
        self.plan()
        self.assertEqual(category.partner_ids, self.paying)
        with self.form(category) as form:
            form.exivo_product_ids.add(self.create_product("Other"))
        self.plan()
        self.assertFalse(category.partner_ids)

    def test_form_shows_who_is_in_by_what_and_whose_membership_ends(self):
        self.by_hand.category_id = self.members
        self.buy(self.paying)
        self.buy(self.longer, self.create_product("Two years", last=NEXT_LAST_DAY))
        form = self.form(self.members)
        self.assertEqual(form.exivo_member_count, 3)
        self.assertEqual(form.exivo_paid_count, 2)
        self.assertEqual(form.exivo_by_hand_count, 1)
        self.assertEqual(form.exivo_ending_count, 1)
        for action, contacts in (
            ("exivo_paid_member_action", self.paying | self.longer),
            ("exivo_paid_member_action_ending", self.paying),
            ("res_partner_action_by_hand", self.by_hand),
        ):
            self.assertEqual(self.opened(action), contacts)

    def test_from_the_list_there_is_a_way_to_the_contact(self):
        self.buy(self.paying)
        action = self.paying.exivo_paid_member_ids.action_open_contact()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.paying.id)
        )

    def test_community_without_memberships_shows_nothing_of_them(self):
        self.by_hand.category_id = self.club
        form = self.form(self.club)
        self.assertFalse(form.exivo_paid_count)
        self.assertFalse(form.exivo_by_hand_count)
        self.assertFalse(form.exivo_ending_count)

    def test_what_makes_no_sense_is_refused(self):
        for name, value in (
            ("exivo_remind_days", -1),
            ("exivo_remind_days", 999_999),
            ("exivo_renewal_url", "javascript:alert(1)"),
            ("exivo_renewal_url", "example.com/renew"),
        ):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                with self.form(self.members) as form:
                    form[name] = value


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestCommunityFormTour(MembershipCase, HttpCase):
    def _registry_in_test_mode(self):
        return nullcontext()  # an HttpCase is in it all the time

    def test_manager_has_a_community_follow_a_membership(self):
        self._create_user("exivo_boss", "exivo_access.group_manager")
        self.members.exivo_by_membership = False
        names = ("Paying", "Also Paying", "By Hand")
        new, tagged_before, by_hand = (
            self.env["res.partner"].create({"name": name}) for name in names
        )
        (tagged_before | by_hand).category_id = self.members
        self.buy(new)
        self.buy(tagged_before)
        self.start_tour(
            f"/odoo/action-exivo_access.exivo_community_action/{self.members.id}",
            "exivo_by_membership",
            login="exivo_boss",
        )
        self.assertEqual(self.members.exivo_product_ids, self.product)
        self.assertEqual(self.members.exivo_remind_days, 30)
        self.assertEqual(self.by_membership(), new | tagged_before)
        self.assertEqual(self.members.partner_ids, new | tagged_before | by_hand)
