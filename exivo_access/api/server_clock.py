# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells what time it is at Exivo, as far as its answers say."""

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

#: A clock that is further apart is not believed: a start that follows it would open the
#: door far too late, should only the header be wrong.
MAX_OFFSET = timedelta(minutes=15)


class ServerClock:
    """Knows how far the server's clock is apart from ours, by its last answer.

    Answers come in several threads; each sets an attribute as a whole.
    """

    def __init__(self):
        self._offset = None
        self._claimed = timedelta()

    @property
    def is_known(self):
        """Tell whether an answer has told what time it is there.

        :rtype: bool
        """
        return self._offset is not None

    @property
    def offset(self):
        """Return how far it is ahead of our clock; nothing while that is not known.

        :rtype: timedelta
        """
        return self._offset or timedelta()

    @property
    def claimed(self):
        """Return how far ahead of ours it is by its own word, believed or not.

        :rtype: timedelta
        """
        return self._claimed

    def now(self):
        """Return the time at the server.

        :return: timezone-aware UTC.
        :rtype: datetime
        """
        return datetime.now(timezone.utc) + self.offset

    def hear(self, header):
        """Learn from an answer that has just come.

        :param str header: its ``Date``, in whole seconds; ``None`` if it has none.
        """
        try:
            moment = parsedate_to_datetime(header)
        except (TypeError, ValueError, OverflowError):
            return
        if moment.tzinfo is None:  # "-0000": UTC, of no particular place
            moment = moment.replace(tzinfo=timezone.utc)
        offset = self._claimed = moment - datetime.now(timezone.utc)
        if abs(offset) <= MAX_OFFSET:
            self._offset = offset
