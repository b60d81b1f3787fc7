# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The journal of API calls, for tests and for the page of faults."""

from collections import deque

KEEPS = 10000


class Journal:
    """The latest API calls. Headers, and with them the secret, are never kept."""

    def __init__(self):
        self._entries = deque(maxlen=KEEPS)

    def open(self, at: str, method: str, path: str, query: str, body) -> dict:
        """Note a call that just came in; its status is filled in when it is known."""
        entry = {
            "at": at,
            "method": method,
            "path": path,
            "query": query,
            "status": None,
            "body": body,
            "fault": None,
        }
        self._entries.append(entry)
        return entry

    def entries(self) -> list:
        """Return the calls, oldest first."""
        return list(self._entries)

    def clear(self):
        """Forget all calls."""
        self._entries.clear()
