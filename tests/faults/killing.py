# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A real Odoo that can be killed, and people who work with it until it is gone."""

import contextlib
import itertools
import os
import re
import signal
import time
from collections import Counter
from datetime import datetime, timedelta, timezone

import requests

from devkit.commands.demo import running_odoo
from devkit.commands.house import DOORS, MINUTES_AFTER, MINUTES_BEFORE, ROOM
from devkit.commands.staff import Refused
from devkit.machine.processes import claim_port

#: Seconds in which a server that is left alone comes to rest, or has to wait for what
#: is due later.
QUIET = 20
#: Far more starts than it takes until nothing is due any more.
MANY = 10
#: Longer than any lease, delay or pause: so long is a server off.
OFF = "15 minutes"
#: The room that is opened by keys in an app, and the app that takes them.
ROOM_WITH_KEYS, APP_ID = "Meeting room Reuss", "20001"
#: Columns that say when something is due, by table.
DUE = {
    "exivo_credential": "lease",
    "exivo_access": "due_at",
    "exivo_site": "paused_until",
    "ir_cron_trigger": "call_at",
    # after three deaths in a row Odoo leaves an action to its next regular time
    "ir_cron": "nextcall",
}
UNREST = """
    SELECT 'in progress', id, failure_type FROM exivo_access WHERE state = 'in_progress'
    UNION ALL SELECT state, id, token FROM exivo_credential
        WHERE state IN ('creating', 'revoking')
    UNION ALL SELECT 'mail', m.id, subject FROM mail_mail m JOIN mail_message
        ON mail_message.id = m.mail_message_id WHERE state = 'outgoing'
    UNION ALL SELECT 'due', id, state FROM exivo_access
        WHERE due_at <= now() AT TIME ZONE 'utc'
    -- told in some seconds, where another lane was at what opens for the same booking
    UNION ALL SELECT 'untold', id, state FROM exivo_access
        WHERE state = 'created' AND mail_state = 'waiting'
"""


class Server:
    """Odoo on a database of its own; it runs, is killed, and runs again.

    :param options: of its odoo.conf, such as `workers`.
    """

    def __init__(self, odoo, database, folder, simulator, **options):
        self.odoo = odoo
        self.database = database
        self.folder = folder
        self.simulator = simulator
        self.options = options
        self.ports = {"odoo": claim_port(0, "Odoo", "--port")}
        self.process = None
        self.kills = 0

    @contextlib.contextmanager
    def running(self):
        """Run Odoo for the time of a block; yields its address."""
        with running_odoo(
            self.odoo,
            self.database,
            self.folder,
            self.ports,
            self.simulator.ready,
            [],
            **self.options,
        ) as (url, self.process):
            yield url

    def kill(self):
        """Kill it and all that it has started, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.kills += 1
        self.process.wait()

    def stay_off(self):
        """Let time pass while it is off: what was due later is due now."""
        for table, column in DUE.items():
            self.query(f"UPDATE {table} SET {column} = {column} - interval '{OFF}'")

    def come_to_rest(self):
        """Run until nothing is left to do."""
        for _start in range(MANY):
            self.stay_off()
            with self.running():
                self.wake_scheduler()
                if self.rests_within(QUIET):
                    return
        raise AssertionError(f"it does not come to rest: {self.query(UNREST)}")

    def rests_within(self, seconds):
        """Whether nothing is left to do before so many seconds are over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.query(UNREST):
                return True
            time.sleep(0.2)
        return False

    def wake_scheduler(self):
        """Have the scheduler look now, as the next click of anybody would.

        Right after its start it waits for a minute.
        """
        self.odoo.postgres.query(
            "SELECT pg_notify('cron_trigger', %s)", [self.database]
        )

    def forget_looks(self):
        """Let the hour be over within which staff may look at so many PINs."""
        self.query("DELETE FROM exivo_pin_reveal")

    def query(self, statement):
        """Ask the database, past Odoo."""
        return self.odoo.postgres.query(statement, database=self.database)


def add_annexe(admin, simulator):
    """Have the demo room's bookings open doors of another site, too, which has a lane
    of the synchroniser to itself."""
    names = ("api_key", "api_secret")
    (site,) = admin.call(
        "exivo.site",
        "create",
        [
            {
                "name": "Annexe",
                "remote_id": simulator.site_id,
                "api_url": simulator.url,
                **{name: simulator.ready[name] for name in names},
            }
        ],
    )
    admin.call("exivo.site", "action_verify", [site])
    admin.call("exivo.site", "action_synchronise_locks", [site])
    domain = [("site_id", "=", site), ("name", "in", DOORS)]
    locks = [lock["id"] for lock in admin.read("exivo.lock", domain, ["id"])]
    admin.call(
        "exivo.access.rule",
        "create",
        [
            {
                "resource_id": admin.ref(ROOM),
                "lock_ids": [[6, 0, locks]],
                "minutes_before": MINUTES_BEFORE,
                "minutes_after": MINUTES_AFTER,
            }
        ],
    )
    lane = admin.ref("exivo_access.ir_cron_synchronise_2")
    admin.call("ir.cron", "write", [lane], {"active": True})


