# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits: link and code."""

from ..schemas import VisitPayload
from ..visits import create_visit, revoke, visit_answer
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


async def visits(request):
    """GET /visit."""
    house = house_of(request)
    rows = page(request, house.state["visits"].values())
    return answer([visit_answer(house, row) for row in rows])


async def create(request):
    """POST /visit."""
    house = house_of(request)
    visit = create_visit(house, await read(request, VisitPayload))
    return answer(visit_answer(house, visit, created=True))


async def visit(request):
    """GET /visit/{id}."""
    row = find(request, "visits", "visit_id")
    return answer(visit_answer(house_of(request), row)) if row else not_found()


async def revoke_visit(request):
    """POST /visit/{id}/revoke. Unknown id: 404 (§11 no. 3 leaves it open)."""
    await read_optional(request)
    row = find(request, "visits", "visit_id")
    if not row:
        return not_found()
    revoke(house_of(request), row)
    return done()


routes = [
    route("/visit", query=PAGING, GET=visits, POST=create),
    route("/visit/{visit_id}", GET=visit),
    route("/visit/{visit_id}/revoke", POST=revoke_visit),
]
