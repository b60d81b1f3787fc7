# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whom staff have removed stays out, whatever becomes of the paid membership."""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW

from .common import END, NEXT_DAY, NEXT_LAST_DAY, MembershipCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDecisions(MembershipCase):
    """Staff have removed what Anna has by her membership."""

    def setUp(self):
        super().setUp()
        self.invoice_of_anna = self.buy()
        self.synchronise()
        self.standing().action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()

    def assertLeft(self):
        self.synchronise()
        self.assertFalse(self.standing())
        self.assertFalse(self.customer.category_id)

    def assertKeptOut(self):
        self.synchronise()
        self.assertEqual(self.customer.category_id, self.members)
        self.assertEqual(self.standing().mapped("state"), ["removed"])
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.mails_to(self.customer))
        self.standing().action_give_back()
        self.assertEqual(self.opens(), 1)

    def test_invoice_that_is_corrected_lets_nobody_in(self):
        self.invoice_of_anna.button_draft()
        self.assertLeft()
        self.run_action("ir_cron_plan_all")
        self.invoice_of_anna.action_post()  # its payment counts again
        self.assertKeptOut()

    def test_next_membership_lets_nobody_in(self):
        with freeze_time(END):
            self.look(END)
            self.assertLeft()
            self.buy(product=self.create_product("Next", NEXT_DAY, NEXT_LAST_DAY))
            self.assertKeptOut()

    def test_other_choice_of_a_moment_lets_nobody_in(self):
        other = self.create_product("Half a year")
        for choice in ({"exivo_product_ids": other}, {"exivo_by_membership": False}):
            with self.subTest(choice=[*choice]):
                before = {name: self.members[name] for name in choice}
                self.members.write(choice)
                self.assertLeft()
                self.members.write(before)
                self.assertKeptOut()
                self.standing().action_remove()
                self.synchronise()
                self.mails_to(self.customer).unlink()

    def test_tag_below_that_of_the_rule_lets_nobody_in(self):
        self.member_rule.with_children = True
        above = self.club
        self.member_rule.category_id = above
        self.members.parent_id = above
        self.synchronise()
        self.standing().action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.invoice_of_anna.button_draft()
        self.assertLeft()
        self.invoice_of_anna.action_post()  # its payment counts again
        self.assertKeptOut()
