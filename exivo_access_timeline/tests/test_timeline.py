# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from odoo.addons.exivo_access import api as exivo
from odoo.addons.exivo_access.tests.common import NOW, ExivoCase

#: What the timeline asks for.
SHOWN = ["display_name", "room_id", "start", "stop", "state", "arrived_at", "access_id"]


class TimelineCase(ExivoCase):
    """Staff in the house's own time zone; a second room is booked along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_desk", "exivo_access.group_user")
        cls.user.tz = "Europe/Zurich"
        cls.other = cls._create_room("Reuss")
        combination = cls.booking_type.combination_rel_ids.combination_id
        combination.resource_ids |= cls.other

    def look(self, user=None, **options):
        """Read what is there as the timeline does."""
        self.plan()
        self.env.invalidate_all()
        model = self.env["exivo.room.use"].with_user(user or self.user)
        options = {"fields": SHOWN, "order": "room_id", **options}
        domain = [("room_id", "in", (self.room | self.other).ids)]
        uses = call_kw(model, "search_read", [domain], options)
        for use in uses:
            name = use["display_name"]
            use["display_name"] = name.replace("\u202f", " ")  # before AM and PM
        return uses


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestTimeline(TimelineCase):
    def test_rooms_are_rows_each_with_the_time_that_it_is_booked(self):
        booking = self.book(hours=0.5)
        self.synchronise()
        uses = self.look()
        self.assertEqual(
            [use["room_id"] for use in uses],
            [(self.room.id, "Aare"), (self.other.id, "Reuss")],
        )
        self.assertEqual(len({use["id"] for use in uses}), 2)
        for use in uses:
            self.assertEqual(use["start"], NOW + timedelta(minutes=30))
            self.assertEqual(use["stop"], NOW + timedelta(minutes=90))
            self.assertEqual(use["display_name"], "Anna Muster · Created")
            self.assertEqual(use["access_id"][0], self.accesses(booking).id)

    def test_arrival_and_failure_are_told(self):
        self.book(hours=0.5)
        self.synchronise()
        self.book(hours=3)
        self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.synchronise()
        self.exivo.report("aare", 32)
        self.read_events(timedelta(minutes=35))
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(
            names, {"Anna Muster · Arrived 10:32 AM (a guess)", "Anna Muster · Failed"}
        )

    def test_access_that_fails_after_its_holder_came_is_told_as_failed(self):
        booking = self.book(hours=0.5)
        self.synchronise()
        self.exivo.report("aare", 32)
        self.read_events(timedelta(minutes=35))
        self.accesses(booking).sudo().arrival_is_guess = False
        self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        booking.duration = 2
        self.plan()
        self.synchronise()
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(names, {"Anna Muster · Failed · Arrived 10:32 AM"})
        self.accesses(booking).action_remove()
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(names, {"Anna Muster · Taken Away · Arrived 10:32 AM"})

    def test_who_may_have_come_of_several_is_told_as_on_now(self):
        """The log says that a door opened, and not for which of them."""
        self.rule.holders = "attendees"
        anna, ben = self.customer, self.customer.copy({"name": "Ben"})
        self.book(hours=0.5, partners=anna | ben)
        self.synchronise()
        self.book(hours=3)
        self.synchronise()
        self.exivo.report("aare", 32)
        self.read_events(timedelta(minutes=35))
        names = {use["display_name"] for use in self.look()}
        came = "Arrived 10:32 AM (a guess)"
        expected = {f"Anna Muster · {came}", f"Ben · {came}", "Anna Muster · Created"}
        self.assertEqual(names, expected)

    def test_who_has_no_access_that_opens_the_door_is_not_told_as_come(self):
        self.rule.holders = "attendees"
        anna = self.customer
        ben, carla, dora, emil = (
            anna.copy({"name": name}) for name in ("Ben", "Carla", "Dora", "Emil")
        )
        booking = self.book(hours=0.5, partners=anna | ben | carla | dora | emil)
        self.exivo.fail(exivo.Rejected("No such door", 400), "create_visit")
        self.synchronise()
        accesses = self.accesses(booking)
        (failed,) = accesses.filtered(lambda one: one.state == "failed").partner_id
        removed, elsewhere, *others = accesses.partner_id - failed
        own = accesses.grouped("partner_id")
        own[removed].action_remove()
        self.synchronise()
        own[elsewhere].sudo().lock_ids = self.entrance
        self.exivo.report("aare", 32)
        self.read_events(timedelta(minutes=35))
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(
            names,
            {
                f"{failed.name} · Failed",
                f"{removed.name} · Taken Away",
                f"{elsewhere.name} · Created",
                *(f"{one.name} · Arrived 10:32 AM (a guess)" for one in others),
            },
        )

    def test_who_is_known_to_have_come_is_no_guess(self):
        booking = self.book(hours=0.5)
        self.synchronise()
        access = self.accesses(booking)
        access.sudo().write({"arrived_at": NOW, "arrival_is_guess": False})
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(names, {"Anna Muster · Arrived 10:00 AM"})

    def test_cancelled_booking_leaves_the_rooms(self):
        booking = self.book(hours=0.5)
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.look(), [])

    def test_cancelled_booking_leaves_the_rooms_while_exivo_is_away(self):
        booking = self.book(hours=0.5)
        self.synchronise()
        self.exivo.fail(exivo.Unreachable("away"), "revoke_visit")
        booking.action_cancel()
        self.assertEqual(self.look(), [])
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.assertEqual(self.look(), [])

    def test_room_stays_booked_though_staff_have_taken_the_access_away(self):
        booking = self.book(hours=0.5)
        self.synchronise()
        self.accesses(booking).action_remove()
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(names, {"Anna Muster · Being removed"})
        self.synchronise()
        names = {use["display_name"] for use in self.look()}
        self.assertEqual(names, {"Anna Muster · Taken Away"})

    def test_access_of_a_member_has_no_room(self):
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = members
        self.synchronise()
        self.assertTrue(self.accesses())
        found = self.env["exivo.room.use"].search(
            [("access_id", "in", self.accesses().ids)]
        )
        self.assertFalse(found)

    def test_only_staff_of_the_company_see_it_and_nobody_changes_it(self):
        self.book(hours=0.5)
        self.synchronise()
        clerk = self._create_user(
            "exivo_clerk", "base.group_user,resource_booking.group_manager"
        )
        customer = self._create_user("exivo_customer", "base.group_portal")
        for user in (clerk, customer, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.look(user)
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        stranger = self._create_user("exivo_abroad", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, theirs.ids)], "company_id": theirs.id})
        self.assertEqual(self.look(stranger), [])
        for operation in ("write", "create", "unlink"):
            model = self.env["exivo.room.use"].with_user(self.user)
            may = call_kw(model, "check_access_rights", [operation, False], {})
            self.assertFalse(may)

    def test_more_accesses_take_no_more_queries(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.look()
            return self.env.cr.sql_log_count - before

        self.book(hours=0.5)
        self.synchronise()
        count()
        few = count()
        for hours in range(3, 15):
            self.book(hours=hours)
        self.synchronise()
        self.assertEqual(len(self.look()), 26)
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestTimelineTour(TimelineCase, HttpCase):
    """The browser shows its own day, so this booking is one of today."""

    def test_staff_see_rooms_as_rows_look_ahead_and_open_an_access(self):
        empty = self._create_room("Never booked")
        self.rule.copy({"resource_id": empty.id})
        hours = (Datetime.now() - NOW) / timedelta(hours=1) - 0.1
        self.book(hours=hours)
        for name, days in {"Ben": 12, "Carla": 40}.items():
            holder = self.customer.copy({"name": name})
            self.book(hours=hours + days * 24, partners=holder)
        self.start_tour(
            "/odoo/action-exivo_access_timeline.exivo_room_use_action",
            "exivo_timeline",
            login="exivo_desk",
        )
