# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The simulator as one ASGI application: the API behind its gate, and the pages."""

from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from . import control, pages, phone, visitor
from .api import api_application
from .api.common import first_problem
from .clock import to_http_date
from .gate import Gate
from .rendering import HERE

READING = ("GET", "HEAD")


class Application:
    """Sends each request to where it belongs, and keeps the state after a change."""

    def __init__(self, house):
        self.house = house
        self.gate = Gate(house, api_application(house))
        self.pages = _pages_application(house)

    async def __call__(self, scope, receive, send):
        """Answer one request, with the simulator's time as its date."""
        await self.house.late.catch_up()

        async def keeping_send(message):
            if message["type"] == "http.response.start":
                if scope["method"] not in READING:
                    # Before the answer leaves: what was promised must survive a crash.
                    self.house.save()
                date = to_http_date(self.house.now()).encode()
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await send(message)

        await self._answer(scope, receive, keeping_send)

    async def _answer(self, scope, receive, send):
        if self._from_elsewhere(scope):
            refusal = PlainTextResponse("This form is from another site.", 403)
            await refusal(scope, receive, send)
        elif scope["path"].startswith("/v1/"):
            await self.gate(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    def _from_elsewhere(self, scope):
        """Tell whether another web site makes the browser change something here."""
        headers = Headers(scope=scope)
        if scope["method"] in READING:
            return False
        # Browsers say so; programs send neither of the two.
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return True
        origin = headers.get("origin")
        if not origin:
            return False
        own = {headers.get("host"), urlsplit(self.house.settings.public_url).netloc}
        return urlsplit(origin).netloc not in own


def _pages_application(house):
    application = Starlette(
        routes=[
            *pages.routes,
            *visitor.routes,
            *phone.routes,
            *control.routes,
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        exception_handlers={ValidationError: _invalid},
    )
    application.state.house = house
    return application


def _invalid(_request, error):
    return JSONResponse({"message": first_problem(error)}, 400)
