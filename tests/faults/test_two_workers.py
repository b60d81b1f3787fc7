# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two transactions at the same time, neither of which sees what the other does."""

import contextlib
import logging
import threading
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from office import Meeting

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.exivo_access import api as exivo
from odoo.addons.exivo_access.api import ExivoClient
from odoo.addons.exivo_access.models.doors import exivo_opening
from odoo.addons.exivo_access.models.doors.exivo_opening import (
    ExivoOpening,
    OpenedTooOften,
)
from odoo.addons.exivo_access.models.hooks import synchroniser as hooks_synchroniser
from odoo.addons.exivo_access.models.mails import exivo_mail_delivery
from odoo.addons.exivo_access.models.mails import synchroniser as mails_synchroniser
from odoo.addons.exivo_access.models.mails.exivo_access_unwritten import ExivoAccess
from odoo.addons.exivo_access.models.mails.notifier import ExivoNotifier
from odoo.addons.exivo_access.models.pins import exivo_pin_reveal, handover
from odoo.addons.exivo_access.models.pins.exivo_pin_reveal import ExivoPinReveal
from odoo.addons.exivo_access.models.plan import (
    community_planner_marks,
    exivo_planning_backlog,
    planner_mixin,
    planner_regular,
)
from odoo.addons.exivo_access.models.plan.community_planner_marks import (
    ExivoCommunityPlanner,
)
from odoo.addons.exivo_access.models.plan.planner_regular import ExivoPlanner
from odoo.addons.exivo_access.models.portal import resource_booking
from odoo.addons.exivo_access.models.portal.resource_booking_type import (
    ResourceBookingType,
)
from odoo.addons.exivo_access.models.site.exivo_site_outage import ExivoSite
from odoo.addons.exivo_access.models.sync import run
from odoo.addons.exivo_access.models.sync import synchroniser as sync_synchroniser
from odoo.addons.exivo_access.pure import pin
from odoo.addons.exivo_access.tools import transactions
from odoo.addons.exivo_access.tools.calls import THREADS
from odoo.addons.exivo_access.tools.serialise import serialise
from odoo.addons.exivo_access.tools.transactions import committed

from devkit.commands.patience import within_seconds


def test_two_workers_draw_different_pins_for_a_shared_door(office):
    meeting = Meeting(office)
    bookings = [office.book(hours=24)]
    pins = ["482915", "730264"]

    def draw(find_taken, length):
        meeting.arrive()
        return min({*pins} - find_taken(pins))

    def second_worker():
        meeting.wait_for_the_first()
        bookings.append(office.book(hours=25))  # their windows overlap
        office.synchronise()

    with patch.object(pin, "draw", draw):
        office.at_once(office.synchronise, second_worker)
        office.synchronise()
    assert {visit["code"] for visit in office.live_visits()} == {"482915", "730264"}
    states = [access["state"] for access in office.accesses(*bookings)]
    assert states == ["created", "created"]


def test_rule_changed_while_the_customer_accepts_gives_one_access(office):
    booking_id = office.book(confirm=False)
    meeting = Meeting(office)

    def plan_together(records):
        meeting.arrive()
        serialise(records)

    def change_rule(env):
        env["exivo.access.rule"].search([]).booking_state = "scheduled"

    def accept(env):
        booking = env["resource.booking"].browse(booking_id)
        booking.meeting_id.attendee_ids.do_accept()

    with patch.object(planner_mixin, "serialise", plan_together):
        office.at_once(
            lambda: office.request(change_rule), lambda: office.request(accept)
        )
    assert len(meeting.arrived) > 1
    assert len(office.accesses(booking_id)) == 1
    office.synchronise()
    assert len(office.live_visits()) == 1


def test_guest_added_while_the_meeting_is_archived_has_no_access(office):
    booking_id = office.book()
    with office.env() as env:
        env["exivo.access.rule"].search([]).holders = "attendees"
    tries = []

    def archive(env):
        env["resource.booking"].browse(booking_id).meeting_id.active = False

    def add_guest(env):
        booking = env["resource.booking"].browse(booking_id)
        assert booking.meeting_id.active != bool(tries)
        if not tries:
            tries.append(1)
            office.request(archive)
        partner = env["res.partner"].create({"name": "Bea"})
        env["exivo.guest"].create(
            {
                "booking_id": booking_id,
                "host_id": booking.partner_ids.id,
                "partner_id": partner.id,
                "email": "bea@example.com",
            }
        )

    office.request(add_guest)
    assert not any(stands(office, booking_id))


def archive(booking):
    booking.meeting_id.active = False


def decline(booking):
    host = booking.exivo_guest_ids.host_id
    attendees = booking.meeting_id.attendee_ids
    attendees.filtered(lambda one: one.partner_id != host).do_decline()


def take_off(booking):
    booking.exivo_guest_ids.active = False


@pytest.mark.parametrize(("leave", "left"), [(archive, 0), (decline, 2), (take_off, 2)])
def test_first_access_is_not_for_who_leaves_at_the_same_moment(office, leave, left):
    booking_id = office.book(confirm=False)
    with office.env() as env:
        booking = env["resource.booking"].browse(booking_id)
        host = booking.partner_ids
        other, guest = env["res.partner"].create([{"name": "Ben"}, {"name": "Bea"}])
        booking.partner_ids |= other
        env["exivo.guest"].create(
            {
                "booking_id": booking_id,
                "host_id": host.id,
                "partner_id": guest.id,
                "email": "bea@example.com",
            }
        )
    tries = []

    def let_go(env):
        leave(env["resource.booking"].browse(booking_id))

    def change_rule(env):
        rule = env["exivo.access.rule"].search([])
        if not tries:
            tries.append(1)
            office.request(let_go)
        rule.write({"booking_state": "scheduled", "holders": "attendees"})

    office.request(change_rule)
    assert sum(stands(office, booking_id)) == left


def test_rule_changed_while_another_thread_reads_rules_gives_an_access(office):
    booking_id = office.book(confirm=False)

    def change_rule(env):
        env["exivo.access.rule"].search([]).booking_state = "scheduled"
        office.book(hours=48)  # in a transaction that does not see the change

    office.request(change_rule)
    assert len(office.accesses(booking_id)) == 1


