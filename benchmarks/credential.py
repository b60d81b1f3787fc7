# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the commit of a booking to its credential, with a real server.

Odoo runs as it does in production, its scheduler idle. A booking is confirmed through
Odoo's own interface; the clock starts when that has answered, which is after its
commit, and ends when the credential is written down as live.
"""

import contextlib
import time
from datetime import datetime, timedelta
from statistics import quantiles

from devkit.commands import house
from devkit.commands.staff import Staff
from devkit.machine.databases import PLAIN, Databases

from .figures import Result, Row, Verdict, seconds
from .workplace import LATENCY, server

#: What the design asks for, in seconds, of 95 of 100.
MOST_SECONDS = 2.0
PATIENCE = 30

LIVE = """
SELECT 1 FROM exivo_credential JOIN exivo_access ON exivo_access.id = access_id
WHERE booking_id = %s AND exivo_credential.state = 'live'
"""


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    count = workplace.size(60, 3)
    with serving(workplace) as (admin, database):
        waits = [
            wait(workplace.odoo.postgres, database, book(admin, number))
            for number in range(count)
        ]
    cuts = quantiles(waits, n=100, method="inclusive")
    rows = [
        Row(
            f"commit → credential, {name} of {count}",
            seconds(cuts[percent - 1]),
            f"{seconds(LATENCY)} of one call",
            f"{cuts[percent - 1] / LATENCY:.1f}",
        )
        for name, percent in (("p50", 50), ("p95", 95))
    ]
    verdict = Verdict(
        f"95 % of credentials exist within {MOST_SECONDS:.0f} s of the commit",
        seconds(cuts[94]),
        cuts[94] <= MOST_SECONDS,
    )
    return Result(rows, [verdict])


@contextlib.contextmanager
def serving(workplace, setting=PLAIN):
    """Run Odoo as in production, connected to a simulator that takes its time.

    :return: who administers it, and the name of the database.
    """
    with (
        workplace.simulator(latency=0) as simulator,
        Databases(workplace.odoo, setting).throw_away("bench") as database,
        server(workplace.odoo, database, simulator) as url,
    ):
        admin = Staff(url, database, "admin", "admin")
        house.connect(admin, simulator.ready, simulator.url)
        simulator.fault("latency", seconds=LATENCY, times=None)
        yield admin, database


def book(admin, number):
    """Book the demo room on another day for each number, and confirm it.

    :return: the id of the ``resource.booking``.
    """
    (user,) = admin.read("res.users", [("login", "=", "portal")], ["partner_id"])
    (booking,) = admin.call(
        "resource.booking",
        "create",
        [
            {
                "type_id": admin.ref("exivo_access.demo_booking_type"),
                "partner_ids": [[6, 0, [user["partner_id"][0]]]],
                "combination_auto_assign": False,
                "combination_id": _combination(admin),
                "start": f"{get_day(number):%Y-%m-%d} 10:00:00",
                "duration": 0.5,
            }
        ],
    )
    admin.call("resource.booking", "action_confirm", [booking])
    return booking


def get_day(number):
    """The day of a number, tomorrow's being 0."""
    return datetime.now() + timedelta(days=1 + number)


def _combination(admin):
    (found,) = admin.read(
        "resource.booking.combination",
        [("resource_ids", "=", admin.ref(house.ROOM))],
        ["id"],
        limit=1,
    )
    return found["id"]


def wait(postgres, database, booking):
    """Seconds until the credential of a booking is live."""
    started = time.perf_counter()
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        while time.perf_counter() - started < PATIENCE:
            cursor.execute(LIVE, [booking])
            if cursor.fetchone():
                return time.perf_counter() - started
            time.sleep(0.01)
    raise RuntimeError(f"Booking {booking} got no credential in {PATIENCE} s")
