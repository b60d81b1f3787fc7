# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What must hold in a house whenever all is calm: bookings, accesses, visits and mails
agree, one to one.
"""

import re
from collections import Counter
from datetime import timedelta
from itertools import combinations

from odoo import fields

#: A window that ends within this time is too short for a new visit.
SHORTEST_USE = timedelta(seconds=60)
#: What begins up to this far ahead counts as begun.
SOON = timedelta(seconds=60)


def must_hold(history):
    """What is true whenever all is calm."""
    now = fields.Datetime.now()
    with history.office.env() as env:
        accesses = env["exivo.access"].search([])
        visits = history.simulator.visits()
        live = [one for one in visits if not one["revoked"] and not one["expired"]]
        _accesses_are_what_the_rules_want(history, env, now)
        _no_name_is_used_twice(visits)
        _visits_are_what_the_accesses_want(live, accesses, now)
        _pins_tell_people_apart(live)
        _nobody_was_told_the_same_twice(history, env)


def _accesses_are_what_the_rules_want(history, env, now):
    bookings = (
        env["resource.booking"]
        .with_context(active_test=False)
        .search([("meeting_id.stop", ">", now)])
    )
    wanted = {}
    for booking in bookings:
        for partner, promise in _wanted(history, env, booking):
            wanted[booking.id, partner.id] = promise
    there = [
        (
            (access.booking_id.id, access.partner_id.id),
            (access.start, access.stop, set(access.lock_ids.ids)),
        )
        for access in env["exivo.access"].search(
            [("stands", "=", True), ("stop", ">", now)]
        )
        if access.booking_id in bookings or not access.booking_id.meeting_id
    ]
    assert len(there) == len(dict(there)), f"two accesses for one: {there}"
    assert dict(there) == wanted


def _wanted(history, env, booking):
    """Who shall have access because of a booking, and which."""
    rule = env["exivo.access.rule"].browse(
        history.rules[history.types.index(booking.type_id.id)]
    )
    meeting = booking.meeting_id
    reached = ("confirmed", rule.booking_state)
    if not (
        rule.active and booking.active and meeting.active and booking.state in reached
    ):
        return []
    holders = booking.partner_ids
    if rule.holders == "requester":
        holders = holders[:1]
    promise = (
        meeting.start - timedelta(minutes=rule.minutes_before),
        meeting.stop + timedelta(minutes=rule.minutes_after),
        set(rule.lock_ids.ids),
    )
    return [(holder, promise) for holder in holders]


def _no_name_is_used_twice(visits):
    names = Counter(visit["name"] for visit in visits)
    assert not [name for name, times in names.items() if times > 1]


def _visits_are_what_the_accesses_want(live, accesses, now):
    live = {visit["id"]: visit for visit in live}
    for access in accesses:
        credentials = access.credential_ids.filtered(
            lambda one: one.state in ("creating", "live", "revoking")
        )
        if access.stands and not access.withheld and access.stop > now:
            if access.stop - now > SHORTEST_USE or credentials:
                _keeps(access, credentials, live.pop(credentials.remote_id), now)
        else:
            assert not credentials
            assert access.state in ("removed", "expired")
    assert not live, "doors open for nobody"


def _keeps(access, credential, visit, now):
    """A visit is what an access promises."""
    assert access.state == "created"
    assert not access.failure_type
    assert access.link == credential.link == visit["link"]
    assert credential.token in visit["name"]
    assert set(visit["components"]) == set(access.lock_ids.mapped("remote_id"))
    assert visit["code"] == access.pin
    start, stop = (
        fields.Datetime.to_datetime(visit[name][:19].replace("T", " "))
        for name in ("validFrom", "validTo")
    )
    assert stop == access.stop
    assert start == access.start or max(start, access.start) <= now + SOON


def _pins_tell_people_apart(live):
    for one, other in combinations(live, 2):
        if (
            one["code"] == other["code"]
            and set(one["components"]) & set(other["components"])
            and one["validFrom"] < other["validTo"]
            and other["validFrom"] < one["validTo"]
        ):
            raise AssertionError(f"one PIN for two: {one}, {other}")


def _nobody_was_told_the_same_twice(history, env):
    """Each link goes out in one mail, and the link that works has gone out."""
    pattern = re.compile(rf"{re.escape(history.simulator.url)}/visit/[\w-]+")
    told = Counter()
    for mail in env["mail.mail"].search([]):
        told.update(set(pattern.findall(mail.body_html)))
    assert not [link for link, times in told.items() if times > 1], told
    for access in env["exivo.access"].search([("state", "=", "created")]):
        assert told[access.link] == bool(access.partner_id.email)
