# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A real Odoo is killed at random moments, while people book and change, and is
started again: nothing is lost, doubled or left behind.

    EXIVO_KILLS=200 ./dev test tests/faults/test_kills.py -s

What is decided at random hangs on a seed, which is printed when the test fails and can
be given as EXIVO_SEED. Where the processes stand when they are killed is never the same
again, so a failure may need several tries to come back.

About mails: which news there are is decided and queued once. Odoo's mail queue, killed
between the mail server's "OK" and its own commit, hands the same message over again,
with the same Message-Id, by which mail servers drop it. So messages count here, not how
often one arrives.
"""

import os
import random
import threading
import time

import pytest
from killing import (
    Desk,
    Server,
    add_annexe,
    add_room_with_keys,
    nothing_is_lost_doubled_or_left_behind,
)

from devkit.commands import house
from devkit.commands.staff import Staff
from devkit.machine.databases import Databases
from devkit.machine.odoo import Odoo
from devkit.machine.postgres import postgres

KILLS = int(os.environ.get("EXIVO_KILLS") or 25)
SEED = int(os.environ.get("EXIVO_SEED") or random.SystemRandom().randrange(10**6))
DESKS = 3
#: A server is killed when people have done so many things with it at most, and some
#: moment later; at the latest after so many seconds. It has to be work that counts, and
#: not time, so that as much happens on a slow machine.
DEEDS = 10
MOMENT = 0.5
LONGEST_LIFE = 20
#: Seconds that Exivo takes for each call, so that some are under way at any time.
LATENCY = 0.1


@pytest.fixture
def server(tmp_path, simulator_with_memory):
    """Odoo with the demo data, not running."""
    with postgres() as own_postgres:
        odoo = Odoo.of_this_python(own_postgres)
        with Databases(odoo).throw_away("kills") as database:
            yield Server(odoo, database, tmp_path, simulator_with_memory)


def live(desks, rng):
    """Let people work until the moment comes."""
    deadline = time.monotonic() + LONGEST_LIFE
    enough = sum(desk.done for desk in desks) + rng.randint(0, DEEDS)
    while sum(desk.done for desk in desks) < enough and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(rng.uniform(0, MOMENT))


@pytest.mark.timeout(300 + 30 * KILLS)
def test_server_that_is_killed_at_random_loses_and_doubles_nothing(server, annexe):
    print(f"To play it again: EXIVO_SEED={SEED} EXIVO_KILLS={KILLS}")
    rng = random.Random(SEED)
    with server.running() as url:
        people = [
            Staff(url, server.database, "admin", "admin") for _desk in range(DESKS)
        ]
        site = house.connect(people[0], server.simulator.ready, server.simulator.url)
        keys = add_room_with_keys(people[0], site)
        add_annexe(people[0], annexe)
        desks = [
            Desk(staff, number, DESKS, keys) for number, staff in enumerate(people)
        ]
    for simulator in (server.simulator, annexe):
        simulator.fault("latency", seconds=LATENCY, times=None)
    for _kill in range(KILLS):
        with server.running():
            threads = [
                threading.Thread(target=desk.work, args=[random.Random(rng.random())])
                for desk in desks
            ]
            for thread in threads:
                thread.start()
            server.wake_scheduler()
            live(desks, rng)
            server.kill()
            for thread in threads:
                thread.join()
        server.stay_off()
    for simulator in (server.simulator, annexe):
        simulator.control("DELETE", "/faults")
    server.come_to_rest()
    with server.running():
        nothing_is_lost_doubled_or_left_behind(people[0], server, desks, annexe)
    assert sum(desk.done for desk in desks) > KILLS, "too little has happened"
    assert not [reason for desk in desks for reason in desk.refusals]