def get_minutes_before(office, booking_id):
    """How many minutes before a booking its access opens the doors."""
    with office.env() as env:
        (access,) = env["exivo.access"].search([("booking_id", "=", booking_id)])
        return (access.booking_start - access.start).total_seconds() / 60


def test_bookings_follow_a_rule_although_another_thread_read_it_meanwhile(office):
    """What is read before the change is committed is not what is remembered."""

    def change_rule(env):
        env["exivo.access.rule"].search([]).minutes_before = 60
        assert get_minutes_before(office, office.book(hours=24)) == 15

    office.request(change_rule)
    assert get_minutes_before(office, office.book(hours=48)) == 60


def book_without_seeing(office, active, hours=48):
    """A rule is archived or not; somebody who began before that books after it."""

    def change_rule(env):
        rule = env["exivo.access.rule"].with_context(active_test=False).search([])
        rule.active = active

    with office.registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        env["exivo.access.rule"].search([])  # from now on it sees nothing newer
        office.request(change_rule)
        return office.book_in(env, hours)


def stands(office, *bookings):
    return [access["is_wanted"] for access in office.accesses(*bookings)]


def test_hourly_run_plans_by_the_rules_that_there_are(office):
    first = office.book(hours=24)
    second = book_without_seeing(office, active=False)
    assert stands(office, first) == [False]
    assert stands(office, second) == [True]
    with office.env() as env:
        env["exivo.planner"]._cron_plan_all()
    assert stands(office, first, second) == [False, False]
    assert not office.accesses(office.book(hours=72))

    third = book_without_seeing(office, active=True, hours=96)
    assert not office.accesses(third)
    with office.env() as env:
        env["exivo.planner"]._cron_plan_all()
    assert stands(office, third) == [True]


def plan_within_a_minute(office):
    """What was not seen is planned again: that is asked for within a minute."""
    now = fields.Datetime.now()
    with office.env() as env:
        cron = env.ref("exivo_access.ir_cron_plan_all")
        wakes = env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        assert now < min(wakes.mapped("call_at")) <= now + timedelta(minutes=1)
        cron.method_direct_trigger()


def test_booking_that_did_not_see_a_changed_rule_follows_it_within_a_minute(office):
    kept = office.book(hours=24)
    booking = book_without_seeing(office, active=False)
    assert stands(office, booking) == [True]
    plan_within_a_minute(office)
    assert stands(office, kept, booking) == [False, False]


def test_booking_that_did_not_see_its_customer_archived_follows_within_a_minute(office):
    def archive(env):
        env["res.partner"].search([("name", "=", "Customer 48")]).active = False

    with office.env() as env:
        env["res.partner"].create({"name": "Customer 48"})
        env["ir.cron.trigger"].search([]).unlink()
    with office.registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        customer = env["res.partner"].search([("name", "=", "Customer 48")])
        office.request(archive)
        booking = office.book_in(env, hours=48)
        env["resource.booking"].browse(booking).partner_ids = customer
        env["resource.booking"].browse(booking).action_confirm()
    assert stands(office, booking) == [True]
    plan_within_a_minute(office)
    assert stands(office, booking) == [False]


def test_member_who_did_not_see_a_new_rule_has_access_within_a_minute(office):
    with office.env() as env:
        member = env["res.partner"].create({"name": "Mia", "email": "mia@example.com"})
        community = env["res.partner.category"].create({"name": "Members"})

    def add_rule(env):
        doors = env["exivo.lock"].search([("name", "=", "Entrance")])
        env["exivo.access.rule"].create(
            {"category_id": community.id, "lock_ids": [(6, 0, doors.ids)]}
        )

    with office.registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        env["exivo.access.rule"].search([])  # from now on it sees nothing newer
        office.request(add_rule)
        env["res.partner"].browse(member.id).category_id = [(4, community.id)]
    with office.env() as env:
        of_member = [("partner_id", "=", member.id), ("is_wanted", "=", True)]
        assert not env["exivo.access"].search(of_member)
        cron = env.ref("exivo_access.ir_cron_plan_all")
        assert env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        cron.method_direct_trigger()
    with office.env() as env:
        assert len(env["exivo.access"].search(of_member)) == 1
        env["exivo.access.rule"].search([("category_id", "!=", False)]).unlink()
        env["res.partner.category"].browse(community.id).unlink()


def test_hourly_run_does_not_go_on_with_a_rule_that_is_archived_meanwhile(office):
    bookings = [office.book(hours=24), office.book(hours=36)]
    plan_rows = ExivoPlanner._plan_rows

    def plan_and_archive(self, rows):
        plan_rows(self, rows)
        if rows.ids == bookings[:1]:
            book_without_seeing(office, active=False)

    with (
        patch.object(planner_regular, "PLAN_BATCH_SIZE", 1),
        patch.object(ExivoPlanner, "_plan_rows", plan_and_archive),
        office.env() as env,
    ):
        env["exivo.planner"]._cron_plan_all()
    assert stands(office, *bookings) == [False, False]


def test_held_booking_beside_a_broken_one_follows_a_rule_soon(office):
    first, broken, held = (office.book(hours=hours) for hours in (24, 36, 48))
    plan_rows = ExivoPlanner._plan_rows

    def plan_unless_broken(self, rows):
        if broken in rows.ids:
            raise ValueError("Broken")
        plan_rows(self, rows)

    with (
        patch.object(exivo_planning_backlog, "AT_ONCE", 1),
        office.env() as env,
    ):
        env["exivo.access.rule"].search([]).active = False
    assert stands(office, first) == [False]
    with (
        patch.object(ExivoPlanner, "_plan_rows", plan_unless_broken),
        mute_logger(transactions.__name__),
    ):
        with office.env() as env:
            access = env["exivo.access"].search([("booking_id", "=", held)])
            access.lock_for_update(allow_referencing=True)
            with office.env() as another:
                another["exivo.planning.backlog"]._cron_plan()
        with office.env() as env:
            assert not env["exivo.planning.backlog"].search_count([])  # it went on
        plan_within_a_minute(office)
    assert stands(office, held) == [False]
    assert stands(office, broken) == [True]


