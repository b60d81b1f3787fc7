# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo as it is run for many: workers, several processes for scheduled actions, two
hosts on one database, and a host or a worker that is ended in the middle of it.
"""

import contextlib
import random
import re
import threading

import pytest
import requests
from killing import (
    UNREST,
    Desk,
    Server,
    add_annexe,
    nothing_is_lost_doubled_or_left_behind,
)

from devkit.commands import house
from devkit.commands.patience import within_seconds
from devkit.commands.staff import Staff
from devkit.machine.databases import Databases
from devkit.machine.odoo import Odoo
from devkit.machine.postgres import postgres
from devkit.machine.processes import claim_port

DESKS = 4
#: What each desk does while there are two hosts, and again when one is gone.
ACTS = 6
#: Seconds that all of it may take to be worked off.
PATIENCE = 120
#: What no log must quote of a visit.
SECRETS = ("code", "link")
#: How lines about the synchroniser begin in the log.
SYNCHRONISE = "Job 'Exivo: bring accesses in line"


class Host(Server):
    """A host whose Odoo has workers, and a process for the websocket."""

    def __init__(self, *arguments, **options):
        gevent_port = claim_port(0, "Odoo's websocket", "--gevent-port")
        settings = {"workers": 2, "gevent_port": gevent_port, **options}
        super().__init__(*arguments, **settings)

    def log(self):
        """What its Odoo has logged so far."""
        return (self.folder / "odoo.log").read_text()

    def has_synchronised(self):
        """Whether one of its workers has worked off something that was due."""
        return bool(re.search(SYNCHRONISE + r".*; done [1-9]", self.log()))

    def answers_beside_its_workers(self):
        """Whether the process for the websocket runs, with the add-on in it."""
        address = f"http://127.0.0.1:{self.options['gevent_port']}/websocket/health"
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(address, timeout=30).status_code == 200


@pytest.fixture
def open_host(tmp_path, simulator_with_memory):
    """Makes hosts that share a database, and with it the simulator."""
    with postgres() as server:
        odoo = Odoo.of_this_python(server)
        with Databases(odoo).throw_away("kills") as database:

            def open_host(name, **options):
                folder = tmp_path / name
                return Host(odoo, database, folder, simulator_with_memory, **options)

            yield open_host


def connect(url, host):
    """Connect the house; returns who has done it."""
    admin = Staff(url, host.database, "admin", "admin")
    house.connect(admin, host.simulator.ready, host.simulator.url)
    return admin


def all_act(desks):
    """Let all desks work at the same time."""

    def work(desk, seed):
        rng = random.Random(seed)
        for _act in range(ACTS):
            desk.act(rng)

    threads = [
        threading.Thread(target=work, args=[desk, seed])
        for seed, desk in enumerate(desks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.timeout(400)
def test_two_hosts_with_workers_double_nothing_and_one_takes_over_when_one_dies(
    open_host, annexe
):
    first, second = open_host("first"), open_host("second")
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(first.running())
        admin = connect(url, first)
        add_annexe(admin, annexe)
        people = [Staff(url, first.database, "admin", "admin") for _ in range(DESKS)]
        desks = [Desk(staff, number, DESKS) for number, staff in enumerate(people)]
        for simulator in (first.simulator, annexe):
            simulator.fault("latency", seconds=0.1, times=None)
        all_act(desks[:1])
        within_seconds(first.has_synchronised, "the first host idles", PATIENCE)
        other_url = stack.enter_context(second.running())
        for host in (first, second):
            within_seconds(host.answers_beside_its_workers, "no websocket", PATIENCE)
        for staff in people[::2]:
            staff.url = other_url
        all_act(desks)
        first.kill()
        for staff in (admin, *people):
            staff.url = other_url  # as the proxy before them would do
        all_act(desks)
        within_seconds(second.has_synchronised, "the second host idles", PATIENCE)
        first.stay_off()
        second.kills += first.kills  # so many mails of the first one may come again
        second.wake_scheduler()
        for simulator in (first.simulator, annexe):
            simulator.control("DELETE", "/faults")
        if not second.rests_within(PATIENCE):
            second.come_to_rest()
        nothing_is_lost_doubled_or_left_behind(admin, second, desks, annexe)
    assert not [reason for desk in desks for reason in desk.refusals]
    visits = first.simulator.visits() + annexe.visits()
    secrets = {visit[name] for visit in visits for name in SECRETS}
    for log in (first.log(), second.log()):
        assert not re.findall(r"(?:WARNING|ERROR) \S+ odoo\.addons\.exivo.*", log)
        # Odoo quotes the values of statements that PostgreSQL refuses
        assert not secrets & set(re.findall(r"'([^'\\]+)\\?'", log))


@pytest.mark.timeout(400)
def test_worker_that_odoo_cuts_off_for_its_time_leaves_nothing_half_done(open_host):
    host = open_host("cut", max_cron_threads=1)
    with host.running() as url:
        admin = connect(url, host)
        desk = Desk(admin, 0, 1)
        (booking,) = desk.book(1)
        host.wake_scheduler()
        assert host.rests_within(PATIENCE)
    host.options["limit_time_real_cron"] = 5
    simulator = host.simulator
    with host.running():
        simulator.fault("latency", seconds=8, times=None)
        desk.cancel(booking)
        desk.book(1)

        def is_cut_off():
            host.wake_scheduler()
            made = len(simulator.visits()) == 2
            return made and "timeout after 5s" in host.log()

        within_seconds(is_cut_off, "nothing was cut off", PATIENCE)
        assert host.query(UNREST), "all was done in spite of it"
    host.options["limit_time_real_cron"] = 0  # none
    simulator.control("DELETE", "/faults")
    host.come_to_rest()
    with host.running():
        nothing_is_lost_doubled_or_left_behind(admin, host, [desk])


@pytest.mark.timeout(400)
def test_neutralized_database_calls_nobody_even_with_its_scheduled_actions_on(
    open_host,
):
    host = open_host("neutral", workers=0)
    with host.running() as url:
        admin = connect(url, host)
        for site in admin.read("exivo.site", [], ["id"]):
            admin.ask(f"/exivo/site/{site['id']}/webhook_token")
        desk = Desk(admin, 0, 1)
        (booking,) = desk.book(1)
        host.wake_scheduler()
        assert host.rests_within(PATIENCE)
    host.odoo.run("neutralize", "-c", host.folder / "odoo.conf")
    assert not host.query("SELECT 1 FROM exivo_site WHERE webhook_token IS NOT NULL")
    host.query("UPDATE ir_cron SET active = true")
    calls, runs = len(host.simulator.requests()), host.log().count(SYNCHRONISE)
    with host.running():
        desk.cancel(booking)
        desk.book(1)
        host.wake_scheduler()
        within_seconds(
            lambda: host.log().count(SYNCHRONISE) >= runs + 2, "it idles", PATIENCE
        )
    assert len(host.simulator.requests()) == calls
    assert not host.simulator.visits()[0]["revoked"]
