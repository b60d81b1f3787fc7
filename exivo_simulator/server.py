# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""HTTP and SMTP in one event loop, from two sockets to a clean end."""

import asyncio
import contextlib
import signal
import socket

import uvicorn
from starlette.middleware.trustedhost import TrustedHostMiddleware

from .application import Application
from .gate import CuttableProtocol
from .house import House


class Server(uvicorn.Server):
    """uvicorn, telling when it is ready, and leaving signals to us."""

    def __init__(self, config, when_ready):
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets=None):
        """Override of `uvicorn` to say when requests are taken."""
        await super().startup(sockets)
        self._when_ready()

    @contextlib.contextmanager
    def capture_signals(self):
        """Override of `uvicorn`, which would end the program by the signal itself."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    :raise OSError: when it cannot be had
    """
    taken = socket.create_server((host, port))
    # asyncio sets this only where the protocol was named; without it every answer
    # after the first of a connection waits 40 ms for the client's acknowledgement.
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return taken


async def serve(house: House, http_socket, smtp_socket, when_ready):
    """Serve until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    application = TrustedHostMiddleware(
        Application(house), house.settings.hosts, www_redirect=False
    )
    config = uvicorn.Config(
        application,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # the application has a clock of its own
        timeout_graceful_shutdown=1,
    )
    server = Server(config, when_ready)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    smtp = await loop.create_server(house.inbox.new_connection, sock=smtp_socket)
    try:
        await server.serve(sockets=[http_socket])
    finally:
        smtp.close()
        house.save()
