# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A house with two rooms in which anything may happen, and anything may go wrong.

Every public method of :class:`History` that is named in ``test_house_histories.py`` is
something that happens. What has to be true in the end stands in ``agreement.py``.
"""

import contextlib
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

import freezegun.api
from agreement import must_hold

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.exivo_access.api import client
from odoo.addons.exivo_access.models import synchroniser

from devkit.journey import within_seconds

PEOPLE = ("Anna", "Ben", "Carl")
DOORS = ("Entrance", "Meeting room Aare", "Meeting room Reuss")
#: Seconds that the client waits for an answer here, and that a slow one takes.
PATIENCE, SLOW = 0.3, 0.5
#: What Exivo asks for when it has too many calls, in seconds.
RETRY_AFTER = 400
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
#: The calendar's own mails are not what this is about, and cost much time.
QUIET = {"tracking_disable": True, "no_mail_to_attendees": True}
#: What a history leaves behind, in an order in which it can be deleted.
TRACES = (
    "mail_activity",
    "mail_mail",
    "exivo_credential",
    "exivo_access",
    "resource_booking",
    "calendar_event",
    "ir_cron_trigger",
)


class Death(BaseException):
    """The worker has died."""


class Clock:
    """Odoo's time and the simulator's, moved in step; both go on by themselves."""

    def __init__(self, frozen, simulator):
        self.frozen = frozen
        self.simulator = simulator

    def move_to(self, moment):
        """Make it this moment (naive UTC)."""
        self.frozen.move_to(moment)
        if self.simulator.running:
            self.tell_the_simulator()

    def tell_the_simulator(self):
        """Have the simulator's clock show the same as Odoo's."""
        real = freezegun.api.real_datetime.now(timezone.utc).replace(tzinfo=None)
        self.simulator.clock((datetime.now() - real).total_seconds())


class History:
    """What happens in the house, one thing after the other."""

    def __init__(self, office, clock, dawn):
        self.office = office
        self.dawn = dawn
        self.simulator = office.simulator
        self.clock = clock
        with office.env() as env:
            site = env["exivo.site"].browse(office.site_id)
            self.locks = {lock.name: lock.id for lock in site.lock_ids}
            (rule,) = env["exivo.access.rule"].search([])
            second = self._add_room(env)
            self.rules = [rule.id, self._add_rule(env, second.combination_rel_ids)]
            self.types = [office.type_id, second.id]
            self.people = (
                env["res.partner"]
                .create(
                    [
                        {"name": name, "email": f"{name.lower()}@example.com"}
                        for name in PEOPLE[:2]
                    ]
                    + [{"name": PEOPLE[2]}]
                )
                .ids
            )

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

    def begin(self):
        """Forget all that was, and start at dawn with nothing booked."""
        if not self.simulator.running:
            self.simulator.start()
        self.simulator.reset()
        self.clock.move_to(self.dawn)
        with self.office.env() as env:
            env.cr.execute("UPDATE exivo_access SET told_credential_id = NULL")
            for table in TRACES:
                env.cr.execute(f"DELETE FROM {table}")
            env["exivo.site"].browse(self.office.site_id).write(
                {"state": "verified", "paused_until": False, "outages": 0}
            )
            for number, rule in enumerate(self.rules):
                doors = ["Entrance", DOORS[1 + number]]
                env["exivo.access.rule"].browse(rule).write(
                    {**RULE, "lock_ids": [(6, 0, [self.locks[one] for one in doors])]}
                )

    def clear_up(self):
        """Leave the database as other tests expect it."""
        self.office.clear_up()
        with self.office.env() as env:
            second = env["resource.booking.type"].browse(self.types[1])
            combination = second.combination_rel_ids.combination_id
            room = combination.resource_ids
            second.unlink()
            combination.unlink()
            room.unlink()

    @contextlib.contextmanager
    def _request(self):
        """A transaction of somebody's; what Odoo refuses has not happened."""
        with contextlib.suppress(UserError), self.office.env() as env:
            yield env(context=QUIET)

    def _pick(self, records, which):
        """One of some records, or none if there are none."""
        return records[which % len(records)] if records else records

    def _booking(self, env, which):
        bookings = env["resource.booking"].with_context(active_test=False)
        return self._pick(bookings.search([], order="id"), which)

    def _access(self, env, which):
        return self._pick(env["exivo.access"].search([], order="id"), which)

    # === PEOPLE === #

    def book(self, room, people, start, minutes, confirmed):
        """Book a room from the next quarter of an hour on, or so much later."""
        now = fields.Datetime.now()
        quarter = now.replace(minute=0, second=0, microsecond=0)
        quarter += timedelta(minutes=15 * (1 + now.minute // 15) + start)
        with self._request() as env:
            booking = env["resource.booking"].create(
                {
                    "type_id": self.types[room],
                    "partner_ids": [(6, 0, [self.people[one] for one in people])],
                    "start": quarter,
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
        """Other people hold the booking."""
        with self._request() as env:
            booking = self._booking(env, which)
            booking.partner_ids = [(6, 0, [self.people[one] for one in people])]

    def change_rule(self, room, doors, **values):
        """The administrator changes the rule of a room."""
        with self._request() as env:
            lock_ids = [self.locks[one] for one in doors]
            env["exivo.access.rule"].browse(self.rules[room]).write(
                {**values, "lock_ids": [(6, 0, lock_ids)]}
            )

    def help(self, which, action):
        """Staff press a button of an access."""
        with self._request() as env:
            access = self._access(env, which)
            if action == "new code":
                env["exivo.new.code"].create(
                    {"access_ids": [(6, 0, access.ids)], "reason": "lost"}
                ).action_confirm()
            else:
                getattr(access, f"action_{action}")()

    # === TIME AND SCHEDULER === #

    def wait(self, seconds):
        """Let time pass."""
        self.clock.move_to(datetime.now() + timedelta(seconds=seconds))

    def wait_until_due(self):
        """Let time pass until the synchroniser has something to do."""
        moment = self._next_due()
        if moment and moment > datetime.now():
            self.clock.move_to(moment)

    def synchronise(self, dies_after=None):
        """The synchroniser runs; its worker may die after so many written outcomes."""
        left = [dies_after]
        record = synchroniser.ExivoSynchroniser._record_and_commit

        def record_or_die(*args):
            if left[0] == 0:
                raise Death
            if left[0]:
                left[0] -= 1
            record(*args)

        with (
            patch.object(client, "TIMEOUT", (1, PATIENCE)),
            patch.object(
                synchroniser.ExivoSynchroniser, "_record_and_commit", record_or_die
            ),
            contextlib.suppress(Death),
        ):
            self.office.synchronise()
        self._let_slow_calls_arrive()

    def plan_all(self):
        """The hourly run that finds what has bypassed every hook."""
        with self.office.env() as env:
            env["exivo.planner"]._cron_plan_all()

    def _let_slow_calls_arrive(self):
        """Exivo carries out what it takes long for, though nobody waits any more."""
        if self.simulator.running:
            within_seconds(
                lambda: all(
                    call["status"] or "cut" in (call["fault"] or "")
                    for call in self.simulator.requests()
                ),
                "a slow call never arrived",
            )

    def _next_due(self):
        with self.office.env() as env:
            (paused,) = (
                env["exivo.site"].browse(self.office.site_id).mapped("paused_until")
            )
            dues = (
                env["exivo.access"].search([("due_at", "!=", False)]).mapped("due_at")
            )
            return max(min(dues), paused or min(dues)) if dues else None

    # === EXIVO === #

    def break_calls(self, kind, times, method, path):
        """The next calls of a kind go wrong."""
        if self.simulator.running:
            seconds = RETRY_AFTER if "rate_limit" in kind else SLOW
            self.simulator.fault(
                kind, seconds=seconds, times=times, method=method, path=path
            )

    def go_away(self):
        """Exivo stops answering."""
        if self.simulator.running:
            self.simulator.stop()

    def come_back(self, forgets):
        """Exivo is there again, or is restarted."""
        self.go_away()
        self.simulator.start()
        if forgets:
            self.simulator.reset()
        self.clock.tell_the_simulator()

    # === THE END === #

    def calm_down(self):
        """Nothing goes wrong any more; the refused site is verified by a person."""
        if not self.simulator.running:
            self.come_back(forgets=False)
        self.simulator.control("DELETE", "/faults")
        with self.office.env() as env:
            site = env["exivo.site"].browse(self.office.site_id)
            if site.state != "verified":
                site.action_verify()
        self._work_until(REST)
        must_hold(self)
        while self._next_due():
            self.wait_until_due()
            self._work_until(REST)
            must_hold(self)

    def _work_until(self, rest):
        """Work from due moment to due moment, until none is near."""
        for _round in range(MANY):
            self.synchronise()
            due = self._next_due()
            if not due or due > datetime.now() + rest:
                return
            self.wait_until_due()
        raise AssertionError("it does not come to rest")
