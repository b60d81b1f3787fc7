# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What the front desk sees now, who sees it, what it costs, and when it looks again."""

import importlib.util
import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.api import Environment
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.bus.models import ir_websocket

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of, pin_of

MINUTE = timedelta(minutes=1)


class NowCase(ExivoCase):
    """The front desk, in the same time zone as the house, where it is ten o'clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_desk", "exivo_access.group_user")
        cls.user.tz = "Europe/Zurich"
        # what the demo data brings along is not this house's
        demo = cls.env["exivo.access.rule"].search([("id", "!=", cls.rule.id)])
        demo.active = False

    def look(self, user=None, tz="Europe/Zurich", lang="en_US"):
        """Ask for all that the screen shows, as the browser does."""
        self.plan()
        self.env.invalidate_all()
        screen = self.env["exivo.access"].with_user(user or self.user)
        shown = json.dumps(
            call_kw(
                screen, "get_front_desk", [], {"context": {"tz": tz, "lang": lang}}
            ),
            ensure_ascii=False,
        )
        return json.loads(shown.replace("\u202f", " "))  # before AM and PM

    def room_named(self, name="Aare", user=None):
        rooms = {room["name"]: room for room in self.look(user)["rooms"]}
        return rooms[name]

    def stay(self, user=None):
        """The only booking that the screen shows of the room."""
        (stay,) = self.room_named(user=user)["stays"]
        return stay

    def line(self):
        """The only access that the screen shows of the room."""
        (line,) = self.stay()["accesses"]
        return line


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestNow(NowCase):
    # === WHO IS WHERE === #

    def test_who_is_in_and_who_comes_next(self):
        self.book(hours=-0.5)
        self.book(hours=2)
        self.book(hours=20)  # tomorrow
        self.synchronise()
        room = self.room_named()
        self.assertEqual(room["status"], "In use until 10:30 AM")
        self.assertEqual(
            [(stay["phase"], stay["when"]) for stay in room["stays"]],
            [("now", "9:30 AM – 10:30 AM"), ("next", "12:00 PM – 1:00 PM")],
        )
        for stay in room["stays"]:
            (line,) = stay["accesses"]
            self.assertEqual(line["holder"], "Anna Muster")
            self.assertEqual(line["doors"], "Aare, Entrance")
            self.assertEqual((line["state"], line["tone"]), ("Created", "success"))
            self.assertEqual(line["actions"], ["explain", "pin", "new_code", "open"])
            self.assertFalse(line["troubles"])
        self.assertEqual(
            room["stays"][0]["booking_id"], self.accesses()[2].booking_id.id
        )

    def test_room_says_when_it_is_needed_next(self):
        self.book(hours=2)
        self.assertEqual(self.room_named()["status"], "Next at 12:00 PM")

    def test_room_without_bookings_is_there_and_empty(self):
        self._create_room("Without doors")
        booking = self.book(hours=2)
        booking.action_cancel()
        self.synchronise()
        data = self.look()
        self.assertEqual([room["name"] for room in data["rooms"]], ["Aare"])
        self.assertEqual(data["rooms"][0]["stays"], [])
        self.assertFalse(data["help"])

    def test_house_without_doors_leads_on_to_what_is_missing(self):
        self.env["exivo.access.rule"].search([]).unlink()
        data = self.look()
        self.assertFalse(data["rooms"])
        self.assertIn("It begins with setting up", data["help"])

    def test_rooms_that_are_booked_together_are_all_in_use(self):
        other = self._create_room("Reuss")
        self.booking_type.combination_rel_ids.combination_id.resource_ids |= other
        self.book(hours=-0.5)
        self.synchronise()
        for name in ("Aare", "Reuss"):
            (stay,) = self.room_named(name)["stays"]
            self.assertEqual(stay["accesses"][0]["holder"], "Anna Muster")

    def test_times_are_the_users_with_the_zone_where_the_rooms_differ(self):
        self.book(hours=2)
        for tz, when in {
            "Europe/Berlin": "12:00 PM – 1:00 PM",
            "Europe/London": "11:00 AM – 12:00 PM (Europe/London)",
        }.items():
            (room,) = self.look(tz=tz)["rooms"]
            self.assertEqual(room["stays"][0]["when"], when)

    def test_booking_that_began_yesterday_says_so(self):
        with freeze_time(NOW - timedelta(days=1)):
            self.book(hours=-12, duration=24)
        self.assertEqual(self.stay()["when"], "02/28/2027, 10:00 PM – 10:00 PM")

    def test_whole_day_is_one_by_the_clock_of_the_room(self):
        booking = self.book(hours=2)
        booking.meeting_id.write(
            {"allday": True, "start_date": NOW.date(), "stop_date": NOW.date()}
        )
        self.assertEqual(self.stay()["phase"], "now")

    def test_archived_room_is_in_use_while_its_doors_open_for_somebody(self):
        self.book(hours=-0.5)
        self.synchronise()
        self.room.active = False
        self.assertEqual(self.line()["holder"], "Anna Muster")
        self.assertIn("pin", self.line()["actions"])
        with freeze_time(NOW + 60 * MINUTE):
            self.assertFalse(self.look()["rooms"], "nothing is left of it")

    def test_archived_room_of_several_that_are_booked_together_is_in_use(self):
        other = self._create_room("Reuss")
        self.booking_type.combination_rel_ids.combination_id.resource_ids |= other
        self.book(hours=-0.5)
        self.synchronise()
        other.active = False
        for name in ("Aare", "Reuss"):
            self.assertEqual(len(self.room_named(name)["stays"]), 1)

    # === DOORS ARE OPEN LONGER THAN THE BOOKING === #

    def test_who_may_still_be_inside_is_shown_until_doors_close(self):
        self.book(hours=-0.75)
        self.synchronise()
        self.exivo.report("aare", -30)
        self.read_events()
        with freeze_time(NOW + 20 * MINUTE):
            room = self.room_named()
            self.assertEqual(room["status"], "Doors open until 10:25 AM")
            (stay,) = room["stays"]
            self.assertEqual(
                (stay["phase"], stay["doors"]), ("leaving", room["status"])
            )
            self.assertEqual(stay["arrival"], "Arrived 9:30 AM (a guess)")
            self.assertEqual(stay["accesses"][0]["holder"], "Anna Muster")
        with freeze_time(NOW + 26 * MINUTE):
            self.assertFalse(self.room_named()["stays"])

    def test_doors_that_are_open_are_told_beside_a_booking_without_any(self):
        self.rule.minutes_after = 30
        self.book(hours=0.25, duration=0.25)
        self.synchronise()
        self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.book(hours=0.5, duration=0.25)
        self.synchronise()
        with freeze_time(NOW + 46 * MINUTE):
            room = self.room_named()
            self.assertEqual(
                [(stay["phase"], bool(stay["doors"])) for stay in room["stays"]],
                [("leaving", True), ("leaving", False)],
            )
            self.assertEqual(room["status"], room["stays"][0]["doors"])

    def test_doors_that_do_not_open_are_not_called_open(self):
        for _start in range(3):  # what begins now is ordered with a later start, too
            self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.book(hours=1 / 12)
        self.synchronise()
        stay = self.stay()
        self.assertEqual((stay["phase"], stay["doors"]), ("next", ""))
        with freeze_time(NOW + 67 * MINUTE):
            stay = self.stay()
            self.assertEqual((stay["phase"], stay["doors"]), ("leaving", ""))
            self.assertEqual(self.room_named()["status"], "")

    def test_who_comes_before_the_booking_begins_has_arrived(self):
        self.book(hours=1 / 6)
        self.synchronise()
        self.exivo.report("aare", -2)
        self.read_events()
        stay = self.stay()
        self.assertEqual(
            (stay["phase"], stay["doors"]), ("next", "Doors open since 9:55 AM")
        )
        self.assertEqual(stay["arrival"], "Arrived 9:58 AM (a guess)")

    def test_that_nobody_came_before_the_booking_begins_is_nothing_to_say(self):
        self.book(hours=1 / 6)
        self.synchronise()
        self.read_events()
        self.assertEqual(self.stay()["arrival"], "")

    def test_doors_that_open_before_midnight_for_tomorrow_are_shown(self):
        self.book(hours=14)  # at midnight
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=13, minutes=50)):
            stay = self.stay()
        self.assertEqual(stay["doors"], "Doors open since 11:45 PM")

    # === HAS SOMEBODY ARRIVED? === #

    def test_arrival_is_told_as_far_as_doors_tell_it(self):
        self.book(hours=-0.5)
        self.synchronise()
        (visit,) = self.exivo.visits.values()
        self.assertEqual(self.stay()["arrival"], "")  # the log was not read yet
        self.read_events()
        stay = self.stay()
        self.assertEqual(
            (stay["arrival"], stay["arrival_tone"]), ("Nobody has come yet", "warning")
        )
        with freeze_time(NOW + 20 * MINUTE):
            self.assertEqual(self.stay()["arrival"], "", "the log is old by now")
        self.exivo.report("aare", -20)
        self.read_events(3 * MINUTE)
        self.assertEqual(self.stay()["arrival"], "Arrived 9:40 AM (a guess)")
        self.assertEqual(self.line()["arrived"], "9:40 AM")
        self.exivo.report("aare", -25, visit={"id": visit["id"]})
        self.read_events(6 * MINUTE)
        stay = self.stay()
        self.assertEqual(
            (stay["arrival"], stay["arrival_tone"]), ("Arrived 9:35 AM", "success")
        )

    def test_opening_that_may_be_anybodys_is_perhaps_an_arrival(self):
        self.book(hours=-0.5)
        other = self._create_room("Reuss")
        self.rule.copy({"resource_id": other.id})
        self.booking_type = self._create_type(other)
        self.book(hours=-0.5)
        self.synchronise()
        self.exivo.report("entrance", -20)
        self.read_events()
        for name in ("Aare", "Reuss"):
            (stay,) = self.room_named(name)["stays"]
            self.assertEqual(
                stay["arrival"],
                "Perhaps arrived: somebody opened Entrance at 9:40 AM",
            )
            self.assertEqual(stay["arrival_tone"], "info")

    def test_who_came_weeks_ago_to_a_long_booking_has_arrived(self):
        self.site.event_days = 7
        with freeze_time(NOW - timedelta(days=30)):
            self.book(hours=-30 * 24 - 1, duration=60 * 24)
            self.synchronise()
            self.exivo.report("aare", -30 * 24 * 60)
        self.read_events(-timedelta(days=30) + 20 * MINUTE)
        self.run_action("ir_cron_clear")
        self.read_events()
        self.assertFalse(self.env["exivo.door.event"].search([]))
        self.assertIn("Arrived 01/30/2027", self.stay()["arrival"])

    def test_who_came_before_the_booking_was_moved_has_not_arrived_at_its_new_time(
        self,
    ):
        booking = self.book(hours=1 / 6)
        self.synchronise()
        self.exivo.report("aare", -2)
        self.read_events()
        self.assertEqual(self.stay()["arrival"], "Arrived 9:58 AM (a guess)")
        booking.start += timedelta(days=7)
        self.synchronise()
        later = timedelta(days=7, minutes=20)
        self.read_events(later)
        with freeze_time(NOW + later):
            self.assertEqual(self.stay()["arrival"], "Nobody has come yet")
            access = self.accesses()
            self.assertTrue(access.can_release)
            self.assertFalse(access.arrived_at or access.arrival_is_guess)

    def test_who_came_to_a_booking_that_was_moved_away_and_back_has_arrived(self):
        booking = self.book(hours=1 / 6)
        self.synchronise()
        self.exivo.report("aare", -2)
        self.read_events()
        access = self.accesses()
        arrived_at = access.arrived_at
        self.assertTrue(arrived_at)
        for days in (1, -1):
            booking.start += timedelta(days=days)
            self.synchronise()
        self.assertEqual(access.arrived_at, arrived_at)
        self.assertTrue(access.arrival_is_guess)

    def test_update_looks_anew_who_came_to_a_booking_that_was_moved(self):
        moved, kept, of_member = (
            self.accesses(self.book(hours=hours)) for hours in (1 / 6, 24, 48)
        )
        came_later = self.accesses(self.book(hours=72))
        events = self.env["exivo.door.event"]
        events.create(
            [
                {
                    "site_id": self.site.id,
                    "remote_id": f"event {days}",
                    "kind": "opened",
                    "occurred_at": came_later.start + timedelta(days=days),
                    "access_id": came_later.id,
                }
                for days in (-1, 0)
            ]
        )
        of_member.booking_id = False
        for access, arrived_at in (
            (moved, moved.start - timedelta(days=1)),
            (came_later, came_later.start - timedelta(days=1)),
            (kept, kept.start),
            (of_member, of_member.start - timedelta(days=1)),
        ):
            access.write({"arrived_at": arrived_at, "arrival_is_guess": True})
        self.env.flush_all()
        path = file_path("exivo_access/migrations/19.0.1.10.0/post-arrivals.py")
        spec = importlib.util.spec_from_file_location("exivo_migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.9.0")
        self.env.invalidate_all()
        self.assertFalse(moved.arrived_at or moved.arrival_is_guess)
        self.assertEqual(came_later.arrived_at, came_later.start)
        self.assertTrue(kept.arrived_at and kept.arrival_is_guess)
        self.assertTrue(of_member.arrived_at)

    def test_who_came_stays_arrived_when_the_booking_or_its_rule_gets_shorter(self):
        booking = self.book(hours=1 / 6)
        self.synchronise()
        self.exivo.report("aare", -2)
        self.read_events()
        self.rule.minutes_before = 5
        booking.duration = 0.5
        self.synchronise()
        with freeze_time(NOW + 20 * MINUTE):
            self.assertEqual(self.stay()["arrival"], "Arrived 9:58 AM (a guess)")

    def test_of_all_openings_of_a_long_booking_only_the_first_is_read(self):
        with freeze_time(NOW - timedelta(days=30)):
            self.book(hours=-30 * 24, duration=60 * 24)
            self.synchronise()
        self.env.cr.execute(
            """
            INSERT INTO exivo_door_event
                (site_id, company_id, remote_id, occurred_at, kind, lock_id)
            SELECT %s, %s, number::text, %s - number * interval '1 minute', 'opened', %s
            FROM generate_series(1, 20000) AS number
            """,
            [self.site.id, self.site.company_id.id, NOW, self.entrance.id],
        )
        self.assertIn("Perhaps arrived", self.stay()["arrival"])
        self.env.invalidate_all()
        execute_query, read = Environment.execute_query, []

        def count(env, query):
            rows = execute_query(env, query)
            read.append(len(rows))
            return rows

        with patch.object(Environment, "execute_query", count):
            self.env["exivo.access"].with_user(self.user).get_front_desk()
        self.assertIn(1, read)
        self.assertLess(max(read), 100)

    # === IS THE ACCESS THERE? === #

    def test_access_that_is_late_warns(self):
        self.book(hours=2)
        line = self.line()
        self.assertEqual((line["state"], line["tone"]), ("In progress", "info"))
        with freeze_time(NOW + timedelta(hours=2)):
            self.assertEqual(self.line()["tone"], "warning")

    def test_access_that_failed_says_why_and_is_tried_again(self):
        self.book(hours=2)
        self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.synchronise()
        line = self.line()
        self.assertEqual((line["state"], line["tone"]), ("Failed", "danger"))
        self.assertIn("Exivo refused the access (No such door).", line["troubles"])
        self.assertIn("press Retry", line["troubles"][1])
        self.assertEqual(line["actions"], ["explain", "new_code", "open", "retry"])

    def test_access_that_is_renewed_is_said_to_open_all_the_while(self):
        booking = self.book(hours=-0.5)
        self.synchronise()
        with freeze_time(NOW + MINUTE):
            for error, *shown in (
                (exivo.Rejected("No such door", 400), "Failed", "warning"),
                (exivo.Unreachable("No answer"), "In progress", "info"),
            ):
                self.exivo.errors = [("create_visit", error, False)] * 9
                booking.duration += 1
                self.synchronise()
                line = self.line()
                self.assertEqual([line["state"], line["tone"]], shown)
                self.assertIn("goes on to open doors", line["troubles"][0])
            booking.action_cancel()
            (stay,) = self.room_named()["stays"]
            self.assertNotIn("goes on to open", str(stay))

    def test_access_that_opens_after_the_end_of_a_shortened_booking_is_seen(self):
        booking = self.book(hours=-0.5, duration=3)
        self.synchronise()
        self.exivo.refusal = exivo.Unreachable("No answer")
        booking.duration = 1
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
            stay = self.stay()
            self.assertEqual((stay["phase"], stay["note"]), ("leaving", ""))
            self.assertEqual(self.line()["state"], "Being removed")
        with freeze_time(NOW + timedelta(hours=4)):
            self.assertFalse(self.room_named()["stays"])

    def test_access_that_was_taken_away_can_be_given_back(self):
        self.book(hours=2)
        self.synchronise()
        access = self.accesses().with_user(self.user)
        access.action_remove()
        self.assertEqual(self.line()["state"], "Being removed")
        self.synchronise()
        line = self.line()
        self.assertEqual((line["state"], line["tone"]), ("Taken Away", "muted"))
        self.assertEqual(line["actions"], ["explain", "give_back"])
        access.action_give_back()
        self.synchronise()
        self.assertEqual(self.line()["state"], "Created")

    def test_access_that_cannot_be_taken_away_is_seen(self):
        booking = self.book(hours=2)
        self.synchronise()
        self.exivo.fail(exivo.Rejected("Not now", 400), "revoke_visit")
        booking.action_cancel()
        self.synchronise()
        stay = self.stay()
        self.assertEqual(stay["phase"], "over")
        self.assertIn("does not take place any more", stay["note"])
        self.assertEqual(stay["accesses"][0]["tone"], "danger")
        self.assertEqual(self.room_named()["status"], "")

    def test_holder_without_a_mail_and_door_that_is_not_ready_are_troubles(self):
        self.customer.email = False
        self.book(hours=-0.5)
        self.synchronise()
        self.aare.sudo().is_ready = False
        self.assertEqual(
            self.line()["troubles"], ["Not ready: Aare.", "Mail: No e-mail address."]
        )

    def test_booking_without_an_access_says_so_to_whoever_may_see_it(self):
        booking = self.book(hours=2, confirm=False)
        stay = self.stay()  # the booking is none of this user's business
        self.assertEqual((stay["who"], stay["note"]), ("", "Booked"))
        self.assertFalse(stay["booking_id"])
        manager = self._create_user(
            "exivo_boss", "exivo_access.group_user,resource_booking.group_manager"
        )
        stay = self.stay(manager)
        self.assertEqual(stay["who"], "Anna Muster")
        self.assertEqual(stay["note"], "No access (Scheduled)")
        self.assertEqual(stay["booking_id"], booking.id)

    def test_site_that_is_not_called_is_told_above_all(self):
        self.book(hours=2)
        self.assertFalse(self.look()["alerts"])
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        (alert,) = self.look()["alerts"]
        self.assertIn("Riverside House: Exivo refused the API key", alert)

    def test_site_that_is_not_called_offers_no_door_and_names_who_puts_it_right(self):
        self.book(hours=-0.5)
        self.synchronise()
        self.assertIn("open", self.line()["actions"])
        self.site.user_id = self._create_user(
            "exivo_boss", "exivo_access.group_manager"
        )
        self.site.user_id.name = "Rita Muster"
        self.exivo.fail(exivo.Unauthorized("Unauthorized", 401))
        self.site.action_verify()
        self.assertNotIn("open", self.line()["actions"])
        (alert,) = self.look()["alerts"]
        self.assertIn("Tell Rita Muster.", alert)
        (alert,) = self.look(self.site.user_id)["alerts"]
        self.assertNotIn("Tell Rita Muster.", alert)
        self.site.user_id.action_archive()
        (alert,) = self.look()["alerts"]
        self.assertNotIn("Tell", alert)

    def test_site_that_is_not_called_is_told_in_the_language_of_who_looks(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.book(hours=2)
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.synchronise()
        (alert,) = self.look(lang="de_DE")["alerts"]
        self.assertIn("Riverside House: Exivo hat den API-Schlüssel", alert)
        self.site.with_context(lang="de_DE").action_verify()
        self.exivo.refusal = exivo.Unreachable("No connection")
        self.site.with_context(lang="fr_FR").action_verify()
        (alert,) = self.look()["alerts"]
        self.assertIn("No connection to", alert)
        (alert,) = self.look(lang="de_DE")["alerts"]
        self.assertIn("Keine Verbindung", alert)

    def test_site_that_is_not_called_is_never_told_without_a_reason(self):
        self.site.paused_until = NOW + timedelta(hours=1)
        (alert,) = self.look()["alerts"]
        self.assertEqual(
            alert,
            "Riverside House: It is not called at the moment. What is there already "
            "opens doors; what is new, changed or taken back waits.",
        )

    def test_member_whose_access_failed_is_counted(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = members
        for _start in range(3):  # what begins now is ordered with a later start, too
            self.exivo.fail(exivo.Rejected("No", 400), "create_visit")
        self.synchronise()
        self.assertEqual(self.look()["members_failed"], 1)

    # === WHO SEES IT === #

    def test_neither_pin_nor_link_is_on_the_screen(self):
        self.book(hours=-0.5)
        self.synchronise()
        shown = json.dumps(self.look())
        access = self.accesses()
        self.assertNotIn(pin_of(access), shown)
        self.assertNotIn(link_of(access.credential_ids), shown)
        self.assertFalse(access.reveal_ids)

    def test_only_staff_see_it(self):
        self.book(hours=2)
        for login, groups in {
            "exivo_clerk": "base.group_user",
            "exivo_booker": "base.group_user,resource_booking.group_manager",
            "exivo_customer": "base.group_portal",
        }.items():
            with self.subTest(login=login), self.assertRaises(AccessError):
                self.look(self._create_user(login, groups))
        with self.assertRaises(AccessError):
            self.look(self.env.ref("base.public_user"))

    def test_of_another_company_one_sees_nothing_but_that_a_shared_room_is_taken(self):
        self.booking_type.company_id = self.env.company
        self.book(hours=2)
        self.synchronise()
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        stranger = self._create_user("exivo_abroad", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, theirs.ids)], "company_id": theirs.id})
        self.assertFalse(self.look(stranger)["rooms"])
        self.room.company_id = False
        stay = self.stay(stranger)
        self.assertEqual((stay["note"], stay["who"]), ("Booked", ""))
        self.assertFalse(stay["accesses"] or stay["booking_id"])
        self.assertNotIn("Anna", json.dumps(self.look(stranger)))

    def test_room_of_another_company_is_not_named_for_who_shares_one_booked_with_it(
        self,
    ):
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        lounge = self._create_room("Directors' lounge")
        lounge.company_id = theirs
        self.room.company_id = False
        self.booking_type.combination_rel_ids.combination_id.resource_ids |= lounge
        self.booking_type.company_id = theirs
        self.user.write(
            {
                "company_ids": [(6, 0, self.env.company.ids)],
                "company_id": self.env.company.id,
            }
        )
        self.book(hours=-0.5, confirm=False)
        self.assertEqual(self.stay()["note"], "Booked")
        self.assertNotIn("Directors' lounge", json.dumps(self.look()))

    # === WHAT IT COSTS === #

    def test_twelve_rooms_take_as_many_queries_as_three(self):
        self._fill(3)
        few = self.count()
        self._fill(9)
        self.assertEqual(self.count(), few)
        self.assertLessEqual(few, 35)

    def _fill(self, rooms):
        """Book more rooms for now and later, some of them with a trouble."""
        for number in range(rooms):
            room = self._create_room(f"Room {number}")
            self.rule.copy({"resource_id": room.id})
            self.booking_type = self._create_type(room)
            self.book(hours=-0.5)
            self.book(hours=2)
            self.book(hours=4, confirm=False)
            if number % 3 == 0:
                self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.synchronise()
        self.exivo.report("entrance", -20)
        self.read_events(20 * MINUTE)

    def count(self):
        self.look()  # fills the caches
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["exivo.access"].with_user(self.user).get_front_desk()
        return self.env.cr.sql_log_count - before


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLookAgain(NowCase):
    """The screen is told over the bus to look again, once for all that has changed."""

    def setUp(self):
        super().setUp()
        self.sent()

    def sent(self):
        """What was sent since the last time, each with its channel."""
        self.plan()
        rows = self.env["bus.bus"].search([], order="id")
        found = [
            (json.loads(row.channel)[1:], json.loads(row.message))
            for row in rows
            if "exivo" in row.message
        ]
        rows.unlink()
        return found

    @property
    def news(self):
        group = self.env.ref("exivo_access.group_user")
        return ["res.groups", group.id], {"type": "exivo.now", "payload": {}}

    def test_run_that_has_done_something_is_one_piece_of_news_without_content(self):
        for hours in (2, 4, 6, 8, 10):
            self.book(hours=hours)
        self.assertEqual(self.sent(), [])  # bookings pay nothing for it
        self.synchronise()
        self.assertEqual(self.sent(), [self.news])
        self.synchronise()
        self.assertEqual(self.sent(), [])

    def test_what_doors_report_is_news(self):
        self.book(hours=0.5)
        self.synchronise()
        self.sent()
        self.read_events(3 * MINUTE)
        self.assertEqual(self.sent(), [])
        self.exivo.report("aare", 2)
        self.exivo.report("entrance", 1)
        self.read_events(20 * MINUTE)
        self.assertEqual(self.sent(), [self.news])

    def test_only_staff_hear_it(self):
        group = self.env.ref("exivo_access.group_user")
        channels = {
            name: self._get_channels(self._create_user(f"exivo_{name}", groups))
            for name, groups in {
                "staff": "exivo_access.group_user",
                "manager": "exivo_access.group_manager",
                "clerk": "base.group_user,resource_booking.group_manager",
                "portal": "base.group_portal",
            }.items()
        }
        hears = {name for name, heard in channels.items() if group in heard}
        self.assertEqual(hears, {"staff", "manager"})

    def _get_channels(self, user):
        """What somebody hears whose browser asks for all that it can name."""

        class Request:
            class session:
                uid = user.id

        asked = [f"res.groups_{self.env.ref('exivo_access.group_user').id}"]
        websocket = self.env["ir.websocket"].with_user(user)
        with patch.object(ir_websocket, "wsrequest", Request):
            return websocket._prepare_subscribe_data(asked, 0)["channels"]
