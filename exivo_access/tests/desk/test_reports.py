# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Figures of rooms, accesses and doors, as graphs and lists of staff have them."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ... import api as exivo
from ..common import NOW
from ..doors.test_door_events import MINUTE, EventCase

MODELS = ("exivo.room.report", "exivo.access.report", "exivo.door.report")
MIDNIGHT = NOW.replace(hour=0)
TODAY = Domain("start", ">=", MIDNIGHT) & Domain(
    "start", "<", MIDNIGHT + timedelta(days=1)
)
#: When the booking of these tests is over.
AFTER = 120 * MINUTE


class ReportCase(EventCase):
    def count(self, model, groupby, *aggregates, domain=TODAY, user=None):
        """Figures as a graph of staff has them."""
        self.env.flush_all()
        report = self.env[model].with_user(user or self.user)
        return report._read_group(domain, groupby, aggregates)

    def rooms(self, *aggregates, groupby=(), domain=TODAY, room=None):
        """Figures of one room."""
        domain &= Domain("room_id", "=", (room or self.room).id)
        return self.count("exivo.room.report", groupby, *aggregates, domain=domain)

    def outcomes(self, after=timedelta()):
        """How many bookings of the room there are of each outcome, some time later."""
        with freeze_time(NOW + after):
            booked = TODAY & Domain("outcome", "!=", False)
            return dict(self.rooms("bookings:sum", groupby=["outcome"], domain=booked))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRoomReport(ReportCase):
    # === HOW FULL === #

    def test_room_is_as_full_as_it_is_booked_of_its_open_hours(self):
        ((booked, is_open, full),) = self.rooms(
            "booked_hours:sum", "open_hours:sum", "fullness:avg"
        )
        self.assertEqual((booked, is_open), (1, 24))
        self.assertAlmostEqual(full, 100 / 24)

    def test_hours_and_weekdays_are_those_of_the_room(self):
        booked = TODAY & Domain("outcome", "!=", False)
        found = self.rooms(
            "booked_hours:sum", groupby=["weekday", "hour"], domain=booked
        )
        self.assertEqual(found, [("0", "10:00", 0.5), ("0", "11:00", 0.5)])
        full = self.rooms("fullness:avg", groupby=["hour"])
        self.assertEqual(dict(full)["11:00"], 50)
        self.assertEqual(dict(full)["12:00"], 0)

    def test_hours_are_those_of_the_room_where_clocks_differ_by_half_an_hour(self):
        booked = TODAY & Domain("outcome", "!=", False)
        counted = ("booked_hours:sum", "full_hours:sum", "bookings:sum")
        for tz, expected in (  # from 9:30 to 10:30 in Greenwich
            ("Asia/Kolkata", {"15:00": (1, 1, 1)}),
            ("Asia/Kathmandu", {"15:00": (0.75, 0.75, 1), "16:00": (0.25, 0.25, 0)}),
        ):
            with self.subTest(tz=tz):
                self.room.calendar_id = self.calendar.copy({"tz": tz})
                found = self.rooms(*counted, groupby=["hour"], domain=booked)
                self.assertEqual({hour: tuple(some) for hour, *some in found}, expected)
                full = dict(self.rooms("fullness:avg", groupby=["hour"]))
                for hour, (share, *_others) in expected.items():
                    self.assertEqual(full[hour], share * 100)

    def test_room_is_open_by_its_weekly_hours(self):
        self.room.calendar_id = self.calendar.copy({"name": "Mornings"})
        self.room.calendar_id.attendance_ids = [
            (5, 0, 0),
            (0, 0, {"name": "1", "dayofweek": "0", "hour_from": 8, "hour_to": 11.5}),
            (0, 0, {"name": "2", "dayofweek": "0", "hour_from": 11.5, "hour_to": 12}),
            (0, 0, {"name": "3", "dayofweek": "3", "hour_from": 8, "hour_to": 20}),
        ]
        ((is_open, full),) = self.rooms("open_hours:sum", "fullness:avg")
        self.assertEqual((is_open, full), (4, 25))

    def open_on_monday(self, first, last):
        """Close the room but for some hours, in which it is booked all the same."""
        combination = self.booking_type.combination_rel_ids.combination_id
        combination.forced_calendar_id = self.calendar
        self.room.calendar_id = self.calendar.copy({"name": "Mornings"})
        hours = {"dayofweek": "0", "hour_from": first, "hour_to": last}
        self.room.calendar_id.attendance_ids = [
            (5, 0, 0),
            (0, 0, {"name": "1", **hours}),
        ]

    def test_hours_in_which_a_room_is_booked_and_closed_do_not_fill_it(self):
        self.open_on_monday(10.25, 11)  # it is booked from 10:30 to 11:30
        ((booked, full_hours, full),) = self.rooms(
            "booked_hours:sum", "full_hours:sum", "fullness:avg"
        )
        self.assertEqual((booked, full_hours), (1, 0.5))
        self.assertAlmostEqual(full, 100 * 0.5 / 0.75)

    def test_room_that_is_booked_for_longer_than_it_is_open_is_full(self):
        self.booking.action_cancel()
        self.book(hours=0.25, duration=12)
        self.open_on_monday(11, 13)
        self.assertEqual(
            self.rooms("booked_hours:sum", "full_hours:sum", "fullness:avg"),
            [(12, 2, 100)],
        )

    def test_hours_that_a_room_without_rules_was_booked_fill_no_open_ones(self):
        self.room.active = False
        self.assertEqual(self.rooms("booked_hours:sum", "full_hours:sum"), [(1, 0)])

    def test_booking_with_doors_of_two_companies_counts_once_for_who_sees_both(self):
        self.room.company_id = False
        site = self._connect_once_more()
        self.rule.copy({"lock_ids": [(6, 0, site.lock_ids.ids)]})
        booking = self.book(hours=3)
        self.synchronise()
        self.assertEqual(len(self.accesses(booking).company_id), 2)
        self.env.flush_all()
        both = self.env.company | site.company_id
        self.user.company_ids = both
        for companies in (both, self.env.company, site.company_id):
            report = self.env["exivo.room.report"].with_user(self.user)
            report = report.with_context(allowed_company_ids=companies.ids)
            ((bookings, is_open),) = report._read_group(
                TODAY & Domain("room_id", "=", self.room.id),
                [],
                ["bookings:sum", "open_hours:sum"],
            )
            self.assertEqual((bookings, is_open), (2, 24))

    def test_room_without_weekly_hours_is_always_open(self):
        other = self._create_room("Reuss")
        other.calendar_id = False
        self.rule.copy({"resource_id": other.id})
        self.assertEqual(self.rooms("open_hours:sum", room=other), [(24,)])

    def test_room_that_is_never_booked_is_there(self):
        other = self._create_room("Reuss")
        self.rule.copy({"resource_id": other.id})
        self.assertEqual(
            self.rooms("bookings:sum", "fullness:avg", room=other), [(0, 0)]
        )

    def test_booking_counts_once_however_many_hold_accesses(self):
        self.rule.holders = "attendees"
        self.booking.partner_ids |= self.customer.copy({"email": "b@example.com"})
        self.synchronise()
        self.assertEqual(len(self.accesses(self.booking)), 2)
        self.assertEqual(self.rooms("bookings:sum", "booked_hours:sum"), [(1, 1)])

    def test_moved_booking_counts_where_it_is_and_cancelled_one_nowhere(self):
        self.booking.start += timedelta(hours=3)
        self.synchronise()
        booked = TODAY & Domain("outcome", "!=", False)
        hours = self.rooms("bookings:sum", groupby=["hour"], domain=booked)
        self.assertEqual(hours, [("13:00", 1), ("14:00", 0)])
        self.booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.rooms("bookings:sum", "booked_hours:sum"), [(0, 0)])

    def test_people_who_are_booked_along_are_no_rooms(self):
        person = self.env["resource.resource"].create(
            {"name": "Clea", "resource_type": "user", "calendar_id": self.calendar.id}
        )
        kind = self._create_type(self.room)
        kind.combination_rel_ids.combination_id.resource_ids |= person
        self.book(hours=5, type_id=kind.id)
        self.assertEqual(self.rooms("bookings:sum"), [(2,)])
        found = self.count("exivo.room.report", ["room_id"], "bookings:sum")
        self.assertNotIn(person, [room for room, _count in found])

    # === WHO CAME === #

    def test_nobody_came_once_the_booking_is_over_and_the_log_was_read(self):
        self.assertEqual(self.outcomes(), {"coming": 1})
        self.assertEqual(self.outcomes(AFTER), {"unknown": 1})
        self.read_events(AFTER)
        self.assertEqual(self.outcomes(AFTER), {"nobody": 1})
        with freeze_time(NOW + AFTER):
            self.assertEqual(self.rooms("no_shows:sum"), [(1,)])

    def test_somebody_came(self):
        self.exivo.report("aare", 35, visit=self.visit())
        self.read_events(40 * MINUTE)
        self.assertEqual(self.outcomes(40 * MINUTE), {"came": 1})
        self.read_events(AFTER)
        self.assertEqual(self.outcomes(AFTER), {"came": 1})
        with freeze_time(NOW + AFTER):
            self.assertEqual(self.rooms("no_shows:sum"), [(0,)])

    def test_opening_of_which_it_is_not_known_whose_may_have_been_theirs(self):
        other = self._create_room("Reuss")
        self.rule.copy({"resource_id": other.id})
        self.book(hours=0.5, type_id=self._create_type(other).id)
        self.synchronise()
        self.exivo.report("entrance", 35)
        self.read_events(AFTER)
        self.assertFalse(self.events().booking_id)
        self.assertEqual(self.outcomes(AFTER), {"perhaps": 1})

    def test_one_of_several_attendees_may_have_come(self):
        self.rule.holders = "attendees"
        self.booking.partner_ids |= self.customer.copy({"email": "b@example.com"})
        self.synchronise()
        self.exivo.report("aare", 35)
        self.read_events(AFTER)
        self.assertEqual(self.events().booking_id, self.booking)
        self.assertEqual(self.outcomes(AFTER), {"perhaps": 1})

    def test_forgetting_holders_leaves_that_somebody_may_have_come(self):
        self.rule.holders = "attendees"
        self.booking.partner_ids |= self.customer.copy({"email": "b@example.com"})
        self.synchronise()
        self.site.event_days = 999
        self.exivo.report("aare", 35)
        self.read_events(AFTER)
        first, last = self.accesses(self.booking)
        for access, bookings in ((first, self.booking), (last, self.booking.browse())):
            self.site.holder_days = 365
            access._forget_holders()
            self.assertEqual(self.events().booking_id, bookings)
            self.assertEqual(self.outcomes(AFTER), {"perhaps": 1})

    def test_released_room_counts_as_one_that_nobody_came_to(self):
        self.read_events(46 * MINUTE)
        with freeze_time(NOW + 47 * MINUTE):
            self.access.invalidate_recordset()
            self.access.with_user(self.user).action_release()
            self.synchronise()
        self.assertEqual(self.booking.state, "canceled")
        self.assertEqual(self.outcomes(50 * MINUTE), {"nobody": 1})

    def test_of_a_log_that_was_not_read_nothing_is_claimed(self):
        self.site.reads_events = False
        self.read_events(AFTER)
        self.site.reads_events = True
        later = timedelta(days=3)
        self.read_events(later)
        self.assertEqual(self.outcomes(later), {"unknown": 1})
        self.read_events(later + 20 * MINUTE)
        self.assertEqual(self.outcomes(later), {"unknown": 1})

    def test_of_a_gap_in_the_log_nothing_is_claimed(self):
        self.site.event_days = 2
        self.read_events()
        self.site.reads_events = False
        self.read_events(AFTER)
        self.site.reads_events = True
        later = timedelta(days=3)
        self.read_events(later)
        self.site.event_days = 90
        self.assertEqual(self.outcomes(later), {"unknown": 1})

    def test_of_events_that_were_deleted_nothing_is_claimed_however_long_they_would_be(
        self,
    ):
        self.site.event_days = 7
        self.read_events(AFTER)
        later = timedelta(days=8)
        with freeze_time(NOW + later):
            self.run_action("ir_cron_clear")
        self.site.event_days = 90
        self.read_events(later)
        self.assertEqual(self.outcomes(later), {"unknown": 1})

    def test_who_could_not_get_in_is_not_said_to_have_stayed_away(self):
        self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.booking.action_cancel()
        self.book(hours=1)
        self.synchronise()
        self.read_events(AFTER + 60 * MINUTE)
        later = AFTER + 60 * MINUTE
        self.assertEqual(self.outcomes(later), {"unknown": 1})
        with freeze_time(NOW + later):
            self.assertEqual(self.rooms("no_shows:sum"), [(0,)])

    def test_whose_access_was_taken_away_is_not_said_to_have_stayed_away(self):
        self.access.with_user(self.user).action_remove()
        self.synchronise()
        self.read_events(AFTER)
        self.assertEqual(self.outcomes(AFTER), {"unknown": 1})

    def test_booking_that_was_cut_short_counts_until_then(self):
        self.exivo.report("aare", 35, visit=self.visit())
        self.read_events(40 * MINUTE)
        with freeze_time(NOW + 60 * MINUTE):
            self.booking.action_cancel()
            self.synchronise()
        self.assertEqual(self.outcomes(AFTER), {"came": 1})
        with freeze_time(NOW + AFTER):
            self.assertEqual(self.rooms("booked_hours:sum"), [(0.5,)])

    def test_room_that_is_released_counts_before_exivo_has_answered_as_well(self):
        self.booking.start += timedelta(minutes=15)  # replaces the first credential
        self.synchronise()
        self.read_events(61 * MINUTE)
        with freeze_time(NOW + 62 * MINUTE):
            self.access.invalidate_recordset()
            self.access.with_user(self.user).action_release()
            self.plan()
        self.assertEqual(self.outcomes(AFTER), {"nobody": 1})

    def test_booking_that_was_cancelled_before_it_began_is_none_whoever_had_come(self):
        self.exivo.report("aare", 20, visit=self.visit())
        self.read_events(22 * MINUTE)
        self.assertTrue(self.access.arrived_at)
        with freeze_time(NOW + 25 * MINUTE):
            self.booking.action_cancel()
            self.synchronise()
        self.assertEqual(self.rooms("bookings:sum", "booked_hours:sum"), [(0, 0)])

    def test_booking_counts_once_though_others_have_it_than_who_had_come(self):
        self.exivo.report("aare", 35, visit=self.visit())
        self.read_events(40 * MINUTE)
        with freeze_time(NOW + 60 * MINUTE):
            self.booking.partner_ids = self.customer.copy({"email": "b@example.com"})
            self.booking.action_confirm()
            self.synchronise()
            self.booking.duration += 1
            self.synchronise()
        self.assertEqual(self.outcomes(AFTER), {"came": 1})
        self.assertEqual(self.rooms("bookings:sum", "booked_hours:sum"), [(1, 2)])

    def test_of_what_doors_said_long_ago_nothing_is_claimed(self):
        self.read_events(AFTER)
        later = timedelta(days=self.site.event_days + 1)
        self.assertEqual(self.outcomes(later), {"unknown": 1})


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestAccessReport(ReportCase):
    def accesses_by(self, groupby, *aggregates):
        return self.count(
            *("exivo.access.report", groupby, *aggregates),
            domain=Domain("id", "in", self.accesses().ids),
        )

    def test_minutes_until_made_are_counted_once_it_is_there(self):
        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        access = self.accesses(self.book(hours=24))
        self.synchronise()
        self.assertFalse(access.credential_ids.made_at)
        with freeze_time(NOW + 3 * MINUTE):
            self.synchronise()
        self.assertEqual(access.state, "created")
        (row,) = self.count(
            *("exivo.access.report", ["failure_type"]),
            *("accesses:sum", "failures:sum", "minutes:avg"),
            domain=Domain("id", "=", access.id),
        )
        self.assertEqual(row, ("unreachable", 1, 1, 3))
        with freeze_time(NOW + 60 * MINUTE):  # another one takes its place
            access.booking_id.start += timedelta(hours=1)
            self.synchronise()
        self.assertEqual(len(access.credential_ids.filtered("made_at")), 2)
        self.assertEqual(self.accesses_by([], "minutes:max"), [(3,)])

    def test_failure_that_was_overcome_is_still_counted(self):
        self.assertEqual(
            self.accesses_by(["failure_type"], "failures:sum"), [(False, 0)]
        )
        self.exivo.fail(exivo.Rejected("No such door", 400), calls="create_visit")
        access = self.accesses(self.book(hours=24))
        self.synchronise()
        self.assertEqual(access.failure_type, "rejected")
        access.with_user(self.user).action_retry()
        self.synchronise()
        self.assertFalse(access.failure_type)
        self.assertEqual(access.last_failure_type, "rejected")
        self.assertEqual(
            dict(self.accesses_by(["failure_type"], "failures:sum"))["rejected"], 1
        )

    def test_row_opens_the_access(self):
        row = self.env["exivo.access.report"].with_user(self.user)
        action = row.browse(self.access.id).action_open_access()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("exivo.access", self.access.id)
        )


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDoorReport(ReportCase):
    def test_openings_are_told_apart_by_the_way_in(self):
        self.env["exivo.opening"].create(
            {"lock_id": self.aare.id, "user_id": self.user.id, "token": "of-a-click"}
        )
        person = {"id": "p", "firstName": "Clea", "lastName": "Ner"}
        self.exivo.report("entrance", 1)
        self.exivo.report("aare", 2, person=person)
        self.exivo.report("aare", 3, delegatedUser={"name": "of-a-click"})
        self.exivo.report("aare", 35, visit=self.visit())
        self.exivo.report("aare", 36, "accessDenied", visit=self.visit())
        self.read_events(AFTER)
        opened = TODAY & Domain("kind", "=", "opened")
        found = dict(
            self.count("exivo.door.report", ["way"], "events:sum", domain=opened)
        )
        self.assertEqual(found, {"unknown": 1, "other": 1, "odoo": 1, "link": 1})
        denied = TODAY & Domain("kind", "=", "denied")
        found = self.count(
            "exivo.door.report", ["lock_id"], "events:sum", domain=denied
        )
        self.assertEqual(
            [(lock.id, count) for lock, count in found], [(self.aare.id, 1)]
        )

    def test_row_opens_the_event(self):
        self.exivo.report("aare", 35)
        self.read_events(AFTER)
        row = self.env["exivo.door.report"].with_user(self.user)
        action = row.browse(self.events().id).action_open_event()
        self.assertEqual(action["res_model"], "exivo.door.event")
        self.assertEqual(action["res_id"], self.events().id)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWhoSeesReports(ReportCase):
    def setUp(self):
        super().setUp()
        self.exivo.report("aare", 35, visit=self.visit())
        self.read_events(AFTER)

    def test_staff_read_them_and_nobody_writes_them(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        for model in MODELS:
            for user in (self.user, manager):
                with self.subTest(model=model, user=user.login):
                    records = self.env[model].with_user(user)
                    self.assertTrue(records.search_count([]))
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(records.has_access(operation))

    def test_portal_and_other_employees_read_nothing(self):
        portal = self._create_user("exivo_portal", "base.group_portal")
        clerk = self._create_user(
            "exivo_clerk", "base.group_user,resource_booking.group_manager"
        )
        for model in MODELS:
            for user in (portal, clerk):
                with self.subTest(model=model, user=user.login):
                    records = self.env[model].with_user(user)
                    with self.assertRaises(AccessError):
                        records.search([])
                    with self.assertRaises(AccessError):
                        records.formatted_read_group([], [], ["__count"])

    def test_companies_stay_apart(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("exivo_stranger", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for model in MODELS:
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(stranger).search([]))

    def test_nobodys_name_pin_or_link_is_in_them(self):
        for model in MODELS:
            for name, field in self.env[model]._fields.items():
                with self.subTest(model=model, field=name):
                    self.assertNotIn(
                        field.comodel_name or "",
                        ("res.partner", "res.users", "exivo.access", "calendar.event"),
                    )
                    if field.type in ("char", "text", "html", "json"):
                        self.assertIn(name, ("display_name", "hour"))

    def test_period_is_what_rows_are_read_by_and_has_an_index(self):
        """The condition on the period reaches the table, through all that is counted.

        Whether PostgreSQL takes the index depends on how many rows there are: see
        `benchmarks/growth_figures.py`.
        """
        self.env.flush_all()
        for model, table, column in (
            ("exivo.room.report", "exivo_access", "booking_start"),
            ("exivo.access.report", "exivo_access", "start"),
            ("exivo.door.report", "exivo_door_event", "occurred_at"),
        ):
            with self.subTest(model=model):
                query = self.env[model]._search(TODAY)
                self.env.cr.execute(SQL("EXPLAIN (FORMAT JSON) %s", query.select()))
                ((plan,),) = self.env.cr.fetchall()
                self.assertRegex(self._get_conditions(plan, table), rf"\b{column} >= ")
                self.env.cr.execute(
                    "SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table]
                )
                indexes = " ".join(one for (one,) in self.env.cr.fetchall())
                self.assertRegex(indexes, rf"btree \({column}\b")

    def _get_conditions(self, plan, table):
        """All conditions by which a plan reads rows of a table."""
        found, todo = [], list(plan)
        while todo:
            node = todo.pop()
            node = node.get("Plan", node)
            if node.get("Relation Name") == table:
                kinds = ("Index Cond", "Recheck Cond", "Filter")
                found += [node.get(one, "") for one in kinds]
            todo += node.get("Plans", ())
        return " ".join(found)