def test_bookings_that_somebody_holds_are_not_waited_for_one_by_one(office):
    bookings = [office.book(hours=24 * day) for day in range(1, 5)]
    waits = []
    plan_rows = ExivoPlanner._plan_rows

    def plan(self, rows):
        self.env.cr.execute("SHOW lock_timeout")
        waits.extend(self.env.cr.fetchone())
        plan_rows(self, rows)

    with patch.object(exivo_planning_backlog, "AT_ONCE", 1), office.env() as env:
        env["exivo.access.rule"].search([]).active = False
    with office.env() as env:
        held = env["exivo.access"].search([("booking_id", "in", bookings[1:3])])
        held.lock_for_update(allow_referencing=True)
        with patch.object(ExivoPlanner, "_plan_rows", plan), office.env() as another:
            another["exivo.planning.backlog"]._cron_plan()
    assert waits == ["1s", "50ms", "50ms", "50ms"]
    wanted = [stands(office, booking) for booking in bookings]
    assert wanted == [[False], [True], [True], [False]]


@pytest.fixture
def members(office):
    """The ids of a tag whose rule is archived just now, and of its two members."""
    with office.env() as env:
        tag = env["res.partner.category"].create({"name": "Members"})
        people = env["res.partner"].create(
            [{"name": name, "category_id": [(4, tag.id)]} for name in ("Mia", "Noa")]
        )
        doors = env["exivo.lock"].search([("name", "=", "Entrance")])
        rule = env["exivo.access.rule"].create(
            {"category_id": tag.id, "lock_ids": [(6, 0, doors.ids)]}
        )
    assert members_inside(office) == people.ids
    with patch.object(community_planner_marks, "AT_ONCE", 0), office.env() as env:
        env["exivo.access.rule"].browse(rule.id).active = False
    with office.env() as env:
        env["ir.cron.trigger"].search([]).unlink()
    yield tag.id, *people.ids
    with office.env() as env:
        env["exivo.access"].search([("is_of_community", "=", True)]).unlink()
        env["exivo.access.rule"].browse(rule.id).unlink()
        env["res.partner.category"].browse(tag.id).unlink()
        env["res.partner"].browse(people.ids).unlink()


def members_inside(office):
    """The ids of those who are to have standing access."""
    with office.env() as env:
        wanted = [("is_of_community", "=", True), ("is_wanted", "=", True)]
        return sorted(env["exivo.access"].search(wanted).partner_id.ids)


def test_member_whom_somebody_holds_keeps_no_other_inside(office, members):
    _tag, first, _second = members
    with office.env() as env:
        env["res.partner"].browse(first).lock_for_update(allow_referencing=True)
        with office.env() as another:
            another["exivo.community.planner"]._cron_plan()
    assert members_inside(office) == [first]
    plan_within_a_minute(office)
    assert not members_inside(office)


def test_tag_whose_rule_changes_while_it_is_planned_begins_anew(office, members):
    tag, first, _second = members
    plan_next = ExivoCommunityPlanner._plan_next
    batches = []

    def plan_and_mark(self, category, partner_ids, last):
        batches.append(last)
        self.env.cr.execute("SELECT 1")  # it sees nothing newer from now on
        if batches == [first, last]:
            with office.env() as env:
                planner = env["exivo.community.planner"]
                planner._mark(env["res.partner.category"].browse(tag))
        plan_next(self, category, partner_ids, last)

    with (
        patch.object(community_planner_marks, "BATCH_SIZE", 1),
        patch.object(ExivoCommunityPlanner, "_plan_next", plan_and_mark),
        office.env() as env,
    ):
        env["exivo.community.planner"]._cron_plan()
    with office.env() as env:
        category = env["res.partner.category"].browse(tag)
        assert (category.exivo_to_plan, category.exivo_planned_up_to) == (True, 0)
        cron = env.ref("exivo_access.ir_cron_plan_members")
        assert env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])


def test_refused_sites_that_somebody_works_on_keep_no_other_from_being_asked(office):
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        others = site.browse()
        for name, digit in ("North", "1"), ("South", "2"):
            names = ("remote_id", "api_key", "api_secret")
            keys = dict.fromkeys(names, f"{digit * 8}-1111-4111-8111-111111111111")
            others |= site.copy({"name": name, **keys})
        now = fields.Datetime.now()
        others.database_uuid = site.database_uuid
        (others | site).write({"state": "refused"})
        others.ask_again_at = now - timedelta(minutes=2)
        site.ask_again_at = now - timedelta(minutes=1)
        env["ir.cron.trigger"].search([]).unlink()
    with office.env() as env:
        env["exivo.site"].browse(others.ids).lock_for_update(allow_referencing=True)
        office.synchronise()
    with office.env() as env:
        assert env["exivo.site"].browse(office.site_id).state == "verified"
        cron = env.ref("exivo_access.ir_cron_synchronise")
        wakes = env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        waits = [one.call_at - now for one in wakes]
        assert min(waits) >= timedelta(minutes=1), "it runs in a loop until then"


def test_synchroniser_that_runs_twice_at_once_makes_one_visit_for_each_access(office):
    bookings = [office.book(hours=24 * day) for day in range(1, 6)]
    office.at_once(*[office.synchronise] * 3)
    office.synchronise()
    states = [access["state"] for access in office.accesses(*bookings)]
    assert states == ["created"] * 5
    assert len(office.simulator.visits()) == 5


def test_accesses_that_somebody_else_holds_keep_no_others_waiting(office):
    held = [office.book(hours=24 * day) for day in range(1, 2 * THREADS)]
    other = office.book(hours=24 * 20)
    with office.env() as env:
        accesses = env["exivo.access"].search([("booking_id", "in", held)])
        accesses.lock_for_update(allow_referencing=True)
        with office.env() as another:
            another["ir.cron.trigger"].search([]).unlink()
        began = fields.Datetime.now()
        office.synchronise()
    with office.env() as env:
        cron = env.ref("exivo_access.ir_cron_synchronise")
        woken = env["ir.cron.trigger"].search([("cron_id", "=", cron.id)], order="id")
        assert woken, "what is held is looked at again"
        assert woken[-1].call_at >= began + timedelta(seconds=3), "but not at once"
    assert [one["state"] for one in office.accesses(other)] == ["created"]
    states = [one["state"] for one in office.accesses(*held)]
    assert states == ["in_progress"] * len(held)
    office.synchronise()
    states = [one["state"] for one in office.accesses(*held)]
    assert states == ["created"] * len(held)