def add_room_with_keys(admin, site):
    """Add a second room, whose rule gives keys in an app.

    :param int site: which :func:`devkit.commands.house.connect` has connected.
    :return: the id of the type of its bookings.
    :rtype: int
    """
    calendar = admin.ref("exivo_access.demo_calendar")

    def create(model, values):
        return admin.call(model, "create", [values])[0]

    room = create(
        "resource.resource",
        {
            "name": ROOM_WITH_KEYS,
            "resource_type": "material",
            "calendar_id": calendar,
            "tz": "Europe/Zurich",
        },
    )
    combination = create(
        "resource.booking.combination", {"resource_ids": [[6, 0, [room]]]}
    )
    locks = admin.read(
        "exivo.lock", [("name", "in", ["Entrance", ROOM_WITH_KEYS])], ["name"]
    )
    lock_ids = [lock["id"] for lock in locks]
    admin.call("exivo.site", "write", [site], {"app_id": APP_ID})
    admin.call("exivo.lock", "write", lock_ids, {"has_mobile_access": True})
    create(
        "exivo.access.rule",
        {
            "resource_id": room,
            "lock_ids": [[6, 0, lock_ids]],
            "method": "app",
            "minutes_before": MINUTES_BEFORE,
            "minutes_after": MINUTES_AFTER,
        },
    )
    return create(
        "resource.booking.type",
        {
            "name": ROOM_WITH_KEYS,
            "resource_calendar_id": calendar,
            "duration": 0.5,
            "slot_duration": 0.5,
            "modifications_deadline": 0,
            "combination_rel_ids": [[0, 0, {"combination_id": combination}]],
        },
    )


class Desk:
    """A member of staff who books for one customer, in hours that nobody else takes.

    :param int with_keys: the type of bookings that give keys in an app, if any does.
    """

    def __init__(self, staff, number, desks, with_keys=None):
        self.staff = staff
        self.type_id = staff.ref("exivo_access.demo_booking_type")
        self.type_ids = [self.type_id, with_keys or self.type_id]
        (self.customer,) = staff.call(
            "res.partner",
            "create",
            [{"name": f"Customer {number}", "email": f"customer{number}@example.com"}],
        )
        today = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
        first = today + timedelta(days=1, hours=3 * number)
        self.starts = (
            first + timedelta(hours=3 * desks * n) for n in itertools.count()
        )
        #: start of each booking that Odoo has confirmed to be made and not cancelled
        self.bookings = {}
        #: Minutes by which bookings are moved: never back to where one was, so that no
        #: two mails about the same booking say the same.
        self.delays = itertools.cycle(range(1, 60))
        self.made = []
        self.refusals = []
        #: how many things were done
        self.done = 0

    def work(self, rng):
        """Book, move, cancel, give new codes, until the server is gone."""
        with contextlib.suppress(requests.RequestException):
            while True:
                self.act(rng)

    def act(self, rng):
        """Do one of these things."""
        act = rng.choice([self._book, self._book, self._change, self._change])
        try:
            act(rng)
            self.done += 1
        except Refused as reason:
            # Odoo gives up after five tries, and says so: nothing was done then
            if "could not serialize access" not in str(reason):
                self.refusals.append(str(reason))

    def book(self, count, type_id=None):
        """Make so many bookings at once, and return their ids."""
        starts = list(itertools.islice(self.starts, count))
        bookings = self._call(
            "create",
            [
                {
                    "type_id": type_id or self.type_id,
                    "partner_ids": [[6, 0, [self.customer]]],
                    "start": f"{start:%Y-%m-%d %H:%M:%S}",
                    "duration": 1,
                }
                for start in starts
            ],
        )
        self.made += bookings
        self.bookings.update(zip(bookings, starts, strict=True))
        self._call("action_confirm", bookings)
        return bookings

    def cancel(self, booking):
        """Cancel a booking."""
        del self.bookings[booking]
        self._call("action_cancel", [booking])

    def _book(self, rng):
        self.book(1, rng.choice(self.type_ids))

    def _change(self, rng):
        if self.bookings:
            booking = rng.choice(list(self.bookings))
            rng.choice([self._move, self._cancel, self._renew])(booking, rng)

    def _move(self, booking, rng):
        start = self.bookings[booking] + timedelta(minutes=next(self.delays))
        self._call("write", [booking], {"start": f"{start:%Y-%m-%d %H:%M:%S}"})

    def _cancel(self, booking, rng):
        self.cancel(booking)

    def _renew(self, booking, rng):
        domain = [
            ("booking_id", "=", booking),
            ("is_wanted", "=", True),
            ("method", "=", "link"),
        ]
        accesses = [
            one["id"] for one in self.staff.read("exivo.access", domain, ["id"])
        ]
        if accesses:
            wizard = self.staff.call(
                "exivo.new.code",
                "create",
                [{"access_ids": [[6, 0, accesses]], "reason": "lost"}],
            )
            self.staff.call("exivo.new.code", "action_confirm", wizard)

    def _call(self, method, *arguments):
        return self.staff.call("resource.booking", method, *arguments)


