# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The whole main job once, step by step, the way the people concerned do it.

Staff work over RPC, customer and visitor through the pages they are given. Here they
only follow links and forms; in `tests/journey` they click in a real browser.
"""

import json
import re
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import requests

from ..machine.report import say
from .house import AHEAD, DOORS, MINUTES_AFTER, MINUTES_BEFORE
from .journey_app import key_in_the_app
from .journey_member import member_of_a_community
from .patience import Failed, expect, within_seconds
from .staff import Refused, Staff
from .visitor import TIMEOUT, Visitor

CUSTOMER = {"login": "portal", "password": "portal"}
EARLY = 300  # seconds before the access begins, by the simulator's clock


def travel(demo, steps, person):
    """Run all steps and print what each has seen. Return whether all went well.

    :param Running demo: a demo that nobody else uses.
    :param list steps: functions of a :class:`Journey`, as :data:`STEPS`.
    :param person: see :class:`Journey`.
    """
    journey = Journey(demo.admin, demo.url, demo.database, demo.simulator, person)
    logs = f"logs: {demo.folder}/odoo.log, {demo.folder}/simulator.log"
    say("\nThe journey")
    for number, step in enumerate(steps, 1):
        title = step.__doc__.partition("\n")[0].rstrip(".")
        started = time.monotonic()
        try:
            seen = step(journey)
        except (Failed, Refused, requests.RequestException) as reason:
            say(f"✗ {number}. {title} ({time.monotonic() - started:.1f} s)")
            say(f"     {reason}")
            say(f"     {logs}")
            return False
        say(f"✓ {number}. {title} ({time.monotonic() - started:.1f} s)")
        say(f"     {seen}")
    say("\nThe journey went well.")
    return True


class Journey:
    """Keeps what the steps know of each other."""

    def __init__(self, admin, url, database, simulator, person):
        """:param person: makes a person with a browser, such as :class:`Visitor`."""
        self.admin = admin
        self.url = url
        self.database = database
        self.simulator = simulator
        self.person = person
        self.customer = person()
        self.staff = None
        self.booking = self.start = self.stop = self.confirmed_at = None
        self.visit = {}
        self.before = set()
        (partner,) = admin.read(
            "res.users", [("login", "=", CUSTOMER["login"])], ["partner_id"]
        )
        self.partner = partner["partner_id"][0]
        (contact,) = admin.read(
            "res.partner", [("id", "=", self.partner)], ["name", "email"]
        )
        self.name, self.email = contact["name"], contact["email"]
        self.before = {one["id"] for one in [*self.visits(), *self.mails()]}

    # What is at the simulator

    def ask(self, path):
        """Read from the simulator's control address."""
        answer = requests.get(self.simulator["url"] + "/_sim" + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def tell(self, path, **order):
        """Give the simulator an order at its control address, and return the answer."""
        address = f"{self.simulator['url']}/_sim{path}"
        answer = requests.post(address, json=order, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def set_clock(self, seconds):
        """Move the simulator's clock away from the real one."""
        self.tell("/clock", offset_seconds=seconds)

    def at_exivo(self, path):
        """Read from the API as any of its users does."""
        answer = requests.get(
            f"{self.simulator['url']}/v1/{self.simulator['site_id']}/{path}",
            auth=(self.simulator["api_key"], self.simulator["api_secret"]),
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return answer.json()

    def visits(self):
        """The visits at Exivo that the journey has made."""
        return self._without_those_before(self.at_exivo("visit"))

    def mails(self):
        """Mails to the customer, oldest first."""
        mails = [mail for mail in self.ask("/mails") if self.email in str(mail["to"])]
        mails = self._without_those_before(mails)
        return sorted(mails, key=lambda mail: mail["received_at"])

    def _without_those_before(self, rows):
        return [row for row in rows if row["id"] not in self.before]

    def mails_settled(self, number):
        """Wait for a number of mails to the customer, and until no more are to come."""
        within_seconds(
            lambda: len(self.mails()) >= number,
            f"{number} mail(s) to {self.email} were expected by now",
        )
        within_seconds(
            lambda: not self._mails_to_come(),
            f"Odoo still has something to send to {self.email}",
        )
        mails = self.mails()
        subjects = "; ".join(mail["subject"] for mail in mails)
        expect(len(mails) == number, f"{len(mails)} mails to {self.email}: {subjects}")
        return mails

    def access(self):
        """The booking's access, as staff see it in their list."""
        fields = ["state", "start", "stop", "lock_ids", "link", "failure_reason"]
        specification = {field: {} for field in fields}
        specification["lock_ids"] = {"fields": {"name": {}}}
        found = self.staff.call(
            "exivo.access",
            "web_search_read",
            domain=[("booking_id", "=", self.booking)],
            specification=specification,
        )["records"]
        expect(len(found) == 1, f"staff see {len(found)} accesses of the booking")
        return found[0]

    def booking_page(self):
        """Have the customer look at the page of the booking."""
        self.customer.open(f"{self.url}/my/bookings/{self.booking}")

    # The steps, in the order of the list below

    def site_connected(self):
        """The site is connected, its authentication verified, its locks listed."""
        (site,) = self.admin.read(
            "exivo.site", [], ["state", "remote_name", "remote_tz"]
        )
        expect(site["state"] == "verified", f"the site is {site['state']}")
        locks = self.admin.read("exivo.lock", [], ["name"])
        names = [lock["name"] for lock in locks]
        expect(set(DOORS) <= set(names), f"the locks are {names}")
        return f"{site['remote_name']} ({site['remote_tz']}): " + ", ".join(names)

    def rule_set(self):
        """The room has a rule: two locks, 15 minutes before, 10 after."""
        fields = ["resource_id", "lock_ids", "minutes_before", "minutes_after"]
        of_room = [("resource_id", "=", self.admin.ref("exivo_access.demo_room"))]
        (rule,) = self.admin.read("exivo.access.rule", of_room, fields)
        minutes = (rule["minutes_before"], rule["minutes_after"])
        expect(minutes == (MINUTES_BEFORE, MINUTES_AFTER), f"the rule says {minutes}")
        expect(
            len(rule["lock_ids"]) == 2, f"the rule has {len(rule['lock_ids'])} locks"
        )
        return f"{rule['resource_id'][1]}: {', '.join(DOORS)}"

    def customer_books(self):
        """The customer books in the portal, picks a slot and confirms."""
        kind = self.admin.ref("exivo_access.demo_booking_type")
        plain = self._kind_without_rule(kind)
        stranger = self._create(
            "res.partner", {"name": "Somebody Else", "email": "else@example.com"}
        )
        self.log_in()
        self.begin(kind)
        self._confirm_without_rule(plain, stranger)  # warms up: the first one is slow
        self.start, seconds = self.customer.pick_slot(now() + AHEAD)
        self.confirmed_at = time.monotonic()
        other = self._confirm_without_rule(plain, stranger)
        fields = ["state", "start", "stop"]
        (row,) = self.admin.read(
            "resource.booking", [("id", "=", self.booking)], fields
        )
        expect(row["state"] == "confirmed", f"the booking is {row['state']}")
        self.stop = utc(row["stop"])
        expect(utc(row["start"]) == self.start, f"the booking starts {row['start']}")
        return (
            f"{row['start']} to {row['stop']} UTC, in {seconds:.2f} s "
            f"({other:.2f} s for a room without a rule)"
        )

    def visit_exists(self):
        """A visit exists: these locks, this window, six digits, no name."""
        visits = within_seconds(self.visits, "no visit at the simulator")
        expect(len(visits) == 1, f"{len(visits)} visits at the simulator")
        self.visit = visits[0]
        seconds = time.monotonic() - self.confirmed_at
        visit = self.visit
        doors = {door["id"]: door["identifier"] for door in self.ask("/doors")}
        opened = sorted(doors.get(one, one) for one in visit["components"])
        expect(opened == sorted(DOORS), f"the visit opens {opened}")
        window = (utc(visit["validFrom"]), utc(visit["validTo"]))
        expect(window == self._window(), f"the visit's window is {window}")
        expect(
            visit["validFrom"].endswith("Z") and visit["validTo"].endswith("Z"),
            f"the visit's times are not in UTC: {visit['validFrom']}",
        )
        expect(re.fullmatch(r"\d{6}", visit["code"]), f"the code is {visit['code']!r}")
        told = json.dumps([call["body"] for call in self.ask("/requests")]).lower()
        for secret in (self.name, self.email, *self.name.split()):
            expect(secret.lower() not in told, f"Exivo was told {secret!r}")
        return (
            f"after {seconds:.1f} s: {visit['name']}, {', '.join(opened)}, "
            f"{visit['validFrom']} to {visit['validTo']}"
        )

    def one_mail(self):
        """One mail lies in the inbox, and nothing else for the customer."""
        (mail,) = self.mails_settled(1)
        reader = self.person()
        reader.open_mail(f"{self.simulator['url']}/inbox", mail["subject"])
        reader.sees(", ".join(DOORS), self.visit["code"])
        link = reader.address("Open the doors")
        expect(link == self.visit["link"], f"the mail leads to {link}")
        text = re.sub(r"<[^>]+>|\s+", " ", mail["html"] or mail["text"])
        zone = self._zone()
        expected = {
            "room": DOORS[1],
            "zone": zone.key,
            "PIN": self.visit["code"],
            **{f"door {name}": name for name in DOORS},
        }
        for what, content in expected.items():
            expect(content in text, f"the mail lacks the {what} ({content})")
        clock = self.start.astimezone(zone)
        expect(
            f"{clock:%H:%M}" in text or f"{clock:%I:%M}".lstrip("0") in text,
            f"the mail lacks the time {clock:%H:%M}",
        )
        expect(self.visit["link"] in mail["html"], "the mail lacks the link")
        kinds = [one["content_type"] for one in mail["attachments"]]
        expect(
            "text/calendar" in kinds, f"no calendar file: {kinds or 'no attachment'}"
        )
        return f"“{mail['subject']}” to {self.email}, with a calendar file"

    def door_opens(self):
        """The link refuses a wrong PIN, takes the right one and opens the door."""
        link, pin = self.visit["link"], self.visit["code"]
        wrong = str((int(pin) + 1) % 10**6).zfill(6)
        known, fresh = self.person(), self.person()
        try:
            ahead = self._window()[0] - now()
            self.set_clock(ahead.total_seconds() - EARLY)
            for typed, answer in ((wrong, "Wrong PIN"), (pin, "Too early")):
                self._type_pin(known, typed)
                known.sees(answer)
            self.set_clock((self.start - now()).total_seconds() + 60)
            known.open(link)  # it knows this phone by now
            known.sees("Your doors", *DOORS)
            self._type_pin(fresh, wrong)
            fresh.sees("Wrong PIN")
            self._type_pin(fresh, pin)
            fresh.sees("Your doors", *DOORS)
            opened = self.open_all_doors(fresh, "Open")
        finally:
            self.set_clock(0)
        return f"too early, wrong PIN, right PIN; open: {', '.join(opened)}"

    def everybody_sees_created(self):
        """Portal and staff see Created, with the same window, locks, PIN and link."""
        self.staff = self._staff_member()
        within_seconds(
            lambda: self.access()["state"] == "created", "staff do not see Created"
        )
        access = self.access()
        names = sorted(lock["name"] for lock in access["lock_ids"])
        expect(names == sorted(DOORS), f"staff see the locks {names}")
        window = (utc(access["start"]), utc(access["stop"]))
        expect(window == self._window(), f"staff see the window {window}")
        link = self.staff.ask(f"/exivo/access/{access['id']}/link")
        expect(link == self.visit["link"], "staff see another link")
        pin = self.staff.ask(f"/exivo/access/{access['id']}/pin")["pin"]
        expect(pin == self.visit["code"], "staff see another PIN")
        self.booking_page()
        self.customer.sees("Created")
        expect(
            pin not in self.customer.text, "the portal shows the PIN without a click"
        )
        self.customer.press("Show the PIN")
        self.customer.sees("Created", pin, *DOORS)
        begin, text = window[0].astimezone(self._zone()), self.customer.text
        expect(
            f"{begin:%H:%M}" in text or f"{begin:%I:%M}".lstrip("0") in text,
            f"the portal page lacks the window's start {begin:%H:%M}",
        )
        link = self.customer.address("Open the doors")
        expect(link == self.visit["link"], f"the portal page leads to {link}")
        return "same window, locks, PIN and link on both sides"

    def events_beside_the_booking(self):
        """Beside the booking stands what the doors reported: the customer came."""
        (site,) = self.admin.read("exivo.site", [], ["id"])
        self.admin.call("exivo.site", "action_read_events", [site["id"]])
        domain = [("booking_id", "=", self.booking), ("certainty", "=", "certain")]

        def opened():
            events = self.staff.read("exivo.door.event", domain, ["kind", "lock_id"])
            return {one["lock_id"][1] for one in events if one["kind"] == "opened"}

        def arrived_at():
            of_booking = [("booking_id", "=", self.booking)]
            (access,) = self.staff.read("exivo.access", of_booking, ["arrived_at"])
            return access["arrived_at"]

        within_seconds(
            lambda: set(DOORS) <= opened(), "not all doors have an event beside it"
        )
        names = opened()
        expect(names == set(DOORS), f"the doors opened for the booking: {names}")
        arrival = within_seconds(arrived_at, "the access shows no arrival")
        return f"{', '.join(sorted(names))}; arrived {arrival} UTC"

    def customer_cancels(self):
        """The customer cancels: visit revoked, page refuses, Removed, one mail."""
        self.customer.open(f"{self.url}/my/bookings/{self.booking}/cancel")
        self.customer.sees("Cancel your booking?")
        expect(not self.visits()[0]["revoked"], "following the address has cancelled")
        self.booking_page()
        self.customer.unfold("Cancel")
        self.customer.press("Cancel this booking")
        self.customer.sees("Your booking is cancelled")
        started = time.monotonic()
        within_seconds(lambda: self.visits()[0]["revoked"], "the visit is not revoked")
        seconds = time.monotonic() - started
        self.link_refuses()
        within_seconds(
            lambda: self.access()["state"] == "removed", "staff do not see Removed"
        )
        mails = self.mails_settled(2)
        text = mails[1]["subject"] + (mails[1]["html"] or mails[1]["text"])
        expect("removed" in text.lower(), f"the last mail is “{mails[1]['subject']}”")
        reader = self.person()
        reader.open_mail(f"{self.simulator['url']}/inbox", mails[1]["subject"])
        reader.sees(DOORS[1])
        return f"revoked after {seconds:.1f} s; “{mails[1]['subject']}”"

    # How they are done

    def _mails_to_come(self):
        """Count the mails to the customer that Odoo still has to write or to send.

        Odoo says so: how long none has arrived depends on how busy the machine is.
        """
        unsent = [("recipient_ids", "=", self.partner), ("state", "=", "outgoing")]
        untold = [("partner_id", "=", self.partner)]
        untold += [("mail_state", "in", ("waiting", "announced", "queued"))]
        return sum(
            self.admin.call(model, "search_count", domain)
            for model, domain in (("mail.mail", unsent), ("exivo.access", untold))
        )

    def log_in(self):
        """Have the customer log in to the portal."""
        self.customer.open(f"{self.url}/web/login")
        self.customer.press("Log in", **CUSTOMER)
        within_seconds(
            lambda: "/my" in self.customer.url,
            f"the login as portal led to {self.customer.url}",
        )

    def begin(self, kind):
        """Have the customer choose something under "Book a room", and begin it."""
        (row,) = self.admin.read("resource.booking.type", [("id", "=", kind)], ["name"])
        self.customer.open(f"{self.url}/my/bookings/new")
        self.customer.unfold("begin with the month")
        self.customer.press(f"Choose a time ({row['name']})")
        within_seconds(
            lambda: re.search(r"/my/bookings/(\d+)/schedule", self.customer.url),
            f"the choice led to {self.customer.url}",
        )
        self.booking = int(re.search(r"/bookings/(\d+)/", self.customer.url)[1])

    def link_refuses(self):
        """See that nothing can be done any more with the link."""
        reader = self.person()
        reader.open(self.visit["link"])
        reader.sees("No longer valid")
        expect(not reader.has_buttons(), "the link's page still offers something to do")

    def _create(self, model, values):
        (created,) = self.admin.call(model, "create", [values])
        return created

    def _kind_without_rule(self, kind):
        """A booking type like the given one, for a room without a rule."""
        room = self.admin.ref("exivo_access.demo_room")
        (plain,) = self.admin.call("resource.resource", "copy", [room])
        combination = self._create(
            "resource.booking.combination", {"resource_ids": [[6, 0, [plain]]]}
        )
        relation = [[0, 0, {"combination_id": combination}]]
        values = {"combination_rel_ids": relation}
        (copied,) = self.admin.call("resource.booking.type", "copy", [kind], values)
        return copied

    def _confirm_without_rule(self, kind, partner):
        values = {"type_id": kind, "partner_ids": [[6, 0, [partner]]]}
        booking = self._create("resource.booking", values)
        address = self.admin.call("resource.booking", "get_portal_url", [booking])
        visitor = Visitor()
        visitor.open(self.url + address)
        visitor.open(visitor.address("Schedule"))
        return visitor.pick_slot(now() + AHEAD)[1]

    def _window(self):
        return (
            self.start - timedelta(minutes=MINUTES_BEFORE),
            self.stop + timedelta(minutes=MINUTES_AFTER),
        )

    def _zone(self):
        calendar = self.admin.ref("exivo_access.demo_calendar")
        domain = [("id", "=", calendar)]
        (row,) = self.admin.read("resource.calendar", domain, ["tz"])
        return ZoneInfo(row["tz"])

    def _type_pin(self, person, pin):
        person.open(self.visit["link"])
        person.press("LOGIN", pin=pin)

    def open_all_doors(self, person, button):
        """Press every door's button and return the names of the doors that opened.

        What they have noted counts: the first may be shut before the last is pressed.

        :param str button: what its button says, before the name of the door.
        """
        before = self._openings()
        for name in DOORS:
            person.press(f"{button} {name}")
            person.sees("The door is open")
        openings = self._openings().items()
        opened = sorted(door for event, door in openings if event not in before)
        expect(opened == sorted(DOORS), f"doors that opened: {opened}")
        return opened

    def _openings(self):
        """The doors that have opened for somebody so far, by the id of the event."""
        return {
            event["id"]: door["identifier"]
            for door in self.ask("/doors")
            for event in door["events"]
            if event["name"] == "accessPermitted"
        }

    def _staff_member(self):
        """A person who has no more rights than the Exivo group gives."""
        groups = [self.admin.ref("base.group_user")]
        groups += [self.admin.ref("exivo_access.group_user")]
        password = "journey-staff"
        values = {"name": "Staff", "login": "staff", "group_ids": [[6, 0, groups]]}
        self._create("res.users", {**values, "password": password})
        return Staff(self.url, self.database, "staff", password)


def now():
    """Return what time it is, with its zone."""
    return datetime.now(timezone.utc)


def utc(text):
    """Read a time of Odoo or Exivo, both of which are in UTC."""
    text = text.replace(" ", "T").replace("Z", "")
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


#: What is about a booking, its link and its PIN.
OF_A_BOOKING = [
    Journey.site_connected,
    Journey.rule_set,
    Journey.customer_books,
    Journey.visit_exists,
    Journey.one_mail,
    Journey.door_opens,
    Journey.everybody_sees_created,
    Journey.events_beside_the_booking,
    Journey.customer_cancels,
]
STEPS = [*OF_A_BOOKING, key_in_the_app, member_of_a_community]
