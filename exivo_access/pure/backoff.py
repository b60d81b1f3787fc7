# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Answers "when shall it be tried again?" as a pure function.

No Odoo, no clock, no dice of its own: ``draw(low, high)`` gives a number in between, as
:func:`random.uniform` does. Drawing keeps what failed together from coming back
together.
"""

from datetime import timedelta

#: After a first failure it takes so long; each further failure doubles it.
FIRST_DELAY = timedelta(seconds=20)
#: One access is tried at least this often.
LONGEST_DELAY = timedelta(minutes=10)
#: The nearer the start, the shorter the delay: at most this part of the time left.
SHARE_OF_TIME_LEFT = 0.25
#: A near start, or somebody who may be waiting, makes no delay shorter than this.
NEAR_DELAY = timedelta(seconds=60)

#: The same for the question whether an order is confirmed: a phone may be switched off
#: for days, and a call-back mostly comes before.
FIRST_ASKING = timedelta(seconds=10)
LONGEST_ASKING = timedelta(hours=1)

#: The same for a mail that did not leave Odoo, which may be for all mails alike.
FIRST_MAIL_DELAY = timedelta(minutes=1)
LONGEST_MAIL_DELAY = timedelta(hours=1)

#: The same for a site that does not answer. It may be asked more often, because then
#: all its accesses wait for a single call.
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=2)
#: A site may ask for more time than that, within reason.
LONGEST_REQUESTED_PAUSE = timedelta(hours=1)


def get_delay(failures, time_left, draw):
    """Return how long to leave an access alone that could not be brought in line.

    :param int failures: how often in a row it failed before this time.
    :param timedelta time_left: until a door is to open; negative during the window.
    :param draw: function of two numbers.
    :rtype: timedelta
    """
    delay = _doubled(FIRST_DELAY, failures, LONGEST_DELAY)
    return _drawn(min(delay, _near(time_left)), draw)


def get_asking_delay(looks, time_left, draw):
    """Return how long to wait before asking again whether something is confirmed.

    :param int looks: how often it was asked before this time.
    :param timedelta time_left: until a door is to open; negative during the window.
    :param draw: function of two numbers.
    :rtype: timedelta
    """
    delay = _doubled(FIRST_ASKING, looks, LONGEST_ASKING)
    return _drawn(min(delay, _near(time_left)), draw)


def get_mail_delay(failures, time_left, draw):
    """Return how long to wait before a mail is tried again.

    :param int failures: how often in a row it failed before this time.
    :param timedelta time_left: until a door is to open for its reader; negative during
        the window, ``None`` or ``False`` where no moment counts more than others.
    :param draw: function of two numbers.
    :rtype: timedelta
    """
    delay = _doubled(FIRST_MAIL_DELAY, failures, LONGEST_MAIL_DELAY)
    if isinstance(time_left, timedelta):
        delay = min(delay, _near(time_left))
    return _drawn(delay, draw)


def get_pause(outages, requested, draw):
    """Return how long to leave a site alone that did not answer, or asked for time.

    :param int outages: how often in a row that happened before this time.
    :param float requested: seconds that the site asked for, ``None`` if it did not.
    :param draw: function of two numbers.
    :rtype: timedelta
    """
    pause = _drawn(_doubled(FIRST_PAUSE, outages, LONGEST_PAUSE), draw)
    seconds = min(requested or 0, LONGEST_REQUESTED_PAUSE.total_seconds())
    return max(pause, timedelta(seconds=seconds))


def _near(time_left):
    return max(NEAR_DELAY, time_left * SHARE_OF_TIME_LEFT)


def _doubled(first, times, longest):
    doublings = min(times, (longest // first).bit_length())  # more would only overflow
    return min(first * 2**doublings, longest)


def _drawn(longest, draw):
    """Return between half and all of it, so that it grows however the dice fall."""
    return longest * draw(0.5, 1)