def nothing_is_lost_doubled_or_left_behind(admin, server, desks, annexe=None):
    """Compare bookings, accesses, visits, keys and mails, one to one.

    :param annexe: the simulator of the other site, if :func:`add_annexe` has added it.
    """
    simulator = server.simulator
    simulators = [simulator, annexe] if annexe else [simulator]
    bookings = admin.read(
        "resource.booking",
        [],
        ["partner_ids", "start", "stop", "state", "type_id"],
        context={"active_test": False},
    )
    made = {booking for desk in desks for booking in desk.made}
    lost = made - {booking["id"] for booking in bookings}
    assert not lost, f"Odoo had said that these bookings are made: {lost}"

    accesses = admin.read(
        "exivo.access",
        [],
        ["booking_id", "partner_id", "start", "stop", "state", "link", "method"]
        + ["reference", "app_recipient", "mail_state"],
    )
    states = {access["state"] for access in accesses}
    assert states <= {"created", "removed"}, states
    created = [access for access in accesses if access["state"] == "created"]
    before, after = (timedelta(minutes=m) for m in (MINUTES_BEFORE, MINUTES_AFTER))
    wanted = sorted(
        (
            booking["id"],
            booking["partner_ids"][0],
            method,
            _moment(booking["start"]) - before,
            _moment(booking["stop"]) + after,
        )
        for booking in bookings
        if booking["state"] == "confirmed"
        for method in (
            ["link"] * len(simulators)
            if booking["type_id"][0] == desks[0].type_id
            else ["app"]
        )
    )
    assert wanted == sorted(
        (
            access["booking_id"][0],
            access["partner_id"][0],
            access["method"],
            _moment(access["start"]),
            _moment(access["stop"]),
        )
        for access in created
    )

    with_keys = [access for access in created if access["method"] == "app"]
    _keys_are_as_promised(simulator.get("/digitalKeyVisits").json(), with_keys)
    visits = [visit for one in simulators for visit in one.visits()]
    assert len({visit["name"] for visit in visits}) == len(visits)
    live = {visit["link"]: visit for visit in visits if not visit["revoked"]}
    with_links = [access for access in created if access["method"] == "link"]
    assert len(live) == len(with_links)
    pins = {}
    for access in with_links:
        visit = live[admin.ask(f"/exivo/access/{access['id']}/link")]
        server.forget_looks()
        shown = admin.ask(f"/exivo/access/{access['id']}/pin")
        assert visit["code"] == shown["pin"]
        assert pins.setdefault(access["booking_id"][0], shown["pin"]) == shown["pin"]
        assert _moment(visit["validFrom"]) == _moment(access["start"])
        assert _moment(visit["validTo"]) == _moment(access["stop"])
    # what the app sends to phones is no mail
    mails = [one for one in simulator.mails() if one["message_id"]]
    messages = {mail["message_id"]: mail for mail in mails}
    print(
        f"{len(bookings)} bookings, {len(visits)} visits of which {len(live)} live,"
        f" {len(with_keys)} live keys,"
        f" {len(messages)} messages of which {len(mails) - len(messages)} came again"
    )
    # only a kill between the mail server's "OK" and Odoo's commit sends one again
    assert len(mails) - len(messages) <= server.kills
    urls = [one.url for one in simulators]
    _each_news_is_told_once(urls, messages.values(), live)


def _keys_are_as_promised(keys, accesses):
    """One for each access, found by the booking's reference, and its holder told."""
    assert len({key["name"] for key in keys}) == len(keys)
    alive = [key for key in keys if not key["revoked"]]
    live = {key["name"].split()[0]: key for key in alive}
    assert len(alive) == len(live) == len(accesses)
    for access in accesses:
        key = live[access["reference"]]
        assert key["publicRegistrationId"] == access["app_recipient"]
        assert _moment(key["validFrom"]) == _moment(access["start"])
        assert _moment(key["validTo"]) == _moment(access["stop"])
        assert access["mail_state"] in ("queued", "sent")


def _each_news_is_told_once(urls, messages, live):
    """Of two sites, the links of one may be told before those of the other, and again
    together with those."""
    again = Counter((*mail["to"], mail["subject"], mail["html"]) for mail in messages)
    assert not [news for news, times in again.items() if times > 1]
    sites = "|".join(re.escape(url) for url in urls)
    pattern = re.compile(rf"(?:{sites})/visit/[\w-]+")
    told = Counter(frozenset(pattern.findall(mail["html"] or "")) for mail in messages)
    del told[frozenset()]
    assert not [links for links, times in told.items() if times > 1], "told twice"
    assert not live.keys() - frozenset().union(*told), "never told"


def _moment(text):
    return datetime.fromisoformat(text[:19].replace("T", " "))
