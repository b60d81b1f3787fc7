# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The Exivo API: one file per kind of object, put together here."""

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from ..errors import Refusal
from . import (
    access_groups,
    access_log,
    persons,
    site,
    time_profiles,
    visits,
)
from .common import first_problem

# Not simulated: media, permanent digital keys, special days, SwissPass (see README.md).
PARTS = (
    site,
    visits,
    access_log,
    persons,
    access_groups,
    time_profiles,
)


def _refused(_request, refusal):
    return JSONResponse({"message": refusal.message}, refusal.status)


def _invalid(_request, error):
    return JSONResponse({"message": first_problem(error)}, 400)


def _no_such_call(_request, error):
    """Unknown path or method. Assumption: a JSON message, as for other errors."""
    return JSONResponse({"message": error.detail}, error.status_code, error.headers)


def api_application(house) -> Starlette:
    """Return the API as an ASGI application."""
    application = Starlette(
        routes=[route for part in PARTS for route in part.routes],
        exception_handlers={
            Refusal: _refused,
            ValidationError: _invalid,
            HTTPException: _no_such_call,
        },
    )
    application.state.house = house
    return application
