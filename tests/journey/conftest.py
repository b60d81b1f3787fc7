# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A whole house to walk through: Odoo, the simulator, a browser."""

import contextlib
import itertools
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect, sync_playwright
from simulator_process import SimulatorProcess

from devkit.commands import house as demo_house
from devkit.commands.demo import running_odoo
from devkit.commands.patience import within_seconds
from devkit.commands.staff import Staff
from devkit.machine.databases import PLAIN, SHOP, Databases
from devkit.machine.odoo import Odoo
from devkit.machine.postgres import Postgres, postgres
from devkit.machine.processes import claim_port

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
#: Seconds in which a next try, which is due some time later, has to be over.
NEXT_TRY = 150
#: Makes due what is due within that time.
PAUSES_END = [
    f"UPDATE {table} SET {column} = {column} - interval '{NEXT_TRY} s'"
    f" WHERE {column} < now() AT TIME ZONE 'utc' + interval '{NEXT_TRY} s'"
    for table, column in (
        ("exivo_site", "paused_until"),
        ("exivo_access", "due_at"),
        ("ir_cron_trigger", "call_at"),
    )
]
#: Milliseconds in which what should happen "within seconds" has to happen.
expect.set_options(timeout=30_000)


@dataclass
class House:
    """Where things are, and what staff can do there."""

    url: str
    simulator: SimulatorProcess
    admin: Staff
    postgres: Postgres
    database: str
    _days: Iterator = field(default_factory=lambda: itertools.count(3))

    def free_hour(self):
        """A start in the days to come, never the same one: the demo room is one.

        :return: the beginning of an hour, in UTC.
        """
        soon = datetime.now(timezone.utc) + timedelta(days=next(self._days))
        return soon.replace(minute=0, second=0, microsecond=0)

    def pending_booking(self, name, start=None, **vals):
        """A booking of the demo room that its customer has not scheduled yet.

        :param datetime start: with its zone, if it has its time already.
        :return: the id of the ``resource.booking``.
        """
        (partner,) = self.admin.read(
            "res.users", [("login", "=", "portal")], ["partner_id"]
        )
        (booking,) = self.admin.call(
            "resource.booking",
            "create",
            [
                {
                    "name": name,
                    "type_id": self.admin.ref("exivo_access.demo_booking_type"),
                    "partner_ids": [[6, 0, [partner["partner_id"][0]]]],
                    "start": start and f"{start.astimezone(timezone.utc):%F %R:00}",
                    **vals,
                }
            ],
        )
        return booking

    def speak(self, language):
        """Have Odoo speak a language, such as ``de``, to whoever wants it.

        :return: how Odoo calls it.
        """
        call = self.admin.call
        domain = [("iso_code", "=", language)]
        if not call("res.lang", "search", domain):
            found = call("res.lang", "search", [*domain, ("active", "=", False)])
            wizard = call(
                "base.language.install", "create", [{"lang_ids": [[6, 0, found]]}]
            )
            call("base.language.install", "lang_install", wizard)
        (lang,) = self.admin.read("res.lang", domain, ["code"])
        return lang["code"]

    def staff_in(self, language):
        """Somebody of the staff whose Odoo speaks this language.

        :return: login and password in one.
        """
        login = f"staff_{language}"
        if not self.admin.call("res.users", "search", [("login", "=", login)]):
            names = ("base.group_system", "exivo_access.group_manager")
            groups = [self.admin.ref(name) for name in ("base.group_user", *names)]
            vals = dict.fromkeys(("name", "login", "password"), login)
            vals |= {"lang": self.speak(language), "group_ids": [[6, 0, groups]]}
            self.admin.call("res.users", "create", [vals])
        return login

    def access(self, booking):
        """The access of a booking as staff see it, or nothing."""
        found = self.admin.read(
            "exivo.access",
            [("booking_id", "=", booking)],
            ["state", "link", "failure_type", "mail_state"],
        )
        return found[0] if found else None

    def wait_for_access(self, booking, **expected):
        """Wait until the access of a booking has these values, and return it."""

        def look():
            self._wake_scheduler()
            access = self.access(booking)
            return access and expected.items() <= access.items() and access

        return within_seconds(look, f"no access with {expected}", NEXT_TRY)

    def _wake_scheduler(self):
        """Have the scheduler look now, as the next click of anybody would."""
        self.postgres.query("SELECT pg_notify('cron_trigger', %s)", [self.database])

    def let_pauses_end(self):
        """Let pass what is left until the next try at a site that did not answer."""
        for statement in PAUSES_END:
            self.postgres.query(statement, database=self.database)

    def pin(self, access):
        """The PIN of an access, as staff have it shown to them."""
        return self.admin.ask(f"/exivo/access/{access['id']}/pin")["pin"]

    def link(self, access):
        """The link of an access, as staff have it shown to them."""
        return self.admin.ask(f"/exivo/access/{access['id']}/link")

    def live_visits(self, booking):
        """Visits at the simulator that still open doors because of a booking."""
        return [
            visit
            for visit in self.simulator.visits()
            if not visit.get("revoked") and visit["name"].startswith(f"B{booking:05d} ")
        ]


def lift_memory_limit():
    """Take back the limit that Odoo, loaded by pytest-odoo, sets on this process.

    Children inherit it, and Chromium reserves far more addresses than it uses.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


@contextlib.contextmanager
def open_house(folder, setting=PLAIN):
    """Odoo with the demo data, connected to a simulator of its own."""
    lift_memory_limit()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres())
        odoo = Odoo.of_this_python(server)
        databases = Databases(odoo, setting)
        kind = "journey" if setting == PLAIN else f"journey_{setting.name}"
        database = stack.enter_context(databases.throw_away(kind))
        simulator = SimulatorProcess(folder / "simulator.json").start()
        stack.callback(lambda: simulator.running and simulator.stop())
        ports = {"odoo": claim_port(0, "Odoo", "--port")}
        url, _process = stack.enter_context(
            running_odoo(odoo, database, folder, ports, simulator.ready, [])
        )
        admin = Staff(url, database, "admin", "admin")
        demo_house.connect(admin, simulator.ready, simulator.url)
        yield House(url, simulator, admin, server, database)


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """A house without a shop."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A house that sells its rooms and memberships."""
    with open_house(tmp_path_factory.mktemp("shop"), SHOP) as house:
        demo_house.open_shop(house.admin)
        demo_house.open_club(house.admin)
        yield house


@pytest.fixture(scope="session")
def chromium():
    """The browser that `./dev test` has found or fetched."""
    lift_memory_limit()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["EXIVO_CHROMIUM"], args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def windows(chromium):
    """Opens windows for people: the first one on a desk, all others on phones."""
    with contextlib.ExitStack() as stack:

        def open_window():
            size = PHONE if contexts else DESK
            contexts.append(chromium.new_context(**size))
            stack.callback(contexts[-1].close)
            return contexts[-1].new_page()

        contexts = []
        yield open_window


@pytest.fixture
def desk(chromium):
    """A browser window on a desk."""
    context = chromium.new_context(**DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone_in(chromium, house):
    """Opens the phone of somebody whose language is this one, such as ``de``."""
    with contextlib.ExitStack() as stack:

        def open_phone(language):
            house.speak(language)
            context = chromium.new_context(**PHONE, locale=language)
            stack.callback(context.close)
            return context.new_page()

        yield open_phone


@pytest.fixture
def phone(chromium):
    """The browser of another person, on a phone."""
    context = chromium.new_context(**PHONE)
    yield context.new_page()
    context.close()