def test_holders_whose_access_somebody_holds_keep_no_others_waiting(office):
    office.simulator.stop()
    late = office.book(hours=24)
    office.synchronise()
    office.simulator.start()
    with office.env() as env:
        (waiting,) = env["exivo.access"].search([("booking_id", "=", late)])
        waiting.partner_id.email = "late@example.com"
        waiting.ordered_at -= timedelta(minutes=10)
        waiting.site_id.write({"paused_until": False, "outages": 0})
        waiting.due_at += timedelta(hours=1)
    lost, other = office.book(hours=48), office.book(hours=72)
    with office.env() as env:
        held = env["exivo.access"].search([("booking_id", "in", [late, lost])])
        env.cr.execute("DELETE FROM resource_booking WHERE id = %s", [lost])
    with office.env() as env:
        env["exivo.access"].browse(held.ids).lock_for_update(allow_referencing=True)
        office.synchronise()
    assert [one["state"] for one in office.accesses(other)] == ["created"]
    office.synchronise()
    with office.env() as env:
        of_late, of_lost = env["exivo.access"].browse(held.ids).sorted("start")
        assert (of_late.mail_state, of_lost.is_wanted) == ("announced", False)


@contextlib.contextmanager
def synchronising(office):
    """Run the synchroniser beside a block, which must not keep it from its end."""
    with beside(office.synchronise):
        yield


@contextlib.contextmanager
def beside(work, *args):
    """Do some work beside a block, which must not keep it from its end."""
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(30)
        assert not thread.is_alive(), "it waits for what somebody else has locked"


def make_late(access):
    """Its holder waits longer than the site's patience, and nothing else is due."""
    access.ordered_at -= timedelta(minutes=10)
    access.write({"mail_state": "waiting", "told_credential_id": False})


def lose_mail(access):
    """Its mail could not be written, and is to be written anew."""
    access.write({"mail_state": "failed", "mail_due_at": access.ordered_at})


def send_mail(access):
    """The mail server has its mail."""
    access.env["exivo.mail"].search([])._note_state("sent")


def lose_booking(access):
    """The database deletes its booking with something else."""
    booking_id = access.booking_id.id
    access.env.cr.execute("DELETE FROM resource_booking WHERE id = %s", [booking_id])


@pytest.mark.parametrize(
    ("happen", "becomes"),
    [
        (make_late, {"mail_state": "queued"}),
        (lose_mail, {"mail_state": "queued"}),
        (send_mail, {"mail_state": "sent"}),
        (lose_booking, {"is_wanted": False}),
    ],
)
def test_what_waits_for_an_access_that_somebody_holds_is_done_soon(
    office, happen, becomes
):
    booking = office.book()
    office.synchronise()
    with office.env() as env:
        (access,) = env["exivo.access"].search([("booking_id", "=", booking)])
        assert not access.due_at or access.due_at > fields.Datetime.now()
        happen(access)
    with office.env() as env:
        held = env["exivo.access"].browse(access.id)
        held.lock_for_update(allow_referencing=True)
        with office.env() as another:
            another["ir.cron.trigger"].search([]).unlink()
        with synchronising(office):
            pass
    with office.env() as env:
        cron = env.ref("exivo_access.ir_cron_synchronise")
        woken = env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        soon = fields.Datetime.now() + timedelta(seconds=10)
        assert any(one.call_at <= soon for one in woken)
    office.synchronise()
    with office.env() as env:
        access = env["exivo.access"].browse(access.id)
        assert {name: access[name] for name in becomes} == becomes


def test_outcome_of_an_access_that_somebody_holds_is_written_later(office):
    first, other = office.book(hours=24), office.book(hours=48)
    with office.env() as env:
        access = env["exivo.access"].search([("booking_id", "=", first)])
    create_visit = ExivoClient.create_visit
    is_under_way = threading.Event()
    is_held = threading.Event()

    def create_held(client, *args, **options):
        if not is_under_way.is_set():
            is_under_way.set()
            is_held.wait(30)
        return create_visit(client, *args, **options)

    with patch.object(ExivoClient, "create_visit", create_held), synchronising(office):
        assert is_under_way.wait(30)
        with office.env() as env:
            held = env["exivo.access"].browse(access.id)
            held.lock_for_update(allow_referencing=True)
            is_held.set()
            within_seconds(
                lambda: office.accesses(other)[0]["state"] == "created",
                "the other one waits with it",
            )
    states = [one["state"] for one in office.accesses(first, other)]
    assert states == ["created"] * 2
    assert len(office.simulator.visits()) == 2


def test_outcome_that_somebody_keeps_from_being_written_is_looked_up(office, caplog):
    booking = office.book()
    create_visit = ExivoClient.create_visit
    with office.registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})

        def create_held(client, *args, **options):
            held = env["exivo.access"].search([("booking_id", "=", booking)])
            held.lock_for_update(allow_referencing=True)
            return create_visit(client, *args, **options)

        with (
            patch.object(ExivoClient, "create_visit", create_held),
            patch.object(run, "RECORD_WITHIN", 0),
            caplog.at_level(logging.ERROR, run.__name__),
            synchronising(office),
        ):
            pass
    office.make_due()
    office.synchronise()
    assert [one["state"] for one in office.accesses(booking)] == ["created"]
    assert len(office.simulator.visits()) == 1


def test_site_that_somebody_holds_keeps_only_new_orders_waiting(office):
    """An import of fixed PINs may hold it for minutes."""
    old = office.book(hours=24)
    office.synchronise()
    new = office.book(hours=48)
    with office.env() as env:
        env["resource.booking"].browse(old).action_cancel()
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        site.lock_for_update(allow_referencing=True)
        with synchronising(office):
            pass
        states = [one["state"] for one in office.accesses(old, new)]
        assert sorted(states) == ["in_progress", "removed"]
    assert not office.live_visits()
    office.make_due()
    office.synchronise()
    assert [one["state"] for one in office.accesses(new)] == ["created"]


