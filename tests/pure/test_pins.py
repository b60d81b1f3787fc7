# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""PINs: secure, of the length that is asked for, none that somebody tries first."""

import itertools
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.exivo_access.pure.pin import USABLE, PinsTaken, draw, is_trivial

NONE = frozenset().intersection

LENGTHS = st.integers(4, 8)


@given(LENGTHS)
def test_a_pin_has_its_length_and_only_digits(length):
    pin = draw(NONE, length)
    assert len(pin) == length and set(pin) <= set("0123456789")


@given(LENGTHS)
def test_a_pin_is_never_trivial(length):
    assert not is_trivial(draw(NONE, length))


def test_a_pin_has_six_digits_unless_said_otherwise():
    assert len(draw(NONE)) == 6


def test_a_trivial_or_taken_pin_is_drawn_again(monkeypatch):
    drawn = itertools.cycle("1111234504820137")
    monkeypatch.setattr(secrets, "choice", lambda _digits: next(drawn))
    assert draw({"0482"}.intersection, 4) == "0137"


@settings(max_examples=20)
@given(st.sets(st.integers(0, 9999)))
def test_the_last_free_pins_are_found(free):
    """Of all PINs only a few are left."""
    every = {f"{number:04d}" for number in range(10000)}
    left = {f"{number:04d}" for number in free} | {"0482"}
    assert draw((every - left).intersection, 4) in left


def test_when_all_are_taken_this_is_said_rather_than_searched_for_ever():
    every = {f"{number:04d}" for number in range(10000)}
    asked = []

    def find_taken(pins):
        asked.append(len(pins))
        return every.intersection(pins)

    with pytest.raises(PinsTaken):
        draw(find_taken, 4)
    assert len(asked) == 2


@pytest.mark.parametrize(
    "pin",
    ["000000", "1111", "123456", "456789", "987654", "3210", "789012", "210987"]
    + ["121212", "1212", "123123", "8901", "0123"]
    + ["240585", "052485", "850524", "2405", "0524", "1985", "2031"]
    + ["24051985", "05242031", "19850524", "20312405", "12341234", "4444444"],
)
def test_what_somebody_would_try_first_is_trivial(pin):
    assert is_trivial(pin)


@pytest.mark.parametrize(
    "pin",
    ["048213", "3223", "9213", "993399", "100000", "13579"] + ["24058512", "85052419"],
)
def test_other_pins_are_not_trivial(pin):
    assert not is_trivial(pin)


@pytest.mark.parametrize("length", [4, 5])
def test_it_is_known_how_many_pins_are_usable(length):
    pins = map("".join, itertools.product("0123456789", repeat=length))
    assert USABLE[length] == sum(not is_trivial(one) for one in pins)


@pytest.mark.parametrize("length", [4, 5])
def test_most_pins_can_be_drawn(length):
    """A guesser has nearly all of them to try."""
    pins = map("".join, itertools.product("0123456789", repeat=length))
    trivial = sum(map(is_trivial, pins))
    assert trivial < 10**length * 0.1
