# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is decided, case by case. It is noon; the access is wanted 11:45 to 13:10."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from odoo.addons.exivo_access.pure.reconcile import (
    Ask,
    AskConfirmed,
    Create,
    Credential,
    Expire,
    LookAgain,
    LookUp,
    Revoke,
    Wanted,
    decide,
    find_unwanted,
    find_working,
    get_asking_moment,
    get_next_look_again,
    is_usable,
    state,
)


def at(clock, day=1):
    """Return a moment of that day, such as "11:45" or "11:45:30"."""
    return datetime.fromisoformat(f"2026-06-{day:02d}T{clock}")


NOON = at("12:00")
BOTH = frozenset({1, 2})
WANTED = Wanted(True, at("11:45"), at("13:10"), BOTH, "048213")
TOMORROW = replace(WANTED, start=at("11:45", 2), stop=at("13:10", 2))
LATER = replace(WANTED, start=at("14:00"), stop=at("15:00"))
CANCELLED = replace(WANTED, is_wanted=False)
BLOCKED = replace(WANTED, blocked=True)
OVER = replace(WANTED, start=at("09:00"), stop=at("10:00"))

LIVE = Credential(7, "live", at("11:45"), at("13:10"), BOTH, "048213")
LIVE_TOMORROW = replace(LIVE, start=at("11:45", 2), stop=at("13:10", 2))
CREATING = replace(LIVE, state="creating", lease=at("12:01"))
LOST = replace(CREATING, lease=at("11:59"))
REVOKING = replace(LIVE, state="revoking", lease=at("12:01"))
HANGING = replace(REVOKING, lease=at("11:59"))
NEWER = replace(LIVE, id=8)
ORDERED = replace(NEWER, confirmed=False)
ASKED = replace(ORDERED, lease=at("12:01"))

MORNING = ((0, 480, 720),)
CREATE = Create(at("12:00:05"), at("13:10"))

