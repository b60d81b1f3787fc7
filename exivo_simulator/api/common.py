# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does what the API's calls share: reads a request, finds a row, answers."""

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..errors import Refusal
from ..house import House
from ..schemas import Nothing, Paging

#: What every list takes behind the "?".
PAGING = tuple(Paging.model_fields)


def route(path: str, query=(), **endpoints) -> Route:
    """Return the route of one path below ``/v1/{siteId}``.

    It is one for all methods, so that a wrong one is answered with all that there are.

    :param query: what GET takes behind the "?"; anything else is refused (assumption)
    :param endpoints: by method
    """

    async def endpoint(request):
        reads = request.method in ("GET", "HEAD")
        for name in request.query_params:
            if not reads or name not in query:
                raise Refusal(f"There is no query parameter {name} here.")
        return await endpoints["GET" if reads else request.method](request)

    return Route("/v1/{site_id}" + path, endpoint, methods=[*endpoints])


def house_of(request: Request) -> House:
    """Return the house that a request is about."""
    return request.app.state.house


async def read(request: Request, model: type[BaseModel]) -> BaseModel:
    """Return the request's body, checked.

    :raise ValidationError: answered as a 400 with the first problem
    """
    return model.model_validate_json(await request.body(), strict=True)


async def read_optional(
    request: Request, model: type[BaseModel] = Nothing
) -> BaseModel:
    """Return the request's body where none is needed."""
    return await read(request, model) if await request.body() else model()


def first_problem(error: ValidationError) -> str:
    """Return one readable sentence; never the refused value, it may be a code."""
    problem = error.errors(include_url=False, include_input=False)[0]
    if problem["type"] == "json_invalid":
        return "The body is not valid JSON."
    if problem["type"] == "model_type" and not problem["loc"]:
        return "The body must be a JSON object."
    where = ".".join(str(step) for step in problem["loc"])
    what = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what


def find(request: Request, kind: str, parameter: str) -> dict | None:
    """Return the row of a kind that the path names, or None."""
    return house_of(request).state[kind].get(request.path_params[parameter])


def need(request: Request, kind: str, parameter: str, word: str) -> dict:
    """Return the row of a kind that the path names, for a change.

    :raise Refusal: 400 with a message, as for unknown ids on writing (§6)
    """
    row = find(request, kind, parameter)
    if row is None:
        raise Refusal(f"There is no {word} with this id.")
    return row


def list_of(kind: str, shown=lambda _house, row: row):
    """Return the endpoint that lists the rows of a kind.

    :param shown: makes an answer of a row: a function of the house and the row
    """

    async def endpoint(request):
        house = house_of(request)
        rows = [shown(house, row) for row in house.state[kind].values()]
        return answer(page(request, rows))

    return endpoint


def one_of(kind: str, parameter: str, shown=lambda _house, row: row):
    """Return the endpoint that reads one row of a kind: unknown ids are a 404.

    The specification says so of some kinds; of the others it is an assumption.

    :param parameter: the name of its id in the path
    :param shown: see :func:`list_of`
    """

    async def endpoint(request):
        row = find(request, kind, parameter)
        return answer(shown(house_of(request), row)) if row else not_found()

    return endpoint


def answer(value) -> JSONResponse:
    """Answer 200 with JSON; creations too (§1)."""
    return JSONResponse(value)


def done() -> Response:
    """Answer 204 with nothing."""
    return Response(status_code=204)


def not_found() -> Response:
    """Answer 404 with an empty body, as for reading unknown ids (§6)."""
    return Response(status_code=404)


def page(request: Request, rows) -> list:
    """Return the part of a list that a request asks for.

    Assumptions: rows come in the order of their creation unless ``sort`` names a
    field of theirs; a field nobody has is refused.
    """
    paging = Paging.model_validate(dict(request.query_params))
    rows = list(rows)
    if paging.sort:
        key = paging.sort
        if rows and not any(key in row for row in rows):
            raise Refusal(f"sort: there is no field {key}.")
        rows.sort(key=lambda row: str(row.get(key, "")))
    if paging.sortDir == "desc":
        rows.reverse()
    end = paging.skip + paging.limit if paging.limit else None
    return rows[paging.skip : end]