def test_staff_hear_of_who_waits_at_a_site_that_somebody_holds_for_long(office):
    office.book(hours=1)
    with office.env() as env:
        env["exivo.site"].browse(office.site_id).patience_minutes = 0
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        site.lock_for_update(allow_referencing=True)
        with synchronising(office):
            pass
    imminent = [("kind", "=", "imminent")]
    for number in (1, 0):
        with office.env() as env:
            env["exivo.trouble"]._cron_watch()
            assert env["exivo.trouble"].search_count(imminent) == number
        office.make_due()
        office.synchronise()


def test_site_that_does_not_answer_while_somebody_holds_it_is_left_alone_later(office):
    booking = office.book()
    create_visit = ExivoClient.create_visit
    with office.registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})

        def create_held(client, *args, **options):
            site = env["exivo.site"].browse(office.site_id)
            site.lock_for_update(allow_referencing=True)
            create_visit(client, *args, **options)
            threading.Timer(1, cursor.rollback).start()
            raise exivo.TimedOut("No answer")

        with patch.object(ExivoClient, "create_visit", create_held):
            with synchronising(office):
                pass
    with office.env() as env:
        assert env["exivo.site"].browse(office.site_id).outages == 1
    office.make_due()
    office.synchronise()
    assert [one["state"] for one in office.accesses(booking)] == ["created"]
    assert len(office.simulator.visits()) == 1


def test_site_in_doubt_that_somebody_holds_keeps_no_other_from_being_asked(
    office, annexe
):
    with office.env() as env:
        other_id = office.connect(env, annexe, "Annexe").id
    booking = office.book()
    office.synchronise()
    with office.env() as env:
        env["resource.booking"].browse(booking).action_cancel()
        now = fields.Datetime.now()
        for site_id, minutes in ((office.site_id, 1), (other_id, 2)):
            site = env["exivo.site"].browse(site_id)
            ended = now - timedelta(minutes=minutes)
            site.write({"outages": 1, "paused_until": ended})
    with office.env() as env:
        held = env["exivo.access"].search([("site_id", "=", other_id)])
        held.lock_for_update(allow_referencing=True)
        office.synchronise()
    with office.env() as env:
        accesses = env["exivo.access"].search([("booking_id", "=", booking)])
        states = {one.site_id.id: one.state for one in accesses}
    assert states == {office.site_id: "removed", other_id: "in_progress"}
    assert not office.live_visits()


def test_holder_of_whose_accesses_somebody_holds_one_is_told_later(office, annexe):
    with office.env() as env:
        office.connect(env, annexe, "Annexe")
    annexe.stop()
    booking, other = office.book(hours=24), office.book(hours=48)
    office.synchronise()
    annexe.start()
    office.make_due()
    with office.env() as env:
        domain = [("booking_id", "=", booking), ("state", "=", "created")]
        env["exivo.access"].search(domain).lock_for_update(allow_referencing=True)
        with synchronising(office):
            pass
        states = {one["state"] for one in office.accesses(booking, other)}
        assert states == {"created"}
    office.make_due()
    office.synchronise()
    with office.env() as env:
        accesses = env["exivo.access"].search([("booking_id", "=", booking)])
        assert accesses.mapped("mail_state") == ["queued"] * 2
        assert all(one.told_credential_id for one in accesses)


def test_door_that_is_gone_waits_for_nobody_who_holds_another_of_its_accesses(office):
    """An import may hold one of the many that open it."""
    alone, both = office.book(hours=24), office.book(hours=72)
    office.synchronise()
    new = office.book(hours=48)
    with office.env() as env:
        held = env["exivo.access"].search([("booking_id", "=", alone)])
        lock = held.lock_ids.filtered(lambda lock: lock.name != "Entrance")
        held.lock_ids = held.credential_ids.lock_ids = lock
        door = lock.remote_id
    list_components = ExivoClient.list_components
    create_visit = ExivoClient.create_visit

    def list_others(client):
        return [one for one in list_components(client) if one.id != door]

    def create_without(client, request):
        if door in request.component_ids:
            raise exivo.Rejected("There is no such component", 400)
        return create_visit(client, request)

    with (
        patch.object(ExivoClient, "list_components", list_others),
        patch.object(ExivoClient, "create_visit", create_without),
    ):
        with office.env() as env:
            access = env["exivo.access"].browse(held.id)
            access.lock_for_update(allow_referencing=True)
            with synchronising(office):
                pass
            assert [one["state"] for one in office.accesses(new)] == ["created"]
        office.synchronise()
        with office.env() as env:
            env["ir.cron.trigger"].search([]).unlink()
        office.synchronise()
        assert not count_wakings(office), "all is done"
    assert [one["failure_type"] for one in office.accesses(alone)] == ["locks_gone"]
    states = [one["state"] for one in office.accesses(new, both)]
    assert states == ["created"] * 2


def test_what_goes_well_at_a_site_in_doubt_that_somebody_holds_is_written(office):
    booking = office.book()
    office.synchronise()
    with office.env() as env:
        env["resource.booking"].browse(booking).action_cancel()
        env["exivo.site"].browse(office.site_id).outages = 1
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        site.lock_for_update(allow_referencing=True)
        with synchronising(office):
            pass
        assert [one["state"] for one in office.accesses(booking)] == ["removed"]


def count_wakings(office):
    """How often the synchroniser is to run at once."""
    with office.env() as env:
        cron = env.ref("exivo_access.ir_cron_synchronise")
        now = [("cron_id", "=", cron.id), ("call_at", "<=", fields.Datetime.now())]
        return env["ir.cron.trigger"].search_count(now)


def test_invitations_that_somebody_holds_keep_no_others_waiting(office):
    bookings = [office.book(hours=24 * day, confirm=False) for day in (1, 2, 3)]
    office.synchronise()
    with office.env() as env:
        meetings = env["resource.booking"].browse(bookings).meeting_id
        attendees = meetings.attendee_ids.sorted("id")[:3]
        attendees.exivo_invite_at = fields.Datetime.now() - timedelta(minutes=1)
        env["ir.cron.trigger"].search([]).unlink()
    with (
        office.env() as env,
        patch.object(transactions, "LOCK_TIMEOUT", 60_000),
        patch.object(hooks_synchroniser, "TOLD_AT_ONCE", 2),
    ):
        attendees = env["calendar.attendee"].browse(attendees.ids)
        attendees[:2].lock_for_update()
        with synchronising(office):
            pass
        with office.env() as another:
            last = another["calendar.attendee"].browse(attendees[2].id)
            assert not last.exivo_invite_at
        assert not count_wakings(office)
    with patch.object(hooks_synchroniser, "TOLD_AT_ONCE", 1):
        office.synchronise()
    assert count_wakings(office), "one is left"
    office.synchronise()
    with office.env() as env:
        attendees = env["calendar.attendee"].browse(attendees.ids)
        assert not any(attendees.mapped("exivo_invite_at"))


