# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Customers and staff get the same times of a room, whatever clock and house it is."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import pytz
from freezegun import freeze_time
from lxml import html

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import NOW, ExivoCase
from .test_room_finder import TEN, TOMORROW, ExivoFinderCase

ONE_DAY = timedelta(days=1)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestTimesOnOffer(ExivoFinderCase):
    def close(self, start, stop, company=None, **vals):
        leaves = self.env["resource.calendar.leaves"].with_company(company)
        vals = {"name": "Closed", "calendar_id": False, **vals}
        return leaves.create({"date_from": start, "date_to": stop, **vals})

    def begin(self):
        """Begin a booking without a time, and return it."""
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        return self.bookings()[:1]

    def on_schedule(self, booking, year, month):
        """The moments that the page of a month offers."""
        page = self.url_open(f"/my/bookings/{booking.id}/schedule/{year}/{month}")
        forms = html.document_fromstring(page.content).forms
        return {one.fields["when"] for one in forms if "when" in one.fields}

    # === HOLIDAYS OF OTHER COMPANIES === #

    def test_only_holidays_of_the_own_company_close_rooms_and_types(self):
        ours = self.env.company
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        midnight = datetime(2027, 3, 1, 23)
        self.assertTrue(self.desk)  # is not undone with what is tried
        for owners, calendar in (
            ((ours, ours, ours), False),
            ((ours, False, ours), False),
            ((ours, False, ours), True),
            ((False, ours, ours), False),
            ((False, False, ours), False),
        ):
            kind, hours, room = owners
            for company, is_closed in ((theirs, False), (ours, True)):
                with (
                    self.subTest(owners=owners, of=company.name, calendar=calendar),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self.booking_type.company_id = kind
                    self.calendar.company_id = hours
                    self.room.company_id = room
                    early = self.book(confirm=False, partners=self.holder.partner_id)
                    self.close(
                        midnight,
                        midnight + ONE_DAY,
                        company,
                        calendar_id=calendar and self.calendar.id,
                    )
                    said = self.read_explanation(early)
                    self.assertEqual("closed or taken" in said, is_closed)
                    self.run_action("ir_cron_watch")
                    kinds = self.env.ref("exivo_access.mail_activity_type_rooms_closed")
                    alarms = self.env["mail.activity"].search(
                        [("activity_type_id", "=", kinds.id)]
                    )
                    self.assertEqual(bool(alarms), is_closed)
                    early.action_cancel()
                    self.plan()
                    page = self.look(day=TOMORROW)
                    (section,) = self.rooms(page).values()
                    self.assertEqual(TEN in self.free(section), not is_closed)
                    self.assertEqual("closed" in section.text_content(), is_closed)
                    self.confirm()
                    self.assertEqual(bool(self.bookings()), not is_closed)
                    savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_staff_move_a_meeting_to_the_holiday_of_another_company(self):
        theirs = self.env["res.company"].create({"name": "Neighbours"})
        meeting = self.book(hours=72).meeting_id
        start = NOW + ONE_DAY
        self.close(NOW, NOW + 2 * ONE_DAY, theirs)
        meeting.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assertEqual(meeting.resource_booking_ids.start, start)
        start += timedelta(hours=2)
        self.close(NOW, NOW + 2 * ONE_DAY, self.env.company)
        with self.assertRaisesRegex(ValidationError, "closed"):
            meeting.write({"start": start, "stop": start + timedelta(hours=1)})

    # === WHEN CLOCKS CHANGE === #

    def test_month_offers_what_each_day_does_whatever_the_clock_did_meanwhile(self):
        for hours, month in ((24, 7), (2, 7), (24, 3), (2, 3), (34, 3), (0.75, 11)):
            with self.subTest(hours=hours, month=month):
                self.booking_type.write({"duration": hours, "slot_duration": hours})
                booking = self.begin()
                offered = self.on_schedule(booking, 2027, month)
                for number in (2, 15, 28, 29, 30):
                    day = date(2027, month, number)
                    (room,) = self.rooms(self.look(day=day, night=1)).values()
                    on_day = {one for one in offered if one.startswith(str(day))}
                    self.assertEqual(on_day, {*self.free(room)}, day)
                booking.unlink()

    def test_day_of_another_clock_begins_at_midnight_and_can_be_booked(self):
        self.booking_type.write({"duration": 24, "slot_duration": 24})
        booking = self.begin()
        for when in ("2027-07-01T00:00:00+02:00", "2027-11-30T00:00:00+01:00"):
            with self.subTest(when=when):
                year, month = map(int, when.split("-")[:2])
                offered = self.on_schedule(booking, year, month)
                self.assertEqual({one[11:16] for one in offered}, {"00:00"})
                self.assertIn(when, offered)
                self.choose(booking, when)
                moment = pytz.utc.localize(booking.start)
                self.assertEqual(moment, datetime.fromisoformat(when))
                self.env.invalidate_all()

    @freeze_time("2027-03-04 09:00", tick=True)
    def test_week_of_the_change_says_of_each_day_what_its_page_does(self):
        self.booking_type.write({"duration": 24, "slot_duration": 24})
        self.book(hours=29 * 24 + 13, duration=24)  # all of 31 March
        nav = "//nav[contains(@class, 'o_exivo_days')]//li"
        days = self.look(day="2027-03-28", night=1).xpath(nav)
        free = [
            bool(one.xpath(".//*[contains(@class, 'o_exivo_is_free')]")) for one in days
        ]
        for number, is_free in enumerate(free):
            day = date(2027, 3, 25) + number * ONE_DAY
            (room,) = self.rooms(self.look(day=day, night=1)).values()
            self.assertEqual(bool(self.free(room)), is_free, day)
        self.assertEqual(free.count(False), 1)

    def test_hours_that_there_are_twice_lie_side_by_side(self):
        page = self.look(day="2027-10-31", night=1)
        (room,) = self.rooms(page).values()
        places = [
            one.get("style")
            for one in room.xpath(".//a[contains(@class, 'o_exivo_slot')]")
        ]
        begins = [one.partition("%")[0] for one in places]
        self.assertEqual(len(begins), 25)
        self.assertEqual(len(set(begins)), 25)
        self.assertNotIn("--wide:0.0%", " ".join(places))

    def test_refusal_shows_the_month_of_the_room_whatever_zone_it_came_in(self):
        booking = self.begin()
        self.book(hours=30 * 24 + 14.5)  # 1 April, 1:30 in Zurich
        when = "2027-03-31T23:30:00Z"
        path = f"/my/bookings/{booking.id}/confirm?{urlencode({'when': when})}"
        refused = self.url_open(path)
        self.assertEqual(refused.status_code, 409)
        self.assertIn("April 2027", refused.text)

    # === A ROOM IS CLOSED FOR SOME HOURS === #

    def test_room_without_working_time_is_closed_for_just_as_long_as_is_said(self):
        self.open_from(9, 13)
        room = self.add_room("Reuss", calendar_id=False)
        leave = self.close(
            datetime(2027, 3, 2, 9), datetime(2027, 3, 2, 10), resource_id=room.id
        )
        section = self.rooms(self.look(day=TOMORROW))["Reuss"]
        self.assertEqual(self.times(section), ["09:00", "11:00", "12:00"])
        leave.write(
            {
                "date_from": datetime(2027, 2, 28, 23),
                "date_to": datetime(2027, 3, 1, 23),
            }
        )
        section = self.rooms(self.look(day=TOMORROW))["Reuss"]
        self.assertEqual(len(self.free(section)), 4)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWholeDaysOfOthers(ExivoCase):
    """A whole day keeps a room busy in the room's zone, whoever asks from wherever."""

    def test_hours_beside_a_whole_day_are_free_wherever_staff_are(self):
        self.calendar.tz = self.room.tz = "America/New_York"
        whole = self.book(hours=30)
        whole.meeting_id.write(
            {"allday": True, "start_date": TOMORROW, "stop_date": TOMORROW}
        )
        self.plan()
        # from Monday 19:00 to Wednesday 5:00 over there
        for tz in ("Europe/Zurich", "Pacific/Auckland", False):
            for hours in range(-9, 25, 3):
                start = datetime(2027, 3, 2, 9) + timedelta(hours=hours)
                local = pytz.utc.localize(start).astimezone(
                    pytz.timezone("America/New_York")
                )
                is_busy = local.date() == date(2027, 3, 2)
                with self.subTest(tz=tz, local=f"{local:%a %H:%M}"):
                    self.env.user.tz = tz
                    self.assertEqual(self._is_refused(start), is_busy)

    def _is_refused(self, start):
        bookings = self.env["resource.booking"].with_context(tz=self.env.user.tz)
        try:
            with self.env.cr.savepoint():
                bookings.create(
                    {
                        "type_id": self.booking_type.id,
                        "partner_ids": [(6, 0, self.customer.ids)],
                        "combination_id": self.booking_type.combination_rel_ids[
                            0
                        ].combination_id.id,
                        "combination_auto_assign": False,
                        "start": start,
                        "duration": 2,
                    }
                ).action_confirm()
                self.plan()
                raise _Undo
        except _Undo:
            return False
        except ValidationError as error:
            self.assertIn("do not fit", str(error))
            return True
        finally:
            self.env.invalidate_all(flush=False)


class _Undo(Exception):
    """It would have been booked."""
