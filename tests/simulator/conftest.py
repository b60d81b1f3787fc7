# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the simulator's own tests share."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests


@pytest.fixture
def payload(simulator):
    """A visit that is accepted: entrance and room, in ten minutes, for an hour."""
    return {
        "code": "048213",
        "validFrom": simulator.stamp(10),
        "validTo": simulator.stamp(70),
        "components": [
            simulator.component("Entrance")["id"],
            simulator.component("Meeting room Aare")["id"],
        ],
        "name": "RB00007 x7f3",
    }


@pytest.fixture
def visit(simulator, payload):
    """That visit, made."""
    response = simulator.post("/visit", payload)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def browser():
    """A visitor's browser: keeps cookies, no JavaScript."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def receiver():
    """Somebody who is called: their address, and what came."""
    came = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.put((dict(self.headers), json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/exivo/webhook", came
    server.shutdown()
    server.server_close()
