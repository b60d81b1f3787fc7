# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Draws PINs from a secure source: never trivial, never one that is taken."""

import itertools
import secrets

#: Exivo takes PINs of these lengths (``^[0-9]{4,6}$``).
LENGTHS = range(4, 7)
DEFAULT_LENGTH = 6
#: After so many draws nearly all PINs are taken, and the free ones are listed.
TRIES = 100


def draw(taken=(), length=DEFAULT_LENGTH):
    """Draw a PIN.

    :param taken: PINs that must not come out; anything that can say whether it holds
        one.
    :param int length: one of :data:`LENGTHS`.
    :return: digits, leading zeros included.
    :rtype: str
    :raise ValueError: all PINs of this length are taken.
    """
    for _try in range(TRIES):
        pin = "".join(secrets.choice("0123456789") for _digit in range(length))
        # Trivial ones are left out first, since asking whether it is taken may cost a
        # query.
        if not is_trivial(pin) and pin not in taken:
            return pin
    every = (f"{number:0{length}d}" for number in range(10**length))
    free = [pin for pin in every if not is_trivial(pin) and pin not in taken]
    if not free:
        raise ValueError("All PINs are taken")
    return secrets.choice(free)


def is_pin(text):
    """Tell whether Exivo would take a text as a PIN.

    :rtype: bool
    """
    return text.isascii() and text.isdigit() and len(text) in LENGTHS


def is_trivial(pin):
    """Tell whether somebody would try this PIN first.

    :param str pin: digits only.
    :return: True for repeated (111111, 121212, 123123), rising or falling digits, and
        for what may be a birthday (240585, 2405, 1985).
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
    if len(pin) == 4:
        return pin[:2] in ("19", "20") or _is_day(pin[:2], pin[2:])
    if len(pin) == 6:
        first, second, third = pin[:2], pin[2:4], pin[4:]
        return _is_day(first, second) or _is_day(second, third)
    return False


def _is_day(one, other):
    """Tell whether two pairs of digits are a day and a month, in either order."""
    one, other = sorted((int(one), int(other)))
    return 1 <= one <= 12 and 1 <= other <= 31
