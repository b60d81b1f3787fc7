# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits: link and code; and digital-key visits: a key in the phone's app.

The paths of the latter are in the plural and in the singular, as written.
"""

from .. import keys
from ..schemas import DigitalKeyVisitPayload, VisitPayload
from ..visits import create_visit, revoke, visit_answer
from .common import (
    PAGING,
    answer,
    done,
    find,
    house_of,
    list_of,
    not_found,
    one_of,
    read,
    read_optional,
    route,
)


async def create(request):
    """POST /visit."""
    house = house_of(request)
    visit = create_visit(house, await read(request, VisitPayload))
    return answer(visit_answer(house, visit, created=True))


async def create_key(request):
    """POST /digitalKeyVisits."""
    house = house_of(request)
    key = keys.create(house, await read(request, DigitalKeyVisitPayload))
    return answer(visit_answer(house, key))


def _revoke(kind):
    """POST …/revoke. Unknown id: 404 (§11 no. 3 leaves it open)."""

    async def endpoint(request):
        await read_optional(request)
        row = find(request, kind, "visit_id")
        if not row:
            return not_found()
        revoke(house_of(request), row)
        return done()

    return endpoint


def _routes(kind, every, one, create):
    return [
        route(every, query=PAGING, GET=list_of(kind, visit_answer), POST=create),
        route(one, GET=one_of(kind, "visit_id", visit_answer)),
        route(f"{one}/revoke", POST=_revoke(kind)),
    ]


routes = [
    *_routes("visits", "/visit", "/visit/{visit_id}", create),
    *_routes(keys.KIND, "/digitalKeyVisits", "/digitalKeyVisit/{visit_id}", create_key),
]
