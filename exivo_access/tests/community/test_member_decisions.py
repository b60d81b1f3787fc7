# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What staff have taken away from a member stays away while the membership lasts."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW
from ..member_common import MemberCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMemberDecisions(MemberCase):
    """Staff have just taken away what Anna has as a member: a link to the entrance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entrance.has_keypad = True
        cls.env.cr.flush()

    def setUp(self):
        super().setUp()
        self.customer.category_id = self.members
        self.synchronise()
        self.accesses().action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()

    def standing(self):
        """Standing accesses that are wanted, taken away or not."""
        return self.accesses().filtered("is_wanted")

    def run_hourly(self):
        self.plan()
        self.run_action("ir_cron_plan_all")
        self.synchronise()

    def assertKeptOut(self):
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.exivo.persons_inside())
        self.assertFalse(self.mails_to(self.customer))

    def assertLetIn(self):
        self.synchronise()
        self.assertEqual(self.standing().state, "created")
        self.assertTrue(self.exivo.live_visits() or self.exivo.persons_inside())

    def test_rule_that_gets_another_method_lets_nobody_in_until_staff_give_back(self):
        self.member_rule.method = "group"
        self.assertKeptOut()
        access = self.standing()
        self.assertEqual((access.method, access.state), ("group", "removed"))
        access.action_give_back()
        self.assertLetIn()

    def test_rule_whose_doors_move_to_another_site_lets_nobody_in(self):
        new = self._connect_once_more(
            company_id=self.site.company_id.id,
            remote_id="44444444-4444-4444-8444-444444444444",
        )
        self.member_rule.lock_ids = new.lock_ids
        self.assertKeptOut()
        self.assertEqual(self.standing().site_id, new)
        self.standing().action_give_back()
        self.assertLetIn()

    def test_rules_whose_doors_move_one_after_the_other_let_nobody_in(self):
        new = self._connect_once_more(
            company_id=self.site.company_id.id,
            remote_id="44444444-4444-4444-8444-444444444444",
        )
        other = self.member_rule.copy({"lock_ids": [(6, 0, self.aare.ids)]})
        self.standing().action_give_back()
        self.synchronise()
        self.standing().action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        other.action_archive()
        self.synchronise()
        other.write({"lock_ids": [(6, 0, new.lock_ids.ids)], "active": True})
        self.synchronise()
        self.assertEqual(self.standing().site_id, self.site | new)
        self.assertKeptOut()

    def test_access_group_that_another_community_keeps_lets_nobody_in_elsewhere(self):
        new = self._connect_once_more(
            company_id=self.site.company_id.id,
            remote_id="44444444-4444-4444-8444-444444444444",
        )
        self.member_rule.method = "group"
        self.create_rule(self.club, self.entrance, method="group")
        self.customer.category_id |= self.club
        self.synchronise()
        self.standing().action_remove()
        self.synchronise()
        self.member_rule.lock_ids = new.lock_ids
        self.synchronise()
        self.assertEqual(self.standing().site_id, self.site | new)
        self.assertEqual(set(self.standing().mapped("state")), {"removed"})

    def test_decision_of_one_company_lets_in_and_keeps_out_at_no_other(self):
        neighbours = self._connect_once_more(
            remote_id="44444444-4444-4444-8444-444444444444"
        )
        self.member_rule.active = False
        self.synchronise()
        theirs = self.create_rule(self.members, neighbours.lock_ids)
        self.assertLetIn()

        self.standing().action_remove()
        theirs.active = False
        self.synchronise()
        self.member_rule.active = True
        self.synchronise()
        self.standing().action_give_back()
        self.assertLetIn()
        theirs.active = True
        self.synchronise()
        at_neighbours = self.standing().filtered(lambda one: one.site_id == neighbours)
        self.assertEqual(at_neighbours.state, "removed")

    def test_what_was_given_back_follows_the_rules_of_the_community(self):
        self.member_rule.method = "group"
        self.synchronise()
        self.standing().action_give_back()
        self.member_rule.method = "link"
        self.assertLetIn()
        self.create_rule(self.members, self.aare, stop_date=date(2027, 3, 10))
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)

    def test_doors_do_not_come_back_by_a_rule_that_gets_the_same_end(self):
        self.standing().action_give_back()
        self.member_rule.stop_date = date(2027, 3, 10)
        self.create_rule(self.members, self.aare)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)
        self.standing().filtered(lambda one: one.lock_ids == self.aare).action_remove()
        self.synchronise()
        self.member_rule.stop_date = False
        self.synchronise()
        opened = [visit["request"].component_ids for visit in self.exivo.live_visits()]
        self.assertNotIn("aare", [one for several in opened for one in several])

    def test_rule_that_is_archived_for_a_while_lets_nobody_in(self):
        self.member_rule.active = False
        self.synchronise()
        self.member_rule.active = True
        self.assertKeptOut()
        self.standing().action_give_back()
        self.assertLetIn()

    def test_rule_whose_end_is_taken_back_lets_nobody_in(self):
        self.member_rule.stop_date = date(2027, 2, 28)
        self.synchronise()
        self.assertFalse(self.standing())
        self.member_rule.stop_date = False
        self.assertKeptOut()

    def test_rule_that_goes_on_after_its_end_lets_nobody_in(self):
        self.member_rule.stop_date = date(2027, 3, 10)
        self.synchronise()
        with freeze_time("2027-03-12 09:00:00"):
            self.run_hourly()
            self.member_rule.stop_date = date(2027, 4, 30)
            self.run_hourly()
            self.assertKeptOut()
            self.standing().action_give_back()
            self.assertLetIn()

    def test_another_rule_of_the_community_that_ends_earlier_lets_nobody_in(self):
        self.create_rule(self.members, self.aare, stop_date=date(2027, 3, 10))
        self.assertKeptOut()
        self.assertEqual(len(self.standing()), 2)

    def test_contact_or_tag_that_is_archived_for_a_while_is_no_new_member(self):
        for record in self.customer, self.members:
            with self.subTest(model=record._name):
                record.active = False
                self.synchronise()
                self.run_hourly()
                record.active = True
                self.assertKeptOut()

    def test_who_leaves_and_comes_back_is_let_in(self):
        self.customer.category_id = False
        self.synchronise()
        self.customer.category_id = self.members
        self.assertLetIn()

    def test_who_leaves_while_the_rule_is_archived_and_comes_back_is_let_in(self):
        self.member_rule.active = False
        self.synchronise()
        self.customer.category_id = False
        self.synchronise()
        self.member_rule.active = True
        self.assertKeptOut()
        self.customer.category_id = self.members
        self.assertLetIn()

    def test_other_communities_let_their_members_in(self):
        self.create_rule(self.club, self.aare)
        self.customer.category_id |= self.club
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].component_ids, ("aare",))

    def test_access_group_does_not_bring_the_doors_back_along_with_others(self):
        self.create_rule(self.club, self.entrance, method="group")
        self.customer.category_id |= self.club
        self.synchronise()
        self.assertTrue(self.exivo.persons_inside())
        self.mails_to(self.customer).unlink()
        self.member_rule.method = "group"
        self.synchronise()
        access = self.standing()
        self.assertEqual(access.category_ids, self.members | self.club)
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons_inside())
        access.action_give_back()
        self.assertLetIn()
