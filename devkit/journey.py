# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The whole main job once, step by step, the way the people concerned do it.

Staff work over RPC, the customer and the visitor through the pages they are given.
"""

import json
import re
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import requests

from .house import DOORS, MINUTES_AFTER, MINUTES_BEFORE
from .journey_app import key_in_the_app
from .journey_member import member_of_a_community
from .patience import Failed, expect, within_seconds
from .report import say
from .staff import Refused, Staff
from .visitor import TIMEOUT, Visitor

CUSTOMER = {"login": "portal", "password": "portal"}
EARLY = 300  # seconds before the access begins, by the simulator's clock
# The access begins this much ahead, so that "too early" can be seen.
AHEAD = timedelta(minutes=MINUTES_BEFORE + 5)


def travel(demo, steps):
    """Run all steps and print what each has seen. Return whether all went well.

    :param Running demo: a demo that nobody else uses.
    :param list steps: functions of a :class:`Journey`, as :data:`STEPS`.
    """
    journey = Journey(demo.admin, demo.url, demo.database, demo.simulator)
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
    """What the steps know of each other."""

    def __init__(self, admin, url, database, simulator):
        self.admin = admin
        self.url = url
        self.database = database
        self.simulator = simulator
        self.customer = Visitor()
        self.staff = None
        self.booking = self.start = self.stop = self.confirmed_at = None
        self.visit = {}
        (partner,) = admin.read(
            "res.users", [("login", "=", CUSTOMER["login"])], ["partner_id"]
        )
        self.partner = partner["partner_id"][0]
        (person,) = admin.read(
            "res.partner", [("id", "=", self.partner)], ["name", "email"]
        )
        self.name, self.email = person["name"], person["email"]

    # What is at the simulator

    def ask(self, path):
        """Read from the simulator's control address."""
        answer = requests.get(self.simulator["url"] + "/_sim" + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def set_clock(self, seconds):
        """Move the simulator's clock away from the real one."""
        requests.post(
            self.simulator["url"] + "/_sim/clock",
            json={"offset_seconds": seconds},
            timeout=TIMEOUT,
        ).raise_for_status()

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
        """The visits at Exivo."""
        return self.at_exivo("visit")

    def mails(self):
        """Mails to the customer, oldest first."""
        mails = [mail for mail in self.ask("/mails") if self.email in str(mail["to"])]
        return sorted(mails, key=lambda mail: mail["received_at"])

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
        """The customer's page of the booking."""
        return self.customer.open(f"{self.url}/my/bookings/{self.booking}")

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
        (rule,) = self.admin.read("exivo.access.rule", [], fields)
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
        login = self.customer.open(f"{self.url}/web/login").forms("password")
        expect(login, "there is no login page")
        home = self.customer.submit(login[0], **CUSTOMER)
        expect("/my" in home.url, f"the login as portal led to {home.url}")
        schedule = self._begin(kind)
        self._confirm_without_rule(plain, stranger)  # warms up: the first one is slow
        self.start, answer = self._confirm(self.customer, schedule)
        self.confirmed_at = time.monotonic()
        expect(answer.status in (200, 303), f"the confirmation said {answer.status}")
        other = self._confirm_without_rule(plain, stranger)
        fields = ["state", "start", "stop"]
        (row,) = self.admin.read(
            "resource.booking", [("id", "=", self.booking)], fields
        )
        expect(row["state"] == "confirmed", f"the booking is {row['state']}")
        self.stop = _utc(row["stop"])
        expect(_utc(row["start"]) == self.start, f"the booking starts {row['start']}")
        return (
            f"{row['start']} to {row['stop']} UTC, in {answer.seconds:.2f} s "
            f"({other.seconds:.2f} s for a room without a rule)"
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
        window = (_utc(visit["validFrom"]), _utc(visit["validTo"]))
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
        try:
            ahead = self._window()[0] - _now()
            self.set_clock(ahead.total_seconds() - EARLY)
            _page, early = self._log_in(link, pin)
            expect("too early" in early.text.lower(), f"before time: {early.text}")
            self.set_clock((self.start - _now()).total_seconds() + 60)
            _page, refused = self._log_in(link, wrong)
            expect("wrong" in refused.text.lower(), f"wrong PIN: {refused.text}")
            guest, page = self._log_in(link, pin)
            expect(not page.forms("pin"), f"the right PIN was not taken: {page.text}")
            for name in DOORS:
                expect(name in page.text, f"the page does not offer {name}")
            opened = self._open_all_doors(guest, page)
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
        window = (_utc(access["start"]), _utc(access["stop"]))
        expect(window == self._window(), f"staff see the window {window}")
        link = self.staff.ask(f"/exivo/access/{access['id']}/link")
        expect(link == self.visit["link"], "staff see another link")
        pin = self.staff.ask(f"/exivo/access/{access['id']}/pin")["pin"]
        expect(pin == self.visit["code"], "staff see another PIN")
        page = self.booking_page()
        expect(pin not in page.text, "the portal shows the PIN without a click")
        (form,) = [form for form in page.forms() if form.action.endswith("/pin")]
        page = self.customer.submit(form)
        begin = window[0].astimezone(self._zone())
        for content in ("Created", self.visit["code"], *DOORS):
            expect(content in page.text, f"the page lacks {content}: {page.text}")
        expect(
            f"{begin:%H:%M}" in page.text or f"{begin:%I:%M}".lstrip("0") in page.text,
            f"the portal page lacks the window's start {begin:%H:%M}",
        )
        links = page.tree.xpath("//a/@href")
        expect(self.visit["link"] in links, "the portal page lacks the link")
        return "same window, locks, PIN and link on both sides"

    def events_beside_the_booking(self):
        """What the doors reported stands beside the booking: the customer came."""
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
        page = self.booking_page()
        cancel = [form for form in page.forms() if form.action.endswith("/cancel")]
        expect(cancel, "the booking's page offers no way to cancel")
        asked = self.customer.open(cancel[0].action)
        expect(not self.visits()[0]["revoked"], "following the address has cancelled")
        expect("Cancel your booking?" in asked.text, f"the page says: {asked.text}")
        done = self.customer.submit(cancel[0])
        expect("is cancelled" in done.text, f"the page says: {done.text}")
        started = time.monotonic()
        within_seconds(lambda: self.visits()[0]["revoked"], "the visit is not revoked")
        seconds = time.monotonic() - started
        page = Visitor().open(self.visit["link"])
        expect(not page.forms(), "the link's page still offers something to do")
        expect("no longer" in page.text.lower(), f"the link's page says: {page.text}")
        within_seconds(
            lambda: self.access()["state"] == "removed", "staff do not see Removed"
        )
        mails = self.mails_settled(2)
        text = mails[1]["subject"] + (mails[1]["html"] or mails[1]["text"])
        expect("removed" in text.lower(), f"the last mail is “{mails[1]['subject']}”")
        return f"revoked after {seconds:.1f} s; “{mails[1]['subject']}”"

    # How they are done

    def _mails_to_come(self):
        """How many mails to the customer Odoo has not sent yet, or still has to write.

        Odoo says so: how long none has arrived depends on how busy the machine is.
        """
        unsent = [("recipient_ids", "=", self.partner), ("state", "=", "outgoing")]
        untold = [("partner_id", "=", self.partner)]
        untold += [("mail_state", "in", ("waiting", "announced", "queued"))]
        return sum(
            self.admin.call(model, "search_count", domain)
            for model, domain in (("mail.mail", unsent), ("exivo.access", untold))
        )

    def _create(self, model, values):
        (created,) = self.admin.call(model, "create", [values])
        return created

    def _begin(self, kind):
        """Choose something under "Book a room"; return the address of its schedule."""
        page = self.customer.open(f"{self.url}/my/bookings/new")
        forms = [one for one in page.forms() if one.action.endswith(f"/new/{kind}")]
        expect(forms, f"the portal offers nothing to book: {page.text}")
        page = self.customer.submit(forms[0])
        booking = re.search(r"/my/bookings/(\d+)/schedule", page.url)
        expect(booking, f"the choice led to {page.url}")
        self.booking = int(booking[1])
        return page.url

    def _pending(self, kind, partner):
        return self._create(
            "resource.booking", {"type_id": kind, "partner_ids": [[6, 0, [partner]]]}
        )

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
        booking = self._pending(kind, partner)
        address = self.admin.call("resource.booking", "get_portal_url", [booking])
        visitor = Visitor()
        page = visitor.open(self.url + address)
        return self._confirm(visitor, page.links("/schedule")[0])[1]

    def _confirm(self, visitor, schedule):
        """Choose the first slot that is far enough ahead; return it and the answer."""
        earliest = _now() + AHEAD
        for _month in range(2):
            page = visitor.open(schedule)
            for form in page.forms("when"):
                start = datetime.fromisoformat(form.fields["when"])
                if start >= earliest:
                    answer = visitor.submit(form, follow=False)
                    return start.astimezone(timezone.utc), answer
            schedule = page.tree.xpath("string(//a[@title='Next month']/@href)")
        raise Failed("the portal offers no slot")

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

    def _log_in(self, link, pin):
        """Type a PIN on a phone that has not been used for it before."""
        guest = Visitor()
        page = guest.open(link)
        forms = page.forms("pin")
        expect(forms, f"the link's page asks for no PIN: {page.text}")
        return guest, guest.submit(forms[0], pin=pin)

    def _open_all_doors(self, guest, page):
        """Press every door's button and return the names of the doors that opened.

        What they have noted counts: the first may be shut before the last is pressed.
        """
        before = self._openings()
        for number in range(len(DOORS)):
            form = [one for one in page.forms() if "/open/" in one.action][number]
            page = guest.submit(form)
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


def _now():
    return datetime.now(timezone.utc)


def _utc(text):
    """Read a time of Odoo or Exivo, both of which are in UTC."""
    text = text.replace(" ", "T").replace("Z", "")
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


STEPS = [
    Journey.site_connected,
    Journey.rule_set,
    Journey.customer_books,
    Journey.visit_exists,
    Journey.one_mail,
    Journey.door_opens,
    Journey.everybody_sees_created,
    Journey.events_beside_the_booking,
    Journey.customer_cancels,
    key_in_the_app,
    member_of_a_community,
]
