# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoCase
from ..mail_common import MailCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCalendarChanges(ExivoCase):
    """Every employee may change every meeting, but not when doors are open for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")
        cls.planner = cls._create_user(
            "exivo_planner", "base.group_user,resource_booking.group_user"
        )
        cls.organiser = cls._create_user("exivo_organiser", "base.group_user")
        cls.staff = cls._create_user("exivo_staff", "exivo_access.group_user")
        company = cls.env["res.company"].create({"name": "Other"})
        cls.abroad = cls._create_user("exivo_abroad", "exivo_access.group_user")
        cls.abroad.write({"company_ids": [(6, 0, company.ids)], "company_id": company})
        cls.booking_type.company_id = cls.env.company

    def setUp(self):
        super().setUp()
        self.booking = self.book(user_id=self.organiser.id)
        self.event = self.booking.meeting_id
        self.synchronise()
        self.access = self.accesses(self.booking)

    def change(self, user, method, *args, records=None, **kwargs):
        """Do something to the meeting from afar, as the web client does."""
        records = self.event if records is None else records
        call_kw(records.with_user(user), method, [records.ids, *args], kwargs)
        self.plan()
        self.env.invalidate_all()

    def at(self, hours):
        return fields.Datetime.to_string(NOW + timedelta(hours=hours))

    def changes(self):
        """Ways to change when, and whether, the doors are open: method and values."""
        attendee = self.event.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        return [
            (self.event, "write", {"start": self.at(1), "stop": self.at(2)}),
            (self.event, "write", {"stop": self.at(48)}),
            (self.event, "write", {"duration": 23}),
            (self.event, "web_save", {"stop": self.at(48)}),
            (
                self.event,
                "write",
                {"allday": True, "start_date": "2027-03-03", "stop_date": "2027-03-03"},
            ),
            (self.event, "write", {"active": False}),
            (self.event, "write", {"show_as": "free"}),
            (self.event, "write", {"privacy": "private"}),
            (self.event, "write", {"user_id": self.clerk.id}),
            (self.event, "write", {"partner_ids": [(3, self.customer.id)]}),
            (self.event, "write", {"attendee_ids": [(2, attendee.id)]}),
            (
                self.event,
                "write",
                {"attendee_ids": [(1, attendee.id, {"state": "declined"})]},
            ),
            (
                self.event,
                "write",
                {
                    "recurrency": True,
                    "rrule_type": "daily",
                    "end_type": "count",
                    "count": 3,
                    "start": self.at(20),
                    "stop": self.at(21),
                },
            ),
            (attendee, "write", {"state": "declined"}),
            (attendee, "write", {"partner_id": self.clerk.partner_id.id}),
            (attendee, "do_decline", None),
            (attendee, "unlink", None),
            (self.event, "unlink", None),
        ]

    def test_nobody_elses_change_reaches_the_doors(self):
        self.assertNobodyChanges(self.clerk, self.planner, self.abroad)

    def test_a_type_of_everybody_lets_no_other_company_change_a_booking(self):
        self.booking_type.company_id = False
        self.plan()
        self.assertNobodyChanges(self.abroad)
        words = self.event.attendee_ids[:1].with_user(self.abroad)._get_exivo_words()
        self.assertFalse(words.booking_id)
        self.change(self.staff, "write", {"stop": self.at(26)})
        self.assertEqual(self.access.booking_stop, NOW + timedelta(hours=26))

    def assertNobodyChanges(self, *users):
        before = self.access.read(["start", "stop", "state", "is_wanted"])
        for user in users:
            for records, method, values in self.changes():
                with self.subTest(user=user.login, method=method, values=values):
                    args = () if values is None else (values,)
                    args += ({},) if method == "web_save" else ()
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.change(user, method, *args, records=records)
                    self.env.invalidate_all()
                    self.plan()
                    self.assertEqual(
                        self.access.read(["start", "stop", "state", "is_wanted"]),
                        before,
                    )

    def facts(self):
        """What there is of meetings and attendees."""
        events = self.env["calendar.event"].with_context(active_test=False).search([])
        names = ["start", "stop", "allday", "active", "show_as", "user_id"]
        names.append("privacy")
        attendees = self.env["calendar.attendee"].search([])
        return (
            events.read([*names, "recurrency"], load=None),
            attendees.read(["event_id", "partner_id", "state"], load=None),
        )

    def test_each_of_these_is_a_change_if_staff_make_it(self):
        before = self.facts()
        for number in range(len(self.changes())):
            records, method, values = self.changes()[number]
            with self.subTest(method=method, values=values):
                with self.env.cr.savepoint() as savepoint:
                    args = () if values is None else (values,)
                    args += ({},) if method == "web_save" else ()
                    self.change(self.staff, method, *args, records=records)
                    after = self.facts()
                    savepoint.rollback()
                self.assertNotEqual(after, before)
                if values and "recurrency" in values:
                    self.assertEqual(len(after[0]), len(before[0]) + 2, "a series")
            self.env.invalidate_all(flush=False)
            self.assertEqual(self.facts(), before)

    def sync(self, vals, user, calendar):
        """Let Odoo take over what a calendar elsewhere says, as its add-ons do it."""
        event = self.event.with_user(user).sudo()

        def write(records, _event, values):
            known = values.keys() & records._fields.keys()
            records.write({name: values[name] for name in known})

        with (
            patch.object(
                models.BaseModel, f"_write_from_{calendar}", write, create=True
            ),
            self.env.cr.savepoint() as savepoint,
        ):
            getattr(event, f"_write_from_{calendar}")(None, vals)
            self.plan()
            self.env.invalidate_all()
            after = self.access.read(["start", "stop", "is_wanted"])
            state = self.booking.state
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return after, state

    def test_calendars_elsewhere_do_not_say_when_doors_open(self):
        before = self.access.read(["start", "stop", "is_wanted"]), "confirmed"
        later = NOW + timedelta(hours=48)
        for vals in (
            {"stop": later, "name": "Talk"},
            {"start": NOW + timedelta(hours=1)},
            {"allday": True},
            {"show_as": "free"},
            {"active": False},
        ):
            for organiser, calendar in (
                (self.organiser, "google"),
                (self.organiser, "microsoft"),
                (self.staff, "google"),  # where guests change meetings, too
            ):
                self.event.user_id = organiser
                with self.subTest(vals=vals, user=organiser.login, calendar=calendar):
                    self.assertEqual(self.sync(vals, organiser, calendar), before)

    def test_organisers_who_are_staff_move_their_meetings_in_outlook_too(self):
        self.event.user_id = self.staff
        later = NOW + timedelta(hours=48)
        (access,), _state = self.sync({"stop": later}, self.staff, "microsoft")
        self.assertEqual(access["stop"], later + timedelta(minutes=10))

    def test_answers_elsewhere_confirm_nothing_in_the_place_of_staff(self):
        booking = self.book(hours=48, confirm=False, user_id=self.staff.id)
        self.booking, self.event = booking, booking.meeting_id
        (attendee,) = self.event.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        answer = {"attendee_ids": [(1, attendee.id, {"state": "accepted"})]}
        for calendar in ("google", "microsoft"):
            for by_customer, state in ((True, "scheduled"), (False, "confirmed")):
                with self.subTest(calendar=calendar, by_customer=by_customer):
                    self.booking_type.portal_staff_confirms = True
                    booking.portal_moves = int(by_customer)
                    _accesses, after = self.sync(answer, self.staff, calendar)
                    self.assertEqual(after, state)

    def sync_series(self, vals, answer, user, calendar):
        """Let Odoo take over a series that somebody has made of the meeting elsewhere.

        The add-ons write its meetings and attendees by themselves, and delete what the
        series no longer has.
        """
        event = self.event.with_user(user).sudo()

        def take_over(model, *args):
            meeting = event.with_env(model.env)
            again = meeting.copy(
                {"start": self.at(24 * 8), "stop": self.at(24 * 8 + 1)}
            )
            (meeting | again).write({"name": "Talk", **vals})
            attendee = meeting.attendee_ids.filtered(
                lambda one: one.partner_id == self.customer
            )
            attendee.write({"state": answer})
            (meeting | again).unlink()
            self.assertFalse(again.exists())
            synced = model.browse(), model.env["calendar.event"].browse()
            return synced[0] if calendar == "google" else synced

        models_by_calendar = {
            "google": "calendar.recurrence",
            "microsoft": "calendar.event",
        }
        method = f"_sync_{calendar}2odoo"
        with (
            patch.object(models.BaseModel, method, take_over, create=True),
            self.env.cr.savepoint() as savepoint,
        ):
            model = self.env[models_by_calendar[calendar]].with_user(user).sudo()
            getattr(model, method)([])
            self.plan()
            self.env.invalidate_all()
            after = self.access.read(["start", "stop", "is_wanted"])
            state = self.booking.state
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return after, state

    def test_series_elsewhere_do_not_say_when_doors_open(self):
        before = self.access.read(["start", "stop", "is_wanted"]), "confirmed"
        for vals in (
            {"start": NOW + timedelta(hours=1), "stop": NOW + timedelta(hours=48)},
            {"show_as": "free"},
            {},
        ):
            for organiser, calendar in (
                (self.organiser, "google"),
                (self.organiser, "microsoft"),
                (self.staff, "google"),
            ):
                self.event.user_id = organiser
                with self.subTest(vals=vals, user=organiser.login, calendar=calendar):
                    after = self.sync_series(vals, "accepted", organiser, calendar)
                    self.assertEqual(after, before)

    def test_staff_call_meetings_off_in_outlook_also_in_a_series(self):
        self.event.user_id = self.staff
        _access, state = self.sync_series({}, "accepted", self.staff, "microsoft")
        self.assertEqual(state, "pending")

    def test_answers_in_series_confirm_nothing_in_the_place_of_staff(self):
        booking = self.book(hours=48, confirm=False, user_id=self.organiser.id)
        self.booking, self.event = booking, booking.meeting_id
        self.booking_type.portal_staff_confirms = True
        for calendar in ("google", "microsoft"):
            for by_customer, state in ((True, "scheduled"), (False, "confirmed")):
                with self.subTest(calendar=calendar, by_customer=by_customer):
                    booking.portal_moves = int(by_customer)
                    _accesses, after = self.sync_series(
                        {}, "accepted", self.organiser, calendar
                    )
                    self.assertEqual(after, state)

    def test_attendee_who_comes_anew_from_elsewhere_has_not_accepted_either(self):
        """Google may write an address otherwise, and then it is another attendee."""
        booking = self.book(hours=48, confirm=False, user_id=self.staff.id)
        self.booking, self.event = booking, booking.meeting_id
        self.booking_type.portal_staff_confirms = True
        (attendee,) = self.event.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        anew = {"state": "accepted", "partner_id": self.customer.id}
        answer = {"attendee_ids": [(0, 0, anew), (2, attendee.id)]}
        for by_customer, state in ((True, "scheduled"), (False, "confirmed")):
            booking.portal_moves = int(by_customer)
            _accesses, after = self.sync(answer, self.staff, "google")
            self.assertEqual(after, state)

    def test_the_refusal_says_what_to_do(self):
        with self.assertRaisesRegex(AccessError, "on the booking's page"):
            self.change(self.clerk, "write", {"stop": self.at(48)})

    def test_what_does_not_concern_the_doors_is_everybodys(self):
        self.change(self.clerk, "write", {"description": "Bring a pen"})
        self.change(
            self.clerk, "write", {"partner_ids": [(4, self.clerk.partner_id.id)]}
        )
        self.assertIn(self.clerk.partner_id, self.event.partner_ids)
        own = self.event.attendee_ids.filtered(
            lambda one: one.partner_id == self.clerk.partner_id
        )
        self.change(self.clerk, "write", {"state": "declined"}, records=own)
        self.assertEqual(own.state, "declined")
        self.assertEqual(self.booking.state, "confirmed")

    def test_nobody_else_answers_for_a_guest(self):
        guest = self.env["res.partner"].create({"name": "Guest", "email": "g@x.ch"})
        self.rule.holders = "attendees"
        self.env["exivo.guest"].create(
            {
                "booking_id": self.booking.id,
                "partner_id": guest.id,
                "host_id": self.customer.id,
                "email": guest.email,
            }
        )
        self.synchronise()
        access = self.accesses(self.booking) - self.access
        self.assertEqual(access.state, "created")
        self.event.partner_ids |= guest
        attendee = self.event.attendee_ids.filtered(lambda one: one.partner_id == guest)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.change(self.clerk, "write", {"state": "declined"}, records=attendee)
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_meetings_without_doors_are_everybodys(self):
        self.rule.action_archive()
        self.plan()
        self.change(self.clerk, "write", {"start": self.at(30), "stop": self.at(31)})
        self.assertEqual(self.booking.start, NOW + timedelta(hours=30))

    def test_staff_move_and_lengthen(self):
        self.change(self.staff, "write", {"start": self.at(30), "stop": self.at(40)})
        self.assertEqual(self.access.stop, NOW + timedelta(hours=40, minutes=10))

    def test_who_may_change_the_booking_may_change_its_meeting(self):
        self.booking.message_subscribe(partner_ids=self.planner.partner_id.ids)
        self.change(self.planner, "write", {"start": self.at(30), "stop": self.at(33)})
        self.assertEqual(self.access.start, NOW + timedelta(hours=29, minutes=45))

    def test_the_organiser_moves_and_shortens_and_calls_off(self):
        self.change(
            self.organiser, "write", {"start": self.at(30), "stop": self.at(31)}
        )
        self.assertEqual(self.access.start, NOW + timedelta(hours=29, minutes=45))
        self.change(self.organiser, "write", {"stop": self.at(30.5)})
        self.assertEqual(self.access.stop, NOW + timedelta(hours=30, minutes=40))
        self.change(self.organiser, "unlink")
        self.assertFalse(self.access.is_wanted)

    def test_the_organiser_keeps_to_what_the_type_allows(self):
        for values in (
            {"stop": self.at(48)},
            {"start": self.at(-3), "stop": self.at(-2)},
            {"allday": True, "start_date": "2027-03-02", "stop_date": "2027-03-02"},
            {"show_as": "free"},
            {"privacy": "private"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    self.change(self.organiser, "write", values)
            self.env.invalidate_all()
        self.booking_type.modifications_deadline = 26
        with self.assertRaises(UserError):
            self.change(self.organiser, "write", {"start": self.at(60)})

    def test_the_organiser_moves_no_day_that_has_begun_where_the_room_is(self):
        self.calendar.tz = self.room.tz = "Pacific/Auckland"
        whole = {"allday": True, "start_date": "2027-03-03", "stop_date": "2027-03-03"}
        self.event.write(whole)
        self.plan()
        later = {"start_date": "2027-03-09", "stop_date": "2027-03-09"}
        with freeze_time("2027-03-02 12:00"), self.assertRaises(UserError):  # 1:00
            with self.env.cr.savepoint():
                self.change(self.organiser, "write", later)
        self.env.invalidate_all()
        with freeze_time("2027-03-02 10:00"):
            self.change(self.organiser, "write", later)
        self.assertEqual(str(self.event.start_date), "2027-03-09")

    def test_who_decides_about_a_booking_does_so_whatever_its_meeting_hides(self):
        """Odoo leaves a private meeting to its organiser and attendees alone."""
        keeper = self._create_user(
            "exivo_keeper", "exivo_access.group_user,resource_booking.group_manager"
        )
        without_us = self._create_user(
            "exivo_books", "base.group_user,resource_booking.group_manager"
        )
        preferences = self.organiser.with_user(self.organiser)
        for hidden in ("meeting", "preference"):
            for user in (keeper, without_us, self.env.ref("base.user_admin")):
                with self.subTest(hidden=hidden, user=user.login):
                    booking = self.book(
                        hours=60, confirm=False, user_id=self.organiser.id
                    )
                    if hidden == "meeting":
                        booking.meeting_id.privacy = "private"
                    else:
                        preferences.calendar_default_privacy = "private"
                    self.env.invalidate_all()
                    self.change(user, "action_confirm", records=booking)
                    self.assertEqual(booking.state, "confirmed")
                    later = {"start": self.at(64)}
                    self.change(user, "write", later, records=booking)
                    self.assertEqual(booking.meeting_id.start, booking.start)
                    access = self.accesses(booking)
                    self.assertTrue(access.is_wanted)
                    self.change(user, "action_cancel", records=booking)
                    self.assertFalse(access.is_wanted)
                    preferences.calendar_default_privacy = "public"

    def test_private_meeting_stays_hidden_from_everybody_else(self):
        self.event.privacy = "private"
        self.env.invalidate_all()
        (said,) = self.event.with_user(self.clerk).read(["name"])
        self.assertEqual(said["name"], "Busy")
        for user in (self.clerk, self.abroad, self.planner):
            for method in ("unlink", "write"):
                args = [{"description": "Mine"}] if method == "write" else []
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.change(user, method, *args)
                self.env.invalidate_all()
        own = self.env["calendar.event"].create(
            {
                "name": "Doctor",
                "start": NOW,
                "stop": NOW + timedelta(hours=1),
                "privacy": "private",
                "user_id": self.organiser.id,
                "partner_ids": [(6, 0, self.organiser.partner_id.ids)],
            }
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.change(self.staff, "write", {"name": "Dentist"}, records=own)

    def test_nobody_puts_a_booking_of_theirs_on_somebody_elses_private_meeting(
        self,
    ):
        bookings = self.env["resource.booking"]
        combination = self.booking_type.combination_rel_ids.combination_id
        vals = {
            "type_id": self.booking_type.id,
            "combination_id": combination.id,
            "combination_auto_assign": False,
        }
        preferences = self.organiser.with_user(self.organiser)
        for user in (self.planner, self.staff):
            for hidden in ("private", False):
                preferences.calendar_default_privacy = "public" if hidden else "private"
                private = self.env["calendar.event"].create(
                    {
                        "name": "Doctor",
                        "start": self.at(60),
                        "stop": self.at(61),
                        "privacy": hidden,
                        "user_id": self.organiser.id,
                        "partner_ids": [(6, 0, self.organiser.partner_id.ids)],
                    }
                )
                own = {**vals, "partner_ids": [(6, 0, user.partner_id.ids)]}
                theirs = bookings.with_user(user)
                mine = bookings.browse(call_kw(theirs, "create", [own], {}))
                on = {"meeting_id": private.id}
                for method, args, context in (
                    ("write", [mine.ids, on], {}),
                    ("web_save", [mine.ids, on, {}], {}),
                    ("create", [{**own, **on}], {}),
                    ("create", [own], {"default_meeting_id": private.id}),
                    ("copy", [mine.ids, on], {}),
                ):
                    with (
                        self.subTest(user=user.login, hidden=hidden, method=method),
                        self.assertRaises(AccessError),
                        self.env.cr.savepoint(),
                    ):
                        call_kw(theirs, method, args, {"context": context})
                    self.env.invalidate_all()
                self.assertFalse(private.resource_booking_ids)
                public = private.copy({"privacy": "public"})
                self.change(user, "write", {"meeting_id": public.id}, records=mine)
                self.assertEqual(public.resource_booking_ids, mine)
                mine.unlink()

    def test_the_organiser_confirms_for_nobody_else(self):
        asked = self.book(hours=40, confirm=False, user_id=self.organiser.id)
        self.assertEqual(asked.state, "scheduled")
        attendee = asked.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        for user in (self.organiser, self.clerk):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.change(user, "write", {"state": "accepted"}, records=attendee)
        self.env.invalidate_all()
        self.assertEqual(asked.state, "scheduled")

    def test_whoever_is_asked_answers_for_themselves(self):
        asked = self.book(
            hours=40, confirm=False, partners=self.clerk.partner_id, user_id=False
        )
        self.change(self.clerk, "do_accept", records=asked.meeting_id.attendee_ids)
        self.assertEqual(asked.state, "confirmed")

    def test_an_attendee_of_another_meeting_answers_for_nobody_here(self):
        """Neither by moving there, nor by being made there."""
        asked = self.book(hours=40, confirm=False, user_id=False)
        for state, booking in (("declined", self.booking), ("accepted", asked)):
            before = booking.state
            own = self.env["calendar.event"].create(
                {
                    "name": "Mine",
                    "start": NOW,
                    "stop": NOW + timedelta(hours=1),
                    "partner_ids": [(6, 0, self.customer.ids)],
                }
            )
            attendee = own.attendee_ids
            # the first one of a contact counts
            self.env.cr.execute(
                "UPDATE calendar_attendee SET create_date = %s WHERE id = %s",
                [NOW - timedelta(days=999), attendee.id],
            )
            self.change(self.clerk, "write", {"state": state}, records=attendee)
            meeting = booking.meeting_id
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.change(
                    self.clerk, "write", {"event_id": meeting.id}, records=attendee
                )
            self.env.invalidate_all()
            self.assertEqual(booking.state, before)
        (attendee,) = asked.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        attendee.unlink()
        vals = {"partner_id": self.customer.id, "state": "accepted"}
        for context, given in (
            ({}, {"event_id": asked.meeting_id.id}),
            ({"default_event_id": asked.meeting_id.id}, {}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attendees = self.env["calendar.attendee"].with_user(self.clerk)
                call_kw(attendees, "create", [{**vals, **given}], {"context": context})
            self.env.invalidate_all()
        self.assertEqual(asked.state, "scheduled")

    def test_who_looks_after_no_rooms_opens_none_on_a_closed_day(self):
        closed = self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "resource_id": self.room.id,
                "calendar_id": self.calendar.id,
                "date_from": NOW,
                "date_to": NOW + timedelta(days=1),
            }
        )
        vals = {"name": "Mine", "resource_id": self.room.id, "date_from": self.at(1)}
        vals["date_to"] = self.at(2)
        for method, arguments in (
            ("unlink", []),
            ("write", [{"date_to": self.at(2)}]),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.change(self.clerk, method, *arguments, records=closed)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            leaves = self.env["resource.calendar.leaves"].with_user(self.clerk)
            call_kw(leaves, "create", [vals], {})
        keeper = self._create_user(
            "exivo_credential", "base.group_user,resource_booking.group_manager"
        )
        self.change(keeper, "write", {"date_to": self.at(2)}, records=closed)

    def test_employee_who_is_away_closes_nothing_else(self):
        """Odoo asks for the right to a leave only as it was before."""
        mine = self.env["resource.resource"].create(
            {"name": "Clerk", "resource_type": "user", "user_id": self.clerk.id}
        )
        leaves = self.env["resource.calendar.leaves"].with_user(self.clerk)
        vals = {"name": "Away", "date_from": self.at(1), "date_to": self.at(2)}
        leave = leaves.create({**vals, "resource_id": mine.id})
        years = self.at(24 * 700)
        for calendar in (False, self.calendar.id):
            with self.subTest(calendar=calendar), self.assertRaises(AccessError):
                house = {"resource_id": False, "calendar_id": calendar}
                with self.env.cr.savepoint():
                    self.change(
                        *(self.clerk, "write", {**house, "date_to": years}),
                        records=leave,
                    )
        self.change(self.clerk, "write", {"date_to": self.at(3)}, records=leave)
        keeper = self._create_user(
            "exivo_credential", "base.group_user,resource_booking.group_manager"
        )
        closed = self.env["resource.calendar.leaves"].create(
            {**vals, "resource_id": self.room.id}
        )
        self.change(keeper, "write", {"date_to": self.at(3)}, records=closed)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDeletedMeetings(MailCase, ExivoCase):
    """The calendar's own dialog asks whether to mail attendees of a deleted meeting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.email = "house@example.com"
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")
        cls.staff = cls._create_user("exivo_staff", "exivo_access.group_user")
        cls.eve = cls.env["res.partner"].create(
            {"name": "Eve", "email": "eve@example.com"}
        )

    def setUp(self):
        super().setUp()
        self.booking = self.book()
        self.event = self.booking.meeting_id
        self.event.partner_ids += self.eve
        self.send_mails()
        self.sent.clear()

    def send_and_delete(self, user, **context):
        """Press *Send and delete*; what leaves Odoo at once is in ``_mails``."""
        wizard = (
            self.env["calendar.popover.delete.wizard"]
            .with_user(user)
            .with_context(**context)
            .create({"calendar_event_id": self.event.id})
        )
        with self.mock_mail_gateway():
            wizard.action_send_mail_and_delete()
        self.plan()
        self.env.invalidate_all()

    def test_nobody_hears_that_a_meeting_is_deleted_that_stays(self):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.send_and_delete(self.clerk)
        self.assertFalse(self._mails)
        self.send_mails(minutes=1)
        self.assertFalse(self.sent)
        self.assertEqual(self.accesses(self.booking).state, "created")

    def test_who_was_not_told_of_an_access_yet_hears_of_it_too(self):
        for _try in range(9):
            self.exivo.fail(exivo.Unreachable("No"), calls="create_visit")
        self.booking = self.book(hours=30)
        self.event = self.booking.meeting_id
        self.plan()
        self.env["exivo.awaited.answer"].sudo().search([]).unlink()
        self.send_and_delete(self.staff)
        self.send_mails(minutes=1)
        (mail,) = self.sent
        self.assertIn(self.customer.email, mail["To"])

    def test_who_has_booked_hears_of_it_once_and_who_comes_along_too(self):
        self.send_and_delete(self.staff)
        self.assertFalse(self._mails)
        self.send_mails(minutes=1)
        mails = {message["To"]: message for message in self.sent}
        self.assertEqual(len(mails), len(self.sent))
        for_anna = mails.pop('"Anna Muster" <anna@example.com>')
        self.assertIn("Your access to Aare has been removed", for_anna["Subject"])
        ((reader, message),) = mails.items()
        self.assertIn("eve@example.com", reader)
        self.assert_takes_aare_out(message)
        self.assertIn("house@example.com", message["From"])
        self.assertEqual(message["Auto-Submitted"], "auto-generated")

    def assert_takes_aare_out(self, message):
        """The mail is called by the room, and has its entry cancelled."""
        self.assertIn("The booking of Aare does not take place", message["Subject"])
        (file,) = message.iter_attachments()
        self.assertIn(b"METHOD:CANCEL", file.get_payload(decode=True))

    def test_who_comes_along_hears_of_it_whoever_has_invited_them(self):
        """Odoo mails nobody who invites, and she has made the meeting herself."""
        eve = self._create_user("exivo_eve", "base.group_user")
        self.event.with_user(eve).sudo().partner_ids += eve.partner_id
        self.plan()
        self.send_mails()
        self.assertFalse([one for one in self.sent if eve.email in one["To"]])
        self.send_and_delete(self.staff)
        self.send_mails(minutes=1)
        (message,) = [one for one in self.sent if eve.email in one["To"]]
        self.assert_takes_aare_out(message)

    def test_who_was_taken_off_the_booking_hears_no_more_of_it(self):
        self.booking.partner_ids = self.clerk.partner_id
        self.send_mails(minutes=1)
        self.sent.clear()
        self.send_and_delete(self.staff)
        self.send_mails(minutes=2)
        self.assertFalse([one for one in self.sent if "anna@" in one["To"]])
        self.assertTrue([one for one in self.sent if "eve@" in one["To"]])

    def test_of_a_series_with_a_booking_too(self):
        self.make_series()
        booked = self.event
        self.event = booked.recurrence_id.calendar_event_ids.sorted("start")[-1]
        self.send_and_delete(self.staff, default_recurrence="all")
        self.assertFalse(booked.exists())
        self.assertFalse(self._mails)
        self.send_mails(minutes=2)
        for_anna = [one for one in self.sent if "anna@example.com" in one["To"]]
        self.assertEqual(len(for_anna), 1)
        self.assertIn("has been removed", for_anna[0]["Subject"])
        (for_eve,) = [one for one in self.sent if "eve@example.com" in one["To"]]
        self.assert_takes_aare_out(for_eve)

    def test_single_meeting_that_its_form_deletes_is_called_off(self):
        self.event.with_user(self.staff).action_mass_archive(False)
        self.send_mails(minutes=1)
        self.assertFalse(self.event.active)
        self.assertFalse(self.exivo.live_visits())
        (for_anna,) = [one for one in self.sent if "anna@example.com" in one["To"]]
        self.assertIn("has been removed", for_anna["Subject"])
        self.assertTrue([one for one in self.sent if "eve@" in one["To"]])

    def make_series(self):
        series = {"rrule_type": "daily", "end_type": "count", "count": 3}
        self.event.write({"recurrency": True, **series})
        self.plan()
        self.send_mails(minutes=1)
        self.sent.clear()

    def test_series_of_which_its_form_was_told_nothing_stays(self):
        """Whoever closes Odoo's question has answered it so."""
        self.make_series()
        self.event.with_user(self.staff).action_mass_archive(False)
        self.assertTrue(self.event.active)

    def test_series_is_deleted_as_far_as_its_form_says(self):
        for number, words in enumerate(("all_events", "future_events"), start=1):
            with self.subTest(words):
                self.event = self.book(hours=240 * number).meeting_id
                self.make_series()
                series = self.event.recurrence_id.calendar_event_ids
                self.send_and_delete(self.staff, default_recurrence=words)
                self.assertFalse(series.exists())
                self.send_mails(minutes=2)
                told = [one for one in self.sent if "anna@example.com" in one["To"]]
                self.assertEqual(len(told), 1)

    def test_meetings_without_doors_are_told_as_ever(self):
        self.rule.unlink()
        self.booking.exivo_access_ids.calendar_stop = False
        self.env["exivo.awaited.answer"].search([]).unlink()
        self.send_and_delete(self.staff)
        self.assertTrue(self._mails)
