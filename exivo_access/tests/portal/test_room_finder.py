# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*Book a room* says what is free, takes all of that, and nothing else."""

import base64
import io
from datetime import date, datetime, timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from lxml import html
from PIL import Image
from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.fields import Binary
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.resource_booking.models.resource_booking import ResourceBooking

from ...models.portal.resource_booking_times import imagine
from ...models.portal.room_finder import Choice, get_choices
from ..common import NOW, ExivoPortalCase

#: The day after, and 10:00 of it in Zurich.
TOMORROW = "2027-03-02"
TEN = f"{TOMORROW}T10:00:00+01:00"


class ExivoFinderCase(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking_type.write(
            {"portal_bookable": True, "duration": 1, "slot_duration": 1}
        )
        cls.combination = cls.booking_type.combination_rel_ids.combination_id

    def setUp(self):
        super().setUp()
        self.log_in(self.holder)

    def open_from(self, first, last, day=1):
        """Let the house be open on one weekday only, by default Tuesday."""
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            (
                0,
                0,
                {
                    "name": "Open",
                    "dayofweek": str(day),
                    "hour_from": first,
                    "hour_to": last,
                    "day_period": "morning",
                },
            )
        ]

    def add_room(self, name, **vals):
        """Another room of the same type, free whenever the house is open."""
        room = self._create_room(name)
        room.write(vals)
        combination = self.env["resource.booking.combination"].create(
            {"resource_ids": [(6, 0, room.ids)]}
        )
        self.booking_type.combination_rel_ids = [
            (0, 0, {"combination_id": combination.id})
        ]
        return room

    def look(self, status=200, **wish):
        response = self.url_open(f"/my/bookings/new?{urlencode(wish, doseq=True)}")
        self.assertEqual(response.status_code, status)
        return html.document_fromstring(response.content)

    def rooms(self, tree):
        """What the page says of each room, by its name."""
        return {
            section.get("aria-label"): section
            for section in tree.xpath("//section[contains(@class, 'o_exivo_room')]")
        }

    def free(self, section):
        """When a room can be had: the moments that its links bring."""
        return [
            parse_qs(urlsplit(link.get("href")).query)["when"][0]
            for link in section.xpath(".//a[contains(@class, 'o_exivo_slot')]")
        ]

    def times(self, section):
        return [when[11:16] for when in self.free(section)]

    def reasons(self, section):
        return [
            " ".join(button.text_content().split()).replace(":00 ", " ")
            for button in section.xpath(".//button[@popovertarget]")
        ]

    def address(self, combination=None, **query):
        combination = combination or self.combination
        query = {"when": TEN, **query}
        path = f"/my/bookings/new/{self.booking_type.id}/{combination.id}"
        return f"{path}?{urlencode(query)}"

    def confirm(self, combination=None, **data):
        """Press *Book it*."""
        path = self.address(combination).partition("?")[0]
        return self.post(path, **{"when": TEN, **data})

    def bookings(self):
        return self.env["resource.booking"].search([("from_portal", "=", True)])

    def add_type(self, name):
        """Another type of booking, with a room of its own."""
        kind = self._create_type(self._create_room(name))
        names = ["portal_bookable", "portal_most_ahead", "duration", "slot_duration"]
        kind.write({name: self.booking_type[name] for name in names})
        return kind

    def count_queries(self):
        """How many queries it takes to say what is free."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(self.rooms(self.look(day=TOMORROW)))
        return self.env.cr.sql_log_count - before


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestRoomFinder(ExivoFinderCase):
    # === WHAT CAN BE OFFERED === #

    def test_lengths_with_which_no_times_can_be_worked_out_are_refused(self):
        for name, value in (
            ("slot_duration", 0),
            ("slot_duration", -0.5),
            ("duration", 99_999_999),
            ("portal_longest", 9_999),
            ("modifications_deadline", 99_999_999),
            ("modifications_deadline", -99_999_999),
        ):
            with (
                self.subTest(name=name, value=value),
                self.assertRaisesRegex(ValidationError, self.booking_type.name),
            ):
                self.booking_type[name] = value

    def test_type_whose_slots_have_no_length_takes_the_page_from_no_other(self):
        """It was made before it was refused."""
        self.add_type("Reuss")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_booking_type SET slot_duration = 0 WHERE id = %s",
            [self.booking_type.id],
        )
        self.env.invalidate_all()
        original = ResourceBooking._get_available_slots

        def watched(booking, *args):
            self.assertTrue(booking.type_id.slot_duration, "it would never end")
            return original(booking, *args)

        with patch.object(ResourceBooking, "_get_available_slots", watched):
            reuss, aare = self.rooms(self.look(day=TOMORROW)).values()
        self.assertTrue(self.free(reuss))
        self.assertFalse(self.free(aare))

    # === WHAT IS FREE === #

    def test_page_shows_each_room_with_what_it_is_like_and_when_it_is_free(self):
        self.open_from(9, 12)
        self.room.write({"portal_capacity": 8, "portal_equipment": "Beamer, Piano"})
        self.booking_type.location = "Riverside 1"
        self.add_room("Reuss")
        rooms = self.rooms(self.look(day=TOMORROW))
        self.assertEqual([*rooms], ["Aare", "Reuss"])
        said = " ".join(rooms["Aare"].text_content().split())
        for part in ("8 people", "Riverside 1", "Beamer, Piano", "1 hour"):
            self.assertIn(part, said)
        for room in rooms.values():
            self.assertEqual(self.times(room), ["09:00", "10:00", "11:00"])

    def test_room_for_one_is_for_one_person(self):
        self.room.portal_capacity = 1
        said = self.rooms(self.look(day=TOMORROW))["Aare"].text_content()
        self.assertIn("1 person", said)
        self.assertNotIn("people", said)

    def test_today_comes_first_and_what_is_past_is_not_shown(self):
        self.open_from(9, 13, day=0)
        page = self.look()
        self.assertEqual(self.times(self.rooms(page)["Aare"]), ["11:00", "12:00"])
        (chosen,) = page.xpath("//a[@aria-current='date']")
        self.assertIn("Today", chosen.text_content())

    def test_where_nothing_is_free_the_next_free_day_is_offered(self):
        self.open_from(9, 11)
        for hours in (23, 24):
            self.book(hours=hours)
        page = self.look(day=TOMORROW)
        self.assertIn("Nothing is free on this day", page.text_content())
        (link,) = page.xpath("//a[contains(@class, 'o_exivo_next_day')]")
        self.assertIn("Tuesday, March 9, 2027", link.text_content())
        self.assertIn("day=2027-03-09", link.get("href"))

    def test_days_beside_say_whether_anything_is_free_then(self):
        self.open_from(9, 11)
        page = self.look()
        said = {
            item.xpath("./a/span[2]")[0].text: item.text_content()
            for item in page.xpath("//nav[contains(@class, 'o_exivo_days')]//li")
        }
        self.assertEqual(len(said), 7)
        self.assertIn("something is free", said["2"])
        self.assertIn("nothing is free", said["3"])

    def test_what_is_not_free_says_why(self):
        self.open_from(8, 14)
        self.booking_type.write({"duration": 1.5, "modifications_deadline": 21.5})
        self.book(hours=26, duration=1)  # 12:00 to 13:00
        (room,) = self.rooms(self.look(day=TOMORROW, night=1)).values()
        # it is 10:00 now, so that nothing from 7:30 on is too late
        self.assertEqual(self.times(room), ["08:00", "09:00", "10:00"])
        self.assertEqual(
            self.reasons(room),
            [
                "12 AM – 8 AM closed",
                "11 AM – 12 PM too long",
                "12 PM – 1 PM booked",
                "1 PM – 2 PM too long",
                "2 PM – 12 AM closed",
            ],
        )
        self.booking_type.modifications_deadline = 23.5
        (room,) = self.rooms(self.look(day=TOMORROW)).values()
        self.assertEqual(self.times(room), ["10:00"])
        self.assertIn("8 AM – 10 AM too late", self.reasons(room))
        page = self.look(day=TOMORROW)
        for button in page.xpath("//button[@popovertarget]"):
            (said,) = page.xpath(f"//*[@id='{button.get('popovertarget')}']")
            self.assertTrue(said.text_content().strip())

    def test_what_one_has_booked_oneself_is_said_to_be_ones_own(self):
        self.open_from(9, 13)
        self.book(hours=23, duration=1)  # 9:00 to 10:00
        self.confirm()  # 10:00 to 11:00
        page = self.look(day=TOMORROW)
        (room,) = self.rooms(page).values()
        self.assertEqual(self.times(room), ["11:00", "12:00"])
        taken = ["9 AM – 10 AM booked", "10 AM – 11 AM yours"]
        self.assertEqual(self.reasons(room)[1:3], taken)
        (button,) = room.xpath(".//button[contains(., 'yours')]")
        (said,) = page.xpath(f"//*[@id='{button.get('popovertarget')}']")
        self.assertIn("You have this room then", said.text_content())
        self.assertEqual(said.xpath(".//a/@href"), ["/my/bookings"])
        self.log_in(self.follower)
        (room,) = self.rooms(self.look(day=TOMORROW)).values()
        self.assertIn("9 AM – 11 AM booked", self.reasons(room))
        self.authenticate(None, None)
        self.booking_type.portal_who = "anybody"
        (room,) = self.rooms(self.look(day=TOMORROW)).values()
        self.assertIn("9 AM – 11 AM booked", self.reasons(room))

    def test_nobody_is_said_to_have_a_room_whose_tuner_is_busy(self):
        self.open_from(9, 13)
        tuner = self.env["resource.resource"].create(
            {
                "name": "Tuner",
                "resource_type": "user",
                "user_id": self.follower.id,
                "calendar_id": self.calendar.id,
            }
        )
        self.combination.resource_ids += tuner
        self.env["calendar.event"].create(
            {
                "name": "Elsewhere",
                "partner_ids": [(6, 0, self.follower.partner_id.ids)],
                "start": datetime(2027, 3, 2, 9),
                "stop": datetime(2027, 3, 2, 10),
            }
        )
        page = self.look(day=TOMORROW)
        (room,) = self.rooms(page).values()
        self.assertIn("10 AM – 11 AM booked", self.reasons(room))
        (said,) = page.xpath("//*[@id='exivo_why_booked']")
        self.assertNotIn("Somebody", said.text_content())

    def test_closed_days_of_the_house_and_of_a_room_count_as_closed(self):
        self.open_from(8, 12)
        other = self.add_room("Reuss")
        day = datetime(2027, 3, 1, 23)
        leave = {"name": "Works", "date_from": day, "date_to": day + timedelta(days=1)}
        self.env["resource.calendar.leaves"].create(
            {**leave, "calendar_id": self.calendar.id, "resource_id": other.id}
        )
        rooms = self.rooms(self.look(day=TOMORROW))
        self.assertEqual(self.reasons(rooms["Reuss"]), ["6 AM – 12 AM closed"])
        self.assertEqual(len(self.free(rooms["Aare"])), 4)

    def test_room_without_working_time_never_closes_and_takes_nobody_anything(self):
        """Neither does a person who is booked along, nor does either go uncounted."""
        self.open_from(9, 12)
        free = self.add_room("Reuss", calendar_id=False)
        tuner = self.env["resource.resource"].create(
            {
                "name": "Tuner",
                "resource_type": "user",
                "user_id": self.follower.id,
                "calendar_id": False,
            }
        )
        combinations = self.booking_type.combination_rel_ids.combination_id
        combinations[0].resource_ids += tuner
        rooms = self.rooms(self.look(day=TOMORROW))
        for name in ("Aare", "Reuss"):
            self.assertEqual(self.times(rooms[name]), ["09:00", "10:00", "11:00"])
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        page = self.url_open(f"/my/bookings/{self.bookings().id}/schedule")
        self.assertEqual(page.status_code, 200, "no matter which room")
        for combination in combinations:
            self.confirm(combination)
        self.assertEqual(set(self.bookings().mapped("state")), {"pending", "confirmed"})
        self.assertEqual(len(self.bookings()), 3)
        day = datetime(2027, 3, 2, 10)  # 11:00 over there
        leave = {"name": "Works", "date_from": day, "date_to": day + timedelta(days=1)}
        leaves = self.env["resource.calendar.leaves"]
        closed = leaves.create({**leave, "resource_id": free.id})
        self.log_in(self.follower)
        rooms = self.rooms(self.look(day=TOMORROW))
        self.assertEqual(self.times(rooms["Aare"]), ["09:00", "11:00"])
        self.assertEqual(self.times(rooms["Reuss"]), ["09:00"])
        closed.unlink()
        leaves.create({**leave, "calendar_id": self.calendar.copy().id})
        rooms = self.rooms(self.look(day=TOMORROW))
        self.assertEqual(self.times(rooms["Reuss"]), ["09:00", "11:00"])
        leaves.create({**leave, "calendar_id": False})
        rooms = self.rooms(self.look(day=TOMORROW))
        self.assertEqual(self.times(rooms["Reuss"]), ["09:00"])

    def test_night_when_clocks_go_back_offers_hours_that_can_be_told_apart(self):
        day = "2027-10-31"
        (room,) = self.rooms(self.look(day=day, night=1)).values()
        self.assertEqual(self.times(room)[2:4], ["02:00", "02:00"])
        links = room.xpath(".//a[contains(@class, 'o_exivo_slot')]")
        texts = [" ".join(one.text_content().split()) for one in links]
        self.assertEqual(len(texts), len(set(texts)))
        self.assertNotIn("UTC", texts[0])
        asked = self.url_open(self.address(when=f"{day}T02:00:00+02:00")).text
        asked = " ".join(html.document_fromstring(asked).text_content().split())
        self.assertIn("2:00 AM UTC+02:00 – 2:00 AM UTC+01:00", asked)
        self.assertIn("2:10 AM UTC+01:00", asked, "when its doors close")
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        booking = self.bookings()
        page = self.url_open(f"/my/bookings/{booking.id}/schedule/2027/10")
        buttons = html.document_fromstring(page.content).xpath(
            "//button[contains(@class, 'dropdown-item')][contains(., 'UTC+0')]"
        )
        self.assertEqual(len(buttons), 2)

    def test_schedule_page_says_the_day_and_hour_that_it_books_when_clocks_change(self):
        """The room never closes, and is booked once; its month has one hour less."""
        self.book(hours=647)  # after the change, on its day
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        booking = self.bookings()
        page = self.url_open(f"/my/bookings/{booking.id}/schedule/2027/3").content
        booked = set()
        for form in html.document_fromstring(page).forms:
            if "when" not in form.fields:
                continue
            (dialog,) = form.xpath(
                "ancestor-or-self::*[contains(@class, 'modal fade')]"
            )
            day, hour = dialog.xpath(".//div[contains(@class, 'modal-body')]//strong")[
                :2
            ]
            moment = datetime.fromisoformat(form.fields["when"])
            moment = moment.astimezone(ZoneInfo("Europe/Zurich"))
            self.assertIn(f"{moment:%A, %B} {moment.day}, 2027", day.text_content())
            said = hour.text_content().replace("\u202f", " ")
            self.assertEqual(said, f"{moment:%-I:%M %p}")
            booked.add(moment.date())
        self.assertIn(date(2027, 3, 31), booked)

    def test_morning_begins_at_six_on_the_day_on_which_clocks_change(self):
        self.open_from(9, 18, day=6)
        for day in ("2027-03-28", "2027-10-31"):
            (room,) = self.rooms(self.look(day=day)).values()
            self.assertEqual(self.reasons(room)[0], "6 AM – 9 AM closed")

    def test_rooms_where_it_is_another_day_are_shown_on_theirs(self):
        for tz, now, day in (
            ("Pacific/Auckland", "2027-03-01 13:00:00", "2027-03-01"),
            ("Pacific/Honolulu", "2027-03-01 07:00:00", None),
        ):
            with self.subTest(tz=tz), self.env.cr.savepoint() as savepoint:
                kind = self.add_type("A far one")
                kind.resource_calendar_id = self.calendar.copy({"tz": tz})
                with freeze_time(now):
                    self.log_in(self.holder)
                    page = self.look(night=1, **({"day": day} if day else {}))
                rooms = self.rooms(page)
                self.assertEqual(len(rooms), 2)
                for room in rooms.values():
                    self.assertTrue(self.free(room) or self.reasons(room))
                if day:
                    self.assertIn("15:00", self.times(rooms["Aare (Book Aare)"]))
                    far = rooms["A far one (Book A far one)"]
                    self.assertEqual(self.reasons(far), ["12 AM – 12 AM over"])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_days_say_what_their_pages_do_whatever_the_grid(self):
        self.booking_type.write({"duration": 48, "slot_duration": 48})
        nav = "//nav[contains(@class, 'o_exivo_days')]//li"
        free = [
            bool(one.xpath(".//*[contains(@class, 'o_exivo_is_free')]"))
            for one in self.look(day=TOMORROW, night=1).xpath(nav)
        ]
        for number, is_free in enumerate(free):
            page = self.look(day=f"2027-03-0{1 + number}", night=1)
            (room,) = self.rooms(page).values()
            self.assertEqual(bool(self.times(room)), is_free, number)
        self.assertIn(True, free[1:])

    def test_night_is_shown_on_request(self):
        (room,) = self.rooms(self.look(day=TOMORROW)).values()
        self.assertEqual(self.times(room)[0], "06:00")
        page = self.look(day=TOMORROW, night=1)
        (room,) = self.rooms(page).values()
        self.assertEqual(self.times(room)[0], "00:00")

    def test_day_of_which_the_night_is_free_leads_to_one_that_is_free_by_day(self):
        self.open_from(0, 24)
        for week in range(2):
            self.book(hours=20 + 7 * 24 * week, duration=18)  # 6:00 to midnight
        page = self.look(day=TOMORROW)
        self.assertEqual(self.times(self.rooms(page)["Aare"]), [])
        self.assertIn("Only the night is free on this day", page.text_content())
        (link,) = page.xpath("//a[contains(@class, 'o_exivo_next_day')]/@href")
        self.assertIn("day=2027-03-16", link)
        free = "//a[@aria-current='date']//*[contains(@class, 'o_exivo_is_free')]"
        self.assertFalse(page.xpath(free))
        page = self.look(day=TOMORROW, night=1)
        self.assertTrue(page.xpath(free))
        self.assertFalse(page.xpath("//a[contains(@class, 'o_exivo_next_day')]"))

    def test_each_room_says_something_in_each_part_of_the_day_to_choose(self):
        self.open_from(9, 22)
        evening = self.calendar.copy()
        evening.attendance_ids.hour_from = 17
        self.add_room("Reuss", calendar_id=evening.id)
        page = self.look(day=TOMORROW)
        parts = page.xpath("//input[@name='exivo_part']/@id")
        self.assertEqual(len(parts), 3)
        rooms = self.rooms(page)
        edge = "contains(@class, 'o_exivo_edge')"
        for name, room in rooms.items():
            for part in parts:
                there = part.replace("part_", "")
                with self.subTest(room=name, part=part):
                    self.assertTrue(
                        room.xpath(f".//*[contains(@class, '{there}')][not({edge})]")
                    )
        first, last = rooms["Aare"].xpath(".//button[@popovertarget]")
        self.assertTrue(first.xpath(f"self::*[{edge}]"), "there is more to say then")
        self.assertTrue(last.xpath(f"self::*[{edge}]"))

    def test_nobody_sees_rooms_that_they_cannot_book(self):
        self.booking_type.portal_bookable = False
        page = self.look()
        self.assertFalse(self.rooms(page))
        self.assertEqual(self.url_open(self.address()).status_code, 404)
        self.assertEqual(self.confirm().status_code, 404)
        self.booking_type.portal_bookable = True
        foreign = self._create_type(self._create_room("Secret"))
        combination = foreign.combination_rel_ids.combination_id
        self.assertEqual(self.confirm(combination).status_code, 404)
        self.assertFalse(self.bookings())

    def test_employee_without_rights_on_bookings_reads_what_was_booked(self):
        self.log_in(self._create_user("exivo_employee", "base.group_user"))
        for _press in range(2):
            page = self.confirm()
            self.assertIn(f"/my/bookings/{self.bookings().id}?", page.url)
            self.assertIn("Aare", page.text)

    def test_employee_without_rights_on_bookings_finds_what_was_booked(self):
        self.book_for_holder(hours=48)
        employee = self._create_user("exivo_employee", "base.group_user")
        self.log_in(employee)
        self.confirm()
        booking = self.bookings()
        self.synchronise()
        page = html.document_fromstring(self.url_open("/my/bookings").text)
        (link,) = page.xpath("//a[contains(@class, 'tr_resource_booking_link')]")
        self.assertIn("Aare", link.text)
        self.assertIn("Aare", self.url_open(link.get("href")).text)
        self.assertEqual(self.counters("booking_count")["booking_count"], 1)
        doors = html.document_fromstring(self.url_open("/my/doors").text)
        (link,) = doors.xpath("//a[contains(., 'See the booking')]/@href")
        self.assertIn(f"/my/bookings/{booking.id}?", self.url_open(link).url)
        access = self.accesses(booking)
        help_page = f"/my/exivo/accesses/{access.id}/help"
        page = html.document_fromstring(self.url_open(help_page).text)
        (link,) = page.xpath("//a[contains(., 'Write to us')]/@href")
        self.assertIn(f"/my/bookings/{booking.id}?", self.url_open(link).url)

    # === WHAT IS ARCHIVED === #

    def add_archived(self, name="Reuss"):
        """Another room with doors and its combination, which are archived later."""
        room = self.add_room(name)
        self.rule.copy({"resource_id": room.id})
        combinations = self.booking_type.combination_rel_ids.combination_id
        return room, combinations - self.combination

    def begin(self):
        """Begin a booking whose time is chosen later."""
        self.post(f"/my/bookings/new/{self.booking_type.id}")
        return self.bookings()

    def offers(self, booking, when):
        """Tell whether the schedule page of a booking has a time."""
        url = f"/my/bookings/{booking.id}/schedule/2027/3"
        tree = html.document_fromstring(self.url_open(url).content)
        return when in tree.xpath("//input[@name='when']/@value")

    def test_time_of_which_two_rooms_have_a_part_each_is_not_offered(self):
        self.open_from(9, 13)
        self.booking_type.slot_duration = 0.5
        self.add_room("Reuss")
        combinations = self.booking_type.combination_rel_ids.combination_id
        for hours, one in (
            (25, self.combination),
            (24, combinations - self.combination),
        ):
            self.book(hours=hours, combination_id=one.id, combination_auto_assign=False)
        booking = self.begin()
        hours = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00")
        offered = [f"{TOMORROW}T{hour}:00+01:00" for hour in hours]
        for when in offered:
            with self.subTest(when=when), self.env.cr.savepoint() as savepoint:
                is_free = "T10:30" not in when
                self.assertEqual(self.offers(booking, when), is_free)
                status = self.choose(booking, when).status_code
                self.assertEqual(status, 200 if is_free else 409)
                self.assertEqual(booking.state, "confirmed" if is_free else "pending")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_was_begun_and_left_does_not_wait_for_staff(self):
        self.booking_type.portal_staff_confirms = True
        for _click in range(2):
            self.begin()
        self.confirm()
        self.assertEqual(self.bookings().mapped("state").count("scheduled"), 1)

    def test_archived_room_is_given_to_nobody_while_the_others_are_taken(self):
        taken = self.book() | self.book(hours=26)
        booking = self.begin()
        for gone in self.add_archived():
            gone.active = False
            self.assertFalse(self.offers(booking, TEN))
            self.assertTrue(self.offers(booking, TEN.replace("T10", "T11")))
            self.assertEqual(self.choose(booking, TEN).status_code, 409)
            with (
                self.assertRaisesRegex(ValidationError, "No room is free"),
                self.env.cr.savepoint(),
            ):
                self.book()
            with (  # staff drag it to another time
                self.assertRaisesRegex(ValidationError, "No room is free"),
                self.env.cr.savepoint(),
            ):
                taken[0].meeting_id.write(
                    {"start": taken[1].start, "stop": taken[1].stop}
                )
            gone.active = True
        self.assertTrue(self.offers(booking, TEN))
        accesses = self.accesses(taken[0]) | self.accesses(taken[1])
        self.assertEqual(self.accesses(), accesses)

    def test_archived_room_is_given_to_nobody_although_it_comes_first(self):
        self.booking_type.combination_assignment = "sorted"
        for gone in self.add_archived():
            self.booking_type.combination_rel_ids[0].sequence = 999
            gone.active = False
            booking = self.book()
            self.assertEqual(booking.combination_id, self.combination)
            booking.action_cancel()
            gone.active = True

    def test_rooms_of_which_one_is_archived_are_not_booked_together(self):
        room, _alone = self.add_archived()
        both = self.combination.create(
            {"resource_ids": [(6, 0, (self.room | room).ids)]}
        )
        self.booking_type.combination_rel_ids = [(0, 0, {"combination_id": both.id})]
        room.active = False
        rooms = self.look(day=TOMORROW).xpath(
            "//section[contains(@class, 'o_exivo_room')]/@aria-label"
        )
        self.assertEqual(rooms, ["Aare"])
        self.assertEqual(self.confirm(both).status_code, 404)

    def test_what_is_booked_stays_in_a_room_that_is_archived(self):
        room, alone = self.add_archived()
        booking = self.book(combination_id=alone.id, combination_auto_assign=False)
        self.synchronise()
        for gone in (room, alone):
            gone.active = False
            booking.combination_auto_assign = True
            booking.name = f"In {gone._name}"
            booking.meeting_id.write(
                {"start": booking.start, "stop": booking.stop, "duration": 1}
            )
            booking.meeting_id.attendee_ids.do_decline()
            booking.action_confirm()
            self.synchronise()
            self.assertEqual(booking.combination_id, alone)
            self.assertEqual(self.accesses(booking).mapped("state"), ["created"])

    def test_what_is_moved_leaves_a_room_that_is_archived(self):
        room, alone = self.add_archived()
        booking = self.book(combination_id=alone.id, combination_auto_assign=False)
        room.active = False
        later = TEN.replace("T10", "T11")
        self.assertFalse(self.offers(booking, later))
        self.assertEqual(self.choose(booking, later).status_code, 409)
        with self.assertRaises(ValidationError):
            booking.start = NOW + timedelta(hours=25)
            self.env.flush_all()
        self.env.invalidate_all()
        booking.combination_auto_assign = True
        self.assertEqual(booking.combination_id, alone)
        self.assertEqual(self.choose(booking, later).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(booking.start, NOW + timedelta(hours=25))
        self.assertEqual(booking.combination_id, self.combination)

    def test_type_that_is_archived_gives_no_time_to_what_was_begun(self):
        booking = self.begin()
        self.assertTrue(self.offers(booking, TEN))
        self.booking_type.active = False
        self.assertEqual(self.choose(booking, TEN).status_code, 409)
        self.assertFalse(booking.meeting_id)

    # === LOOKING FOR SOMETHING === #

    def test_longest_that_staff_allow_can_be_booked_from_a_list_that_is_short(self):
        self.booking_type.write(
            {"duration": 0.25, "slot_duration": 0.25, "portal_longest": 8}
        )
        page = self.look(day=TOMORROW)
        lengths = [float(one) for one in page.xpath("//option/@value") if one]
        self.assertEqual(lengths[:8], [number / 4 for number in range(1, 9)])
        self.assertEqual(lengths[-1], 8)
        self.assertEqual(lengths, sorted(set(lengths)))
        self.assertLessEqual(len(lengths), 16)
        self.confirm(hours=8)
        self.assertEqual(self.bookings().duration, 8)
        later = "2027-03-03T10:00:00+01:00"
        self.assertEqual(self.confirm(hours=8.25, when=later).status_code, 409)

    def test_filters_by_words_however_long_and_by_none_that_no_room_has(self):
        place, thing = f"Hamburg {'e' * 200}", f"Beamer {'r' * 200}"
        self.booking_type.location = place
        self.room.portal_equipment = thing
        self.add_room("Reuss")
        found = self.rooms(self.look(day=TOMORROW, place=place, equipment=[thing]))
        self.assertEqual([*found], ["Aare"])
        page = self.look(day=TOMORROW, equipment=["Proyector"])
        self.assertEqual(len(self.rooms(page)), 2, "it was a word of another language")

    def test_filters_by_place_size_and_equipment(self):
        self.room.write({"portal_capacity": 4, "portal_equipment": "Beamer"})
        self.add_room("Reuss", portal_capacity=8, portal_equipment="Piano, beamer")
        other = self._create_type(self._create_room("Rhine"))
        other.write({"portal_bookable": True, "location": "Bern"})
        for wish, names in (
            ({"people": 5}, {"Reuss"}),
            ({"people": 9}, set()),
            ({"equipment": ["Beamer"]}, {"Aare", "Reuss"}),
            ({"equipment": ["Beamer", "Piano"]}, {"Reuss"}),
            ({"place": "Bern"}, {"Rhine"}),
            ({"people": "many", "hours": "nan", "day": "soon"}, None),
            ({"people": "-1", "hours": "inf", "day": "1999-01-01"}, None),
        ):
            with self.subTest(wish=wish):
                rooms = self.rooms(self.look(**wish))
                shown = {name.partition(" (")[0] for name in rooms}
                expected = {"Aare", "Reuss", "Rhine"} if names is None else names
                self.assertEqual(shown, expected)

    def test_length_where_the_type_allows_several(self):
        self.open_from(9, 12)
        self.booking_type.portal_longest = 3
        plain = self._create_type(self._create_room("Short"))
        plain.write({"portal_bookable": True, "duration": 1, "slot_duration": 1})
        rooms = self.rooms(self.look(day=TOMORROW, hours=2))
        self.assertEqual(self.times(rooms["Aare (Book Aare)"]), ["09:00", "10:00"])
        short = rooms["Short (Book Short)"]
        self.assertIn("not booked for so long", short.text_content())
        asked = self.url_open(self.address(hours=2))
        self.assertIn("10:00 AM – 12:00 PM", asked.text.replace("\u202f", " "))
        self.confirm(hours=2)
        self.assertEqual(self.bookings().duration, 2)

    def test_length_that_is_not_offered_is_refused(self):
        self.booking_type.portal_longest = 3
        for hours in (4, 0.25, 1.5, 999999):
            with self.subTest(hours=hours):
                self.assertEqual(self.confirm(hours=hours).status_code, 409)
        self.assertFalse(self.bookings())

    # === BOOKING === #

    def test_one_page_asks_and_says_what_one_gets(self):
        asked = self.url_open(self.address())
        said = " ".join(html.document_fromstring(asked.content).text_content().split())
        said = said.replace("\u202f", " ")
        for part in (
            "Aare",
            "Tuesday, March 2, 2027, 10:00 AM – 11:00 AM (Europe/Zurich)",
            "one mail with a link and a PIN",
            "from 9:45 AM until 11:10 AM",
        ):
            self.assertIn(part, said)
        self.assertIn("Aare, Tuesday, March 2", asked.text.partition("</title>")[0])
        self.assertFalse(self.bookings(), "looking books nothing")
        self.rule.active = False
        self.assertNotIn("PIN", self.url_open(self.address()).text)

    def _get_promised(self, **query):
        page = html.document_fromstring(self.url_open(self.address(**query)).content)
        said = page.xpath("//div[contains(@class, 'o_exivo_promise')]")
        return said and " ".join(said[0].text_content().split()).replace("\u202f", " ")

    def test_page_promises_a_pin_by_mail_only_where_a_mail_brings_it(self):
        by_mail = "one mail with a link and a PIN"
        self.assertIn(by_mail, self._get_promised())
        self.site.pin_in_mail = False
        said = self._get_promised()
        self.assertNotIn(by_mail, said)
        self.assertIn("one mail with a link. You see your PIN under My doors.", said)
        self.booking_type.portal_who = "anybody"
        self.authenticate(None, None)
        said = self._get_promised()
        self.assertIn("a link. You get your PIN from us in another way.", said)
        self.site.pin_in_mail = True
        self.assertIn(by_mail, self._get_promised())
        self.log_in(self.holder)
        self.booking_type.portal_who = "login"
        self.holder.partner_id.email = False
        said = self._get_promised()
        self.assertNotIn("mail", said)
        self.assertIn("a link under My doors. You see your PIN under My doors.", said)

    def test_page_promises_every_door_only_for_the_time_that_all_have(self):
        self.rule.lock_ids = self.aare
        self.site.app_id = "4711"
        self.entrance.has_mobile_access = True
        self.rule.copy(
            {
                "lock_ids": [(6, 0, self.entrance.ids)],
                "minutes_before": 60,
                "minutes_after": 0,
                "method": "app",
            }
        )
        said = self._get_promised()
        self.assertIn("from 9:45 AM until 11:00 AM.", said)
        self.assertIn("Some of them open earlier, or longer.", said)
        self.assertIn("a link and a PIN. You get a key in the app.", said)

    def test_page_promises_doors_of_another_day_with_that_day(self):
        self.booking_type.write({"portal_longest": 24})
        said = self._get_promised(hours=24)
        self.assertIn("from 9:45 AM until 03/03/2027, 10:10 AM.", said)
        said = self._get_promised(when=TEN.replace("T10", "T00"))
        self.assertIn("from 03/01/2027, 11:45 PM until 1:10 AM.", said)

    def test_page_promises_no_doors_of_another_company(self):
        self.assertTrue(self._get_promised())
        neighbour = self.env["res.company"].create({"name": "Neighbours"})
        self.booking_type.company_id = self.env.company
        self.site.company_id = self.room.company_id = neighbour
        self.assertFalse(self._get_promised())

    def test_one_form_books_the_room_that_was_chosen(self):
        self.add_room("Reuss")
        other = self.booking_type.combination_rel_ids.combination_id[-1]
        self.assertEqual(other.name, "Reuss")
        done = self.confirm(other)
        booking = self.bookings()
        self.assertTrue(done.url.endswith(f"/my/bookings/{booking.id}"), done.url)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.combination_id, other)
        self.assertEqual(booking.partner_ids, self.holder.partner_id)
        self.assertEqual(str(booking.start), "2027-03-02 09:00:00")
        self.assertFalse(booking.user_id)

    def test_customer_gets_the_access_without_staff(self):
        self.confirm()
        self.synchronise()
        access = self.accesses(self.bookings())
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.mails_to(self.holder.partner_id)), 1)

    def test_all_that_is_offered_is_taken(self):
        """Hours on no round grid, a deadline, other zones, bookings in between."""
        self.open_from(8.25, 18)
        self.booking_type.write(
            {"duration": 1, "slot_duration": 0.75, "modifications_deadline": 22}
        )
        self.calendar.tz = "Asia/Kathmandu"
        self.add_room("Reuss", tz="Europe/Zurich")
        self.book(hours=23.5, duration=0.75)
        rooms = self.rooms(self.look(day=TOMORROW))
        offered = {name: self.free(section) for name, section in rooms.items()}
        self.assertGreater(len(offered["Aare"]), 3)
        combinations = self.booking_type.combination_rel_ids.combination_id
        for combination in combinations:
            for when in offered[combination.name]:
                with self.subTest(room=combination.name, when=when):
                    asked = self.url_open(self.address(combination, when=when))
                    self.assertEqual(asked.status_code, 200)
                    with self.env.cr.savepoint() as savepoint:
                        self.confirm(combination, when=when)
                        self.assertEqual(self.bookings().state, "confirmed")
                        savepoint.rollback()
                    self.env.invalidate_all()

    def test_what_is_offered_together_is_what_each_booking_would_be_offered(self):
        self.add_room("Reuss")
        self.open_from(7.5, 19.25)
        for hours, duration in ((22, 1), (25.25, 0.5), (28, 2)):
            self.book(hours=hours, duration=duration)
        rooms = self.rooms(self.look(day=TOMORROW))
        for combination in self.booking_type.combination_rel_ids.combination_id:
            booking = self.env["resource.booking"].create(
                {
                    "type_id": self.booking_type.id,
                    "combination_id": combination.id,
                    "combination_auto_assign": False,
                    "partner_ids": [(6, 0, self.holder.partner_id.ids)],
                }
            )
            page = self.url_open(f"/my/bookings/{booking.id}/schedule")
            forms = html.document_fromstring(page.content).forms
            times = [form.fields["when"] for form in forms if "when" in form.fields]
            times = [when for when in times if when.startswith(TOMORROW)]
            self.assertEqual(self.free(rooms[combination.name]), times)

    def test_what_is_not_offered_is_refused_in_words(self):
        self.open_from(9, 18)
        self.book(hours=24)
        for when in (
            TEN,
            f"{TOMORROW}T08:00:00+01:00",
            f"{TOMORROW}T12:30:00+01:00",
            "2027-02-02T10:00:00+01:00",
            "2099-03-03T10:00:00+01:00",
        ):
            for ask in (lambda w: self.url_open(self.address(when=w)), self._press):
                with self.subTest(when=when):
                    response = ask(when)
                    self.assertEqual(response.status_code, 409)
                    self.assertIn("This time is not free", response.text)
        for when in ("", "soon", "2027-03-02T10:00:00"):
            with self.subTest(when=when):
                self.assertEqual(self._press(when).status_code, 400)
        self.assertFalse(self.bookings())

    def _press(self, when):
        return self.confirm(when=when)

    def test_somebody_who_was_faster_leaves_nothing_behind(self):
        self.book(hours=24)
        with patch.object(Choice, "is_free", lambda *args: True):
            self.assertEqual(self.confirm().status_code, 409)
        self.assertFalse(self.bookings())

    def test_pressing_twice_books_once(self):
        first, second = self.confirm(), self.confirm()
        self.assertEqual(first.url, second.url)
        self.assertEqual(len(self.bookings()), 1)

    def test_same_start_with_another_length_is_not_booked_already(self):
        self.booking_type.portal_longest = 3
        self.confirm(hours=1)
        longer = self.confirm(hours=2)
        self.assertEqual(longer.status_code, 409)
        self.assertIn("This time is not free", longer.text)
        self.assertEqual(self.bookings().duration, 1)
        again = self.confirm(hours=1)
        self.assertIn(f"/my/bookings/{self.bookings().id}", again.url)

    def test_refusal_says_of_what_and_shows_that_part_of_the_day(self):
        three = f"{TOMORROW}T15:00:00+01:00"
        self.book(hours=29)
        for response in (
            self.url_open(self.address(when=three)),
            self.confirm(when=three),
        ):
            self.assertEqual(response.status_code, 409)
            page = html.document_fromstring(response.text.replace("\u202f", " "))
            (notice,) = page.xpath("//*[contains(@class, 'o_exivo_refusal')]")
            said = " ".join(notice.text_content().split())
            self.assertIn("Aare, Tuesday, March 2, 2027, 3:00 PM – 4:00 PM", said)
            self.assertEqual(self._part(page), ["exivo_part_afternoon"])
        self.assertEqual(self._part(self.look()), ["exivo_part_morning"])
        page = self.look(day=TOMORROW, night=1)
        self.assertEqual(self._part(page), ["exivo_part_night"])

    def _part(self, page):
        return page.xpath("//input[@name='exivo_part'][@checked]/@id")

    def test_way_back_remembers_what_was_looked_for(self):
        self.room.write({"portal_capacity": 8, "portal_equipment": "Beamer, Piano"})
        self.booking_type.write({"portal_longest": 3, "location": "Bern"})
        wish = {
            "day": [TOMORROW],
            "people": ["8"],
            "place": ["Bern"],
            "equipment": ["Beamer", "Piano"],
            "night": ["1"],
        }
        for wished in (wish, {**wish, "hours": ["2"]}):
            with self.subTest(wish=wished):
                (room,) = self.rooms(self.look(**wished)).values()
                slot = room.xpath(".//a[contains(@class, 'o_exivo_slot')]/@href")[0]
                asked = self.url_open(slot)
                self.assertEqual(self._get_way_back(asked), wished)
                tree = html.document_fromstring(asked.content)
                (form,) = (one for one in tree.forms if "hours" in one.fields)
                hours = wished.get("hours", ["1"])[0]
                self.assertEqual(form.fields["hours"], hours)
                (lengths,) = (one for one in tree.forms if one.method == "GET")
                query = urlencode([*lengths.form_values(), ("hours", "3")])
                other = self.url_open(f"{slot.partition('?')[0]}?{query}")
                self.assertEqual(self._get_way_back(other), {**wished, "hours": ["3"]})
                with patch.object(Choice, "is_free", lambda *args: False):
                    refused = self.post(slot, **dict(form.form_values()))
                self.assertEqual(refused.status_code, 409)
                shown = html.document_fromstring(refused.content)
                (again,) = shown.xpath("//a[contains(@class, 'o_exivo_night')]")[:1]
                self.assertIn("people=8", again.get("href"))
                self.assertEqual("hours=" in again.get("href"), "hours" in wished)

    def _get_way_back(self, asked):
        page = html.document_fromstring(asked.content)
        (back,) = page.xpath("//a[text()='Back']/@href")
        return parse_qs(urlsplit(back).query)

    @mute_logger("odoo.http")
    def test_nothing_is_booked_by_an_address_or_without_a_login(self):
        self.assertEqual(self.url_open(self.address(), data={"x": 1}).status_code, 400)
        self.url_open(self.address(_method="POST"))
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(self.address()).url)
        self.assertFalse(self.bookings())

    # === PICTURES, AND WHAT STAFF ENTER === #

    def test_picture_is_shown_to_who_may_book_the_room_and_to_nobody_else(self):
        file = io.BytesIO()
        Image.new("RGB", (64, 48), "#0b5c7a").save(file, "PNG")
        self.room.portal_image = base64.b64encode(file.getvalue())
        (picture,) = self.rooms(self.look())["Aare"].xpath(".//img/@src")
        answer = self.url_open(picture)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("image/", answer.headers["Content-Type"])
        plain = self.add_room("Reuss")
        other = self.url_open(f"/my/exivo/rooms/{plain.id}/picture")
        self.assertEqual(other.status_code, 404)
        self.booking_type.portal_bookable = False
        self.assertEqual(self.url_open(picture).status_code, 404)

    def test_staff_say_on_the_rooms_form_what_it_is_like(self):
        with Form(self.room) as form:
            form.portal_capacity = 6
            form.portal_equipment = "Piano"
        (room,) = self.rooms(self.look()).values()
        self.assertIn("6 people", " ".join(room.text_content().split()))
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.room.portal_capacity = -1

    # === WHAT IT COSTS === #

    def test_pages_that_name_pictures_read_none_of_them(self):
        file = io.BytesIO()
        Image.new("RGB", (64, 48), "#0b5c7a").save(file, "PNG")
        self.room.portal_image = base64.b64encode(file.getvalue())
        self.env.invalidate_all()
        read, opened = Binary.read, []

        def note(field, records):
            if not records.env.context.get("bin_size"):
                opened.append(field.name)
            return read(field, records)

        with patch.object(Binary, "read", note):
            self.assertTrue(self.rooms(self.look())["Aare"].xpath(".//img"))
        self.assertNotIn("portal_image", opened)

    def test_many_rooms_cost_hardly_more_queries_than_few(self):
        for number in range(2):
            self.add_room(f"Room {number}")
        self._book_all()
        self.look(day=TOMORROW)  # fills the caches
        few = self.count_queries()
        for number in range(2, 29):
            self.add_room(f"Room {number}")
        self._book_all(hours=30)
        many = self.count_queries()
        self.assertLessEqual(many, 2 * few, (few, many))

    def test_rooms_of_many_types_cost_hardly_more_queries_than_of_few(self):
        self.booking_type.portal_most_ahead = 9
        for number in range(2):
            self.add_type(f"Room {number}")
        self.look(day=TOMORROW)  # fills the caches
        few = self.count_queries()
        for number in range(2, 29):
            self.add_type(f"Room {number}")
        many = self.count_queries()
        self.assertLessEqual(many, 2 * few, (few, many))

    def test_rooms_with_working_times_of_their_own_cost_hardly_more_queries(self):
        self._assert_few_queries(self._add_with_hours)

    def test_types_with_working_times_of_their_own_cost_hardly_more_queries(self):
        self._assert_few_queries(self._add_in_type)

    def test_rooms_that_are_booked_with_a_person_cost_hardly_more_queries(self):
        self._assert_few_queries(self._add_with_person)

    def test_rooms_of_a_page_are_offered_when_each_alone_would_be(self):
        self._add_with_hours("hours")
        self._add_in_type("type")
        for name in ("busy", "declined", "elsewhere", "whole"):
            person = self._add_with_person(name)
            event = self.env["calendar.event"].search([("name", "=", name)])
            partner = person.user_id.partner_id
            if name == "declined":
                event.user_id = self.env.user
                event.attendee_ids.filtered(
                    lambda one, its=partner: one.partner_id == its
                ).state = "declined"
            elif name == "elsewhere":
                event.partner_ids = self.customer
            elif name == "whole":
                event.write(
                    {"allday": True, "start_date": TOMORROW, "stop_date": TOMORROW}
                )
        self.add_room("open", calendar_id=False)
        self.add_room(
            "flexible", calendar_id=self.calendar.copy({"flexible_hours": True}).id
        )
        self.add_room("forced")
        forced = self.booking_type.combination_rel_ids[-1].combination_id
        forced.forced_calendar_id = self.calendar.copy()
        forced.forced_calendar_id.attendance_ids.unlink()
        self.book(
            hours=26, combination_id=self.combination.id, combination_auto_assign=False
        )
        day = date.fromisoformat(TOMORROW)
        offered, alone = {}, {}
        for when in (day, day + timedelta(days=2)):
            for name, room in self.rooms(self.look(day=when, night=1)).items():
                offered[name.partition(" (")[0], when] = self.free(room)
            kinds = self.env["resource.booking.type"].sudo()
            for choice in get_choices(kinds.search([("portal_bookable", "=", True)])):
                one = imagine(choice.booking_type, choice.combination, choice.hours)
                starts = one._get_exivo_starts(when, when).get(when, [])
                alone[choice.name, when] = [start.isoformat() for start in starts]
        for key in offered.keys() | alone.keys():
            self.assertEqual(offered[key], alone[key], key)
        counts = {key[0]: len(times) for key, times in alone.items() if key[1] == day}
        usual = counts["type"]
        for name, expected in (
            ("busy", usual - 1),
            ("declined", usual),
            ("elsewhere", usual),
            ("whole", 0),
            ("forced", 0),
            ("Aare", usual - 1),
        ):
            self.assertEqual(counts[name], expected, name)

    def _assert_few_queries(self, add):
        """Whoever has 30 rooms waits for at most twice the queries of 3."""
        for number in range(2):
            add(f"few{number}")
        self.look(day=TOMORROW)  # fills the caches
        few = self.count_queries()
        for number in range(27):
            add(f"many{number}")
        many = self.count_queries()
        self.assertLessEqual(many, 2 * few, (few, many))

    def _add_with_hours(self, name):
        """Another room with a working time of its own, and a day on which it rests."""
        calendar = self.calendar.copy()
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": calendar.id,
                "date_from": NOW + timedelta(days=3),
                "date_to": NOW + timedelta(days=4),
            }
        )
        return self.add_room(name, calendar_id=calendar.id)

    def _add_in_type(self, name):
        """Another type with a working time of its own."""
        self.add_type(name).resource_calendar_id = self.calendar.copy()

    def _add_with_person(self, name):
        """Another room that is booked with a person, who has an appointment."""
        room = self.add_room(name)
        user = self._create_user(name, "base.group_user")
        person = self.env["resource.resource"].create(
            {
                "name": name,
                "resource_type": "user",
                "user_id": user.id,
                "calendar_id": self.calendar.id,
            }
        )
        combination = self.booking_type.combination_rel_ids[-1].combination_id
        combination.resource_ids = room | person
        self.env["calendar.event"].create(
            {
                "name": name,
                "user_id": user.id,
                "partner_ids": user.partner_id.ids,
                "start": NOW + timedelta(hours=24),
                "stop": NOW + timedelta(hours=25),
            }
        )
        return person

    def _book_all(self, hours=24):
        for combination in self.booking_type.combination_rel_ids.combination_id:
            self.book(
                hours=hours,
                combination_id=combination.id,
                combination_auto_assign=False,
            )
