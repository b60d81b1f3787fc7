# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The access log, of components and of persons."""

from datetime import datetime

from ..clock import from_stamp
from ..errors import Refusal
from .common import PAGING, answer, house_of, page, route


def _day(request, name):
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise Refusal(f"{name}: must be a date like 2026-01-31.") from None


def _within(request, entries):
    """Keep the entries of the days asked for.

    Assumptions (§11 no. 13): both days included, counted in UTC.
    """
    first, last = _day(request, "from"), _day(request, "to")
    for entry in entries:
        day = from_stamp(entry["occurredAt"]).date()
        if (not first or day >= first) and (not last or day <= last):
            yield entry


def _entries(kind):
    """Newest first, whatever ``sortDir`` says, unless ``sort`` is given (§3.9)."""

    async def endpoint(request):
        wanted_id = request.path_params.get("wanted_id")
        entries = house_of(request).log_of(kind, wanted_id)
        return answer(page(request, _within(request, entries)))

    return endpoint


QUERY = (*PAGING, "from", "to")
routes = [
    route("/accesslog/component", query=QUERY, GET=_entries("component")),
    route("/accesslog/component/{wanted_id}", query=QUERY, GET=_entries("component")),
    route("/accesslog/person", query=QUERY, GET=_entries("person")),
    route("/accesslog/person/{wanted_id}", query=QUERY, GET=_entries("person")),
]
