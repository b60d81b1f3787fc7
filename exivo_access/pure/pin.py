# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Draws PINs from a secure source: never trivial, never one that is taken."""

import itertools
import secrets

DEFAULT_LENGTH = 6
#: PINs of these lengths are drawn, and so many of each are not trivial. Which of the
#: lengths a lock system takes, its adapter says.
USABLE = {4: 9_120, 5: 99_970, 6: 893_301, 7: 9_999_970, 8: 99_750_580}
CENTURIES = ("19", "20")
#: So many are drawn at once. If all of them are taken, nearly all PINs are.
BATCH_SIZE = 20


class PinsTaken(ValueError):
    """No PIN of that length is free."""


def draw(find_taken, length=DEFAULT_LENGTH):
    """Draw a PIN.

    :param find_taken: function of PINs that returns those of them that must not come
        out. It is called twice at most, since it may cost a query.
    :param int length: one of those in :data:`USABLE`.
    :return: digits, leading zeros included.
    :rtype: str
    :raise PinsTaken: all PINs of this length are taken.
    """
    drawn = [
        "".join(secrets.choice("0123456789") for _digit in range(length))
        for _draw in range(BATCH_SIZE)
    ]
    every = (f"{number:0{length}d}" for number in range(10**length))
    for pins, choose in ((drawn, _take_first), (every, secrets.choice)):
        pins = [pin for pin in pins if not is_trivial(pin)]
        taken = find_taken(pins)
        free = [pin for pin in pins if pin not in taken]
        if free:
            return choose(free)
    raise PinsTaken(f"All PINs of {length} digits are taken")


def _take_first(pins):
    return pins[0]


def is_pin(text, lengths):
    """Tell whether a lock system would take a text as a PIN.

    :param lengths: those that it takes.
    :rtype: bool
    """
    return text.isascii() and text.isdigit() and len(text) in lengths


def is_trivial(pin):
    """Tell whether somebody would try this PIN first.

    :param str pin: digits only.
    :return: True for repeated (111111, 121212, 123123), rising or falling digits, and
        for what may be a birthday (240585, 24051985, 2405, 1985).
    :rtype: bool
    """
    return _is_pattern(pin) or _is_birthday(pin)


def _is_pattern(pin):
    size = len(pin)
    repeated = any(
        size % width == 0 and pin == pin[:width] * (size // width)
        for width in range(1, size // 2 + 1)
    )
    steps = {
        (int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)
    }
    return repeated or steps in ({1}, {9})


def _is_birthday(pin):
    """Tell whether the digits are a day, perhaps with its year, or a year of birth."""
    first, second, third, fourth = (pin[at : at + 2] for at in range(0, 8, 2))
    if len(pin) == 4:
        return first in CENTURIES or _is_day(first, second)
    if len(pin) == 6:
        return _is_day(first, second) or _is_day(second, third)
    if len(pin) == 8:
        is_day_first = _is_day(first, second) and third in CENTURIES
        return is_day_first or (first in CENTURIES and _is_day(third, fourth))
    return False


def _is_day(one, other):
    """Tell whether two pairs of digits are a day and a month, in either order."""
    one, other = sorted((int(one), int(other)))
    return 1 <= one <= 12 and 1 <= other <= 31
