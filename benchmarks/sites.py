# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sites that behave in one way only, as many as are needed, with something due."""

import contextlib
import json
import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .workplace import book, make_customer, make_room


@contextlib.contextmanager
def hanging():
    """Open a port that takes every call and never answers; yields its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def answering(status=201, late=0, away=0):
    """Answer every call in the same way, orders with what was ordered, lists empty.

    :param int status: of each answer.
    :param float late: seconds until then.
    :param float away: for so many seconds from now, nothing is answered.
    :return: yields the address.
    """
    back_at = time.monotonic() + away

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            link = "https://exivo.example.com/v"
            self._answer({**order, "id": str(uuid.uuid4()), "link": link})

        def do_GET(self):  # noqa: N802
            self._answer([])

        def _answer(self, content):
            answer = json.dumps(content)
            time.sleep(max(late, back_at - time.monotonic()))
            with contextlib.suppress(ConnectionError):  # who asked may wait no longer
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Retry-After", "60")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

        def log_message(self, *_args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


@contextlib.contextmanager
def sites_at(office, url, count, due):
    """Connect sites at an address.

    :param int due: how many accesses are due at each of them.
    """
    with office.env() as env:
        sites = env["exivo.site"].create(
            [
                {
                    "name": f"Silent {number}",
                    "remote_id": str(uuid.uuid4()),
                    "api_key": str(uuid.uuid4()),
                    "api_secret": str(uuid.uuid4()),
                    "api_url": url,
                }
                for number in range(count)
            ]
        )
        sites.write(
            {
                "state": "verified",
                "verified_url": url,
                "database_uuid": sites[:1]._get_uuid(),
            }
        )
        locks = env["exivo.lock"].create(
            [
                {"name": "Door", "site_id": site.id, "remote_id": str(uuid.uuid4())}
                for site in sites
            ]
        )
        # as in real houses, a booking has the doors of one site
        for lock in locks:
            room, booking_type = make_room(env, "Silent")
            env["exivo.access.rule"].create(
                {"resource_id": room.id, "lock_ids": [(6, 0, lock.ids)]}
            )
            book(env, booking_type.id, make_customer(env, email=False).id, 0, due)
        site_ids = sites.ids
    yield
    with office.env() as env:
        # what is due there is of no interest any more
        sites = env["exivo.site"].browse(site_ids)
        env["exivo.access"].search([("site_id", "in", site_ids)]).due_at = False
        sites.state = "draft"
