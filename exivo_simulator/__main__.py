# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The command line: ``python -m exivo_simulator``."""

import argparse
import asyncio
import json
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from .house import House, Settings, StateFileError
from .server import listen, serve

# Obviously no real ones.
SITE_ID = "00000000-0000-4000-8000-000000000001"
API_KEY = "00000000-0000-4000-8000-000000000002"
API_SECRET = "00000000-0000-4000-8000-000000000003"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def _uuid(text):
    return str(uuid.UUID(text))


def _url(text):
    if not urlsplit(text).hostname:
        raise ValueError(text)
    return text.rstrip("/")


def _name(text):
    if "*" in text:
        raise ValueError(text)
    return text.lower()


def _port(text):
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _arguments():
    parser = argparse.ArgumentParser(
        prog="python -m exivo_simulator",
        description="A local stand-in for dormakaba Exivo. Port 0 takes a free one.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8090)
    parser.add_argument("--smtp-port", type=_port, default=8025)
    parser.add_argument("--site-id", type=_uuid, default=SITE_ID, metavar="UUID")
    parser.add_argument("--api-key", type=_uuid, default=API_KEY, metavar="UUID")
    parser.add_argument("--api-secret", type=_uuid, default=API_SECRET, metavar="UUID")
    parser.add_argument(
        "--public-url",
        type=_url,
        metavar="URL",
        help="address under which visitors reach the simulator",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        type=_name,
        default=[],
        metavar="NAME",
        help="another name that it is reached by, such as a proxy's; may be repeated",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="keep the state in this file"
    )
    return parser.parse_args()


def _listen(host, port, purpose):
    try:
        return listen(host, port)
    except OSError as error:
        raise SystemExit(
            f"exivo_simulator: cannot take port {port} of {host} for {purpose}: "
            f"{error.strerror}."
        ) from None


def main():
    """Start the simulator, say where it is, serve until told to end."""
    arguments = _arguments()
    http_socket = _listen(arguments.host, arguments.port, "HTTP")
    smtp_socket = _listen(arguments.host, arguments.smtp_port, "SMTP")
    url = arguments.public_url or "http://{}:{}".format(*http_socket.getsockname())
    settings = Settings(
        site_id=arguments.site_id,
        api_key=arguments.api_key,
        api_secret=arguments.api_secret,
        public_url=url,
        hosts=[
            *LOOPBACK,
            arguments.host,
            urlsplit(url).hostname,
            *arguments.allow_host,
        ],
        state_file=arguments.state,
    )
    try:
        house = House(settings)
        house.save()
    except (StateFileError, OSError) as error:
        raise SystemExit(f"exivo_simulator: {error}") from None

    def say_ready():
        smtp_host, smtp_port = smtp_socket.getsockname()
        line = {
            "url": settings.public_url,
            "smtp_host": smtp_host,
            "smtp_port": smtp_port,
            "site_id": settings.site_id,
            "api_key": settings.api_key,
            "api_secret": settings.api_secret,
        }
        print(json.dumps(line), flush=True)

    asyncio.run(serve(house, http_socket, smtp_socket, say_ready))


if __name__ == "__main__":
    sys.exit(main())
