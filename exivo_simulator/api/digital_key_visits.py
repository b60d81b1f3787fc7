# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Digital-key visits: a key in the phone's app. Plural and singular as written."""

from .. import keys
from ..schemas import DigitalKeyVisitPayload
from ..visits import revoke, visit_answer
from .common import (
    PAGING,
    answer,
    done,
    find,
    house_of,
    not_found,
    page,
    read,
    read_optional,
    route,
)

KIND = keys.KIND


async def visits(request):
    """GET /digitalKeyVisits."""
    house = house_of(request)
    rows = page(request, house.state[KIND].values())
    return answer([visit_answer(house, row) for row in rows])


async def create(request):
    """POST /digitalKeyVisits."""
    house = house_of(request)
    key = keys.create(house, await read(request, DigitalKeyVisitPayload))
    return answer(visit_answer(house, key))


async def visit(request):
    """GET /digitalKeyVisit/{id}. Unknown id: 404, as for visits (assumption)."""
    row = find(request, KIND, "visit_id")
    return answer(visit_answer(house_of(request), row)) if row else not_found()


async def revoke_visit(request):
    """POST /digitalKeyVisit/{id}/revoke."""
    await read_optional(request)
    row = find(request, KIND, "visit_id")
    if not row:
        return not_found()
    revoke(house_of(request), row)
    return done()


routes = [
    route("/digitalKeyVisits", query=PAGING, GET=visits, POST=create),
    route("/digitalKeyVisit/{visit_id}", GET=visit),
    route("/digitalKeyVisit/{visit_id}/revoke", POST=revoke_visit),
]
