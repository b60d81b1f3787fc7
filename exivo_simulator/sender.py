# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calls other people's addresses, one after the other, without waiting for them."""

import json
import queue
import threading
import urllib.error
import urllib.request

TIMEOUT = 10


class Sender:
    """A queue of calls, each made once: POST with a JSON body.

    :param callable note: told body and status of each call; None where no answer came
    """

    def __init__(self, note):
        self._note = note
        self._waiting = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def send(self, url: str, body: dict, **headers):
        """Have an address called soon."""
        self._waiting.put((url, body, headers))

    def _work(self):
        while True:
            url, body, headers = self._waiting.get()
            self._note(body, _post(url, body, headers))


def _post(url, body, headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        request = urllib.request.Request(
            url,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **headers},
        )
        with opener.open(request, timeout=TIMEOUT) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return None
