# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two people take the same room for the same time, and neither sees the other do it."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw

from devkit.commands.demo import running_odoo
from devkit.commands.patience import within_seconds
from devkit.commands.visitor import Visitor
from devkit.machine.odoo import Odoo
from devkit.machine.postgres import postgres
from devkit.machine.processes import claim_port

#: When both want the room: in the middle of a day in the room's zone.
NOON = fields.Datetime.now().replace(hour=11, minute=0, second=0, microsecond=0)
NOON += timedelta(days=3)
HOUR = timedelta(hours=1)
#: When the other one's booking is, before it is moved to noon or lengthened.
MORNING = NOON - 4 * HOUR


class TwoRooms:
    """The demo room, and another one that only the other person's booking is in."""

    def __init__(self, office):
        self.office = office
        with office.env() as env:
            room = env.ref("exivo_access.demo_room")
            self.room_id = room.id
            self.combination_id = env.ref("exivo_access.demo_combination").id
            self.customer_id = env["res.partner"].create({"name": "The other"}).id
            other_room = room.copy({"name": "Meeting room Reuss"})
            other = env["resource.booking.combination"].create(
                {"resource_ids": [(6, 0, other_room.ids)]}
            )
            self.other_combination_id = other.id
            self.other_type_id = (
                env.ref("exivo_access.demo_booking_type")
                .copy({"combination_rel_ids": [(0, 0, {"combination_id": other.id})]})
                .id
            )
            self.other_room_id = other_room.id

    def clear_up(self):
        with self.office.env() as env:
            env["resource.booking"].with_context(active_test=False).search([]).unlink()
            env["resource.booking.type"].browse(self.other_type_id).unlink()
            env["resource.booking.combination"].browse(
                self.other_combination_id
            ).unlink()
            env["resource.resource"].browse(self.other_room_id).unlink()

    def values(self, **vals):
        """Of a booking of the other person."""
        return {
            "type_id": self.office.type_id,
            "partner_ids": [(6, 0, [self.customer_id])],
            "duration": 1,
            **vals,
        }

    def book(self, **vals):
        """Have the other person's booking there already, committed.

        :return: the ids of the booking and of its meeting.
        """
        with self.office.env() as env:
            booking = env["resource.booking"].create(self.values(**vals))
            booking.action_confirm()
            return booking.id, booking.meeting_id.id

    def book_noon(self, env):
        """Take the demo room at noon."""
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        booking_id = self.office.book_in(env, (NOON - now) // HOUR)
        env.cr.flush()
        return booking_id

    def bookings_at_noon(self):
        """The bookings that take place in the demo room at noon."""
        with self.office.env() as env:
            bookings = env["resource.booking"].search(
                [("combination_id.resource_ids", "in", self.room_id)]
            )
            planner = env["exivo.planner"]
            return [
                booking.id
                for booking in bookings
                if planner._takes_place(booking)
                and _overlap(planner._get_period(booking), (NOON, NOON + HOUR))
            ]

    def come_second(self, work):
        """Somebody has taken noon and not committed yet when another one wants it.

        :param work: what the other one does.
        :return: what that one was told.
        """
        told = []

        def run():
            try:
                told.append(work())
            except UserError as error:
                told.append(str(error))

        other = threading.Thread(target=run)
        with self.office.env() as env:
            self.book_noon(env)
            other.start()
            within_seconds(
                lambda: self.office.waits_for_lock() or not other.is_alive(),
                "the other one did not come",
            )
        other.join()
        return told[0]


def _overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


@pytest.fixture
def rooms(office):
    rooms = TwoRooms(office)
    yield rooms
    rooms.clear_up()


def create(rooms):
    return "resource.booking", "create", [[rooms.values(start=str(NOON))]]


def save_a_new_form(rooms):
    return (
        "resource.booking",
        "web_save",
        [[], rooms.values(start=str(NOON)), {"state": {}}],
    )


def import_file(rooms):
    names = ["type_id/.id", "partner_ids/.id", "duration", "start"]
    row = [rooms.office.type_id, rooms.customer_id, 1, str(NOON)]
    return "resource.booking", "load", [names, [[str(one) for one in row]]]


def copy(rooms):
    booking_id, _event = rooms.book(start=MORNING)
    return "resource.booking", "copy", [[booking_id], {"start": str(NOON)}]


def give_a_start(rooms):
    booking_id, _event = rooms.book()
    return "resource.booking", "write", [[booking_id], {"start": str(NOON)}]


def move(rooms):
    booking_id, _event = rooms.book(start=MORNING)
    return "resource.booking", "write", [[booking_id], {"start": str(NOON)}]


def lengthen(rooms):
    booking_id, _event = rooms.book(start=MORNING)
    return "resource.booking", "write", [[booking_id], {"duration": 5}]


def change_combination(rooms):
    booking_id, _event = rooms.book(start=NOON, type_id=rooms.other_type_id)
    vals = {"combination_auto_assign": False, "combination_id": rooms.combination_id}
    return "resource.booking", "write", [[booking_id], vals]


def unarchive(rooms):
    booking_id, _event = rooms.book(start=NOON)
    with rooms.office.env() as env:
        env["resource.booking"].browse(booking_id).active = False
    return "resource.booking", "action_unarchive", [[booking_id]]


def drag_into_the_calendar(rooms):
    # one that looks for a room by itself fails in resource_booking, busy or not
    booking_id, _event = rooms.book(
        combination_auto_assign=False, combination_id=rooms.combination_id
    )
    vals = {
        "name": "Lunch",
        "start": str(NOON),
        "stop": str(NOON + HOUR),
        "resource_booking_ids": [[6, 0, [booking_id]]],
    }
    return "calendar.event", "create", [[vals]]


def move_the_event(rooms):
    _booking, event_id = rooms.book(start=MORNING)
    vals = {"start": str(NOON), "stop": str(NOON + HOUR)}
    return "calendar.event", "write", [[event_id], vals]


def lengthen_the_event(rooms):
    _booking, event_id = rooms.book(start=MORNING)
    return "calendar.event", "write", [[event_id], {"duration": 5}]


def make_the_event_end_later(rooms):
    _booking, event_id = rooms.book(start=MORNING)
    return "calendar.event", "write", [[event_id], {"stop": str(NOON + HOUR)}]


def make_the_event_last_all_day(rooms):
    _booking, event_id = rooms.book(start=MORNING)
    return "calendar.event", "write", [[event_id], {"allday": True}]


def unarchive_the_event(rooms):
    _booking, event_id = rooms.book(start=NOON)
    with rooms.office.env() as env:
        env["calendar.event"].browse(event_id).active = False
    return "calendar.event", "write", [[event_id], {"active": True}]


def put_the_room_in_the_combination(rooms):
    rooms.book(start=NOON, type_id=rooms.other_type_id)
    vals = {"resource_ids": [[6, 0, [rooms.room_id]]]}
    return (
        "resource.booking.combination",
        "write",
        [[rooms.other_combination_id], vals],
    )


WAYS = [
    create,
    save_a_new_form,
    import_file,
    copy,
    give_a_start,
    move,
    lengthen,
    change_combination,
    unarchive,
    drag_into_the_calendar,
    move_the_event,
    lengthen_the_event,
    make_the_event_end_later,
    make_the_event_last_all_day,
    unarchive_the_event,
    put_the_room_in_the_combination,
]


@pytest.mark.parametrize("way", WAYS)
def test_whoever_comes_second_does_not_get_the_room_and_is_told_so(rooms, way):
    model, method, arguments = way(rooms)

    def work():
        answers = []
        rooms.office.request(
            lambda env: answers.append(
                call_kw(env[model], method, arguments, {"context": {"tz": "UTC"}})
            )
        )
        return answers[-1]

    told = rooms.come_second(work)
    assert len(rooms.bookings_at_noon()) == 1, told
    if isinstance(told, dict):  # an import says it in its answer
        (message,) = told["messages"]
        told = message["message"]
    assert "are busy" in told or "just taken" in told


@pytest.fixture
def server(office, registry, tmp_path):
    """Odoo as its own process on the same database: its address."""
    ports = {"odoo": claim_port(0, "Odoo", "--port")}
    with postgres() as own_postgres:
        odoo = Odoo.of_this_python(own_postgres)
        with running_odoo(
            odoo,
            registry.db_name,
            tmp_path,
            ports,
            office.simulator.ready,
            [],
            max_cron_threads=0,
        ) as (url, _process):
            yield url


def see_noon(rooms, url, booking_id):
    """What a customer sees who is about to confirm noon for a booking.

    :return: the browser, and the form to send.
    """
    with rooms.office.env() as env:
        booking = env["resource.booking"].browse(booking_id)
        path = booking.get_portal_url(suffix=f"/schedule/{NOON:%Y/%m}")
    visitor = Visitor()
    forms = visitor.open(url + path).forms("when")
    (form,) = (one for one in forms if _as_utc(one.fields["when"]) == NOON)
    return visitor, form


def _as_utc(text):
    return datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)


def test_customer_who_confirms_second_in_the_portal_chooses_anew(rooms, server):
    booking_id, _event = rooms.book()
    visitor, form = see_noon(rooms, server, booking_id)
    page = rooms.come_second(lambda: visitor.submit(form))
    assert page.status == 409
    assert "This time is not free" in page.text
    assert rooms.bookings_at_noon() != [booking_id]
    assert len(rooms.bookings_at_noon()) == 1
    with rooms.office.env() as env:
        booking = env["resource.booking"].browse(booking_id)
        assert not (booking.start or booking.stop or booking.meeting_id)
    assert not rooms.office.accesses(booking_id)