@pytest.mark.parametrize(
    ("happen", "becomes"), [(lose_mail, "queued"), (send_mail, "sent")]
)
def test_mails_of_accesses_that_somebody_holds_keep_no_others_waiting(
    office, happen, becomes
):
    bookings = [office.book(hours=hours) for hours in (24, 48)]
    office.synchronise()
    with office.env() as env:
        accesses = env["exivo.access"].search(
            [("booking_id", "in", bookings)], order="start"
        )
        for access in accesses:
            happen(access)
    with (
        office.env() as env,
        patch.object(exivo_mail_delivery, "BATCH_SIZE", 1),
        patch.object(mails_synchroniser, "BATCH_SIZE", 1),
    ):
        held, other = env["exivo.access"].browse(accesses.ids)
        held.lock_for_update(allow_referencing=True)
        for _run in range(2):
            with synchronising(office):
                pass
        with office.env() as another:
            assert another["exivo.access"].browse(other.id).mail_state == becomes


def test_what_is_over_and_held_at_a_site_that_is_not_called_keeps_no_other(office):
    bookings = [office.book(hours=hours) for hours in (24, 48)]
    office.synchronise()
    with office.env() as env:
        accesses = env["exivo.access"].search([("booking_id", "in", bookings)])
        past = fields.Datetime.now() - timedelta(hours=1)
        over = {"start": past - timedelta(hours=1), "stop": past}
        accesses.write({**over, "due_at": past})
        accesses.credential_ids.write(over)
        site = env["exivo.site"].browse(office.site_id)
        site.paused_until = past + timedelta(hours=2)
    with office.env() as env, patch.object(sync_synchroniser, "BATCH_SIZE", 1):
        held = env["exivo.access"].search([("id", "in", accesses.ids)], limit=1)
        held.lock_for_update(allow_referencing=True)
        with synchronising(office):
            pass
        states = {one["id"]: one["state"] for one in office.accesses(*bookings)}
    (other,) = {*accesses.ids} - {held.id}
    assert (states[held.id], states[other]) == ("created", "expired")


def changing(office, access, owner, name):
    """Let an access change just after a scheduled action has searched for it."""
    find = getattr(owner, name)

    def find_and_change(records):
        found = find(records)
        with office.env() as somebody:
            serialise(somebody["exivo.access"].browse(access.id))
        return found

    return patch.object(owner, name, find_and_change)


@pytest.mark.parametrize(
    ("happen", "owner", "name"),
    [
        (make_late, ExivoNotifier, "_get_late_accesses"),
        (lose_mail, ExivoAccess, "_find_unwritten"),
    ],
)
def test_holder_of_what_changes_just_then_is_told_in_the_same_run(
    office, happen, owner, name
):
    booking = office.book()
    office.synchronise()
    with office.env() as env:
        (access,) = env["exivo.access"].search([("booking_id", "=", booking)])
        happen(access)
    with changing(office, access, owner, name):
        office.synchronise()
    with office.env() as env:
        assert env["exivo.access"].browse(access.id).mail_state == "queued"


def test_what_is_over_and_changes_just_then_keeps_no_door_shut(office, annexe):
    with office.env() as env:
        office.connect(env, annexe, "Annexe")
    over = office.book(hours=24)
    office.synchronise()
    with office.env() as env:
        domain = [("booking_id", "=", over), ("site_id", "=", office.site_id)]
        access = env["exivo.access"].search(domain)
        past = fields.Datetime.now() - timedelta(hours=1)
        ended = {"start": past - timedelta(hours=1), "stop": past}
        access.write({**ended, "due_at": past})
        access.credential_ids.write(ended)
        access.site_id.paused_until = past + timedelta(hours=2)
    booking = office.book(hours=48)
    with changing(office, access, ExivoSite, "_get_called"):
        office.synchronise()
    states = [one["state"] for one in office.accesses(booking)]
    assert sorted(states) == ["created", "in_progress"]
    with office.env() as env:
        assert env["exivo.access"].browse(access.id).state == "expired"


def test_run_whose_mails_break_wakes_for_what_comes_next(office):
    booking = office.book()
    with office.env() as env:
        (access,) = env["exivo.access"].search([("booking_id", "=", booking)])
        access.due_at = soon = fields.Datetime.now() + timedelta(minutes=5)
        env["ir.cron.trigger"].search([]).unlink()
    with (
        patch.object(ExivoNotifier, "_get_late_accesses", side_effect=ValueError),
        mute_logger(sync_synchroniser.__name__),
    ):
        office.synchronise()
    with office.env() as env:
        assert soon in env["ir.cron.trigger"].search([]).mapped("call_at")


def test_what_is_due_in_some_seconds_does_not_wait_until_odoo_looks(office):
    """By itself Odoo looks once a minute for what it is woken for later."""
    office.book(hours=1)
    with (
        office.env() as env,
        patch.object(transactions, "_looked_at", set()),  # none by a test before
        patch.object(transactions.threading, "Timer") as timer,
    ):
        site = env["exivo.site"].browse(office.site_id)
        site.lock_for_update(allow_referencing=True)
        office.synchronise()
        seconds, look = timer.call_args.args
    assert 0 < seconds <= 10
    with patch.object(IrCron, "_notifydb") as notify:
        look()
    assert notify.called


