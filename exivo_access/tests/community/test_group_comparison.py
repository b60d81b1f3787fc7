# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What somebody changes at Exivo by hand is found, and put right."""

from datetime import timedelta
from unittest.mock import Mock, patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...tools.connection import ADAPTERS
from ..common import NOW, pin_of
from ..group_common import GroupCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroupComparison(GroupCase):
    def test_comparison_finds_who_was_taken_out_and_leaves_it_to_staff(self):
        access = self.join()
        self.compare()
        self.assertEqual(access.state, "created")
        self.exivo.unassign_access_group(self.inside().id)
        self.compare()
        self.assertEqual((access.state, access.gone_at_exivo), ("removed", True))
        access.action_give_back()
        self.settle()
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.exivo.persons), 1)

    def test_person_moved_to_another_group_by_hand_is_theirs(self):
        access = self.join()
        board = self.exivo.create_access_group("Board")
        self.exivo.assign_access_group(self.inside().id, board.id)
        self.compare()
        self.assertEqual(access.state, "removed")
        self.assertEqual(self.inside().group_id, board.id)
        self.assertEqual(self.site.foreign_persons, 1)

    def test_person_deleted_at_exivo_is_made_again_only_if_staff_say_so(self):
        access = self.join()
        self.exivo.persons.clear()
        self.compare()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons)
        access.action_give_back()
        self.settle()
        self.assertEqual(access.state, "created")

    def test_person_whom_exivo_did_not_know_is_taken_out_after_some_minutes(self):
        access = self.join()
        there = {**self.exivo.persons}
        self.exivo.persons.clear()
        self.leave()
        self.assertEqual(access.state, "removed")
        self.exivo.persons.update(there)
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        self.assertFalse(self.exivo.persons_inside())

    def test_who_was_taken_out_by_hand_is_not_let_in_again_by_an_edit(self):
        board = self.exivo.create_access_group("Board")
        hands = {
            "taken out": lambda one: self.exivo.unassign_access_group(one.id),
            "moved": lambda one: self.exivo.assign_access_group(one.id, board.id),
            "deleted": lambda one: self.exivo.persons.pop(one.id),
        }
        edits = {
            "phone": lambda access: access.partner_id.write({"phone": "+41791234567"}),
            "rights": lambda access: access.partner_id.write(
                {"category_id": [(4, self.club.id)]}
            ),
            "code": lambda access: self.new_code(access),
        }
        for hand, take_out in hands.items():
            for edit, change in edits.items():
                partner = self.customer.copy({"name": f"{hand} {edit}"})
                access = self.join(partner=partner)
                person_id, *_others = access._get_working_credential().remote_id.split(
                    "/"
                )
                with (
                    self.subTest(hand=hand, edit=edit),
                    freeze_time(NOW + timedelta(minutes=1)),
                ):
                    take_out(self.exivo.persons[person_id])
                    before = self.exivo.persons.get(person_id)
                    change(access)
                    self.synchronise()
                    self.assertEqual(
                        (access.state, access.gone_at_exivo), ("removed", True)
                    )
                    self.assertTrue(access.activity_ids)
                    self.assertEqual(self.exivo.persons.get(person_id), before)
                    access.action_give_back()
                    self.synchronise()
                    self.assertEqual(access.state, "created")

    def test_who_leaves_while_barred_at_exivo_is_in_no_group_when_let_in_again(self):
        access = self.join()
        person = self.inside()
        self.exivo._change(person.id, revoked=True)
        self.compare()
        self.assertEqual((access.state, access.gone_at_exivo), ("removed", True))
        self.customer.category_id = False
        self.synchronise()
        self.exivo._change(person.id, revoked=False)
        self.assertFalse(self.exivo.persons_inside())
        self.assertEqual(access.state, "removed")

    def test_comparison_before_an_edit_is_carried_out_leaves_it_to_staff_as_well(self):
        access = self.join()
        self.exivo.unassign_access_group(self.inside().id)
        self.customer.phone = "+41791234567"
        self.plan()
        self.run_action("ir_cron_compare")
        self.settle()
        self.assertEqual((access.state, access.gone_at_exivo), ("removed", True))
        self.assertFalse(self.exivo.persons_inside())

    def test_comparison_while_a_replacement_is_made_does_not_take_it_for_removed(self):
        access = self.join()
        self.new_code(access)
        self.exivo.fail(exivo.TimedOut("No answer"), "update_person", after=True)
        self.synchronise()
        self.compare()
        with freeze_time(NOW + timedelta(minutes=5)):
            self.settle()
        self.assertEqual((access.state, access.gone_at_exivo), ("created", False))

    def test_doors_added_to_our_group_by_hand_are_closed_again(self):
        access = self.join()
        person = self.inside()
        self.exivo.set_group_zone(person.group_id, "rooms", "ALWAYS")
        self.compare()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})
        self.assertEqual(len(self.live_credentials()), 1)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_what_another_process_has_compared_is_put_right_by_one_that_remembers(self):
        access = self.join()
        self.exivo.set_group_zone(self.inside().group_id, "rooms", "ALWAYS")
        self.compare_elsewhere()
        self.settle()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})
        self.zones(aare=("public",), remembered=True)
        self.compare_elsewhere()
        self.settle()
        self.assertEqual(access.failure_type, "zones_differ")
        self.assertFalse(self.exivo.persons_inside())

    def compare_elsewhere(self):
        """The comparison runs in a process that has read nothing yet."""
        with patch.object(ADAPTERS, "_adapters", {}), self._registry_in_test_mode():
            self.env.ref("exivo_access.ir_cron_compare").method_direct_trigger()

    def test_doors_moved_into_a_zone_by_hand_are_closed_and_the_access_says_so(self):
        access = self.join()
        self.zones(aare=("public",))
        self.compare()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "zones_differ")
        )
        self.assertFalse(self.exivo.persons_inside())

    def test_doors_taken_away_by_hand_come_back_and_the_others_stay_open(self):
        access = self.join(self.members, self.club)
        group_id = self.inside().group_id
        self.exivo.remove_group_zone(group_id, "rooms")
        self.compare()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        self.assertEqual(len(self.live_credentials()), 1)

        self.zones(aare=())
        with freeze_time(NOW + timedelta(minutes=1)):
            self.compare()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "zones_differ")
        )
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})

        self.zones(aare=("rooms",))
        with freeze_time(NOW + timedelta(minutes=2)):
            access.action_retry()
            self.synchronise()
        with freeze_time(NOW + timedelta(minutes=3)):
            self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        self.assertEqual(len(self.live_credentials()), 1)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_pin_taken_away_by_hand_comes_back(self):
        access = self.join()
        self.exivo.delete_pin_code(self.inside().id)
        self.compare()
        self.assertEqual(self.exivo.pins[self.inside().id], pin_of(access))
        self.assertEqual(access.state, "created")

    def test_hours_of_a_whole_week_are_always_on_both_sides(self):
        week = [
            (0, 0, {"weekday": str(day), "hour_from": 0, "hour_to": 24})
            for day in range(7)
        ]
        self.member_rule.hour_ids = week
        self.join()
        credential = self.live_credentials()
        self.compare()
        self.assertEqual(self.live_credentials(), credential)

    def test_what_breaks_with_one_kind_keeps_no_other_from_being_compared(self):
        access = self.join()
        self.exivo.unassign_access_group(self.inside().id)
        found = patch.object(self.exivo, "find_visits", Mock(side_effect=KeyError))
        logged = self.assertLogs("odoo.addons.exivo_access", "ERROR")
        with found, logged as log, self._registry_in_test_mode():
            shown = self.site.with_user(self.manager).action_compare()
        self.assertIn("Comparing each visit broke", log.output[0])
        self.assertEqual(shown["params"]["type"], "danger")
        self.env.invalidate_all()
        self.assertTrue(access.gone_at_exivo)
        self.assertFalse(self.site.compared_at, "not all of it is known")

    def test_group_that_lists_its_persons_in_another_way_lets_them_go(self):
        self.join()
        group = self.exivo._group

        def odd_group(group_id):
            row = {"id": group_id, "name": group(group_id).name}
            inside = [{"id": one} for one in group(group_id).person_ids]
            return exivo.AccessGroup.from_json({**row, "persons": inside})

        self.join(partner=self.customer.copy({"name": "Bert"}))
        with patch.object(self.exivo, "_group", odd_group):
            self.leave()
        access = self.env["exivo.access"].search(
            [("partner_id", "=", self.customer.id), ("method", "=", "group")]
        )
        self.assertEqual(access.state, "removed")

    def test_others_persons_are_counted_apart_and_never_touched(self):
        board = self.exivo.create_access_group("Board")
        person = self.there()
        self.exivo.assign_access_group(person.id, board.id)
        before = self.inside()
        self.compare()
        self.assertEqual((self.site.foreign_visits, self.site.foreign_persons), (0, 1))
        self.assertEqual(self.inside(), before)
        with self._registry_in_test_mode():
            message = self.site.action_compare()["params"]["message"]
        self.assertIn("visits: 0, persons: 1", message)

    def test_member_of_communities_of_two_companies_at_one_site_enters_for_both(self):
        twin = self._connect_once_more()
        twin_entrance = twin.lock_ids.filtered(lambda lock: lock.name == "Entrance")
        guests = self.members.create({"name": "Guests"})
        self.create_rule(guests, twin_entrance)
        accesses = self.join(self.club, guests)
        self.assertEqual(accesses.site_id, self.site | twin)
        self.settle()
        self.compare()
        self.assertEqual(accesses.mapped("state"), ["created"] * 2)
        doors = [self.exivo.get_doors(one) for one in self.exivo.persons_inside()]
        self.assertCountEqual(doors, [{"aare"}, {"entrance"}])
        self.assertEqual(len(set(self.exivo.pins.values())), 2)
        self.assertEqual(len(self.mails_to(self.customer)), 2)

    def test_person_of_ours_that_nothing_stands_for_is_taken_out(self):
        access = self.join()
        access.told_credential_id = False
        access.credential_ids.unlink()
        access.unlink()
        self.compare()
        self.assertFalse(self.exivo.persons_inside())
