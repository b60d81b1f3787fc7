# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Events that doors report: read, matched with accesses, shown and forgotten."""

import base64
import itertools
import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoCase

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class EventCase(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_user", "exivo_access.group_user")
        cls.site.user_id = cls.user

    def setUp(self):
        super().setUp()
        self.booking = self.book(hours=0.5)  # from 9:30, opens at 9:15
        self.synchronise()
        self.access = self.accesses(self.booking)

    def events(self):
        return self.env["exivo.door.event"].search([], order="occurred_at, id")

    def visit(self, access=None):
        remote_id = access and access.credential_ids.remote_id
        visits = self.exivo.visits
        (visit,) = [visits[remote_id]] if access else visits.values()
        return {"id": visit["id"], "name": visit["request"].name}

    def alarms(self, kind):
        return self.env["exivo.alarm"]._find_all(kind)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDoorEvents(EventCase):
    # === READING === #

    def test_staff_are_told_of_a_log_that_cannot_be_read_for_a_day(self):
        self.read_events()
        forbidden, hangs = exivo.Forbidden("No", 403), exivo.TimedOut("No answer")
        for hours, error, told in (
            (23, forbidden, 0),
            (25, hangs, 0),
            (26.5, hangs, 1),
            (30, forbidden, 1),
        ):
            self.exivo.fail(error, calls="list_log")
            self.read_and_watch(hours)
            self.assertEqual(len(self.alarms("unheard")), told, hours)
        self.assertIn("Riverside House", self.alarms("unheard").summary)
        self.read_and_watch(31)
        self.assertFalse(self.alarms("unheard"))

    def read_and_watch(self, hours):
        self.read_events(timedelta(hours=hours))
        with freeze_time(NOW + timedelta(hours=hours)):
            self.run_action("ir_cron_watch")

    def test_site_whose_doors_nobody_asks_to_hear_is_no_alarm(self):
        self.site.reads_events = False
        for hours in (30, 40):
            self.read_and_watch(hours)
        self.assertFalse(self.alarms("unheard"))

    def test_events_are_kept_once_and_in_order_however_often_they_are_read(self):
        self.exivo.report("aare", 2)
        self.exivo.report("entrance", 1, "componentIsOpen")
        self.read_events(5 * MINUTE)
        self.exivo.report("entrance", -30, "accessDenied")  # logged late
        self.read_events(20 * MINUTE)
        self.read_events(30 * MINUTE)
        events = self.events()
        self.assertEqual(events.mapped("kind"), ["denied", "other", "opened"])
        self.assertEqual(events.lock_id, self.entrance | self.aare)
        self.assertEqual(self.exivo.calls.count("list_log"), 3)

    def test_log_is_read_often_only_while_somebody_may_come(self):
        self.read_events()
        for minutes in (2, 4, 14):
            self.read_events(minutes * MINUTE)
        self.assertEqual(self.exivo.calls.count("list_log"), 1)
        for minutes in (16, 18, 20):
            self.read_events(minutes * MINUTE)
        self.assertEqual(self.exivo.calls.count("list_log"), 4)

    def test_log_is_read_back_to_what_is_known_and_once_an_hour_all_of_a_day(self):
        asked = []
        list_log = self.exivo.list_log

        def listen(_first_day, known_until=None):
            asked.append(known_until)
            return list_log(_first_day, known_until)

        with patch.object(self.exivo, "list_log", listen):
            for minutes in (0, 16, 32, 48, 64):
                self.read_events(minutes * MINUTE)
        first, *others, last = asked
        self.assertFalse(first or last)
        for minutes, known_until in zip((0, 16, 32), others, strict=True):
            expected = NOW + (minutes - 15) * MINUTE
            self.assertEqual(known_until.replace(tzinfo=None), expected)

    def test_batch_of_events_is_kept_with_few_queries_however_many_are_past(self):
        for day in range(1, 4):
            self.book(hours=24 * day)
        self.synchronise()
        counts = []
        for first, count in ((16, 1), (20, 50)):
            for number in range(count):
                self.exivo.report("aare", first + number / 60)
            before = self.env.cr.sql_log_count
            self.read_events((first + 3) * MINUTE)
            counts.append(self.env.cr.sql_log_count - before)
        one, many = counts
        self.assertLessEqual(many, one + 1)

    def test_log_is_read_at_once_by_a_click_where_it_is_read_at_all(self):
        self.read_events()
        self.site.action_read_events()
        self.read_events(MINUTE)
        self.assertEqual(self.exivo.calls.count("list_log"), 2)
        self.site.reads_events = False
        with self.assertRaisesRegex(UserError, "Read Door Events"):
            self.site.action_read_events()
        with self.assertRaises(AccessError):
            self.site.with_user(self.user).action_read_events()

    def test_site_that_is_switched_off_or_not_called_is_not_read(self):
        self.site.reads_events = False
        self.read_events()
        self.site.reads_events = True
        self.site.api_key = "44444444-4444-4444-8444-444444444444"
        self.read_events()
        self.assertNotIn("list_log", self.exivo.calls)

    def test_outage_loses_nothing_and_pauses_the_site(self):
        self.exivo.report("aare", 1)
        self.exivo.fail(exivo.Unreachable("Down"), calls="list_log")
        self.read_events(5 * MINUTE)
        self.assertFalse(self.events())
        self.assertTrue(self.site.paused_until)
        self.read_events(60 * MINUTE)
        self.assertEqual(len(self.events()), 1)
        self.assertFalse(self.site.paused_until)

    def test_log_or_list_that_hangs_or_is_limited_keeps_no_access_waiting(self):
        self.site.lock_ids.seen_at = NOW - timedelta(days=1)
        actions = {
            "read_events": "list_log",
            "compare": "find_visits",
            "watch": "list_components",
        }
        errors = (
            exivo.TimedOut("Too slow"),
            exivo.RateLimited("Too many", retry_after=3600),
            exivo.ServerError("Busy", 503, retry_after=3600),
        )
        for (action, call), error in itertools.product(actions.items(), errors):
            with self.subTest(action=action, error=error):
                self.site.log_paused_until = False
                self.exivo.fail(error, calls=call)
                self.run_action(f"ir_cron_{action}")
                self.assertFalse(self.exivo.errors)
                self.assertFalse(self.site.paused_until)

    def test_log_that_is_limited_is_not_read_before_the_time_that_was_asked_for(self):
        self.exivo.fail(exivo.RateLimited("Many", retry_after=1800), "list_log")
        for minutes, count in ((20, 1), (22, 1), (48, 1), (52, 2)):
            self.site._hear_doors()
            self.read_events(minutes * MINUTE)
            self.assertEqual(self.exivo.calls.count("list_log"), count)

    def test_refused_credentials_stop_the_site(self):
        self.exivo.refusal = exivo.Unauthorized("No", 401)
        self.read_events()
        self.assertEqual(self.site.state, "refused")

    # === WHOSE THEY ARE === #

    def test_event_with_our_token_is_certainly_the_holders(self):
        self.exivo.report(
            "entrance", 20, visit={"id": "?", "name": self.visit()["name"]}
        )
        self.exivo.report("aare", 21, visit={"id": self.visit()["id"]})
        self.read_events(25 * MINUTE)
        for event in self.events():
            self.assertEqual(event.certainty, "certain")
            self.assertEqual(event.access_id, self.access)
            self.assertEqual(event.booking_id, self.booking)
            self.assertEqual(event.partner_id, self.customer)
            self.assertFalse(event.actor)
        self.assertEqual(self.booking.exivo_event_count, 2)
        self.assertEqual(self.customer.exivo_event_count, 2)

    def test_event_that_names_nobody_is_a_guess_within_the_window_only(self):
        self.exivo.report("aare", 14)
        self.exivo.report("aare", 16)
        self.exivo.report("aare", 17, medium={"id": "m", "keyLabel": "7"})
        self.read_events(25 * MINUTE)
        before, *during = self.events()
        self.assertFalse(before.certainty or before.access_id)
        for event in during:
            self.assertEqual(event.certainty, "guess")
            self.assertEqual(event.partner_id, self.customer)

    def test_event_of_somebody_else_is_nobody_elses(self):
        person = {"id": "p", "firstName": "Clea", "lastName": "Ner"}
        self.exivo.report("aare", 20, person=person)
        self.read_events(25 * MINUTE)
        self.assertEqual(self.events().actor, "Clea Ner")
        self.assertFalse(self.events().booking_id or self.access.arrived_at)

    def test_guess_among_several_holders_names_only_the_booking(self):
        other = self.customer.copy({"email": "other@example.com"})
        self.rule.holders = "attendees"
        self.booking.partner_ids |= other
        self.synchronise()
        self.assertEqual(len(self.accesses(self.booking)), 2)
        self.exivo.report("aare", 20)
        self.read_events(25 * MINUTE)
        self.assertEqual(self.events().booking_id, self.booking)
        self.assertFalse(self.events().access_id or self.events().partner_id)

    def test_event_at_a_door_that_members_open_all_the_time_is_nobodys(self):
        tag = self.env["res.partner.category"].create({"name": "Coworkers"})
        rule = self.env["exivo.access.rule"].create(
            {
                "category_id": tag.id,
                "lock_ids": [(6, 0, self.aare.ids)],
                "method": "link",
            }
        )
        for name in ("Bert", "Cora"):
            self.customer.copy({"name": name, "category_id": [(6, 0, tag.ids)]})
        self.synchronise()
        standing = self.env["exivo.access"].search([("is_of_community", "=", True)])
        self.assertEqual(standing.mapped("state"), ["created"] * 2)
        self.exivo.report("aare", 20)
        self.exivo.report("entrance", 21)
        self.read_events(25 * MINUTE)
        anybodys, guessed = self.events()
        self.assertFalse(anybodys.access_id or anybodys.booking_id)
        self.assertEqual(guessed.access_id, self.access)
        rule.active = False
        self.synchronise()
        self.exivo.report("aare", 26)
        self.read_events(28 * MINUTE)
        self.assertEqual(self.events()[-1].access_id, self.access)

    # === ARRIVAL AND NO-SHOW === #

    def test_first_opening_is_the_arrival(self):
        self.exivo.report("aare", 22, visit=self.visit())
        self.read_events(25 * MINUTE)
        self.assertEqual(self.access.arrived_at, NOW + 22 * MINUTE)
        self.exivo.report("entrance", 20, visit=self.visit())  # logged late
        self.exivo.report("entrance", 30, visit=self.visit())
        self.read_events(35 * MINUTE)
        self.assertEqual(self.access.arrived_at, NOW + 20 * MINUTE)
        self.assertFalse(self.access.arrival_is_guess)

    def test_stamp_of_another_year_means_nothing(self):
        self.exivo.report("aare", 400 * 24 * 60, visit={"id": self.visit()["id"]})
        self.read_events(20 * MINUTE)
        self.assertEqual(self.events().occurred_at, NOW + 20 * MINUTE)
        self.assertEqual(self.accesses().arrived_at, NOW + 20 * MINUTE)

    def test_guessed_arrival_says_so_and_a_refusal_is_none(self):
        self.exivo.report("aare", 20, "accessDenied", visit=self.visit())
        self.read_events(22 * MINUTE)
        self.assertFalse(self.access.arrived_at)
        self.exivo.report("aare", 23)
        self.read_events(25 * MINUTE)
        self.assertTrue(self.access.arrival_is_guess)

    def test_staff_are_told_when_nobody_came_and_release_the_room(self):
        self.rule.no_show_minutes = 15
        self.read_events(44 * MINUTE)
        self.assertFalse(self.alarms("no_show"))
        self.read_events(46 * MINUTE)
        (alarm,) = self.alarms("no_show")
        self.assertEqual((alarm.user_id, alarm.res_id), (self.user, self.access.id))
        self.assertIn("Anna Muster", alarm.summary)
        with freeze_time(NOW + 47 * MINUTE):
            self.access.invalidate_recordset()
            self.access.with_user(self.user).action_release()
            self.synchronise()
        self.assertEqual(self.booking.state, "canceled")
        self.assertEqual(self.access.state, "removed")
        self.assertFalse(self.exivo.live_visits())
        self.read_events(50 * MINUTE)
        self.assertFalse(self.alarms("no_show"))

    def test_no_alarm_when_somebody_came_or_may_have(self):
        self.rule.no_show_minutes = 15
        self.exivo.report("aare", 20, visit=self.visit())
        self.read_events(46 * MINUTE)
        self.assertFalse(self.alarms("no_show"))

    def test_late_arrival_closes_the_alarm(self):
        self.rule.no_show_minutes = 15
        self.read_events(46 * MINUTE)
        self.assertTrue(self.alarms("no_show"))
        self.exivo.report("aare", 47, visit=self.visit())
        self.read_events(50 * MINUTE)
        self.assertFalse(self.alarms("no_show"))
        with freeze_time(NOW + 51 * MINUTE), self.assertRaises(UserError):
            self.access.with_user(self.user).action_release()

    def test_room_is_not_released_while_another_attendee_is_inside(self):
        self.rule.holders = "attendees"
        annas_visit = self.visit()
        bert = self.customer.copy({"name": "Bert", "email": "bert@example.com"})
        self.booking.partner_ids |= bert
        self.synchronise()
        access = (self.accesses(self.booking) - self.access).with_user(self.user)
        self.read_events(32 * MINUTE)
        with freeze_time(NOW + 33 * MINUTE):
            self.assertTrue(access.can_release)
        self.exivo.report("aare", 34, visit=annas_visit)
        self.read_events(36 * MINUTE)
        with freeze_time(NOW + 37 * MINUTE):
            self.assertFalse(access.can_release)
            with self.assertRaises(UserError):
                access.action_release()
        self.assertEqual(self.booking.state, "confirmed")

    def test_member_who_opens_by_the_standing_access_has_come_to_the_booking(self):
        self.rule.no_show_minutes = 15
        tag = self.env["res.partner.category"].create({"name": "Coworkers"})
        self.env["exivo.access.rule"].create(
            {
                "category_id": tag.id,
                "lock_ids": [(6, 0, self.aare.ids)],
                "method": "link",
            }
        )
        bert = self.customer.copy({"name": "Bert"})
        (self.customer | bert).category_id = tag
        self.synchronise()
        standing = self.env["exivo.access"].search([("is_of_community", "=", True)])
        ids = {
            access.partner_id: access.credential_ids.remote_id for access in standing
        }
        self.exivo.report("aare", 14, visit={"id": ids[self.customer]})
        self.exivo.report("aare", 20, visit={"id": ids[bert]})
        self.exivo.report("aare", 21, "accessDenied", visit={"id": ids[self.customer]})
        self.read_events(46 * MINUTE)
        self.assertTrue(self.alarms("no_show"))
        self.exivo.report("aare", 30, visit={"id": ids[self.customer]})
        self.read_events(50 * MINUTE)
        self.assertFalse(self.alarms("no_show"))
        self.assertEqual(self.access.arrived_at, NOW + 30 * MINUTE)
        self.assertFalse(self.access.arrival_is_guess)
        with freeze_time(NOW + 51 * MINUTE):
            self.access.invalidate_recordset()
            self.assertFalse(self.access.can_release)

    def test_who_has_come_to_the_booking_before_has_come_to_those_that_follow(self):
        self.rule.no_show_minutes = 15
        visit = self.visit()
        second, third = (self.book(hours=hours) for hours in (1.5, 2.5))
        self.synchronise()
        self.exivo.report("aare", 31, visit=visit)
        for minutes in (35, 106, 166):
            self.read_events(minutes * MINUTE)
            self.assertFalse(self.alarms("no_show"))
        for booking in (second, third):
            access = self.accesses(booking)
            self.assertEqual(access.arrived_at, self.access.arrived_at)
            self.assertTrue(access.arrival_is_guess)
        with freeze_time(NOW + 167 * MINUTE):
            self.assertFalse(self.accesses(third).can_release)
        own = self.accesses(third)
        self.exivo.report("aare", 170, visit=self.visit(own))
        self.read_events(172 * MINUTE)
        self.assertEqual(own.arrived_at, NOW + 170 * MINUTE)
        self.assertFalse(own.arrival_is_guess)

    def test_nobody_is_taken_to_stay_overnight(self):
        visit = self.visit()
        long, following = self.book(hours=1.5, duration=13), self.book(hours=14.5)
        self.synchronise()
        self.exivo.report("aare", 31, visit=visit)
        for minutes in (35, 106, 886):
            self.read_events(minutes * MINUTE)
        self.assertTrue(self.accesses(long).arrived_at)
        self.assertFalse(self.accesses(following).arrived_at)

    def test_who_has_come_before_is_nobody_else_in_no_other_room_and_at_no_other_time(
        self,
    ):
        visit, room = self.visit(), self._create_room("Reuss")
        self.rule.copy({"resource_id": room.id})
        others = [
            self.book(hours=1.5, type_id=self._create_type(room).id),
            self.book(hours=1.5, partners=self.customer.copy({"name": "Bert"})),
            self.book(hours=2.5),
        ]
        self.synchronise()
        self.exivo.report("aare", 31, visit=visit)
        for minutes in (35, 170):
            self.read_events(minutes * MINUTE)
        self.assertTrue(self.access.arrived_at)
        for booking in others:
            self.assertFalse(self.accesses(booking).arrived_at)

    def test_nobody_is_missed_while_the_log_cannot_be_read(self):
        self.rule.no_show_minutes = 15
        self.read_events(30 * MINUTE)
        self.exivo.fail(exivo.TimedOut("Too slow"), calls="list_log")
        self.read_events(46 * MINUTE)
        self.assertFalse(self.alarms("no_show"))

    def test_no_shows_are_found_with_as_many_queries_for_many_rooms(self):
        self.rule.no_show_minutes = 15
        counts = []
        for rooms in (2, 8):
            for number in range(rooms):
                room = self._create_room(f"Room {rooms} {number}")
                self.rule.copy({"resource_id": room.id})
                self.book(hours=0.5, type_id=self._create_type(room).id)
            self.synchronise()
            self.read_events(40 * MINUTE)
            before = self.env.cr.sql_log_count
            self.read_events(44 * MINUTE)
            counts.append(self.env.cr.sql_log_count - before)
        few, many = counts
        self.assertLessEqual(many, few + 1)

    def test_without_the_rules_setting_nobody_is_told(self):
        self.read_events(50 * MINUTE)
        self.assertFalse(self.alarms("no_show"))

    # === ALARMS AND REFUSALS === #

    def test_sabotage_is_one_alarm_for_staff_however_often_it_is_reported(self):
        self.exivo.report("aare", 1, "sabotageAlarm")
        self.read_events(2 * MINUTE)
        self.exivo.report("entrance", 16, "shortCircuitOfInputAlarm")
        self.read_events(20 * MINUTE)
        (alarm,) = self.alarms("door_alarm")
        self.assertEqual(alarm.user_id, self.user)
        self.assertIn("Aare, Entrance", alarm.summary)
        self.assertIn("sabotageAlarm", alarm.note)
        self.assertIn("mark this as done", alarm.note)
        alarm.action_done()
        self.read_events(40 * MINUTE)
        self.assertFalse(self.alarms("door_alarm"))

    def test_explain_tells_of_refusals_near_the_window(self):
        self.exivo.report("aare", -60, "accessDenied")
        self.exivo.report("aare", 5, "accessDenied")
        self.exivo.report("entrance", 20, "accessDenied", visit=self.visit())
        cleaner = {"id": "7", "firstName": "Clea", "lastName": "Ner"}
        self.exivo.report("entrance", 22, "accessDenied", person=cleaner)
        self.read_events(25 * MINUTE)
        texts = self.explain_doors()
        self.assertEqual(len(texts), 3, texts)
        self.assertIn("somebody else", texts[0])
        self.assertIn("It was this access", texts[1])
        self.assertIn("Exivo names Clea Ner.", texts[2])

    def test_explain_tells_of_the_arrival_and_whether_it_is_a_guess(self):
        self.exivo.report("aare", 20)
        self.read_events(25 * MINUTE)
        (guess,) = self.explain_doors()
        self.assertIn("First opened", guess)
        self.assertIn("somebody else", guess)
        self.exivo.report("entrance", 18, visit=self.visit())
        self.read_events(30 * MINUTE)
        (certain,) = self.explain_doors()
        self.assertNotIn("somebody else", certain)

    def explain_doors(self):
        """What the explanation of the access says of its doors."""
        lines = self.explain(self.access, user=self.user)
        return [text for _verdict, title, text in lines if title == "Doors"]

    # === WHO SEES THEM, AND HOW LONG === #

    def test_staff_read_events_and_nobody_changes_them(self):
        self.exivo.report("aare", 20)
        self.read_events(25 * MINUTE)
        event = self.events().with_user(self.user)
        self.assertEqual(event.lock_id.name, "Aare")
        for change in (event.unlink, lambda: event.write({"kind": "denied"})):
            with self.assertRaises(AccessError):
                change()
        plain = self._create_user("exivo_plain", "base.group_user")
        with self.assertRaises(AccessError):
            event.with_user(plain).read(["kind"])

    def test_events_are_deleted_on_schedule_and_not_read_again(self):
        self.site.event_days = 7
        self.exivo.report("aare", 20)
        self.read_events(25 * MINUTE)
        self.clear(6 * DAY)
        self.assertEqual(len(self.events()), 1)
        self.clear(8 * DAY)
        self.read_events(8 * DAY)
        self.assertFalse(self.events())

    def clear(self, after):
        with freeze_time(NOW + after):
            self.run_action("ir_cron_clear")

    def test_events_are_given_out_and_erased_with_the_contacts_data(self):
        self.exivo.report("aare", 20, visit=self.visit())
        self.read_events(25 * MINUTE)
        with freeze_time(NOW + 2 * DAY):
            self.synchronise()
            wizard = self.env["exivo.personal.data"].create(
                {"partner_id": self.customer.id}
            )
            data = json.loads(base64.b64decode(wizard.data_file))
            (event,) = data["door_events"]
            self.assertEqual(
                (event["door"], event["what"], event["is_guess"]),
                ("Aare", "opened", False),
            )
            wizard.action_erase()
        self.assertFalse(self.events().partner_id or self.events().booking_id)
