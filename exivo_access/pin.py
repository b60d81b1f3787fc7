# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""PINs: drawn from a secure source, never trivial, never one that is taken."""

import itertools
import secrets

DEFAULT_LENGTH = 6
#: After so many draws nearly all PINs are taken, and the free ones are listed.
TRIES = 100


def draw(taken=(), length=DEFAULT_LENGTH):
    """Draw a PIN.

    :param taken: PINs that must not come out again.
    :param int length: 4 to 6, the lengths that Exivo takes (``^[0-9]{4,6}$``).
    :return: digits, leading zeros included.
    :rtype: str
    :raise ValueError: all PINs of this length are taken.
    """
    taken = set(taken)
    for _try in range(TRIES):
        pin = "".join(secrets.choice("0123456789") for _digit in range(length))
        if pin not in taken and not is_trivial(pin):
            return pin
    every = (f"{number:0{length}d}" for number in range(10**length))
    free = [pin for pin in every if pin not in taken and not is_trivial(pin)]
    if not free:
        raise ValueError("All PINs are taken")
    return secrets.choice(free)


def is_trivial(pin):
    """Whether somebody would try this PIN first.

    :param str pin: digits only.
    :return: True for repeated (111111, 121212, 123123), rising or falling digits.
    :rtype: bool
    """
    size = len(pin)
    repeated = any(
        size % width == 0 and pin == pin[:width] * (size // width)
        for width in range(1, size // 2 + 1)
    )
    steps = {
        (int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)
    }
    return repeated or steps in ({1}, {9})
