# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Faults on demand: which there are, and which hit the next call.

What the real Exivo answers in these cases is not documented (reference §6), so all
of this is assumption, chosen to cover what a client has to survive. Three kinds
are worded like the framework that the maker seems to use (§13): ``wrong_key_403``,
``validation_errors`` and ``error_500_html``.
"""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

#: Those that come after the call was carried out, all others before.
LATE = ("cut_after", "error_500_after")
CUTS = ("cut_before", "cut_after", "late")
#: As the validator of the maker's framework puts it (§13), which nests what is wrong
#: and quotes what was sent; the code is a made-up one.
VALIDATION_ERRORS = {
    "message": "Validation errors",
    "errors": [
        {
            "code": "INVALID_REQUEST_PARAMETER",
            "in": "body",
            "name": "visit",
            "message": "Invalid parameter (visit): Value failed JSON Schema validation",
            "errors": [
                {
                    "code": "PATTERN",
                    "message": "String does not match pattern: 90817263",
                    "path": ["code"],
                }
            ],
        }
    ],
}

KINDS = {
    "latency": "Slow: waits before it carries the call out",
    "error_500": "Internal error (500), nothing carried out",
    "error_500_html": "Internal error (500, HTML), nothing carried out",
    "rate_limit": "Too many calls (429) without Retry-After",
    "rate_limit_retry_after": "Too many calls (429) with Retry-After",
    "cut_before": "The connection is cut without an answer, nothing carried out",
    "cut_after": "Carried out, then the connection is cut without an answer",
    "error_500_after": "Carried out, then an internal error (500)",
    "late": "The connection is cut without an answer, carried out later",
    "wrong_key": "Wrong key (401, JSON)",
    "wrong_key_html": "Wrong key (401, HTML)",
    "wrong_key_403": "Wrong key (403, JSON)",
    "validation_errors": "Refused with details (400, JSON), nothing carried out",
    "forbidden": "Not allowed (403), nothing carried out",
    "not_found": "There is no such thing (404, empty), nothing carried out",
    "html": "HTML instead of JSON (200), nothing carried out",
}

_ERROR = {"message": "Internal error."}
_TOO_MANY = {"message": "Too many requests."}
#: Status and content, by kind: an object is JSON, a text is HTML.
ANSWERS = {
    "error_500": (500, _ERROR),
    "error_500_after": (500, _ERROR),
    "error_500_html": (500, "<!doctype html><title>Error</title><pre>Error</pre>"),
    "rate_limit": (429, _TOO_MANY),
    "rate_limit_retry_after": (429, _TOO_MANY),
    "wrong_key": (401, {"message": "Invalid credentials."}),
    "wrong_key_html": (401, "<h1>401 Unauthorized</h1>"),
    "wrong_key_403": (403, {"message": "Failed to authenticate."}),
    "validation_errors": (400, VALIDATION_ERRORS),
    "forbidden": (403, {"message": "You are not allowed to do this."}),
    "not_found": (404, None),
    "html": (200, "<!doctype html><title>Service</title><h1>This is not JSON</h1>"),
}

# A form's empty field means "not given".
Optional = BeforeValidator(lambda value: None if value == "" else value)


class FaultOrder(BaseModel):
    """A fault as it is ordered.

    ``seconds`` is how long ``latency`` waits, what Retry-After says, and how much later
    ``late`` carries the call out by the simulator's clock; ``times`` is how many calls
    it hits, None until it is removed.
    """

    kind: Literal[tuple(KINDS)]
    seconds: float = Field(default=1, ge=0, le=3600)
    times: Annotated[int | None, Optional] = Field(default=1, ge=1)
    method: Annotated[Literal["GET", "POST", "DELETE"] | None, Optional] = None
    path: Annotated[str | None, Optional] = None


class Faults:
    """The faults that are switched on."""

    def __init__(self):
        self._active = {}
        self._last_id = 0

    def add(self, order: FaultOrder) -> dict:
        """Switch a fault on and return it."""
        self._last_id += 1
        fault = {"id": self._last_id, **order.model_dump()}
        self._active[self._last_id] = fault
        return fault

    def active(self) -> list:
        """Return the faults that are switched on, oldest first."""
        return list(self._active.values())

    def remove(self, fault_id: int):
        """Switch one fault off; it may be used up already."""
        self._active.pop(fault_id, None)

    def clear(self):
        """Switch all faults off."""
        self._active.clear()

    def take(self, method: str, path: str) -> list:
        """Return the faults that hit this call, and count them as used.

        Waiting adds up and goes with anything; of the others only one can be the
        answer, so the oldest is taken and the rest wait for the next call.
        """
        hits, answered = [], False
        for fault in self.active():
            if fault["method"] not in (None, method):
                continue
            if (fault["path"] or "") not in path:
                continue
            if fault["kind"] != "latency":
                if answered:
                    continue
                answered = True
            hits.append(fault)
            if fault["times"] is not None:
                fault["times"] -= 1
                if not fault["times"]:
                    self.remove(fault["id"])
        return hits


def fault_answer(fault: dict) -> Response:
    """Return what the client gets instead of the real answer."""
    status, content = ANSWERS[fault["kind"]]
    if content is None:
        return Response(status_code=status)
    if isinstance(content, str):
        return HTMLResponse(content, status)
    headers = {}
    if fault["kind"] == "rate_limit_retry_after":
        headers["Retry-After"] = str(math.ceil(fault["seconds"]))
    return JSONResponse(content, status, headers)
