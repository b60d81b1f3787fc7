# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Histories of a whole house: whatever happens, in the end all agree.

Bookings, members, rules, staff, phones, faults and time in any order; Odoo with real
commits, the real simulator, real HTTP. Every run tries the same histories; others, and
as many as wanted:

    EXIVO_HISTORIES=5000 EXIVO_SEED=1 ./dev test tests/faults/test_house_histories.py

They are played in some parts, which the processes of a run share.

A history that fails is made as short as possible and printed as ``scenes=[…]``. To
play it again, put it into ``@example(scenes=[…])`` above ``play`` (and say ``-k
part_1``), or use the line ``@reproduce_failure(…)`` that is printed with it, with the
part that it was printed for.
"""

from itertools import chain

import pytest
from history import DOORS, LATE, PEOPLE, History
from hypothesis import given
from hypothesis import strategies as st
from playing import PARTS, at_dawn, get_count, get_patience, in_part

HISTORIES = get_count(500)
WHICH = st.integers(0, 3)
ROOM = COMMUNITY = st.integers(0, 1)
PERSON = st.integers(0, len(PEOPLE) - 1)
SOME_PEOPLE = st.lists(PERSON, min_size=1, max_size=2, unique=True)
SOME_DOORS = st.lists(st.sampled_from(DOORS), min_size=1, max_size=3, unique=True)
PHONES = st.sampled_from(["+41791110000", "+41792220000", "+41793330000"])
SOME_MINUTES = st.sampled_from([15, -15, 60, -60, 240, 1440, -1440])


def one_of(*choices):
    """One of some strategies; one that is named twice is twice as likely.

    ``st.one_of`` would take choices among choices apart, and each for one of its own.
    """
    return st.sampled_from(choices).flatmap(lambda one: one)


def step(name, **arguments):
    """A method of :class:`History`, with what it is called with."""
    return st.tuples(st.just(name), st.fixed_dictionaries(arguments))


BOOK = step(
    "book",
    room=ROOM,
    people=SOME_PEOPLE,
    start=st.sampled_from([60, 0, -30, 15, 240, 1440]),
    minutes=st.sampled_from([60, 15, 240]),
    confirmed=st.sampled_from([True, True, False]),
)
JOIN = step("join", person=PERSON, community=COMMUNITY, by_tag=st.booleans())
PEOPLE_ACT = one_of(
    BOOK,
    step("move", which=WHICH, minutes=SOME_MINUTES, in_calendar=st.booleans()),
    step("resize", which=WHICH, minutes=SOME_MINUTES),
    step(
        "end",
        which=WHICH,
        how=st.sampled_from(
            ["cancel", "archive", "delete", "delete meeting", "archive meeting"]
        ),
    ),
    step("answer", which=WHICH, accepts=st.booleans()),
    step("hand_over", which=WHICH, people=SOME_PEOPLE),
    step(
        "change_rule",
        room=ROOM,
        method=st.sampled_from(["link", "app", "keypad"]),
        doors=SOME_DOORS,
        active=st.sampled_from([True, True, True, False]),
        minutes_before=st.sampled_from([15, 0, 60]),
        minutes_after=st.sampled_from([10, 0, 60]),
        holders=st.sampled_from(["requester", "attendees"]),
        booking_state=st.sampled_from(["confirmed", "scheduled"]),
    ),
    step(
        "help",
        which=WHICH,
        action=st.sampled_from(["new code", "remove", "give_back", "resend", "retry"]),
    ),
)
MEMBERS_CHANGE = one_of(
    JOIN,
    JOIN,
    step("leave", person=PERSON, community=COMMUNITY, by_tag=st.booleans()),
    step(
        "change_community_rule",
        community=COMMUNITY,
        method=st.sampled_from(["link", "group", "app"]),
        doors=SOME_DOORS,
        active=st.sampled_from([True, True, False]),
        with_children=st.booleans(),
        days=st.sampled_from([None, None, 0, 2, 29]),
    ),
)
TIME_PASSES = one_of(
    step("wait", seconds=st.sampled_from([30, 5, 130, 600, 3600, 7200, 86400])),
    step("wait_until_due"),
    step("wait", seconds=st.just(27 * 86400)),
)
#: Alone, or while another one waits for its answers, be it longer than its lease.
SYNCHRONISER_RUNS = step(
    "synchronise",
    dies_after=st.sampled_from([None, None, None, 0, 1]),
    second_lane=st.sampled_from([None, None, None, 0, 130]),
)
PHONES_ACT = one_of(
    step("let_phones_wait", wait=st.sampled_from([True, True, False])),
    step("fetch_keys"),
    step("call_back", which=WHICH),
    step("change_number", person=PERSON, phone=PHONES),
)
CALLS = st.sampled_from(
    [
        (None, None),
        (None, None),
        (None, None),
        ("POST", "/visit"),
        ("POST", "/visit"),
        ("POST", "/revoke"),
        ("GET", "/visit"),
        ("POST", "/digitalKeyVisits"),
        ("GET", "/digitalKeyVisit"),
        ("POST", "/person"),
        ("POST", "/accessgroup"),
    ]
)


def faults(name, **arguments):
    """Some of the next calls go wrong; all, or those of a kind."""
    return st.builds(
        lambda calls, values: (name, {"method": calls[0], "path": calls[1], **values}),
        CALLS,
        st.fixed_dictionaries({"times": st.integers(1, 3), **arguments}),
    )


def denied(times, *paths):
    """What is there is said not to be."""
    return step(
        "break_calls",
        kind=st.just("not_found"),
        times=times,
        method=st.just("GET"),
        path=st.sampled_from(paths),
    )


#: Once at all; some times of one thing, which is believed then.
DENIED = one_of(
    denied(st.just(1), "/visit", "/digitalKeyVisit", "/person"),
    denied(st.integers(2, 3), "/visit/", "/digitalKeyVisit/"),
)
LATE_CALLS = faults("delay_calls", seconds=st.sampled_from([30, 5, 120, LATE, 1500]))
EXIVO_FAILS = one_of(
    faults(
        "break_calls",
        kind=st.sampled_from(
            [
                "cut_after",
                "cut_before",
                "latency",
                "error_500",
                "error_500_after",
                "rate_limit",
                "rate_limit_retry_after",
                "html",
                "wrong_key",
            ]
        ),
    ),
    LATE_CALLS,
    LATE_CALLS,
    DENIED,
    one_of(
        step("go_away"),
        step("come_back", forgets=st.sampled_from([True, False])),
        step("set_clock", apart=st.sampled_from([10, -10, 3, 60, -60])),
    ),
)
HANDS_AT_EXIVO = step("remove_at_exivo", which=WHICH)
MAILS_FAIL = step(
    "let_mails_fail", trouble=st.sampled_from(["refuses", "is away", None])
)
SCHEDULER_RUNS = one_of(
    step("plan_all"),
    step("compare"),
    step("switch_second_lane", is_on=st.sampled_from([True, True, False])),
)


def scene(*steps):
    """Some steps that follow each other."""
    return st.tuples(*steps)


#: Mostly one thing after the other; and trouble that somebody meets.
SCENE = one_of(
    scene(PEOPLE_ACT),
    scene(PEOPLE_ACT),
    scene(SYNCHRONISER_RUNS),
    scene(TIME_PASSES),
    scene(EXIVO_FAILS, SYNCHRONISER_RUNS),
    scene(PEOPLE_ACT, EXIVO_FAILS, SYNCHRONISER_RUNS),
    scene(BOOK, EXIVO_FAILS, SYNCHRONISER_RUNS, TIME_PASSES),
    scene(BOOK, EXIVO_FAILS, SYNCHRONISER_RUNS, PEOPLE_ACT),
    scene(SYNCHRONISER_RUNS, HANDS_AT_EXIVO),
    scene(BOOK, MAILS_FAIL, SYNCHRONISER_RUNS),
    scene(MEMBERS_CHANGE),
    scene(PHONES_ACT),
    scene(SCHEDULER_RUNS),
)


SCENES = st.builds(
    lambda first, others: [first, *others],
    one_of(
        scene(one_of(BOOK, JOIN)),
        scene(one_of(BOOK, JOIN), SYNCHRONISER_RUNS),
        scene(BOOK, JOIN, SYNCHRONISER_RUNS),
    ),
    st.lists(SCENE, min_size=1, max_size=4),
)


@pytest.fixture
def history(registry, simulator_with_memory):
    with at_dawn(History, registry, simulator_with_memory) as history:
        yield history


@pytest.mark.timeout(get_patience(HISTORIES))
@pytest.mark.parametrize("part", PARTS, ids="part_{}".format)
def test_all_histories_end_with_one_thing_at_exivo_for_each_access(history, part):
    @in_part(part, HISTORIES)
    @given(scenes=SCENES)
    def play(scenes):
        history.begin()
        for name, arguments in chain.from_iterable(scenes):
            getattr(history, name)(**arguments)
        history.calm_down()

    with history.postman.at_work():
        play()
