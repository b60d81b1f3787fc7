# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev demo`: Odoo, the simulated Exivo and its inbox, ready to click."""

import contextlib
import fcntl
import json
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from ..machine.databases import PLAIN, SHOP, Databases
from ..machine.files import remove_tree
from ..machine.odoo import Odoo
from ..machine.paths import ADDON, ROOT, RUN
from ..machine.postgres import postgres
from ..machine.processes import child, claim_port, wait_until
from ..machine.report import Stop, say, step
from . import house, journey, journey_shop
from .shopper import Shopper
from .staff import Refused, Staff
from .visitor import Visitor

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Running:
    """A demo that runs, and who administers it."""

    url: str
    database: str
    folder: Path
    simulator: dict
    processes: dict
    admin: Staff


def demo(source, python, options):
    """Run the demo until a signal comes, or the journey when asked to check."""
    if options.check:
        return _check(source, python, options)
    with contextlib.ExitStack() as stack:
        setting = SHOP if options.shop else PLAIN
        folder = _folder(setting)
        stack.enter_context(_only_one(folder))
        ports = _claim_ports(options)
        odoo = Odoo(source, python, stack.enter_context(postgres()))
        databases = Databases(odoo, setting)
        database = databases.named(folder.name)
        update = _demo_database(databases, database, folder, options.reset)
        running = stack.enter_context(
            _running(odoo, database, folder, ports, options.api_url, update, setting)
        )
        databases.remember_addon(folder / "addon.key")
        _welcome(running, setting)
        _wait(running)


def _folder(setting):
    """Name the folder of a demo that stays; its database is named like it."""
    return RUN / ("demo" if setting == PLAIN else f"demo_{setting.name}")


def _check(source, python, options):
    with contextlib.ExitStack() as stack:
        ports = _claim_ports(options)
        running = stack.enter_context(
            throw_away_demo(
                source,
                python,
                "check",
                ports,
                options.api_url,
                setting=SHOP if options.shop else PLAIN,
            )
        )
        if options.shop:
            passed = journey.travel(running, journey_shop.STEPS, Shopper)
        else:
            passed = journey.travel(running, journey.STEPS, Visitor)
    if passed:
        remove_tree(running.folder)
    return 0 if passed else 1


@contextlib.contextmanager
def throw_away_demo(source, python, name, ports, api_url=None, setting=PLAIN):
    """Run a demo on a database of its own, which is dropped afterwards.

    :param dict ports: for Odoo, the simulator and its mails.
    :param str api_url: how Odoo reaches the simulator, if not directly.
    :param Setting setting: what is installed.
    """
    with contextlib.ExitStack() as stack:
        odoo = Odoo(source, python, stack.enter_context(postgres()))
        database = stack.enter_context(Databases(odoo, setting).throw_away(name))
        yield stack.enter_context(
            _running(odoo, database, RUN / database, ports, api_url, setting=setting)
        )


@contextlib.contextmanager
def _running(odoo, database, folder, ports, api_url=None, update=(), setting=PLAIN):
    """Run the simulator and Odoo, and connect the two."""
    folder.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        simulator = stack.enter_context(
            running_simulator(odoo, folder, ports, folder != _folder(setting), api_url)
        )
        url, server = stack.enter_context(
            running_odoo(odoo, database, folder, ports, simulator, update)
        )
        api_url = api_url or simulator["url"]
        with step("Connecting the site and setting the rule"):
            try:
                admin = Staff(url, database, "admin", "admin")
                house.connect(admin, simulator, api_url)
                if setting == SHOP:
                    house.open_shop(admin)
                    house.open_club(admin)
            except Refused as reason:
                raise Stop(
                    f"Odoo does not take the site at {api_url}: {reason}"
                ) from None
        processes = {"Odoo": server, "The simulator": simulator["process"]}
        yield Running(url, database, folder, simulator, processes, admin)


def shell(source, python, arguments):
    """Open Odoo's shell on the demo database."""
    with postgres() as server:
        odoo = Odoo(source, python, server)
        databases = Databases(odoo)
        database = databases.named("demo")
        if not databases.exists(database):
            databases.create_from_template(database)
            folder = _folder(PLAIN)
            folder.mkdir(exist_ok=True)
            databases.remember_addon(folder / "addon.key")
        config = odoo.write_config(RUN / "shell.conf", database, max_cron_threads=0)
        command = odoo.command("shell", "-c", config, "--no-http", *arguments)
        process = subprocess.Popen(
            [str(word) for word in command], cwd=ROOT, env=odoo.environment()
        )
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # it was meant for the shell, which got it too


@contextlib.contextmanager
def _only_one(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                "A demo already runs from this checkout; stop it first, or use "
                "./dev demo --check, which runs beside it."
            ) from None
        yield


