# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo in this process, on databases of our own, with a simulated Exivo beside it."""

import contextlib
import gc
import tempfile
import time
import tracemalloc
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from office import Office
from simulator_process import SimulatorProcess

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config

from devkit.commands.demo import running_odoo
from devkit.machine.databases import PLAIN, Databases
from devkit.machine.odoo import Odoo
from devkit.machine.paths import RUN
from devkit.machine.processes import claim_port

#: Seconds that Exivo takes for each answer.
LATENCY = 0.1


def configure(odoo):
    """Tell the Odoo of this process where its add-ons and its databases are.

    :param Odoo odoo: what `./dev` has prepared.
    """
    path = odoo.write_config(RUN / "bench.conf", "bench")
    config.parse_config(["-c", str(path), "--log-level", "warn"])
    initialize_sys_path()


class Cost(NamedTuple):
    """Holds what a piece of work took."""

    seconds: float
    queries: int


@dataclass(frozen=True)
class Workplace:
    """Makes what a benchmark needs, and clears it away afterwards."""

    odoo: Odoo
    #: whether the smallest sizes do, which prove no more than that it works
    small: bool

    def size(self, usual, small):
        """A size: the usual one, or the smallest that makes sense."""
        return small if self.small else usual

    @contextlib.contextmanager
    def simulator(self, state_file=None, latency=LATENCY):
        """Run a simulated Exivo, which also takes the mails.

        :param Path state_file: what it knows from the beginning.
        :param float latency: seconds that each call takes.
        """
        simulator = SimulatorProcess(state_file).start()
        try:
            if latency:
                simulator.fault("latency", seconds=latency, times=None)
            config["smtp_server"] = simulator.smtp_host
            config["smtp_port"] = simulator.smtp_port
            yield simulator
        finally:
            simulator.stop()

    @contextlib.contextmanager
    def registry(self, kind="bench", addon=True, setting=PLAIN):
        """A fresh database with demo data, opened by the Odoo of this process.

        :param bool addon: without it, there is only what the add-on stands on.
        :param Setting setting: what is installed.
        """
        with Databases(self.odoo, setting).throw_away(kind, addon) as database:
            yield Registry(database)
            Registry.delete(database)

    @contextlib.contextmanager
    def office(self, setting=PLAIN, **options):
        """A fresh database with the add-on, connected to a fresh simulator.

        :param Setting setting: what is installed.
        :param options: see :meth:`simulator`.
        """
        with (
            self.registry(setting=setting) as registry,
            self.simulator(**options) as simulator,
        ):
            yield Office(registry, simulator)

    @contextlib.contextmanager
    def office_with_access(self):
        """An office whose one booking has its access, and that access."""
        with self.office(latency=0) as office:
            booking_id = office.book()
            office.synchronise()
            (access,) = office.accesses(booking_id)
            yield office, access


@contextlib.contextmanager
def server(odoo, database, simulator, **options):
    """Run Odoo as in production, on a database that is there.

    :param options: settings of the server besides the usual ones.
    :return: its address.
    """
    ports = {"odoo": claim_port(0, "Odoo", "--port")}
    if "workers" in options:
        options["gevent_port"] = claim_port(0, "Odoo's websocket", "--gevent-port")
    with tempfile.TemporaryDirectory() as folder:
        with running_odoo(
            odoo, database, Path(folder), ports, simulator.ready, [], **options
        ) as (url, _process):
            yield url


def environment(cursor):
    """The environment of a transaction, in superuser mode."""
    return api.Environment(cursor, SUPERUSER_ID, {})


def measured(registry, work, prepare=None):
    """Do some work in a transaction of its own, up to and with its commit.

    :param work: function that takes an environment in superuser mode.
    :param prepare: another one, for what comes before it and is not measured.
    :rtype: Cost
    """
    with registry.cursor() as cursor:
        env = environment(cursor)
        if prepare:
            prepare(env)
        gc.collect()
        before, started = cursor.sql_log_count, time.perf_counter()
        work(env)
        cursor.commit()
        return Cost(time.perf_counter() - started, cursor.sql_log_count - before)


def measure_memory(work):
    """Do some work, and return how many megabytes it took at most.

    :rtype: float
    """
    tracemalloc.start()
    try:
        work()
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return most / 1e6


def vacuum(registry):
    """Have PostgreSQL clear up and count what there is, as it does by and by."""
    with registry.cursor() as cursor:
        cursor._cnx.commit()
        cursor._cnx.autocommit = True
        cursor.execute("VACUUM ANALYZE")
        cursor._cnx.autocommit = False


def middle(costs):
    """The median of some costs, each part by itself.

    :rtype: Cost
    """
    return Cost(
        median(cost.seconds for cost in costs), median(cost.queries for cost in costs)
    )


# Rooms that are open round the clock, in any database.


def make_room(env, name):
    """Make a room.

    :return: the room, and a type by which it alone is booked.
    :rtype: tuple[resource.resource, resource.booking.type]
    """
    days = [
        {"name": "Open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}
        for day in range(7)
    ]
    calendar = env["resource.calendar"].create(
        {
            "name": "Round the clock",
            "tz": "Europe/Zurich",
            "attendance_ids": [(5, 0, 0), *((0, 0, day) for day in days)],
        }
    )
    room = env["resource.resource"].create(
        {"name": name, "resource_type": "material", "calendar_id": calendar.id}
    )
    combination = env["resource.booking.combination"].create(
        {"resource_ids": [(6, 0, room.ids)]}
    )
    booking_type = env["resource.booking.type"].create(
        {
            "name": name,
            "resource_calendar_id": calendar.id,
            "modifications_deadline": 0,
            "combination_rel_ids": [(0, 0, {"combination_id": combination.id})],
        }
    )
    return room, booking_type


def make_customer(env, email="anna@example.com"):
    """Make somebody who books.

    :param str email: ``False`` for one who gets no mails.
    :rtype: res.partner
    """
    return env["res.partner"].create({"name": "Anna Muster", "email": email})


def make_ruled_room(office, name, email="anna@example.com"):
    """Make a room with the rule of the office's room, and somebody who books it.

    :return: the ids of the room's type and of the customer.
    """
    with office.env() as env:
        room, booking_type = make_room(env, name)
        env["exivo.access.rule"].search([], limit=1).copy({"resource_id": room.id})
        return booking_type.id, make_customer(env, email).id


def book(env, type_id, customer_id, first_hour, count):
    """Book a room and confirm it, one hour after the other.

    :param int first_hour: how many hours after tomorrow's midnight the first starts.
    :rtype: resource.booking
    """
    midnight = fields.Datetime.today() + timedelta(days=1)
    bookings = env["resource.booking"].create(
        [
            {
                "type_id": type_id,
                "partner_ids": [(6, 0, [customer_id])],
                "start": midnight + timedelta(hours=first_hour + number),
                "duration": 1,
            }
            for number in range(count)
        ]
    )
    bookings.action_confirm()
    return bookings