DECISIONS = [
    (
        "an access that begins tomorrow is made now",
        (TOMORROW, []),
        [Create(TOMORROW.start, TOMORROW.stop)],
        TOMORROW.stop,
    ),
    (
        "an access that has begun is made from a few seconds ahead",
        (WANTED, []),
        [CREATE],
        at("13:10"),
    ),
    (
        "what is not confirmed is asked about, and not made again",
        (WANTED, [ORDERED]),
        [AskConfirmed(8)],
        at("13:10"),
    ),
    (
        "what was asked about is asked about again later",
        (WANTED, [ASKED]),
        [],
        at("12:01"),
    ),
    (
        "what is not confirmed is asked about though a clock ahead had put it off",
        (WANTED, [replace(ORDERED, lease=at("12:00", 9))]),
        [AskConfirmed(8)],
        WANTED.stop,
    ),
    (
        "what opens too few doors stays until its replacement works",
        (WANTED, [replace(LIVE, complete=False)]),
        [CREATE],
        WANTED.stop,
    ),
    (
        "what opens too few doors stays if there is no better",
        (BLOCKED, [replace(LIVE, complete=False)]),
        [],
        WANTED.stop,
    ),
    (
        "what is not confirmed and not as wanted is replaced",
        (replace(WANTED, stop=at("14:00")), [ASKED]),
        [Create(at("12:00:05"), at("14:00")), Revoke(8)],
        at("14:00"),
    ),
    (
        "what is not confirmed goes with the booking",
        (CANCELLED, [ORDERED]),
        [Revoke(8)],
        None,
    ),
    (
        "what works stays until its replacement is confirmed",
        (WANTED, [replace(LIVE, stop=at("12:30")), ASKED]),
        [],
        at("12:01"),
    ),
    (
        "and goes then",
        (WANTED, [replace(LIVE, stop=at("12:30")), NEWER]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "what is not confirmed is of no use beside what is",
        (WANTED, [LIVE, ASKED]),
        [Revoke(8)],
        at("13:10"),
    ),
    (
        "what is as wanted is left alone until its end",
        (WANTED, [LIVE]),
        [],
        at("13:10"),
    ),
    (
        "other hours of the same lock are other doors",
        (replace(WANTED, rights=((1, ((0, 480, 720),)),)), [LIVE]),
        [CREATE],
        at("13:10"),
    ),
    (
        "what is told of the holder is told anew",
        (replace(WANTED, holder="new"), [replace(LIVE, holder="old")]),
        [CREATE],
        at("13:10"),
    ),
    (
        "a start some seconds late is as wanted, once it has begun",
        (WANTED, [replace(LIVE, start=at("12:00:05"))]),
        [],
        at("13:10"),
    ),
    (
        "what begins within a minute counts as begun",
        (replace(WANTED, start=at("12:01")), [LIVE]),
        [],
        at("13:10"),
    ),
    (
        "what would open the door minutes too early is replaced",
        (replace(WANTED, start=at("12:01:01")), [LIVE]),
        [Create(at("12:01:01"), at("13:10")), Revoke(7)],
        at("13:10"),
    ),
    (
        "what would open the door too late is replaced",
        (WANTED, [replace(LIVE, start=at("12:01:01"))]),
        [CREATE, Revoke(7)],
        at("13:10"),
    ),
    (
        "another start of what lies ahead is made anew",
        (TOMORROW, [replace(LIVE_TOMORROW, start=at("11:46", 2))]),
        [Create(TOMORROW.start, TOMORROW.stop), Revoke(7)],
        TOMORROW.stop,
    ),
    (
        "an access that is over is not made",
        (OVER, []),
        [],
        None,
    ),
    (
        "an access of which less than a minute is left is not made",
        (replace(WANTED, stop=at("12:00:59")), []),
        [],
        at("12:00:59"),
    ),
    (
        "an access that a person has to look at is not made",
        (BLOCKED, []),
        [],
        at("13:10"),
    ),
    (
        "what opens a door too many goes, if nothing will take its place",
        (replace(BLOCKED, lock_ids=frozenset({1})), [LIVE]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "what opens at an hour too many goes, if nothing will take its place",
        (
            replace(BLOCKED, rights=((1, MORNING), (2, ()))),
            [replace(LIVE, rights=((1, ()), (2, ())))],
        ),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "what opens some of the wanted doors stays, if nothing will take its place",
        (
            replace(BLOCKED, rights=((1, ()), (2, ()))),
            [replace(LIVE, lock_ids=frozenset({1}), rights=((1, MORNING),))],
        ),
        [],
        at("13:10"),
    ),
    (
        "a key on another phone goes, if nothing will take its place",
        (replace(BLOCKED, recipient=""), [replace(LIVE, recipient="old")]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "a key on another phone stays until another one is ordered",
        (replace(WANTED, recipient="new"), [replace(LIVE, recipient="old")]),
        [CREATE],
        at("13:10"),
    ),
    (
        "it does not wait for the new phone, which may never take its key",
        (
            replace(WANTED, recipient="new"),
            [replace(LIVE, recipient="old"), replace(ASKED, recipient="new")],
        ),
        [Revoke(7)],
        at("12:01"),
    ),
    (
        "what is told of the holder alone takes nobody's access away",
        (replace(BLOCKED, holder="new"), [replace(LIVE, holder="old")]),
        [],
        at("13:10"),
    ),
    (
        "what is not wanted is not made",
        (CANCELLED, []),
        [],
        None,
    ),
    (
        "what is no longer wanted is revoked",
        (CANCELLED, [LIVE]),
        [Revoke(7)],
        None,
    ),
    (
        "what is no longer wanted is revoked though it needs a person",
        (replace(CANCELLED, blocked=True), [LIVE]),
        [Revoke(7)],
        None,
    ),
    (
        "an access that moves away from now is made anew, and revoked at once",
        (LATER, [LIVE]),
        [Create(LATER.start, LATER.stop), Revoke(7)],
        LATER.stop,
    ),
    (
        "an access that moves to now is made anew, and revoked at once",
        (WANTED, [LIVE_TOMORROW]),
        [CREATE, Revoke(7)],
        at("13:10"),
    ),
    (
        "another end while the door is needed: the new one is made, the old one stays",
        (replace(WANTED, stop=at("14:00")), [LIVE]),
        [Create(at("12:00:05"), at("14:00"))],
        at("13:10"),
    ),
    (
        "other locks while the door is needed: the new one is made, the old one stays",
        (WANTED, [replace(LIVE, lock_ids=frozenset({1}))]),
        [CREATE],
        at("13:10"),
    ),
    (
        "another PIN while the door is needed: the new one is made, the old one stays",
        (WANTED, [replace(LIVE, pin="999111")]),
        [CREATE],
        at("13:10"),
    ),
    (
        "another PIN that was tried for a while in vain: the old one goes",
        (replace(WANTED, stalled=True), [replace(LIVE, pin="999111")]),
        [Revoke(7), CREATE],
        at("13:10"),
    ),
    (
        "another end that was tried for a while in vain: the old one stays",
        (replace(WANTED, stop=at("14:00"), stalled=True), [LIVE]),
        [Create(at("12:00:05"), at("14:00"))],
        at("13:10"),
    ),
    (
        "the old one stays while the new one is being made",
        (WANTED, [replace(LIVE, pin="999111"), replace(CREATING, id=8)]),
        [],
        at("12:01"),
    ),
    (
        "the old one stays until the new one begins",
        (
            WANTED,
            [replace(LIVE, pin="999111"), replace(NEWER, start=at("12:00:05"))],
        ),
        [],
        at("12:00:05"),
    ),
    (
        "the old one goes once the new one works",
        (
            WANTED,
            [replace(LIVE, pin="999111"), replace(NEWER, start=at("11:59:59"))],
        ),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "the old one stays where the new one has no link",
        (WANTED, [replace(LIVE, pin="999111"), replace(NEWER, usable=False)]),
        [CREATE, Revoke(8)],
        at("13:10"),
    ),
    (
        "an old one that nobody can use does not stay",
        (BLOCKED, [replace(LIVE, pin="999111", usable=False)]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "what had no answer is looked for again when it is time",
        (WANTED, [replace(LIVE, look_again=at("12:05"))]),
        [],
        at("12:05"),
    ),
    (
        "it is looked for, and stays",
        (WANTED, [replace(LIVE, look_again=NOON)]),
        [LookAgain(7)],
        at("13:10"),
    ),
    (
        "it is taken away first where it has to go",
        (CANCELLED, [replace(LIVE, look_again=NOON)]),
        [Revoke(7)],
        None,
    ),
    (
        "one that works is asked for before its start",
        (TOMORROW, [replace(LIVE_TOMORROW, ask=NOON)]),
        [Ask(7)],
        LIVE_TOMORROW.stop,
    ),
    (
        "one that is outdated is not asked for",
        (WANTED, [replace(LIVE, pin="999111", ask=NOON), replace(LIVE, id=8)]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "one whose link is missing stays, and is asked for it",
        (BLOCKED, [replace(LIVE, usable=False, awaits_link=True)]),
        [AskConfirmed(7)],
        at("13:10"),
    ),
    (
        "it is asked again later",
        (
            BLOCKED,
            [replace(LIVE, usable=False, awaits_link=True, lease=at("12:03"))],
        ),
        [],
        at("12:03"),
    ),
    (
        "it is made anew once a person has asked for that",
        (WANTED, [replace(LIVE, usable=False, awaits_link=True)]),
        [CREATE, Revoke(7)],
        at("13:10"),
    ),
    (
        "the old one stays while the new one needs a person",
        (replace(BLOCKED, stop=at("14:00")), [LIVE]),
        [],
        at("13:10"),
    ),
    (
        "an old PIN does not stay while the new one needs a person",
        (BLOCKED, [replace(LIVE, pin="999111")]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "what stays for the time being is looked at when it ends",
        (BLOCKED, [replace(LIVE, stop=at("12:30"))]),
        [],
        at("12:30"),
    ),
    (
        "of two that are as wanted the newer one stays",
        (WANTED, [LIVE, NEWER]),
        [Revoke(7)],
        at("13:10"),
    ),
    (
        "nothing is done while a creation is under way",
        (WANTED, [CREATING]),
        [],
        at("12:01"),
    ),
    (
        "nothing is done to a creation under way though it is no longer wanted",
        (CANCELLED, [CREATING]),
        [],
        at("12:01"),
    ),
    (
        "a creation without outcome is looked up, not repeated",
        (WANTED, [LOST]),
        [LookUp(7)],
        at("13:10"),
    ),
    (
        "a creation without outcome is looked up though another one is wanted by now",
        (LATER, [LOST]),
        [LookUp(7)],
        LATER.stop,
    ),
    (
        "a creation without outcome is looked up though it is no longer wanted",
        (CANCELLED, [LOST]),
        [LookUp(7)],
        None,
    ),
    (
        "a creation that never got a lease is looked up",
        (WANTED, [replace(LOST, lease=None)]),
        [LookUp(7)],
        at("13:10"),
    ),
    (
        "a revocation under way is waited for, and its replacement made meanwhile",
        (WANTED, [REVOKING]),
        [CREATE],
        at("12:01"),
    ),
    (
        "a revocation without outcome is tried again",
        (CANCELLED, [HANGING]),
        [Revoke(7)],
        None,
    ),
    (
        "what ended by itself is only noted",
        (OVER, [replace(LIVE, start=at("09:00"), stop=at("10:00"))]),
        [Expire(7)],
        None,
    ),
    (
        "a revocation is no longer owed once the window is over",
        (CANCELLED, [replace(HANGING, stop=at("12:00"))]),
        [Expire(7)],
        None,
    ),
    (
        "a creation without outcome whose window is over is put away before another",
        (LATER, [replace(LOST, stop=at("10:00"))]),
        [Expire(7)],
        at("12:00:05"),
    ),
    (
        "what ended by itself keeps nothing from being made",
        (LATER, [replace(LIVE, stop=at("10:00"))]),
        [Create(LATER.start, LATER.stop), Expire(7)],
        LATER.stop,
    ),
    (
        "a creation without outcome is not looked up once its window is over",
        (OVER, [replace(LOST, stop=at("10:00"))]),
        [Expire(7)],
        None,
    ),
]


@pytest.mark.parametrize(
    "case, actions, due_at",
    [line[1:] for line in DECISIONS],
    ids=[line[0] for line in DECISIONS],
)
def test_the_decision(case, actions, due_at):
    decision = decide(*case, NOON)
    assert list(decision.actions) == actions
    assert decision.due_at == due_at


STATES = [
    ("ordered", WANTED, [], "in_progress"),
    ("being made", WANTED, [CREATING], "in_progress"),
    ("without outcome", WANTED, [LOST], "in_progress"),
    ("made", WANTED, [LIVE], "created"),
    ("made for tomorrow", TOMORROW, [LIVE_TOMORROW], "created"),
    ("moved", TOMORROW, [LIVE], "in_progress"),
    ("moved, both there", TOMORROW, [LIVE, replace(LIVE_TOMORROW, id=8)], "created"),
    ("with another PIN", replace(WANTED, pin="999111"), [LIVE], "in_progress"),
    ("with other locks", replace(WANTED, lock_ids=frozenset()), [LIVE], "in_progress"),
    ("without a link", WANTED, [replace(LIVE, usable=False)], "in_progress"),
    ("no link, by a person", BLOCKED, [replace(LIVE, usable=False)], "failed"),
    ("refused", BLOCKED, [], "failed"),
    ("refused, the old one there", BLOCKED, [replace(LIVE, pin="9")], "failed"),
    ("refused once, now there", BLOCKED, [LIVE], "created"),
    ("cancelled, still there", CANCELLED, [LIVE], "in_progress"),
    ("cancelled, being revoked", CANCELLED, [REVOKING], "in_progress"),
    ("cancelled, maybe made", CANCELLED, [LOST], "in_progress"),
    ("cancelled, gone", CANCELLED, [], "removed"),
    ("cancelled, refused", replace(CANCELLED, blocked=True), [], "removed"),
    ("cancelled, both", replace(CANCELLED, blocked=True), [REVOKING], "in_progress"),
    ("over", OVER, [], "expired"),
    ("over, never made, refused", replace(OVER, blocked=True), [], "expired"),
    ("too short to be made", replace(WANTED, stop=at("12:00:59")), [], "expired"),
]


@pytest.mark.parametrize(
    "wanted, credentials, word",
    [line[1:] for line in STATES],
    ids=[f"{line[0]} - {line[3]}" for line in STATES],
)
def test_the_state_in_the_words_of_the_interface(wanted, credentials, word):
    assert state(wanted, credentials, NOON) == word


def test_a_start_is_sent_on_a_full_second_in_the_future():
    now = NOON + timedelta(microseconds=1)
    (create,) = decide(WANTED, [], now).actions
    assert create.start == at("12:00:06")


def test_what_was_made_just_now_is_what_is_wanted():
    (create,) = decide(WANTED, [], NOON).actions
    made = replace(LIVE, start=create.start)
    assert find_working(WANTED, [made], NOON) == made


@pytest.mark.parametrize(
    "seconds, usable", [(0, False), (60, False), (61, True), (-1, False)]
)
def test_an_access_is_of_use_if_more_than_a_minute_is_left(seconds, usable):
    stop = NOON + timedelta(seconds=seconds)
    assert is_usable(replace(WANTED, stop=stop), NOON) is usable


UNWANTED = [
    ("what keeps the promise", WANTED, [LIVE], []),
    ("what is being made", WANTED, [CREATING], []),
    ("what may have been made, and is wanted", WANTED, [LOST], []),
    ("the older one of two", WANTED, [LIVE, NEWER], [LIVE]),
    ("what is cancelled", CANCELLED, [LIVE], [LIVE]),
    ("what is being revoked", CANCELLED, [REVOKING], [REVOKING]),
    ("what may not have been revoked", CANCELLED, [HANGING], [HANGING]),
    ("what may have been made, and is cancelled", CANCELLED, [LOST], [LOST]),
    ("what is over", replace(CANCELLED, stop=NOON), [replace(LIVE, stop=NOON)], []),
    ("what moved away", TOMORROW, [LIVE], [LIVE]),
    ("what stays until the new one works", replace(WANTED, pin="9"), [LIVE], []),
    ("what no longer has to stay", replace(WANTED, pin="9"), [HANGING], [HANGING]),
]


@pytest.mark.parametrize(
    "wanted, credentials, unwanted",
    [line[1:] for line in UNWANTED],
    ids=[line[0] for line in UNWANTED],
)
def test_what_should_be_gone(wanted, credentials, unwanted):
    assert find_unwanted(wanted, credentials, NOON) == unwanted


def test_what_had_to_be_looked_up_is_looked_for_again_twice():
    moments, looked_at = [], NOON
    for looks in range(3):
        looked_at = get_next_look_again(looks, looked_at)
        moments.append(looked_at)
    assert moments == [at("12:05"), at("13:00"), None]


def test_what_begins_soon_is_not_asked_for_again():
    def draw(low, _high):
        return low

    assert get_asking_moment(at("13:10"), NOON, draw) is None
    assert get_asking_moment(at("14:00"), NOON, draw) == at("12:45")