def _claim_ports(options):
    return {
        "odoo": claim_port(options.port, "Odoo", "--port"),
        "simulator": claim_port(
            options.simulator_port, "the simulator", "--simulator-port"
        ),
        "smtp": claim_port(options.smtp_port, "the simulator's mails", "--smtp-port"),
    }


def _demo_database(databases, database, folder, reset):
    """Make the demo database if needed; return what Odoo has to update in it."""
    key = folder / "addon.key"
    if reset or not key.exists() or not databases.exists(database):
        for file in (key, folder / "simulator.json"):
            file.unlink(missing_ok=True)
        databases.create_from_template(database)
        return []
    return [] if databases.is_current(key) else ["-u", ADDON]


@contextlib.contextmanager
def running_simulator(odoo, folder, ports, forgetful=True, api_url=None):
    """Run the simulator, and yield what it says of itself, with its process.

    :param bool forgetful: without a file that keeps its state.
    :param str api_url: how Odoo reaches it, if not directly.
    """
    command = [odoo.python, "-m", "exivo_simulator"]
    command += ["--port", ports["simulator"], "--smtp-port", ports["smtp"]]
    if api_url:
        command += ["--allow-host", urlsplit(api_url).hostname or api_url]
    if not forgetful:
        command += ["--state", folder / "simulator.json"]
    log = folder / "simulator.log"
    with open(log, "ab") as errors, step("Simulator: starting"):
        with contextlib.ExitStack() as stack:
            process = stack.enter_context(
                child(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors)
            )
            ready, _, _ = select.select([process.stdout], [], [], 30)
            line = process.stdout.readline() if ready else b""
            if not line:
                raise Stop(f"The simulator does not start; what it said is in {log}.")
            running = stack.pop_all()
    with running:
        yield {**json.loads(line), "process": process}


@contextlib.contextmanager
def running_odoo(odoo, database, folder, ports, simulator, extra, **options):
    """Run Odoo, wait until it answers, and yield its address and process.

    :param options: more of odoo.conf, such as `workers`.
    """
    url = f"http://{HOST}:{ports['odoo']}"
    _set_parameters(
        odoo, database, {"web.base.url": url, "web.base.url.freeze": "True"}
    )
    log = folder / "odoo.log"
    config = odoo.write_config(
        folder / "odoo.conf",
        database,
        http_port=ports["odoo"],
        smtp_server=simulator["smtp_host"],
        smtp_port=simulator["smtp_port"],
        logfile=log,
        **{"workers": 0, "max_cron_threads": 2, **options},
    )
    command = odoo.workers_command if options.get("workers") else odoo.command
    with contextlib.ExitStack() as stack:
        with step("Odoo: starting" + (", updating the add-on" if extra else "")):
            process = stack.enter_context(
                child(
                    command("-c", config, *extra),
                    log=log,
                    env=odoo.environment(),
                    cwd=ROOT,
                )
            )
            wait_until(lambda: _answers(url), "Odoo", process, log, seconds=180)
        yield url, process


def _answers(url):
    try:
        answer = requests.get(url + "/web/login", timeout=60)
    except requests.RequestException:
        return False
    return answer.status_code == 200


def _set_parameters(odoo, database, values):
    for key, value in values.items():
        odoo.postgres.query(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
            [key, value],
            database,
        )


def _welcome(running, setting):
    url, simulator = running.url, running.simulator["url"]
    shop = f"\n  Shop         {url}/shop     the room for money; “Demo” pays"
    shop += f"\n  Memberships  pay the invoice of “{house.MEMBERSHIP}”: a door opens"
    say(f"""
Ready.

  Odoo         {url}          staff: admin / admin, customer: portal / portal\
{shop if setting == SHOP else ""}
  Inbox        {simulator}/inbox    every mail that Odoo sends lands here
  Doors        {simulator}/         the simulated house, live
  Faults       {simulator}/faults   make Exivo slow, broken or absent

Three things to try
  1. As the customer (portal / portal) open {url}/my/bookings/new,
     pick a slot and confirm it. The access stands under {url}/my/doors.
  2. Open the inbox, follow the link in the mail, type the PIN and open the door. It
     opens from {house.MINUTES_BEFORE} minutes before the booking until \
{house.MINUTES_AFTER} minutes after it; {simulator}/faults sets the house's clock
     forward (“Real time” before you book again).
  3. Cancel the booking and look at the link again: the access is gone.
     Staff (admin / admin) see all of it under Exivo → Accesses.

Odoo's log is {running.folder}/odoo.log. Ctrl-C stops everything.
""")


def _wait(running):
    """Stay until a signal comes, or one of the programs ends by itself."""
    while True:
        for name, process in running.processes.items():
            if process.poll() is not None:
                raise Stop(f"{name} ended by itself; the logs are in {running.folder}.")
        time.sleep(0.5)
