# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The simulator as a process of its own, for tests: started, steered, ended."""

import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import requests

ROOT = Path(__file__).parent.parent
TIMEOUT = 30


class SimulatorProcess:
    """A running simulator, and short words for what tests do with it.

    :meth:`stop` and :meth:`start` switch it off and on again: it comes back on the
    same ports, and with its memory if it has a state file.
    """

    def __init__(self, state_file=None, options=()):
        self._options = [*options]
        if state_file:
            self._options += ["--state", str(state_file)]
        self._process = None
        self._errors = None
        self._ports = (0, 0)
        self._session = requests.Session()
        self._session.trust_env = False
        #: whether calls were made slow since it was as new
        self.was_slow = False

    # Life

    def start(self):
        """Start it and wait until it is ready."""
        port, smtp_port = self._ports
        command = [sys.executable, "-m", "exivo_simulator"]
        command += ["--port", str(port), "--smtp-port", str(smtp_port)]
        command += self._options
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(TIMEOUT)
            self._errors.seek(0)
            raise RuntimeError(f"The simulator did not start: {self._errors.read()}")
        self.ready = ready = json.loads(line)
        self.url = ready["url"]
        self.smtp_host = ready["smtp_host"]
        self.smtp_port = ready["smtp_port"]
        self.site_id = ready["site_id"]
        self.api_key = ready["api_key"]
        self.api_secret = ready["api_secret"]
        self._ports = (int(self.url.rsplit(":", 1)[1]), self.smtp_port)
        return self

    def stop(self):
        """End it as Ctrl-C would, and return its exit code."""
        return self._end(self._process.terminate)

    def kill(self):
        """End it as a crash would."""
        return self._end(self._process.kill)

    def _end(self, how):
        how()
        code = self._process.wait(TIMEOUT)
        self._process.stdout.close()
        self._errors.close()
        self._session.close()
        return code

    @property
    def running(self):
        """Tell whether it was started and not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def port(self):
        """Where it listens for HTTP."""
        return self._ports[0]

    @property
    def credentials(self):
        """What a client of the Exivo API is made of."""
        return {
            "api_url": self.url,
            "site_id": self.site_id,
            "api_key": self.api_key,
            "api_secret": self.api_secret,
        }

    # The Exivo API, with the right key

    def call(self, method, path, **options):
        """Call the API below ``/v1/{siteId}`` and return the response."""
        options.setdefault("auth", (self.api_key, self.api_secret))
        return self._session.request(
            method, f"{self.url}/v1/{self.site_id}{path}", timeout=TIMEOUT, **options
        )

    def get(self, path, **query):
        """GET from the API."""
        return self.call("GET", path, params=query)

    def post(self, path, json=None):
        """POST to the API; without a body if there is none."""
        return self.call("POST", path, json=json)

    def delete(self, path):
        """DELETE in the API."""
        return self.call("DELETE", path)

    def visits(self):
        """Return all visits, oldest first."""
        return self.get("/visit").json()

    def component(self, identifier):
        """Return the component with this name."""
        rows = self.get("/component").json()
        return next(row for row in rows if row["identifier"] == identifier)

    # The control API

    def control(self, method, path, json=None):
        """Call the control API and return its answer, if it gives one."""
        response = self._session.request(
            method, f"{self.url}/_sim{path}", json=json, timeout=TIMEOUT
        )
        response.raise_for_status()
        return response.json() if response.content else None

    def mails(self):
        """Return all mails, newest first."""
        return self.control("GET", "/mails")

    def requests(self):
        """Return the journal of API calls, oldest first."""
        return self.control("GET", "/requests")

    def doors(self):
        """Return the doors with their events."""
        return self.control("GET", "/doors")

    def fault(self, kind, **details):
        """Switch a fault on."""
        self.was_slow |= kind == "latency"
        return self.control("POST", "/faults", {"kind": kind, **details})

    def clock(self, offset_seconds):
        """Set the simulator's clock that far ahead of the real one."""
        return self.control("POST", "/clock", {"offset_seconds": offset_seconds})

    def reset(self):
        """Go back to the first state."""
        self.was_slow = False
        self.control("POST", "/reset")

    def fetch_keys(self, registration):
        """Let the phone with this number or e-mail address fetch its keys."""
        response = self._session.post(
            f"{self.url}/phone/{registration}/fetch", timeout=TIMEOUT
        )
        response.raise_for_status()

    def stamp(self, minutes=0):
        """Return a time stamp that many minutes from the simulator's now."""
        now = datetime.fromisoformat(self.control("GET", "/clock")["now"])
        moment = (now + timedelta(minutes=minutes)).astimezone(timezone.utc)
        return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
