# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Persons, their PIN code, and their access group."""

from ..errors import Refusal
from ..house import new_id
from ..persons import person_answer
from ..schemas import PersonChange, PersonPayload, PinCodePayload
from .common import (
    PAGING,
    answer,
    done,
    house_of,
    list_of,
    need,
    one_of,
    read,
    read_optional,
    route,
)

DEFAULTS = {"gender": "notspecified", "language": "en", "revoked": False}


def _person(request):
    return need(request, "persons", "person_id", "person")


async def create(request):
    """POST /person."""
    house = house_of(request)
    payload = await read(request, PersonPayload)
    row = {"id": new_id(), **DEFAULTS, **payload.model_dump(exclude_unset=True)}
    house.state["persons"][row["id"]] = row
    return answer(person_answer(house, row))


async def change(request):
    """POST /person/{id}: only what is submitted changes."""
    row = _person(request)
    payload = await read(request, PersonChange)
    row.update(payload.model_dump(exclude_unset=True))
    return answer(person_answer(house_of(request), row))


async def delete(request):
    """DELETE /person/{id}."""
    row = _person(request)
    state = house_of(request).state
    del state["persons"][row["id"]]
    state["pin_codes"].pop(row["id"], None)
    return done()


def _set_revoked(revoked, refusal):
    async def endpoint(request):
        await read_optional(request)
        row = _person(request)
        if row["revoked"] == revoked:
            raise Refusal(refusal)
        row["revoked"] = revoked
        return done()

    return endpoint


async def set_pin_code(request):
    """POST /person/{id}/pincode."""
    row = _person(request)
    payload = await read(request, PinCodePayload)
    house = house_of(request)
    house.state["pin_codes"][row["id"]] = payload.pinCode
    return answer(person_answer(house, row))


async def delete_pin_code(request):
    """DELETE /person/{id}/pincode, which may carry a body."""
    await read_optional(request)
    row = _person(request)
    house = house_of(request)
    house.state["pin_codes"].pop(row["id"], None)
    return answer(person_answer(house, row))


async def assign_group(request):
    """POST /person/{id}/assign/accessgroup/{id}: replaces the one before."""
    await read_optional(request)
    row = _person(request)
    group = need(request, "access_groups", "group_id", "access group")
    if row.get("accessGroupId") == group["id"]:
        raise Refusal("The person is already assigned to this access group.")
    row["accessGroupId"] = group["id"]
    return done()


async def unassign_group(request):
    """POST /person/{id}/unassign/accessgroup."""
    await read_optional(request)
    if not _person(request).pop("accessGroupId", None):
        raise Refusal("The person has no access group assigned.")
    return done()


PERSON = "/person/{person_id}"
routes = [
    route("/person", query=PAGING, GET=list_of("persons", person_answer), POST=create),
    route(
        PERSON,
        GET=one_of("persons", "person_id", person_answer),
        POST=change,
        DELETE=delete,
    ),
    route(
        f"{PERSON}/revoke",
        POST=_set_revoked(True, "The person's access is already revoked."),
    ),
    route(
        f"{PERSON}/unrevoke",
        POST=_set_revoked(False, "The person's access is not revoked."),
    ),
    route(f"{PERSON}/pincode", POST=set_pin_code, DELETE=delete_pin_code),
    route(PERSON + "/assign/accessgroup/{group_id}", POST=assign_group),
    route(f"{PERSON}/unassign/accessgroup", POST=unassign_group),
]
