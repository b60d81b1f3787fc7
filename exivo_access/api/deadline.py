# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Ends a call that takes too long as a whole, however steadily its answer trickles in.

Timeouts of libraries are for each wait: a byte every nine seconds keeps them content
for hours, in the head of an answer as in its body.
"""

import socket
import threading
from contextlib import suppress


class Deadline:
    """A deadline cuts what a call is connected by once its time is up.

    :param float seconds: that the call may take.
    """

    def __init__(self, seconds):
        self._lock = threading.Lock()
        self._connections = []
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True
        #: whether the time is up; what was read then may be half an answer
        self.is_over = False

    @property
    def has_connected(self):
        """Tell whether a connection came about, so that something may have been sent.

        :rtype: bool
        """
        return bool(self._connections)

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_error):
        self._timer.cancel()
        with self._lock:
            for connection in self._connections:
                connection.close()

    def watch(self, connection):
        """Cut a connection once the time is up.

        :param socket.socket connection: just made; TLS may take it over.
        :return: the same.
        :rtype: socket.socket
        """
        own = connection.dup()
        with self._lock:
            self._connections.append(own)
            if self.is_over:
                _cut(own)
        return connection

    def _pass(self):
        with self._lock:
            self.is_over = True
            for connection in self._connections:
                _cut(connection)


def _cut(connection):
    """Have whoever waits for the other side wait no longer."""
    with suppress(OSError):  # it was closed meanwhile
        connection.shutdown(socket.SHUT_RDWR)
