# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A house with two rooms in which anything may happen, and anything may go wrong.

Every public method of :class:`History` that is named in ``test_house_histories.py`` is
something that happens. What has to be true in the end stands in ``agreement.py``.
"""

import contextlib
from collections import Counter
from datetime import datetime, timedelta, timezone

import freezegun.api
import requests
from agreement import must_agree, must_hold
from mishaps import SLOW, impatient, synchronise
from postman import Postman

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.exivo_access.models.alarms.health import ACTIONS
from odoo.addons.exivo_access.models.pins.handover import get_link
from odoo.addons.exivo_access.models.sync.synchroniser import REGULAR_INTERVAL
from odoo.addons.exivo_access.tools.connection import ADAPTERS
from odoo.addons.exivo_access.tools.period import FOREVER
from odoo.addons.exivo_access.tools.secret_char import open_secret

#: Each with what can be reached of them: a key in an app goes to the phone, else to the
#: e-mail address; Carl has neither at first.
PEOPLE = {
    "Anna": {"email": "anna@example.com", "phone": "+41791110000"},
    "Ben": {"email": "ben@example.com", "phone": False},
    "Carl": {"email": False, "phone": False},
}
DOORS = ("Entrance", "Meeting room Aare", "Meeting room Reuss")
#: Doors that Exivo opens to persons together only.
ZONES = (
    ("Entrance", "Back door", "Bike shed"),
    ("Meeting room Aare", "Meeting room Reuss", "Workshop", "Bike shed"),
)
#: The app that takes the keys of the house.
APP_ID = "20001"
#: Nobody listens there.
NOWHERE = "http://127.0.0.1:9"
#: What Exivo asks for when it has too many calls, in seconds.
RETRY_AFTER = 400
#: The longest that a call may be late by, in seconds, to be found by the first look
#: that follows the look-up; what comes later is found by the second.
LATE = 200
#: By then all is settled that is not looked for an hour later.
SETTLED = timedelta(minutes=15)
SETTLED_FOR_GOOD = timedelta(minutes=85)
#: Who took something away at Exivo earlier than this before it begins is found out.
ASKED_BEFORE = timedelta(minutes=95)
#: Scheduled actions that run whenever somebody has asked for them.
WOKEN = (
    "ir_cron_plan_all",
    "ir_cron_plan_members",
    "ir_cron_plan_bookings",
    "ir_cron_compare",
)
#: What the rule of a community has at first.
COMMUNITY_RULE = {"active": True, "with_children": False, "stop_date": False}
#: How the members of each community, and who books each room, get in at first.
COMMUNITY_METHODS = ("link", "group")
ROOM_METHODS = ("link", "app")
RULE = {
    "active": True,
    "minutes_before": 15,
    "minutes_after": 10,
    "holders": "requester",
    "booking_state": "confirmed",
}
#: Longer than any delay or pause, so what is due later is at rest.
REST = timedelta(minutes=20)
#: Far more rounds than it takes to come to rest.
MANY = 80
#: By then the links of members are renewed, and have not ended yet.
RENEWAL = timedelta(days=27)
#: The calendar's own mails are not what this is about, and cost much time.
QUIET = {"tracking_disable": True, "no_mail_to_attendees": True}
#: What a site remembers of when something was so.
TIMES_OF_SITE = ("paused_until", "ask_again_at", "compared_at", "gone_since")
#: What a history leaves behind, in an order in which it can be deleted.
TRACES = (
    "mail_activity",
    "mail_mail",
    "exivo_mail",
    "exivo_credential",
    "exivo_access",
    "exivo_person",
    "resource_booking",
    "calendar_event",
    "ir_cron_trigger",
)


class Clock:
    """Odoo's time and the simulator's, moved in step; both go on by themselves."""

    def __init__(self, frozen, simulator):
        self.frozen = frozen
        self.simulator = simulator
        #: how many seconds the simulator's is ahead
        self.apart = 0

    def move_to(self, moment):
        """Make it this moment (naive UTC)."""
        self.frozen.move_to(moment)
        if self.simulator.running:
            self.tell_the_simulator()

    def tell_the_simulator(self):
        """Have the simulator's clock show the same as Odoo's, or nearly."""
        real = freezegun.api.real_datetime.now(timezone.utc).replace(tzinfo=None)
        offset = (datetime.now() - real).total_seconds()
        self.simulator.clock(offset + self.apart)


def _write_what_differs(record, values):
    """Write on a record, which costs much, only what is not so already."""
    values = {
        name: value
        for name, value in values.items()
        if name == "lock_ids" or (record[name] or False) != value
    }
    if values:
        record.write(values)


class History:
    """What happens in the house, one thing after the other."""

    #: What it leaves behind, and what the rules of rooms say at first.
    traces = TRACES
    rule_values = RULE

    def __init__(self, office, clock, dawn):
        self.office = office
        self.dawn = dawn
        self.simulator = office.simulator
        self.clock = clock
        self.postman = Postman()
        with office.env() as env:
            site = env["exivo.site"].browse(office.site_id)
            site.app_id = APP_ID
            site.lock_ids.write({"has_keypad": True, "has_mobile_access": True})
            self.locks = {lock.name: lock.id for lock in site.lock_ids}
            self.entrance = site.lock_ids.browse(self.locks["Entrance"]).remote_id
            self.web_address = self._move_odoo_to(env, NOWHERE)
            (rule,) = env["exivo.access.rule"].search([])
            second = self._add_room(env)
            self.rules = [rule.id, self._add_rule(env, second.combination_rel_ids)]
            self.types = [office.type_id, second.id]
            self.communities = self._add_communities(env)
            self.community_rules = [
                self._add_community_rule(env, one) for one in self.communities
            ]
            self.people = (
                env["res.partner"].create([{"name": name} for name in PEOPLE]).ids
            )
            self.woken = [env.ref(f"exivo_access.{one}").id for one in WOKEN]
            self._let_scheduler_run(env)

    def _let_scheduler_run(self, env):
        """No scheduled action stands still, though histories run a few of them only.

        Else the synchroniser would tell staff of that after each of its runs.
        """
        crons = [env.ref(f"exivo_access.ir_cron_{name}").id for name in ACTIONS]
        progress = env["ir.cron.progress"].create([{"cron_id": one} for one in crons])
        env.cr.execute(
            "UPDATE ir_cron_progress SET create_date = %s WHERE id = ANY(%s)",
            [self.dawn + timedelta(days=365), progress.ids],
        )

    def _move_odoo_to(self, env, address):
        """Have Exivo call back there about keys.

        :return: the address before.
        """
        parameters = env["ir.config_parameter"]
        before = parameters.get_param("web.base.url")
        parameters.set_param("web.base.url", address)
        return before

    def _add_room(self, env):
        room = env.ref("exivo_access.demo_room").copy({"name": "Meeting room Reuss"})
        combination = env["resource.booking.combination"].create(
            {"resource_ids": [(6, 0, room.ids)]}
        )
        return env.ref("exivo_access.demo_booking_type").copy(
            {"combination_rel_ids": [(0, 0, {"combination_id": combination.id})]}
        )

    def _add_rule(self, env, rel):
        return (
            env["exivo.access.rule"]
            .create(
                {
                    "resource_id": rel.combination_id.resource_ids.id,
                    "lock_ids": [(6, 0, [self.locks["Entrance"]])],
                }
            )
            .id
        )

    def _add_communities(self, env):
        """Members, and below them the club, whose own rule is one more."""
        members = env["res.partner.category"].create({"name": "Members"})
        club = members.create({"name": "Club", "parent_id": members.id})
        return [members.id, club.id]

    def _add_community_rule(self, env, community):
        return (
            env["exivo.access.rule"]
            .create(
                {
                    "category_id": community,
                    "lock_ids": [(6, 0, [self.locks["Entrance"]])],
                }
            )
            .id
        )

    def begin(self):
        """Forget all that was, and start at dawn with nothing booked."""
        if not self.simulator.running:
            self.simulator.start()
        self.simulator.reset()
        self.clock.apart = 0
        self.clock.move_to(self.dawn)
        self.postman.begin()
        #: what was taken away at Exivo by hand, and when
        self.taken = {}
        self.is_very_late = False
        ADAPTERS.clear()  # they remember what is forgotten now
        self.guests = self._let_guests_in()
        #: how often staff have had each link told again
        self.resent = Counter()
        self.switch_second_lane(is_on=False)
        with self.office.env() as env:
            env.cr.execute("UPDATE exivo_access SET told_credential_id = NULL")
            for table in self.traces:
                env.cr.execute(f"DELETE FROM {table}")
            env["exivo.site"].browse(self.office.site_id).write(
                {
                    **{"state": "verified", "outages": 0},
                    **dict.fromkeys(TIMES_OF_SITE, False),
                }
            )
            for number, rule in enumerate(self.rules):
                doors = ["Entrance", DOORS[1 + number]]
                values = self.rule_values
                self._write_rule(env, rule, ROOM_METHODS[number], doors, values)
            for partner, reach in zip(self.people, PEOPLE.values(), strict=True):
                _write_what_differs(
                    env["res.partner"].browse(partner), {**reach, "category_id": False}
                )
            for rule, method in zip(
                self.community_rules, COMMUNITY_METHODS, strict=True
            ):
                self._write_rule(env, rule, method, ["Entrance"], COMMUNITY_RULE)
        with self.office.env() as env:
            env["ir.cron.trigger"].search([]).unlink()

    def _write_rule(self, env, rule, method, doors, values):
        """Change a rule; an access group takes all doors that open together."""
        if method == "group":
            doors = {door for zone in ZONES if {*zone} & {*doors} for door in zone}
        values = {**values, "method": method}
        rule = env["exivo.access.rule"].browse(rule)
        lock_ids = [self.locks[one] for one in doors]
        if {*lock_ids} != {*rule.lock_ids.ids}:
            values["lock_ids"] = [(6, 0, lock_ids)]
        _write_what_differs(rule, values)

    def _let_guests_in(self):
        """People at Exivo have let guests in by hand, which is none of our business.

        :return: what they have made there: a visit, a key in an app, and a person.
        :rtype: dict[str, dict]
        """
        post = self.simulator.post
        visit = {
            "name": "Guest of the house",
            "validFrom": f"{self.dawn + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
            "validTo": f"{self.dawn + timedelta(days=365):%Y-%m-%dT%H:%M:%SZ}",
            "components": [self.entrance],
        }
        key = {
            **visit,
            "formFactor": "ma-email",
            "publicRegistrationId": "guest@example.com",
            "mobileApp": {"id": APP_ID},
            "installNotification": False,
        }
        post("/visit", {**visit, "code": "000000"})
        post("/digitalKeyVisits", key)
        guest = post("/person", {"firstName": "A", "lastName": "Guest"}).json()["id"]
        group = post("/accessgroup", {"name": "Guests"}).json()["id"]
        post(f"/person/{guest}/assign/accessgroup/{group}")
        return {one["id"]: one for one in self.read_exivo()}

    def read_exivo(self):
        """All that may let anybody in at Exivo: visits, keys in an app, and persons.

        :raise requests.RequestException: Exivo does not say it just now.
        """
        found = []
        for path in ("/visit", "/digitalKeyVisits", "/person"):
            answer = self.simulator.get(path)
            answer.raise_for_status()
            found += answer.json()
        return found

    def clear_up(self):
        """Leave the database as other tests expect it."""
        self.switch_second_lane(is_on=False)
        self.office.clear_up()
        with self.office.env() as env:
            second = env["resource.booking.type"].browse(self.types[1])
            combination = second.combination_rel_ids.combination_id
            room = combination.resource_ids
            second.unlink()
            combination.unlink()
            room.unlink()
            env["res.partner.category"].browse(self.communities[::-1]).unlink()
            self._move_odoo_to(env, self.web_address)
            env["ir.cron.progress"].search([]).unlink()

    @contextlib.contextmanager
    def _request(self):
        """A transaction of somebody's; what Odoo refuses has not happened."""
        with contextlib.suppress(UserError), self.office.env() as env:
            yield env(context=QUIET)

    def _pick(self, records, which):
        """One of some records, or none if there are none."""
        return records[which % len(records)] if records else records

    def may_open(self, booking, rule):
        """Whether nothing but its own state can keep a booking from a rule."""
        return True

    def _booking(self, env, which):
        bookings = env["resource.booking"].with_context(active_test=False)
        return self._pick(bookings.search([], order="id"), which)

    def _access(self, env, which):
        return self._pick(env["exivo.access"].search([], order="id"), which)

    # === PEOPLE === #

    def _get_quarter(self, minutes):
        """The beginning of the next quarter of an hour, or so much later."""
        now = fields.Datetime.now()
        quarter = now.replace(minute=0, second=0, microsecond=0)
        return quarter + timedelta(minutes=15 * (1 + now.minute // 15) + minutes)

    def book(self, room, people, start, minutes, confirmed):
        """Book a room from the next quarter of an hour on, or so much later."""
        with self._request() as env:
            booking = env["resource.booking"].create(
                {
                    "type_id": self.types[room],
                    "partner_ids": [(6, 0, [self.people[one] for one in people])],
                    "start": self._get_quarter(start),
                    "duration": minutes / 60,
                }
            )
            if confirmed:
                booking.action_confirm()

    def move(self, which, minutes, in_calendar):
        """Move a booking, on its own form or in the calendar."""
        with self._request() as env:
            booking = self._booking(env, which)
            if in_calendar and booking.meeting_id:
                meeting, delta = booking.meeting_id, timedelta(minutes=minutes)
                meeting.write(
                    {"start": meeting.start + delta, "stop": meeting.stop + delta}
                )
            elif booking.start:
                booking.start += timedelta(minutes=minutes)

    def resize(self, which, minutes):
        """Let a booking end later or earlier."""
        with self._request() as env:
            booking = self._booking(env, which)
            if booking.start and booking.duration * 60 + minutes > 0:
                booking.duration += minutes / 60

    def end(self, which, how):
        """Call a booking off, in one of the ways that there are."""
        with self._request() as env:
            booking = self._booking(env, which)
            if how == "cancel":
                booking.action_cancel()
            elif how == "archive":
                booking.active = False
            elif how == "delete":
                booking.unlink()
            elif how == "delete meeting":
                booking.meeting_id.unlink()
            else:
                booking.meeting_id.active = False

    def answer(self, which, accepts):
        """The first attendee of a booking accepts or declines."""
        with self._request() as env:
            attendee = self._booking(env, which).meeting_id.attendee_ids[:1]
            attendee.do_accept() if accepts else attendee.do_decline()

    def hand_over(self, which, people):
        """Other people hold the booking.

        When somebody goes, the booking's page moves away: who stays is told anew, and
        so is who comes back before having heard of it.
        """
        with self._request() as env:
            booking = self._booking(env, which)
            before = booking.partner_ids
            told = booking.exivo_access_ids.filtered("told_booking").told_credential_id
            links = [open_secret(one, "link") for one in told]
            booking.partner_ids = [(6, 0, [self.people[one] for one in people])]
            if before - booking.partner_ids:
                self.resent.update(filter(None, links))

    def change_rule(self, room, method, doors, **values):
        """The administrator changes the rule of a room."""
        with self._request() as env:
            self._write_rule(env, self.rules[room], method, doors, values)

    def join(self, person, community, by_tag):
        """Somebody becomes a member, on their own form or on the community's."""
        self._change_membership(person, community, by_tag, Command.link)

    def leave(self, person, community, by_tag):
        """Somebody is a member no longer."""
        self._change_membership(person, community, by_tag, Command.unlink)

    def _change_membership(self, person, community, by_tag, command):
        with self._request() as env:
            partner = env["res.partner"].browse(self.people[person])
            category = env["res.partner.category"].browse(self.communities[community])
            if by_tag:
                category.partner_ids = [command(partner.id)]
            else:
                partner.category_id = [command(category.id)]

    def change_number(self, person, phone):
        """Somebody has another phone number, or the first one."""
        with self._request() as env:
            env["res.partner"].browse(self.people[person]).phone = phone

    def change_community_rule(self, community, method, doors, days, **values):
        """The administrator changes the rule of a community.

        :param int days: from today to its last day, ``None`` for none.
        """
        stop_date = days is not None and fields.Date.today() + timedelta(days=days)
        values["stop_date"] = stop_date
        with self._request() as env:
            rule = self.community_rules[community]
            self._write_rule(env, rule, method, doors, values)

    def help(self, which, action):
        """Staff press a button of an access."""
        with self._request() as env:
            access = self._access(env, which)
            if action == "new code":
                env["exivo.new.code"].create(
                    {"access_ids": [(6, 0, access.ids)], "reason": "lost"}
                ).action_confirm()
            elif action == "resend":
                self._resend(access)
            else:
                getattr(access, f"action_{action}")()

    def _resend(self, access):
        told = self._get_told_links(access._get_siblings())
        access.action_resend()
        self.resent.update(told)

    def _get_told_links(self, accesses):
        """The links of some accesses of which their holders have been told."""
        return [
            get_link(one)
            for one in accesses
            if one.state == "created"
            and one.told_credential_id == one._get_working_credential()
        ]

    # === TIME AND SCHEDULER === #

    def wait(self, seconds):
        """Let time pass."""
        self.clock.move_to(datetime.now() + timedelta(seconds=seconds))

    def wait_until_due(self):
        """Let time pass until the synchroniser has something to do."""
        moment = self._next_due()
        if moment and moment > datetime.now():
            self.clock.move_to(moment)

    def synchronise(self, dies_after=None, second_lane=None):
        """The synchroniser runs, then the mail queue, which wakes it again.

        Its worker may die after so many written outcomes. A second one may run while
        the first waits for its answers, and so many seconds may pass before.

        What adapters remember is fresh for some real seconds, and not for the hours
        that pass in here between two runs.
        """
        ADAPTERS.clear()

        def run_beside():
            self.wait(second_lane)
            self.office.synchronise()

        is_alone = second_lane is None
        synchronise(self.office, dies_after, None if is_alone else run_beside)
        self.postman.empty_queue(self.office.registry)
        if self._has_news_of_mails():
            synchronise(self.office)

    def _has_news_of_mails(self):
        """Whether Odoo's queue has woken the synchroniser to hear of mails."""
        with self.office.env() as env:
            return bool(env["exivo.mail"].search_count([("is_new", "=", True)]))

    def compare(self):
        """The daily comparison with Exivo's own list."""
        ADAPTERS.clear()
        with impatient(self.simulator), self.office.env() as env:
            env["exivo.site"]._cron_compare()

    def switch_second_lane(self, is_on):
        """An administrator has sites divided among two runs, or among one again."""
        with self.office.env() as env:
            env.ref("exivo_access.ir_cron_synchronise_2").active = is_on

    def plan_all(self):
        """The hourly run that finds what has bypassed every hook."""
        with self.office.env() as env:
            env["exivo.planner"]._cron_plan_all()

    def _run_woken(self):
        """Scheduled actions run, where somebody has asked for them to run by now."""
        with self.office.env() as env:
            told = self._search_wishes(env).filtered(
                lambda one: one.call_at <= fields.Datetime.now()
            )
            crons = told.cron_id
            told.unlink()
            ADAPTERS.clear()
            for cron in crons:
                cron.ir_actions_server_id.run()

    def _next_due(self):
        """When the synchroniser, or what somebody has asked for, is to run next.

        By Odoo's clock of whole seconds nothing is due before the second is full.
        """
        with self.office.env() as env:
            asked = self._search_wishes(env).mapped("call_at")
            mails_due = env["exivo.mail"]._get_next_moment()
            moments = [*asked, self._next_access_due(env), mails_due]
            due = min(filter(None, moments), default=None)
        return due and due + timedelta(microseconds=-due.microsecond % 10**6)

    def _search_wishes(self, env):
        """When somebody has asked for which scheduled actions, but the synchroniser."""
        return env["ir.cron.trigger"].search([("cron_id", "in", self.woken)])

    def _next_access_due(self, env):
        (paused,) = env["exivo.site"].browse(self.office.site_id).mapped("paused_until")
        dues = env["exivo.access"].search([("due_at", "<", FOREVER)]).mapped("due_at")
        return max(min(dues), paused or min(dues)) if dues else None

    # === EXIVO === #

    def break_calls(self, kind, times, method, path):
        """The next calls of a kind go wrong."""
        if self.simulator.running:
            seconds = RETRY_AFTER if "rate_limit" in kind else SLOW
            self.simulator.fault(
                kind, seconds=seconds, times=times, method=method, path=path
            )

    def delay_calls(self, seconds, times, method, path):
        """The next calls of a kind get no answer, and are carried out later."""
        if self.simulator.running:
            self.is_very_late |= seconds > LATE
            self.simulator.fault(
                "late", seconds=seconds, times=times, method=method, path=path
            )

    def set_clock(self, apart):
        """Exivo's clock is so many seconds ahead of ours, or behind."""
        self.clock.apart = apart
        if self.simulator.running:
            self.clock.tell_the_simulator()

    def go_away(self):
        """Exivo stops answering."""
        if self.simulator.running:
            self.simulator.stop()

    def come_back(self, forgets):
        """Exivo is there again, or is restarted."""
        if forgets:
            # all that is there now goes, whatever goes wrong with calls just then
            if not self.simulator.running:
                self.simulator.start()
            self.simulator.control("DELETE", "/faults")
            self._note_taken(self._read_ours())
        self.go_away()
        self.simulator.start()
        if forgets:
            self.simulator.reset()
            self.guests = {}
        self.clock.tell_the_simulator()

    def remove_at_exivo(self, which):
        """Somebody takes something away by hand over there, if that works just now."""
        ours = self._read_ours()
        if ours:
            row = ours[which % len(ours)]
            with contextlib.suppress(requests.RequestException):
                self._remove(row)
            self._note_taken([row])

    def _read_ours(self):
        """What of ours is at Exivo, if it says so just now."""
        if not self.simulator.running:
            return []
        try:
            return [one for one in self.read_exivo() if one["id"] not in self.guests]
        except requests.RequestException:
            return []

    def _note_taken(self, rows):
        self.taken |= {one["id"]: datetime.now() for one in rows}

    def _remove(self, row):
        if "firstName" in row:
            path = f"/person/{row['id']}/unassign/accessgroup"
        elif "mobileApp" in row:
            path = f"/digitalKeyVisit/{row['id']}/revoke"
        else:
            path = f"/visit/{row['id']}/revoke"
        self.simulator.post(path, {})

    # === PHONES === #

    def let_phones_wait(self, wait):
        """From now on, keys in an app wait until a phone fetches them, or do not."""
        if self.simulator.running:
            self.simulator.control("POST", "/phones", {"wait": wait})

    def fetch_keys(self):
        """All phones fetch the keys that wait for them."""
        if self.simulator.running:
            for recipient in self._get_recipients():
                self.simulator.fetch_keys(recipient)

    def _get_recipients(self):
        with self.office.env() as env:
            keys = env["exivo.credential"].search([("kind", "=", "digital_key")])
            return sorted({one.app_recipient for one in keys})

    def call_back(self, which):
        """Somebody calls the address that Exivo has of a key."""
        with self._request() as env:
            keys = env["exivo.credential"].search(
                [("kind", "=", "digital_key")], order="id"
            )
            for key in self._pick(keys, which):
                key._hear_callback()

    # === MAILS === #

    def let_mails_fail(self, trouble):
        """The mail server is in trouble from now on, or not any more."""
        self.postman.trouble = trouble

    # === THE END === #

    def calm_down(self):
        """Nothing goes wrong any more, and in a quarter of an hour all agree.

        Nothing has been compared by then. What was taken away at Exivo by hand is found
        out before the doors are to open. Then all is compared, and time goes on until
        all bookings are over, and further to the renewal of what members have.
        """
        self._end_all_trouble()
        self._forget_comparison_to_come()
        end = datetime.now() + (SETTLED_FOR_GOOD if self.is_very_late else SETTLED)
        self._work_until(end)
        must_agree(self)
        begins = self._next_start_of_taken()
        if begins:
            self._work_until(begins)
            must_agree(self)
        self.compare()
        self.plan_all()
        self._come_to_rest()
        while self._is_anything_booked():
            self.wait_until_due()
            self._come_to_rest()
        if self._has_members():
            self.wait(RENEWAL.total_seconds())
            self.plan_all()
            self._come_to_rest()

    def _is_anything_booked(self):
        with self.office.env() as env:
            return bool(
                env["exivo.access"].search_count(
                    [("is_of_community", "=", False), ("due_at", "!=", False)], limit=1
                )
            )

    def _has_members(self):
        with self.office.env() as env:
            return bool(
                env["exivo.access"].search_count(
                    [("is_of_community", "=", True), ("is_wanted", "=", True)], limit=1
                )
            )

    def _end_all_trouble(self):
        if not self.simulator.running:
            self.come_back(forgets=False)
        self.simulator.control("DELETE", "/faults")
        self.set_clock(0)
        self.let_phones_wait(False)
        self.fetch_keys()
        self.let_mails_fail(None)

    def _forget_comparison_to_come(self):
        """All are to agree without the one that follows when a site missed its turn."""
        with self.office.env() as env:
            comparing = [
                ("cron_id", "=", env.ref("exivo_access.ir_cron_compare").id),
                ("call_at", ">", fields.Datetime.now()),
            ]
            env["ir.cron.trigger"].search(comparing).unlink()

    def _next_start_of_taken(self):
        """When the next access begins of which something was taken away by hand."""
        with self.office.env() as env:
            credentials = env["exivo.credential"].search(
                [("state", "=", "live"), ("start", ">", fields.Datetime.now())],
                order="start",
            )
            taken = credentials.filtered(lambda one: one.remote_id in self.taken)
            return taken[:1].start

    def is_excused(self, credential):
        """Whether nobody can know yet that it was taken away at Exivo by hand."""
        moment = self.taken.get(credential.remote_id.partition("/")[0])
        return bool(moment) and (
            credential.start > datetime.now()
            or moment > credential.start - ASKED_BEFORE
        )

    def _come_to_rest(self):
        """Work until nothing is due that is near."""
        self._work(lambda due: due > datetime.now() + REST)
        must_hold(self)

    def _work_until(self, end):
        """Work until a moment."""
        self._work(lambda due: due > end)
        self.clock.move_to(max(end, datetime.now()))

    def _work(self, is_far):
        """Work from due moment to due moment, until the next one is far."""
        for _round in range(MANY):
            self._run_woken()
            self.synchronise()
            due = self._next_due()
            if due and due <= datetime.now():
                # its site is not called: the regular run comes to it
                due = datetime.now() + REGULAR_INTERVAL
            if not due or is_far(due):
                return
            self.clock.move_to(due)
        raise AssertionError("it does not come to rest")
