# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""*Book a room* for many customers at once, beside the page of `resource_booking`.

All look at the same rooms at the same time, with a real server and two processes: each
at the day with every room, and each at the month of a booking begun before.
"""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import requests

from odoo.fields import Command

from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import make_room, server

#: At most so many times as long as beside.
WANTED = 1.5
PASSWORD = "exivo-bench-1"  # noqa: S105 (of a database that is thrown away)
#: Each customer looks so often.
LOOKS = 3


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    rooms, customers = workplace.size((30, 50), (2, 2))
    with workplace.office(latency=0) as office:
        logins, months = _make_customers(office, _make_rooms(office, rooms), customers)
        with server(
            workplace.odoo,
            office.registry.db_name,
            office.simulator,
            workers=2,
            max_cron_threads=0,
        ) as url:
            sessions = [_log_in(url, login) for login in logins]
            beside = _look(sessions, [url + path for path in months])
            ours = _look(sessions, [f"{url}/my/bookings/new"] * customers)
    what = f"{customers} customers at once, {rooms} rooms: 95 % have their page within"
    return Result(
        [
            Row(
                what,
                seconds(ours),
                f"{seconds(beside)}, a month of `resource_booking`",
                ratio(ours, beside),
            )
        ],
        [
            Verdict(
                f"*Book a room* takes at most {WANTED} × the time of the page of"
                " `resource_booking`",
                f"{ratio(ours, beside)} ×",
                ours <= WANTED * beside,
            )
        ],
    )


def _make_rooms(office, count):
    """Make rooms that are booked by one type.

    :return: the id of the type.
    :rtype: int
    """
    with office.env() as env:
        _room, booking_type = make_room(env, "Room 1")
        for number in range(2, count + 1):
            _room, other = make_room(env, f"Room {number}")
            other.combination_rel_ids.type_id = booking_type
        booking_type.portal_bookable = True
        return booking_type.id


def _make_customers(office, type_id, count):
    """Make customers with a login, each of whom has begun a booking.

    :return: the logins, and the paths of the pages where a month is shown.
    :rtype: tuple[list[str], list[str]]
    """
    with office.env() as env:
        users = env["res.users"].create(
            [
                {
                    "name": f"Customer {number}",
                    "login": f"bench{number}",
                    "password": PASSWORD,
                    "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                }
                for number in range(count)
            ]
        )
        bookings = env["resource.booking"].create(
            [
                {"type_id": type_id, "partner_ids": [Command.set(user.partner_id.ids)]}
                for user in users
            ]
        )
        return users.mapped("login"), [
            booking.get_portal_url(suffix="/schedule") for booking in bookings
        ]


def _log_in(url, login):
    session = requests.Session()
    params = {"db": "", "login": login, "password": PASSWORD}
    page = session.get(f"{url}/web/login", timeout=60)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = session.post(
        f"{url}/web/login", data={**params, "csrf_token": token}, timeout=60
    )
    answer.raise_for_status()
    return session


def _look(sessions, addresses):
    """Have all look at once, each at one page, some times.

    :return: within how many seconds 95 % of the pages came.
    :rtype: float
    """
    with ThreadPoolExecutor(len(sessions)) as pool:
        times = [
            took
            for _look in range(LOOKS)
            for took in pool.map(_get, sessions, addresses)
        ]
    return sorted(times)[int(len(times) * 0.95) - 1]


def _get(session, address):
    started = perf_counter()
    session.get(address, timeout=300).raise_for_status()
    return perf_counter() - started
