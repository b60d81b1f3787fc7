# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ... import api as exivo
from ...models.desk.exivo_figures import PERIODS, ROWS
from ..common import NOW
from ..doors.test_door_events import MINUTE, EventCase

#: What the page may take, whatever there is to count.
QUERIES = 21
TILES = ("rooms", "no_shows", "failures", "minutes", "refusals", "openings")
AFTER = 120 * MINUTE


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestFigures(EventCase):
    """The page with figures, as the web client asks for it."""

    def figures(self, period="week", user=None, after=timedelta()):
        self.env.flush_all()
        self.env.invalidate_all()
        figures = self.env["exivo.room.report"].with_user(user or self.user)
        with freeze_time(NOW + after):
            return call_kw(figures, "get_figures", [period], {})

    def tiles(self, *args, **kwargs):
        tiles = self.figures(*args, **kwargs)["tiles"]
        return dict(zip(TILES, tiles, strict=True))

    def rows(self, tile):
        return [(row["name"], row["text"]) for row in tile["rows"]]

    def create_room(self, name):
        room = self._create_room(name)
        self.rule.copy({"resource_id": room.id})
        return room, self._create_type(room)

    # === WHAT IT SAYS === #

    def test_without_anything_each_tile_says_so(self):
        self.rule.active = False
        self.plan()
        figures = self.figures("week", after=timedelta(days=60))
        for tile in figures["tiles"]:
            with self.subTest(tile=tile["title"]):
                self.assertFalse(tile["rows"] or tile["more"] or tile.get("note"))
                self.assertTrue(tile["empty"])
        self.assertEqual(figures["week"], {"hours": [], "days": []})

    def test_it_says_how_full_rooms_are_and_which_is_never_used(self):
        self.create_room("Reuss")
        _limmat, kind = self.create_room("Limmat")
        self.book(hours=0.5, type_id=kind.id)
        self.synchronise()
        self.exivo.report("aare", 35, visit={"id": self._visit_id()})
        self.read_events(AFTER)
        tiles = self.tiles(after=AFTER)
        self.assertEqual(
            self.rows(tiles["rooms"]),
            [("Aare", "1 %"), ("Limmat", "1 %"), ("Reuss", "0 %")],
        )
        self.assertEqual(
            tiles["rooms"]["note"],
            "Not used in this period: Limmat (booked 1 ×, nobody came), Reuss",
        )
        self.assertEqual(self.rows(tiles["no_shows"]), [("Limmat", "1 of 1")])

    def _visit_id(self):
        return self.access._get_working_credential().remote_id

    def test_it_says_that_a_room_is_not_booked_only_of_the_period(self):
        self.create_room("Reuss")
        note = self.tiles()["rooms"]["note"]
        self.assertEqual(note, "Not used in this period: Reuss")

    def test_numbers_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.user.lang = "de_DE"
        self.env.invalidate_all()
        ((_method, text),) = self.rows(
            dict(zip(TILES, self.german_figures()["tiles"], strict=True))["minutes"]
        )
        self.assertIn("0,0", text)
        self.assertNotIn("0.0", text)

    def german_figures(self):
        figures = self.env["exivo.room.report"].with_user(self.user)
        return call_kw(figures, "get_figures", ["week"], {"context": {"lang": "de_DE"}})

    def test_room_that_is_booked_for_later_is_no_unused_one(self):
        self.assertFalse(self.tiles()["rooms"]["note"])

    def test_it_says_when_the_house_is_full(self):
        week = self.figures()["week"]
        self.assertEqual(len(week["hours"]), 24)
        self.assertEqual(
            [day["name"] for day in week["days"]][:2], ["Monday", "Tuesday"]
        )
        monday = dict(zip(week["hours"], week["days"][0]["cells"], strict=True))
        self.assertEqual((monday["10:00"], monday["09:00"]), (50, 0))

    def test_hours_in_which_all_is_closed_are_not_shown(self):
        self.room.calendar_id = self.calendar.copy({"name": "Mornings"})
        self.room.calendar_id.attendance_ids = [
            (5, 0, 0),
            (0, 0, {"name": "1", "dayofweek": "0", "hour_from": 8, "hour_to": 12}),
            (0, 0, {"name": "2", "dayofweek": "1", "hour_from": 13, "hour_to": 14}),
        ]
        week = self.figures()["week"]
        self.assertEqual(week["hours"], ["08:00", "09:00", "10:00", "11:00", "13:00"])
        self.assertEqual(week["days"][0]["cells"], [0, 0, 50, 50, None])
        self.assertEqual(week["days"][2]["cells"], [None] * 5)

    def test_it_says_why_accesses_failed(self):
        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        self.book(hours=24)
        self.synchronise()
        self.assertEqual(
            self.rows(self.tiles()["failures"]), [("Exivo cannot be reached", "1")]
        )

    def test_it_says_how_long_it_takes_until_an_access_is_there(self):
        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        self.book(hours=24)
        self.synchronise()
        with freeze_time(NOW + 3 * MINUTE):
            self.synchronise()
        self.assertEqual(
            self.rows(self.tiles()["minutes"]),
            [("Link and PIN", "1.5 (longest: 3.0)")],
        )

    def test_it_says_which_doors_refused_and_how_doors_were_opened(self):
        for minute, name in ((35, "accessPermitted"), (36, "accessDenied")):
            self.exivo.report("aare", minute, name, visit=self.visit())
        self.exivo.report("gone", 37, "accessDenied")
        self.read_events(AFTER)
        tiles = self.tiles()
        self.assertEqual(
            self.rows(tiles["refusals"]),
            [("A door that is not known", "1"), ("Aare", "1")],
        )
        self.assertEqual(self.rows(tiles["openings"]), [("Link and PIN", "1")])

    def test_long_lists_say_how_many_there_are(self):
        for number in range(ROWS + 2):
            self.create_room(f"Room {number}")
        rooms = self.tiles()["rooms"]
        self.assertEqual((len(rooms["rows"]), rooms["more"]), (ROWS, "3 more"))
        self.assertEqual(rooms["note"].count("Room"), ROWS + 2)

    # === PERIODS === #

    def test_period_is_one_of_the_users_days(self):
        self.user.tz = "Europe/Zurich"  # weeks begin on Sunday where English is
        for period, days, is_in in (
            ("week", -1, True),
            ("week", -2, False),
            ("week", 5, True),
            ("week", 6, False),
            ("month", -1, False),
            ("month", 30, True),
            ("month", 31, False),
            ("last_30", -1, False),
            ("last_30", 30, True),
            ("last_30", 31, False),
        ):
            with self.subTest(period=period, days=days):
                week = self.figures(period, after=timedelta(days=days))["week"]
                cells = [cell for day in week["days"] for cell in day["cells"]]
                self.assertEqual(any(cells), is_in)

    def test_another_period_is_the_week(self):
        self.assertEqual(self.figures("for ever"), self.figures("week"))

    def test_each_tile_opens_its_report_for_the_same_period(self):
        for tile in self.figures()["tiles"]:
            action = self.env.ref(tile["action"])
            report = self.env[action.res_model].with_user(self.user)
            search = report.get_view(view_type="search")["arch"]
            for name in (*PERIODS, *self._filters(tile), *self._filters(action)):
                self.assertIn(f'name="{name}"', search)
            for name in (
                tile["context"]["graph_measure"],
                *tile["context"]["graph_groupbys"],
            ):
                self.assertIn(name, report._fields)

    def _filters(self, source):
        context = source["context"]
        context = literal_eval(context) if isinstance(context, str) else context
        prefix = "search_default_"
        return [key.removeprefix(prefix) for key in context if key.startswith(prefix)]

    def test_filters_of_reports_mean_the_same_periods(self):
        for model in ("room", "access", "door"):
            view = self.env.ref(f"exivo_access.exivo_{model}_report_view_search")
            for name, (first, end) in PERIODS.items():
                (found,) = view._get_combined_arch().xpath(f"//filter[@name='{name}']")
                self.assertEqual(
                    literal_eval(found.get("domain")),
                    [("start", ">=", first), ("start", "<", end)],
                )

    # === WHO SEES IT, AND WHAT IT COSTS === #

    def test_only_staff_of_the_house_see_it(self):
        for groups in ("base.group_portal", "base.group_user"):
            user = self._create_user(f"of_{groups}", groups)
            with self.subTest(groups=groups), self.assertRaises(AccessError):
                self.figures(user=user)

    def test_staff_of_another_company_see_nothing_of_it(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("exivo_stranger", "exivo_access.group_user")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for tile in self.figures(user=stranger)["tiles"]:
            self.assertFalse(tile["rows"])

    def test_it_takes_as_many_queries_however_much_there_is(self):
        counts = []
        for number in range(2):
            for hour in range(5):
                self.book(hours=24 + 10 * number + 2 * hour)
            self.create_room(f"Room {number}")
            self.synchronise()
            self.figures()  # a new room has the caches emptied
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.figures()
            counts.append(self.env.cr.sql_log_count - before)
        few, many = counts
        self.assertLessEqual(many, few)
        self.assertLessEqual(few, QUERIES)
