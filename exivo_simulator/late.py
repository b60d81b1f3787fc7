# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calls that are carried out long after their caller was let go of, unanswered."""

from datetime import datetime


class LateCalls:
    """Keeps what is still to be carried out; lasts as long as the program, like faults.

    A call is carried out by the simulator's clock of its own moment, however far that
    clock has been moved on meanwhile, and before anybody sees anything later.
    """

    def __init__(self, house):
        self._house = house
        self._waiting = []

    def add(self, moment: datetime, carry_out):
        """Have a call carried out at a moment.

        :param carry_out: coroutine function
        """
        self._waiting.append((moment, carry_out))

    def clear(self):
        """Forget all that is still to come."""
        self._waiting.clear()

    async def catch_up(self):
        """Carry out all that is due by now, in the order of their moments."""
        now = self._house.now()
        due = sorted(
            (one for one in self._waiting if one[0] <= now), key=lambda one: one[0]
        )
        if not due:
            return
        self._waiting = [one for one in self._waiting if one not in due]
        for moment, carry_out in due:
            with self._house.as_of(moment):
                await carry_out()
        self._house.save()