def test_abandoned_booking_that_somebody_is_at_keeps_no_other(office):
    ids = []

    def begin(env):
        customer = env["res.partner"].create({"name": "Customer"})
        booking_type = env["resource.booking.type"].browse(office.type_id)
        for _number in range(3):
            booking = booking_type._begin_exivo_booking(customer)
            ids.append(booking.id)

    with patch.object(ResourceBookingType, "_may_begin_exivo_booking"):
        office.request(begin)
    held, chosen, left = ids
    unlink = resource_booking.ResourceBooking.unlink

    def clear(env):
        env["resource.booking"]._cron_remove_exivo_abandoned()

    def choose_and_unlink(bookings):
        if len(bookings) == len(ids):
            with office.env() as somebody:
                booking = somebody["resource.booking"].browse(chosen)
                booking.start = fields.Datetime.now() + timedelta(days=1)
        return unlink(bookings)

    with (
        patch.object(resource_booking, "PATIENCE", timedelta(minutes=-1)),
        patch.object(resource_booking.ResourceBooking, "unlink", choose_and_unlink),
        office.env() as env,
    ):
        env["resource.booking"].browse(held).lock_for_update()
        with beside(office.request, clear):
            pass
    with office.env() as env:
        assert env["resource.booking"].browse(ids).exists().ids == [held, chosen]


def gone_at_exivo(office, *bookings):
    """Somebody revokes all visits at Exivo. Returns the ids of the accesses."""
    for visit in office.live_visits():
        office.simulator.post(f"/visit/{visit['id']}/revoke", {})
    return [one["id"] for one in office.accesses(*bookings)]


def compare(env):
    """Run the daily comparison."""
    env["exivo.site"]._cron_compare()


@pytest.mark.parametrize("is_pressed", [False, True])
def test_comparison_does_not_wait_for_who_holds_an_access(office, is_pressed):
    bookings = [office.book(hours=hours) for hours in (24, 48)]
    office.synchronise()
    held, other = gone_at_exivo(office, *bookings)
    refused = []

    def press(env):
        try:
            env["exivo.site"].browse(office.site_id).action_compare()
        except UserError as error:
            refused.append(str(error))

    with office.env() as env:
        access = env["exivo.access"].browse(held)
        access.lock_for_update(allow_referencing=True)
        with beside(office.request, press if is_pressed else compare):
            pass
    assert ["Compare again" in one for one in refused] == [True] * is_pressed
    with office.env() as env:
        gone = env["exivo.access"].search([("gone_at_exivo", "=", True)])
        assert gone.ids == [other]
        assert not env["exivo.site"].browse(office.site_id).compared_at
        cron = env.ref("exivo_access.ir_cron_compare")
        woken = env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        assert woken or is_pressed
    office.request(compare)
    with office.env() as env:
        assert env["exivo.site"].browse(office.site_id).compared_at
        gone = env["exivo.access"].search([("gone_at_exivo", "=", True)])
        assert sorted(gone.ids) == sorted([held, other])


@pytest.mark.parametrize("fails", [False, True])
def test_site_that_somebody_holds_keeps_no_other_from_being_compared(
    office, annexe, fails
):
    with office.env() as env:
        other_id = office.connect(env, annexe, "Annexe").id
    if fails:
        office.simulator.stop()
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        site.lock_for_update(allow_referencing=True)
        with beside(office.request, compare):
            pass
    with office.env() as env:
        assert env["exivo.site"].browse(other_id).compared_at
        assert not env["exivo.site"].browse(office.site_id).compared_at
        cron = env.ref("exivo_access.ir_cron_compare")
        assert env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])


def test_click_on_a_door_of_a_refused_site_does_not_wait_for_who_holds_the_site(office):
    lock_id = lock_to_open(office)
    outcomes = []

    def click(env):
        outcomes.append(env["exivo.lock"].browse(lock_id)._open())

    office.simulator.fault("wrong_key", times=2)  # nor does the site answer beside it
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        site.lock_for_update(allow_referencing=True)
        with beside(office.request, click):
            pass
    assert [one.outcome for one in outcomes] == ["refused"]


def test_look_up_that_comes_late_does_not_undo_what_another_worker_found(office):
    """It takes longer than its lease: another worker looks up as well, and adopts."""
    booking = office.book()
    office.simulator.fault("cut_after", method="POST", path="/visit")
    office.synchronise()
    office.make_due()
    find_visits = ExivoClient.find_visits
    late = iter([True])

    def find_late(client, token):
        if not next(late, False):
            return find_visits(client, token)
        office.make_due()
        office.synchronise()
        return []  # read before the visit was listed

    with patch.object(ExivoClient, "find_visits", find_late):
        office.synchronise()
    assert [one["state"] for one in office.accesses(booking)] == ["created"]
    assert len(office.simulator.visits()) == 1


@pytest.mark.parametrize("error", [exivo.Rejected, exivo.Unreachable])
def test_order_that_fails_late_says_nothing_about_what_another_worker_made(
    office, error
):
    """It takes longer than its lease: another worker looks up in vain, orders anew."""
    booking = office.book()
    create_visit = ExivoClient.create_visit
    late = iter([True])

    def fail_late(client, *args, **options):
        if not next(late, False):
            return create_visit(client, *args, **options)
        office.make_due()
        office.synchronise()
        raise error("Too late")

    with patch.object(ExivoClient, "create_visit", fail_late):
        office.synchronise()
    (access,) = office.accesses(booking)
    assert (access["state"], access["failure_type"]) == ("created", False)
    assert len(office.simulator.visits()) == 1


def test_order_that_has_waited_too_long_is_not_sent(office):
    """By now somebody else may have looked it up in vain, and ordered anew."""
    booking = office.book()
    with patch.object(run, "BEGIN_WITHIN", -1):
        office.synchronise()
    assert not office.simulator.visits()
    office.make_due()
    office.synchronise()
    assert [one["state"] for one in office.accesses(booking)] == ["created"]
    assert len(office.simulator.visits()) == 1


def test_what_is_tried_again_is_no_error_in_the_log(office, caplog):
    booking = office.book()
    with office.env() as env:
        (access,) = env["exivo.access"].search([("booking_id", "=", booking)])
        env["exivo.access"].search_count([])  # it sees nothing newer from now on

        def write():
            with office.env() as other:
                other["exivo.access"].browse(access.id).due_at = False
            access.due_at = fields.Datetime.now()

        assert not committed(env, write)
    assert "could not serialize" not in caplog.text


def test_mail_goes_out_once_although_its_access_is_written_just_then(office):
    office.book()
    office.synchronise()
    sent = []

    def send(_server, message, **_options):
        sent.append(message["To"])
        office.make_due()

    with (
        patch.object(IrMail_Server, "_disable_send", lambda _server: False),
        patch.object(IrMail_Server, "_connect__", lambda *_args, **_options: None),
        patch.object(IrMail_Server, "send_email", send),
    ):
        for _run in range(2):
            with office.env() as env:
                env["mail.mail"].process_email_queue()
    assert sent == ['"Customer 24" <customer24@example.com>']


