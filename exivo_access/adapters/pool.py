# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps adapters for a while, so that they need not read all anew."""

import threading
import time

#: Seconds. Reading ten thousand persons takes Exivo about ten of them.
LIFETIME = 300


class Pool:
    """Keeps one adapter for each connection, and replaces it when it is old.

    :param make: makes an adapter of a client.
    """

    def __init__(self, make):
        self._make = make
        self._lock = threading.Lock()
        self._adapters = {}

    def get(self, client):
        """Return the adapter for a client.

        :param client: equal to another one that calls the same site as the same user.
        :rtype: .seam.Adapter
        """
        now = time.monotonic()
        with self._lock:
            self._adapters = {
                one: (born, adapter)
                for one, (born, adapter) in self._adapters.items()
                if 0 <= now - born < LIFETIME
            }
            if client not in self._adapters:
                self._adapters[client] = now, self._make(client)
            return self._adapters[client][1]

    def clear(self):
        """Forget all adapters, with all that they have read."""
        with self._lock:
            self._adapters.clear()
