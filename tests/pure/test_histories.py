# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Thousands of histories: whatever happens in whatever order, the promises hold.

``EXIVO_HISTORIES=5000 ./dev test tests/pure`` tries more, and others.
"""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from world import DAWN, HISTORIES, LEASE, World

from odoo.addons.exivo_access.pure.reconcile import Create, LookUp, is_usable

#: Starts and ends that meet, overlap, and lie apart.
MINUTES = st.integers(-90, 300)
SECONDS = st.one_of(
    st.integers(0, 130), st.sampled_from([0.5, 59, 60, 61, 119.5]), st.integers(0, 9000)
)


def a_call_is_under_way(history):
    return bool(history.world.calls)


def a_creation_is_under_way(history):
    return any(kind is Create for kind, _number in history.world.calls)


def something_is_due(history):
    world = history.world
    return not world.calls and world.due is not None and world.due <= world.now


class Histories(RuleBasedStateMachine):
    """Each rule is something that may happen next."""

    def __init__(self):
        super().__init__()
        self.world = World()

    @rule(seconds=SECONDS)
    def time_passes(self, seconds):
        """A call that takes longer than its lease is one whose caller has died."""
        world = self.world
        if world.calls and timedelta(seconds=seconds) >= LEASE:
            world.calls.clear()
        world.now += timedelta(seconds=seconds)
        if world.calls and world.due <= world.now:
            world.calls.clear()

    @rule()
    def time_passes_until_something_is_due(self):
        world = self.world
        if world.due is not None and not world.calls:
            world.now = max(world.now, world.due)

    @rule(seconds=st.sampled_from([1, 90, 3600, 86400]))
    def the_clock_is_set_back(self, seconds):
        self.world.set_back_clock(seconds)

    # People

    @rule(start=MINUTES, length=st.integers(1, 240))
    def the_booking_moves(self, start, length):
        start = DAWN + timedelta(minutes=start)
        self.world.want(start=start, stop=start + timedelta(minutes=length))

    @rule(minutes=st.sampled_from([-30, -1, 1, 30, 120]))
    def the_end_of_the_booking_moves(self, minutes):
        stop = self.world.wanted.stop + timedelta(minutes=minutes)
        if stop > self.world.wanted.start:
            self.world.want(stop=stop)

    @rule(lock_ids=st.sampled_from([frozenset({1}), frozenset({2}), frozenset({1, 2})]))
    def the_rule_has_other_locks(self, lock_ids):
        self.world.want(lock_ids=lock_ids)

    @rule(pin=st.sampled_from(["048213", "730164"]))
    def staff_give_a_pin(self, pin):
        self.world.want(pin=pin)

    @rule(is_wanted=st.booleans())
    def the_booking_is_cancelled_or_confirmed_again(self, is_wanted):
        self.world.want(is_wanted=is_wanted)

    @rule()
    def staff_try_again(self):
        self.world.want()

    # The synchroniser

    @precondition(something_is_due)
    @rule()
    def the_synchroniser_claims(self):
        self.world.claim()

    @precondition(a_call_is_under_way)
    @rule(
        has_link=st.sampled_from([True, True, True, False]),
        confirms=st.booleans(),
        margin=st.sampled_from([5, 20, 50]),
        choice=st.integers(0, 9),
    )
    def a_call_succeeds(self, has_link, confirms, margin, choice):
        call = self.take(choice)
        visit = self.world.carry_out(call, has_link, confirms, margin)
        self.world.record(call, visit)

    @precondition(a_call_is_under_way)
    @rule(refused=st.booleans(), choice=st.integers(0, 9))
    def a_call_is_refused_or_does_not_reach_exivo(self, refused, choice):
        self.world.record_failure(self.take(choice), True, refused)

    @precondition(a_call_is_under_way)
    @rule(done=st.booleans(), choice=st.integers(0, 9))
    def a_call_gets_no_answer(self, done, choice):
        call = self.take(choice)
        if done:
            self.world.carry_out(call)
        self.world.record_failure(call, False)

    @precondition(a_creation_is_under_way)
    @rule(seconds=st.sampled_from([10, 60, 600, 3000]))
    def an_order_gets_no_answer_and_is_carried_out_late(self, seconds):
        world = self.world
        call = next(one for one in world.calls if one[0] is Create)
        world.calls.remove(call)
        world.carry_out_late(call, seconds)
        world.record_failure(call, False)

    @precondition(a_call_is_under_way)
    @rule(done=st.integers(0, 9))
    def the_server_dies_before_or_after_some_calls(self, done):
        for call in self.world.calls[:done]:
            self.world.carry_out(call)
        self.world.calls.clear()

    def take(self, choice):
        return self.world.calls.pop(choice % len(self.world.calls))

    # Promises

    @invariant()
    def the_promises_hold(self):
        self.world.check()

    def teardown(self):
        """However it went: at rest there is what is wanted, and nothing else."""
        world = self.world
        world.come_to_rest()
        wanted = world.wanted.is_wanted and world.wanted.stop > world.now
        alive = world.alive()
        if wanted and is_usable(world.wanted, world.now):
            assert len(alive) == 1 and world.state() == "created"
        elif wanted:
            assert len(alive) <= 1
        else:
            assert alive == [] and world.state() in ("removed", "expired")


TestHistories = Histories.TestCase
TestHistories.settings = HISTORIES


def test_a_visit_that_comes_into_being_after_the_look_up_is_taken_away():
    world = World()
    world.claim()
    world.carry_out_late(world.calls[0], 50 * 60)
    world.record_failure(world.calls.pop(), False)
    world.want(is_wanted=False)
    world.come_to_rest()
    assert world.state() == "removed" and not world.late
    assert [visit.revoked for visit in world.visits.values()] == [True]


def test_a_visit_made_by_a_server_that_then_died_is_found_and_kept():
    world = World()
    world.claim()
    assert [kind for kind, _number in world.calls] == [Create]
    world.carry_out(world.calls[0])
    world.calls.clear()
    world.now += LEASE
    world.claim()
    assert [kind for kind, _number in world.calls] == [LookUp]
    world.come_to_rest()
    assert len(world.visits) == 1 and world.state() == "created"