def test_fixed_pin_that_is_refused_is_a_look_as_well(office):
    """Whoever is refused knows that somebody has this PIN."""

    def fix(env, digits="730264"):
        partner = env["res.partner"].create({"name": "Guest"})
        pins = env["exivo.fixed.pin"].with_user(env.ref("base.user_admin"))
        pins.create({"partner_id": partner.id, "pin": digits})

    with patch.object(exivo_pin_reveal, "STAFF_LOOKS", 3):
        office.request(fix)
        for words in ("Somebody else", "Somebody else", "very many PINs"):
            for digits in ("12", "111111"):  # tells nothing about anybody
                with pytest.raises(ValidationError):
                    office.request(partial(fix, digits=digits))
            with pytest.raises(UserError, match=words):
                office.request(fix)


def test_fixed_pin_is_one_look_however_often_its_request_is_repeated(office):
    booking = office.book()
    office.synchronise()
    tries = []

    def fix(env):
        tries.append(env["exivo.site"].browse(office.site_id).name)
        if len(tries) == 1:
            with office.env() as somebody:
                serialise(somebody["exivo.site"].browse(office.site_id))
        partner = env["resource.booking"].browse(booking).partner_ids
        pins = env["exivo.fixed.pin"].with_user(env.ref("base.user_admin"))
        pins.create({"partner_id": partner.id, "pin": "730264"})

    office.request(fix)
    assert len(tries) == 2
    with office.env() as env:
        assert env["exivo.pin.reveal"].search_count([("access_id", "=", False)]) == 1


def test_looks_at_pins_at_once_do_not_pass_the_limit(office):
    booking = office.book()
    office.synchronise()
    (access,) = office.accesses(booking)
    meeting = Meeting(office)
    refused = []
    has_looked_too_often = ExivoPinReveal._has_looked_too_often

    def count_and_wait(reveals, *args, **options):
        answer = has_looked_too_often(reveals, *args, **options)
        meeting.arrive()
        return answer

    def look(env):
        handover.show_pin(env["exivo.access"].browse(access["id"]))

    def worker():
        try:
            office.request(look)
        except UserError as error:
            refused.append(str(error))

    with (
        patch.object(exivo_pin_reveal, "STAFF_LOOKS", 1),
        patch.object(ExivoPinReveal, "_has_looked_too_often", count_and_wait),
    ):
        office.at_once(worker, worker)
    with office.env() as env:
        assert env["exivo.pin.reveal"].search_count([]) == 1
    assert ["very many PINs" in one for one in refused] == [True]


def lock_to_open(office):
    """The id of a lock that can be opened from Odoo."""
    with office.env() as env:
        lock = env["exivo.lock"].search([("name", "=", "Entrance")])
        lock.has_remote_opening = True
        return lock.id


def orders_to_open(office):
    """What the simulator was asked to open."""
    return [one for one in office.simulator.requests() if "/unlock" in str(one)]


def test_form_sent_twice_at_once_opens_its_door_once(office):
    lock_id = lock_to_open(office)
    meeting = Meeting(office)
    outcomes = []
    find_sent = ExivoOpening._find_sent

    def find_and_wait(openings, vals):
        known = find_sent(openings, vals)
        if len(meeting.arrived) < 2:
            meeting.arrive()
        return known

    def click(env):
        lock = env["exivo.lock"].browse(lock_id)
        outcomes.append(lock._open(form_token="sent"))

    with patch.object(ExivoOpening, "_find_sent", find_and_wait):
        office.at_once(*[lambda: office.request(click)] * 2)
    assert {one.opening_id for one in outcomes} == {outcomes[0].opening_id}
    assert len(orders_to_open(office)) == 1


def click_at_once(office, lock_id, **options):
    """Send three forms at the same time, before any of them is written down.

    :return: the ids of what was recorded, and what was refused.
    :rtype: tuple[set, list]
    """
    meeting = Meeting(office)
    opening_ids, refused = set(), []
    check_pace = ExivoOpening._check_pace

    def check_and_wait(openings, vals, limit):
        check_pace(openings, vals, limit)
        meeting.arrive()

    def click(env):
        lock = env["exivo.lock"].browse(lock_id)
        try:
            outcome = lock._open(**options)
        except OpenedTooOften as error:
            refused.append(str(error))
        else:
            opening_ids.add(outcome.opening_id)

    with patch.object(ExivoOpening, "_check_pace", check_and_wait):
        office.at_once(*[lambda: office.request(click)] * 3)
    return opening_ids, refused


def test_clicks_at_once_open_a_door_once(office):
    opening_ids, refused = click_at_once(office, lock_to_open(office))
    assert len(opening_ids) == len(orders_to_open(office)) == 1
    assert not refused


def test_clicks_at_once_do_not_pass_the_pace_of_a_person(office):
    lock_id = lock_to_open(office)
    with patch.object(exivo_opening, "SAME_WISH", timedelta()):
        opening_ids, refused = click_at_once(office, lock_id, limit=1)
    assert len(opening_ids) == len(orders_to_open(office)) == 1
    assert len(refused) == 2 and "very often" in refused[0]


def test_clicks_at_once_do_not_pass_the_limit_of_open_requests(office):
    with office.env() as env:
        customer_id = env["res.partner"].create({"name": "Customer"}).id

    def click(env):
        booking_type = env["resource.booking.type"].browse(office.type_id)
        booking_type._begin_exivo_booking(env["res.partner"].browse(customer_id))

    office.request(click)  # one of the two that a customer may have
    meeting = Meeting(office)
    may_begin = ResourceBookingType._may_begin_exivo_booking

    def count_and_wait(booking_type, partner):
        may = may_begin(booking_type, partner)
        meeting.arrive()
        return may

    with patch.object(ResourceBookingType, "_may_begin_exivo_booking", count_and_wait):
        office.at_once(*[lambda: office.request(click)] * 2)
    with office.env() as env:
        requests = [("partner_ids", "in", customer_id)]
        assert env["resource.booking"].search_count(requests) == 2
