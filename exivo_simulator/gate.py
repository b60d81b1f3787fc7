# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Leads every API call to its handler: by journal, faults, key, site and type."""

import asyncio
import base64
import binascii
import hmac
import json
from datetime import timedelta

from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from .clock import to_stamp
from .faults import CUTS, LATE, fault_answer


class CuttableProtocol(H11Protocol):
    """HTTP as uvicorn speaks it; the application may also cut the connection.

    ASGI has no word for that. The connection's transport is handed over in the
    request's state.
    """

    def connection_made(self, transport):
        """Override of `H11Protocol` to put the transport where requests find it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Gate:
    """ASGI application around the API.

    Stated by the reference: HTTP Basic on every call. Assumption: the shape of the
    refusals (§6 only knows that a wrong key is answered with a JSON ``message``), and
    that a right key with another site's id is told apart by a 404. The description
    takes JSON only; that anything else is a 400 is a habit of its framework (§13).
    """

    def __init__(self, house, api):
        self.house = house
        self.api = api

    async def __call__(self, scope, receive, send):
        """Note the call, let the faults act, and pass it on."""
        request = Request(scope, receive)
        raw = await request.body()
        entry = self.house.journal.open(
            to_stamp(self.house.now()),
            request.method,
            request.url.path,
            request.url.query,
            _readable(raw),
        )
        hits = self.house.faults.take(request.method, request.url.path)
        entry["fault"] = "+".join(hit["kind"] for hit in hits) or None
        await asyncio.sleep(
            sum(hit["seconds"] for hit in hits if hit["kind"] == "latency")
        )
        fault = next((hit for hit in hits if hit["kind"] != "latency"), None)

        async def noting_send(message):
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
            await send(message)

        async def no_send(message):
            """Take the answer and drop it: the client shall not see it."""

        if fault is None:
            await self._answer(request, raw, noting_send)
            return
        if fault["kind"] in LATE:
            await self._answer(request, raw, no_send)
        if fault["kind"] == "late":
            self._put_off(fault["seconds"], request, raw, entry)
        if fault["kind"] in CUTS:
            # No answer leaves that would have kept the state.
            self.house.save()
            scope["state"]["transport"].abort()
        else:
            await fault_answer(fault)(scope, receive, noting_send)

    def _put_off(self, seconds, request, raw, entry):
        """Have a call carried out later; only the journal hears what came of it."""

        async def note(message):
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]

        async def carry_out():
            await self._answer(request, raw, note)

        self.house.late.add(self.house.now() + timedelta(seconds=seconds), carry_out)

    async def _answer(self, request, raw, send):
        async def receive_again():
            return {"type": "http.request", "body": raw, "more_body": False}

        refusal = self._refusal(request, raw)
        await (refusal or self.api)(request.scope, receive_again, send)

    def _refusal(self, request, raw):
        settings = self.house.settings
        wanted = f"{settings.api_key}:{settings.api_secret}".encode()
        if not hmac.compare_digest(wanted, _credentials(request)):
            return JSONResponse({"message": "Invalid credentials."}, 401)
        site_id = request.url.path.split("/")[2]
        if site_id != settings.site_id:
            return JSONResponse({"message": "There is no site with this id."}, 404)
        if raw and _media_type(request) != "application/json":
            return JSONResponse({"message": "The body must be application/json."}, 400)
        return None


def _credentials(request) -> bytes:
    scheme, _blank, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _media_type(request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _readable(raw: bytes):
    if not raw:
        return None
    try:
        body = from_json(raw)
        json.dumps(body, allow_nan=False)  # 1e999 can be read, but not be told on
        return body
    except ValueError:
        return raw.decode(errors="replace")
