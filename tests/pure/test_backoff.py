# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When it is tried again, for whatever number of failures, time left and luck."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.exivo_access.pure.backoff import (
    get_asking_delay,
    get_delay,
    get_mail_delay,
    get_pause,
)

FAILURES = st.integers(0, 10**6)
TIMES_LEFT = st.timedeltas(timedelta(days=-400), timedelta(days=400))
DRAWS = st.integers().map(lambda seed: random.Random(seed).uniform)
REQUESTED = st.none() | st.floats(0, 1e12)

FAR = timedelta(days=30)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def longest(low, high):
    return high


def shortest(low, high):
    return low


@given(FAILURES, TIMES_LEFT, DRAWS)
def test_an_access_is_never_hammered_and_never_forgotten(failures, left, draw):
    assert 10 * SECOND <= get_delay(failures, left, draw) <= 10 * MINUTE


@given(FAILURES, TIMES_LEFT, DRAWS)
def test_the_delay_is_a_part_of_the_time_left_or_short(failures, left, draw):
    assert get_delay(failures, left, draw) <= max(left / 4, MINUTE)


@given(FAILURES, TIMES_LEFT, TIMES_LEFT, DRAWS)
def test_access_is_tried_sooner_the_nearer_its_start(failures, one, other, draw):
    number = draw(0.5, 1)
    near, far = (
        get_delay(failures, left, lambda low, high: number)
        for left in sorted((one, other))
    )
    assert near <= far


@given(st.integers(0, 30), DRAWS, DRAWS)
def test_the_delay_grows_up_to_its_cap_however_the_dice_fall(failures, one, other):
    before, after = get_delay(failures, FAR, one), get_delay(failures + 1, FAR, other)
    assert after >= before or after >= get_delay(10**6, FAR, shortest)


@given(FAILURES, TIMES_LEFT, st.integers())
def test_the_same_dice_give_the_same_delay(failures, left, seed):
    one, other = (
        get_delay(failures, left, random.Random(seed).uniform) for _time in range(2)
    )
    assert one == other


@given(FAILURES, TIMES_LEFT)
def test_what_failed_together_does_not_come_back_together(failures, left):
    dice = random.Random(1)
    delays = {get_delay(failures, left, dice.uniform) for _access in range(20)}
    assert len(delays) == 20


@pytest.mark.parametrize(
    "failures, left, delay",
    [
        (0, FAR, 20 * SECOND),
        (1, FAR, 40 * SECOND),
        (4, FAR, 320 * SECOND),
        (5, FAR, 10 * MINUTE),
        (5, 20 * MINUTE, 5 * MINUTE),
        (5, 2 * MINUTE, MINUTE),
        (5, -HOUR, MINUTE),
        (0, -HOUR, 20 * SECOND),
    ],
)
def test_pause_grows_with_failures_and_ends_before_the_start(failures, left, delay):
    assert get_delay(failures, left, longest) == delay


@given(FAILURES, st.none() | TIMES_LEFT, DRAWS)
def test_a_mail_is_never_hammered_and_never_forgotten(failures, left, draw):
    delay = get_mail_delay(failures, left, draw)
    assert 30 * SECOND <= delay <= HOUR
    if left is not None:
        assert delay <= max(left / 4, MINUTE)


@given(st.integers(0, 30), DRAWS, DRAWS)
def test_the_delay_of_a_mail_grows_up_to_its_cap(failures, one, other):
    before = get_mail_delay(failures, None, one)
    after = get_mail_delay(failures + 1, None, other)
    assert after >= before or after >= get_mail_delay(10**6, None, shortest)


@given(FAILURES, TIMES_LEFT, DRAWS)
def test_nobody_asks_for_a_key_all_the_time_or_gives_up(looks, left, draw):
    assert 5 * SECOND <= get_asking_delay(looks, left, draw) <= HOUR
    assert get_asking_delay(looks, left, draw) <= max(left / 4, MINUTE)


@given(st.integers(0, 30), DRAWS, DRAWS)
def test_a_key_is_asked_for_less_and_less_often(looks, one, other):
    before, after = (
        get_asking_delay(looks, FAR, one),
        get_asking_delay(looks + 1, FAR, other),
    )
    assert after >= before or after >= get_asking_delay(10**6, FAR, shortest)


@pytest.mark.parametrize(
    "looks, left, delay",
    [
        (0, FAR, 10 * SECOND),
        (3, FAR, 80 * SECOND),
        (9, FAR, HOUR),
        (9, HOUR, 15 * MINUTE),
        (9, -HOUR, MINUTE),
    ],
)
def test_key_is_looked_at_less_and_less_often_but_near_its_start(looks, left, delay):
    assert get_asking_delay(looks, left, longest) == delay


@given(FAILURES, REQUESTED, DRAWS)
def test_no_site_is_left_alone_for_longer_than_an_hour(outages, requested, draw):
    assert 7 * SECOND <= get_pause(outages, requested, draw) <= HOUR


@given(FAILURES, st.floats(0, 3600), DRAWS)
def test_a_site_gets_the_time_that_it_asks_for(outages, requested, draw):
    assert get_pause(outages, requested, draw) >= timedelta(seconds=requested)


@given(FAILURES, DRAWS)
def test_a_site_that_asks_for_nothing_is_asked_again_soon(outages, draw):
    assert get_pause(outages, None, draw) <= 2 * MINUTE


@given(st.integers(0, 30), DRAWS, DRAWS)
def test_the_pause_grows_up_to_its_cap_however_the_dice_fall(outages, one, other):
    before, after = get_pause(outages, None, one), get_pause(outages + 1, None, other)
    assert after >= before or after >= get_pause(10**6, None, shortest)
