# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Histories of a house that takes money: who has paid has a door, and nobody else.

Rooms are ordered, paid, refunded, credited and cancelled, and memberships bought and
ended, in any order and with faults. ``test_house_histories.py`` says how to try more of
them, and how to play one again.
"""

from itertools import chain
from unittest.mock import patch

import pytest
from club import SOLD, Club
from hypothesis import given
from hypothesis import strategies as st
from playing import PARTS, at_dawn, get_count, get_patience, in_part
from shop import Shop
from test_house_histories import (
    BOOK,
    COMMUNITY,
    EXIVO_FAILS,
    MAILS_FAIL,
    MEMBERS_CHANGE,
    PEOPLE_ACT,
    PERSON,
    ROOM,
    SCHEDULER_RUNS,
    SYNCHRONISER_RUNS,
    TIME_PASSES,
    WHICH,
    one_of,
    scene,
    step,
)

HISTORIES = get_count(25)
LATER = st.sampled_from([False, False, True])
#: A customer who pays in part has paid when the rest follows, or a deposit is enough.
PERCENT = st.sampled_from([100, 100, 100, 40])
START = st.sampled_from([60, 15, 240, 1440])

# === ROOMS === #

BUY = step(
    "buy",
    room=ROOM,
    person=PERSON,
    quantity=st.sampled_from([1, 1, 2]),
    start=START,
    how=st.sampled_from(["order", "order", "quotation", "cart", "cart"]),
)
PAY_ONLINE = step(
    "transfer",
    which=WHICH,
    percent=PERCENT,
    state=st.sampled_from(["done", "done", "authorized", "pending"]),
    later=LATER,
)
INVOICE = step("invoice", which=WHICH)
PAY = step("pay", which=WHICH, percent=PERCENT)
MONEY_GOES = one_of(
    step(
        "credit",
        which=WHICH,
        percent=PERCENT,
        how=st.sampled_from(["button", "from list", "typed"]),
    ),
    step(
        "take_back",
        which=WHICH,
        how=st.sampled_from(
            [
                *("cancel", "reject", "reject", "draft", "delete"),
                *("edit", "again", "validate"),
            ]
        ),
    ),
    step("undo", which=WHICH, how=st.sampled_from(["draft", "cancel", "post"])),
)
TRANSACTION_GOES_ON = step(
    "move_on",
    which=WHICH,
    how=st.sampled_from(["done", "done", "canceled", "refund", "refund"]),
    later=LATER,
)
CLOSE_ROOM = step("close_room", room=ROOM, hours=st.sampled_from([2, 48]))
ORDER_CHANGES = one_of(
    step(
        "change_order",
        which=WHICH,
        how=st.sampled_from(["confirm", "confirm", "cancel", "take up", "delete"]),
    ),
    step(
        "change_line",
        which=WHICH,
        how=st.sampled_from(["text", 1, 2, "dearer", "remove", "other room"]),
    ),
    step("choose_times", which=WHICH, start=START),
    CLOSE_ROOM,
    step("expire"),
    step(
        "change_payment",
        room=ROOM,
        payment=st.sampled_from(["any", "order", "paid", "paid"]),
        payment_share=st.sampled_from([100, 100, 40]),
        booking_state=st.sampled_from(["confirmed", "scheduled"]),
    ),
)
SALE = one_of(
    scene(MONEY_GOES),
    scene(MONEY_GOES),
    scene(ORDER_CHANGES),
    scene(ORDER_CHANGES),
    scene(TRANSACTION_GOES_ON),
    scene(PAY_ONLINE),
    scene(INVOICE, PAY),
    scene(PEOPLE_ACT),
    scene(PAY_ONLINE, EXIVO_FAILS, SYNCHRONISER_RUNS),
    scene(MONEY_GOES, EXIVO_FAILS, SYNCHRONISER_RUNS),
    scene(PAY_ONLINE, MAILS_FAIL, SYNCHRONISER_RUNS),
    scene(TIME_PASSES),
    scene(SYNCHRONISER_RUNS),
    scene(SCHEDULER_RUNS),
)
SALES = st.builds(
    lambda first, others: [first, *others],
    one_of(
        scene(BUY, PAY_ONLINE),
        scene(BUY, PAY_ONLINE),
        scene(BUY, INVOICE, PAY),
        scene(BUY, INVOICE, PAY),
        scene(BUY, BUY, PAY_ONLINE),
        scene(BUY, CLOSE_ROOM, PAY_ONLINE),
        scene(BUY, BOOK),
    ),
    st.lists(SALE, min_size=1, max_size=4),
)

# === MEMBERSHIPS === #

PRODUCT = st.integers(0, len(SOLD) - 1)
BUY_MEMBERSHIP = step(
    "buy",
    person=PERSON,
    product=PRODUCT,
    paid=st.sampled_from([True, True, False]),
)
MEMBERSHIP = one_of(
    scene(BUY_MEMBERSHIP),
    scene(BUY_MEMBERSHIP, SYNCHRONISER_RUNS),
    scene(PAY),
    scene(MONEY_GOES),
    scene(MONEY_GOES, EXIVO_FAILS, SYNCHRONISER_RUNS),
    scene(
        step(
            "enter",
            person=PERSON,
            product=PRODUCT,
            state=st.sampled_from(["paid", "free", "invoiced"]),
        )
    ),
    scene(
        step(
            "end_membership",
            which=WHICH,
            how=st.sampled_from(["cancel", "throw out", "take away"]),
        )
    ),
    scene(
        one_of(
            step("set_free", person=PERSON, is_free=st.booleans()),
            step("associate", person=PERSON, other=PERSON),
        )
    ),
    scene(
        step(
            "choose",
            community=COMMUNITY,
            products=st.lists(PRODUCT, max_size=2, unique=True),
            exivo_by_membership=st.sampled_from([True, True, False]),
            exivo_with_free=st.booleans(),
            exivo_with_invoiced=st.sampled_from([False, False, True]),
        )
    ),
    scene(
        one_of(
            step("keep_by_hand", person=PERSON, community=COMMUNITY),
            step("adopt", community=COMMUNITY),
        )
    ),
    scene(MEMBERS_CHANGE),
    scene(MEMBERS_CHANGE),
    scene(step("wait", seconds=st.sampled_from([86400, 86400, 3600, 2 * 86400]))),
    scene(SYNCHRONISER_RUNS),
    scene(one_of(step("follow"), SCHEDULER_RUNS)),
)
MEMBERSHIPS = st.builds(
    lambda first, others: [first, *others],
    one_of(scene(BUY_MEMBERSHIP), scene(BUY_MEMBERSHIP, SYNCHRONISER_RUNS)),
    st.lists(MEMBERSHIP, min_size=1, max_size=5),
)


def play_all(history, part, scenes):
    """Play a part of the histories that some scenes make up."""

    @in_part(part, HISTORIES)
    @given(scenes=scenes)
    def play(scenes):
        history.begin()
        for name, arguments in chain.from_iterable(scenes):
            getattr(history, name)(**arguments)
        history.calm_down()

    with history.postman.at_work():
        play()


@pytest.mark.timeout(get_patience(HISTORIES))
@pytest.mark.parametrize("part", PARTS, ids="part_{}".format)
def test_at_rest_who_has_paid_has_a_door_and_nobody_else(
    shop_registry, simulator_with_memory, part
):
    with (
        at_dawn(Shop, shop_registry, simulator_with_memory) as shop,
        # mails of orders are not what this is about, and cost much time
        patch.object(
            shop_registry["sale.order"],
            "_send_order_notification_mail",
            lambda *_args: None,
        ),
    ):
        play_all(shop, part, SALES)


@pytest.mark.timeout(get_patience(HISTORIES))
@pytest.mark.parametrize("part", PARTS, ids="part_{}".format)
def test_at_rest_paid_members_have_a_door_and_those_by_hand_and_nobody_else(
    shop_registry, simulator_with_memory, part
):
    with at_dawn(Club, shop_registry, simulator_with_memory) as club:
        play_all(club, part, MEMBERSHIPS)
