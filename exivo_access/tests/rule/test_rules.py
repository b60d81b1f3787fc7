# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Rules of rooms: a change reaches bookings, and the form says so first."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.plan import planner
from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRules(ExivoCase):
    def test_rule_is_added_on_the_rooms_form(self):
        room = self._create_room("Reuss")
        with Form(room, view="resource.resource_resource_form") as form:
            with form.exivo_rule_ids.new() as rule:
                rule.lock_ids.add(self.entrance)
        self.assertEqual(room.exivo_rule_ids.lock_ids, self.entrance)
        self.assertEqual(room.exivo_rule_ids.minutes_before, 15)
        self.assertEqual(room.exivo_rule_ids.minutes_after, 15)
        self.assertEqual(room.exivo_rule_ids.company_id, self.site.company_id)

    def test_rule_without_locks_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one lock"):
            self.env["exivo.access.rule"].create({"resource_id": self.room.id})
        with self.assertRaisesRegex(ValidationError, "at least one lock"):
            self.rule.lock_ids = False

    def test_rule_without_a_room_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Choose the room"):
            self.env["exivo.access.rule"].create(
                {"lock_ids": [(6, 0, self.entrance.ids)]}
            )

    @mute_logger("odoo.sql_db")
    def test_minutes_outside_a_day_are_refused_in_words(self):
        for field, label in (
            ("minutes_before", "Minutes Before"),
            ("minutes_after", "Minutes After"),
        ):
            for minutes in (-5, 2000):
                with (
                    self.subTest(field=field, minutes=minutes),
                    self.assertRaisesRegex(ValidationError, f"{label}: {minutes} is"),
                    self.env.cr.savepoint(),
                ):
                    self.rule.write({field: minutes})

    def test_changed_minutes_reach_the_bookings_to_come(self):
        self.book(hours=24)
        self.synchronise()
        self.rule.minutes_after = 30
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            visit["request"].valid_to.replace(tzinfo=None),
            NOW + timedelta(hours=25, minutes=30),
        )

    def test_lock_added_to_a_rule_reaches_the_bookings_to_come(self):
        self.rule.lock_ids = self.aare
        self.book()
        self.synchronise()
        self.rule.lock_ids |= self.entrance
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(set(visit["request"].component_ids), {"aare", "entrance"})

    def test_new_rule_gives_access_to_bookings_already_made(self):
        self.rule.unlink()
        booking = self.book()
        self.assertFalse(self.accesses(booking))
        self.env["exivo.access.rule"].create(
            {"resource_id": self.room.id, "lock_ids": [(6, 0, self.aare.ids)]}
        )
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_deleted_or_archived_rule_takes_its_accesses_along(self):
        booking = self.book()
        self.synchronise()
        self.rule.active = False
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_other_rooms_in_a_combination_move_its_accesses(self):
        self.book()
        self.synchronise()
        other = self._create_room("Reuss")
        combination = self.booking_type.combination_rel_ids.combination_id
        combination.resource_ids = other
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_new_rule_offers_the_locks_of_the_company_and_says_nothing_yet(self):
        form = Form(self.env["exivo.access.rule"])
        self.assertFalse(form.exivo_rule_effect)
        self.assertEqual(form.company_id, self.env.company)
        form.resource_id = self.room
        form.lock_ids.add(self.entrance)
        self.assertEqual(form.save().company_id, self.site.company_id)

    def effect_of(self, change):
        """What the room's form says before it is saved, after some change."""
        form = Form(self.room, view="resource.resource_resource_form")
        self.assertFalse(form.exivo_rule_effect, "nothing is changed yet")
        change(form)
        return form.exivo_rule_effect

    def test_rooms_form_says_first_what_its_rules_do_to_accesses(self):
        self.book(hours=24)
        self.book(hours=48)
        removed_by_staff = self.accesses(self.book(hours=72))
        self.synchronise()
        removed_by_staff.action_remove()

        def change_minutes(form):
            with form.exivo_rule_ids.edit(0) as rule:
                rule.minutes_after = 30

        def add_rule(form):
            with form.exivo_rule_ids.new() as rule:
                rule.lock_ids.add(self.entrance)
                rule.minutes_before = 60

        def remove_rule(form):
            form.exivo_rule_ids.remove(0)

        def only_reorder(form):
            with form.exivo_rule_ids.edit(0) as rule:
                rule.sequence = 7

        for change, effect in (
            (change_minutes, "created 0, changed 2, removed 0"),
            (add_rule, "created 2, changed 0, removed 0"),
            (remove_rule, "created 0, changed 0, removed 2"),
        ):
            with self.subTest(change=change.__name__):
                self.assertIn(effect, self.effect_of(change))
        self.assertFalse(self.effect_of(only_reorder))

    def test_what_the_form_says_is_what_happens(self):
        bookings = self.book(hours=24) | self.book(hours=48)
        with Form(self.room, view="resource.resource_resource_form") as form:
            with form.exivo_rule_ids.new() as rule:
                rule.lock_ids.add(self.entrance)
                rule.minutes_before = 60
            self.assertIn("created 2", form.exivo_rule_effect)
        self.plan()
        self.assertEqual(len(bookings.exivo_access_ids), 4)

    def test_rule_added_beside_another_leaves_the_accesses_of_that_one_alone(self):
        booking = self.book()
        self.synchronise()
        (before,) = self.exivo.live_visits()
        self.rule.copy({"minutes_before": 5, "minutes_after": 5})
        self.synchronise()
        self.assertEqual(len(self.accesses(booking)), 2)
        self.assertIn(before, self.exivo.live_visits())
        self.assertEqual(len(self.exivo.visits), 2)

    def test_rules_own_form_says_first_what_it_does_to_accesses(self):
        self.book(confirm=False)
        with Form(self.rule) as form:
            self.assertFalse(form.exivo_rule_effect)
            form.booking_state = "scheduled"
            self.assertIn("created 1", form.exivo_rule_effect)
        self.plan()
        self.assertEqual(len(self.accesses()), 1)
        with Form(self.rule) as form:
            form.booking_state = "confirmed"
            self.assertIn("changed 0, removed 1", form.exivo_rule_effect)

    def test_form_says_what_happens_to_the_soonest_of_very_many_bookings(self):
        for hours in (24, 48, 72):
            self.book(hours=hours)
        with patch.object(planner, "MOST_PREVIEWED", 2), Form(self.rule) as form:
            form.minutes_before = 30
            self.assertIn("More than 2 upcoming", form.exivo_rule_effect)
            self.assertIn("created 0, changed 2", form.exivo_rule_effect)
        with patch.object(planner, "MOST_PREVIEWED", 3), Form(self.rule) as form:
            form.minutes_before = 45
            self.assertIn("created 0, changed 3", form.exivo_rule_effect)
            self.assertNotIn("More than", form.exivo_rule_effect)

    def test_rule_says_first_what_is_lost_without_it(self):
        self.book(hours=24)
        self.book(hours=48)
        self.synchronise()
        boss = self._create_user("exivo_boss", "exivo_access.group_manager")
        rules = self.rule.with_user(boss)
        self.assertIn("changed 0, removed 2", self.tell_loss(rules))
        same = self.rule.copy()
        self.synchronise()
        self.assertFalse(self.tell_loss(rules), "another rule opens the same")
        both = rules | same.with_user(boss)
        self.assertIn("changed 0, removed 2", self.tell_loss(both))
        self.assertTrue(self.rule.active, "nothing was done")

    def test_rule_of_a_community_says_first_how_many_lose_it(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        rule = self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.assertFalse(self.tell_loss(rule))
        self.customer.category_id = members
        self.plan()
        self.assertRegex(self.tell_loss(rule), "^Members of Members .*: 1.$")
        self.assertFalse(self.tell_loss(self.rule))

    def test_archived_rule_says_first_who_gets_what_by_it(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.customer.category_id = members
        of_members = self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.book(hours=24)
        self.synchronise()
        boss = self._create_user("exivo_boss", "exivo_access.group_manager")
        rules = (self.rule | of_members).with_user(boss)
        self.assertFalse(self.tell(rules, "describe_gain"), "they are in force")
        rules.active = False
        self.synchronise()
        for_bookings, for_members = self.tell(rules, "describe_gain").split("\n")
        self.assertIn("created 1, changed 0, removed 0", for_bookings)
        self.assertRegex(for_members, "^Members of Members, .*: 1.$")
        self.assertFalse(self.rule.active, "nothing was done")
        self.rule.active = of_members.active = True
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)

    def test_form_of_a_community_says_first_how_many_lose_a_rule(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = members
        self.plan()

        def archive(form):
            form.active = False

        def remove_rule(form):
            form.exivo_rule_ids.remove(0)

        for change in (archive, remove_rule):
            with self.subTest(change=change.__name__):
                form = Form(members, view="base.view_partner_category_form")
                self.assertFalse(form.exivo_rule_effect)
                change(form)
                self.assertIn("other rules open: 1.", form.exivo_rule_effect)

    def test_form_of_an_archived_community_says_first_how_many_come_back(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.customer.category_id = members
        members.active = False
        form = Form(members, view="base.view_partner_category_form")
        form.active = True
        self.assertFalse(form.exivo_rule_effect, "it opens nothing")
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        form = Form(members, view="base.view_partner_category_form")
        self.assertFalse(form.exivo_rule_effect)
        form.active = True
        self.assertIn("the doors then open for: 1.", form.exivo_rule_effect)

    def test_forms_leave_the_rules_of_other_companies_as_they_are(self):
        self.room.company_id = False
        theirs = self._connect_once_more()
        self.rule.copy({"lock_ids": [(6, 0, theirs.lock_ids.ids)]})
        self.book()
        self.synchronise()
        self.assertEqual(len(self.accesses().company_id), 2)
        boss = self._create_user("exivo_boss", "exivo_access.group_manager")
        form = Form(self.rule.with_user(boss))
        form.minutes_before += 5
        self.assertIn("changed 1, removed 0", form.exivo_rule_effect)
        room = self.room.with_user(boss)
        form = Form(room, view="resource.resource_resource_form")
        with form.exivo_rule_ids.edit(0) as rule:
            rule.minutes_before += 5
        self.assertIn("changed 1, removed 0", form.exivo_rule_effect)

    def tell_loss(self, rules):
        return self.tell(rules, "describe_loss")

    def tell(self, rules, method):
        self.env.flush_all()
        self.env.invalidate_all()
        return call_kw(rules.browse(), method, [rules.ids], {})

    def book_all_day(self, day):
        booking = self.book(hours=24)
        booking.meeting_id.write({"allday": True, "start_date": day, "stop_date": day})
        self.synchronise()
        return booking

    def test_rule_added_in_the_evening_reaches_the_booking_of_the_whole_day(self):
        self.rule.active = False
        booking = self.book_all_day("2027-03-02")
        with freeze_time("2027-03-02 18:30:00"):  # Odoo has it end at 18:00 of no zone
            with Form(self.room, view="resource.resource_resource_form") as form:
                with form.exivo_rule_ids.new() as rule:
                    rule.lock_ids.add(self.entrance)
                self.assertIn("created 1", form.exivo_rule_effect)
            self.synchronise()
            self.assertEqual(self.accesses(booking).state, "created")
            self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_changed_rule_opens_no_door_for_the_whole_day_that_is_over(self):
        for tz, moment in (
            ("Europe/Zurich", "2027-03-03 09:00:00"),
            ("Pacific/Auckland", "2027-03-02 12:00:00"),
        ):
            with self.subTest(tz=tz):
                self.calendar.tz = tz
                self.rule.minutes_after = 10
                booking = self.book_all_day("2027-03-02")
                with freeze_time(moment):
                    self.synchronise()
                    self.assertEqual(self.accesses(booking).state, "expired")
                    with Form(self.rule) as form:
                        form.minutes_after = 1440
                        self.assertFalse(form.exivo_rule_effect)
                    self.synchronise()
                    self.assertEqual(self.accesses(booking).state, "expired")
                booking.action_cancel()
