# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What must hold in a house whenever all is calm: bookings, members, accesses, mails
and what Exivo has agree, one to one.
"""

import re
from collections import Counter
from datetime import timedelta
from itertools import combinations

from odoo import fields

from odoo.addons.exivo_access.models.pins.handover import get_link
from odoo.addons.exivo_access.tools.period import FOREVER
from odoo.addons.exivo_access.tools.secret_char import open_secret

#: A window that ends within this time is too short for something new at Exivo.
SHORTEST_USE = timedelta(seconds=60)
#: What begins up to this far ahead by Exivo's clock counts as begun: a minute, and by
#: how much its clock may be ahead.
SOON = timedelta(seconds=120)
#: What Odoo writes into the words about a person: whose it is, and why it is there.
TAG = re.compile(r"odoo:(?P<member>\S+?):(?P<token>\S+?):(?P<group>\S+)")


def must_hold(history):
    """What is true whenever all is calm."""
    now = fields.Datetime.now()
    with history.office.env() as env:
        accesses = env["exivo.access"].search([])
        there = history.read_exivo()
        bookings_have_what_their_rules_want(history, env, now)
        _members_have_what_their_rules_want(history, env, now)
        _guests_are_let_alone(history, env, there)
        ours = [one for one in there if one["id"] not in history.guests]
        _nothing_is_made_twice(ours)
        live = {_get_id(one): one for one in ours if _opens_doors(one)}
        opened = _Doors(history) if any(map(_is_person, live.values())) else None
        kept = [
            access for access in accesses if _takes_its_own(access, live, opened, now)
        ]
        assert not live, "doors open for nobody"
        _pins_tell_people_apart(kept)
        _nobody_was_told_the_same_twice(history, kept)
        _what_works_was_told(kept)


def must_agree(history):
    """What is true a quarter of an hour after calm, without any comparison.

    Accesses, credentials and Exivo's own list agree, and every holder has the news.
    What somebody has taken away at Exivo by hand may not be known yet.
    """
    now = fields.Datetime.now()
    with history.office.env() as env:
        ours = [one for one in history.read_exivo() if one["id"] not in history.guests]
        live = {_get_id(one): one for one in ours if _opens_doors(one)}
        opened = _Doors(history) if any(map(_is_person, live.values())) else None
        kept = []
        for access in env["exivo.access"].search([]):
            credentials = access.credential_ids.filtered(
                lambda one: one.state == "live"
            )
            if any(map(history.is_excused, credentials)):
                live.pop(credentials.remote_id, None)
            elif _takes_its_own(access, live, opened, now):
                kept.append(access)
        assert not live, f"doors open for nobody: {live}"
        _pins_tell_people_apart(kept)
        _nobody_was_told_the_same_twice(history, kept)
        _what_works_was_told(kept)


def _is_person(row):
    return "firstName" in row


def _opens_doors(row):
    """Whether a visit, a key or a person at Exivo lets anybody in, now or later."""
    if _is_person(row):
        return bool(row.get("accessGroupId"))
    return not row["revoked"] and not row["expired"]


def _get_id(row):
    """By what Odoo knows a visit, a key or a person that opens doors."""
    if not _is_person(row):
        return row["id"]
    token = TAG.search(row["info"])["token"]
    return f"{row['id']}/{row['accessGroupId']}/{token}"


class _Doors:
    """Which doors the access groups at Exivo open."""

    def __init__(self, history):
        self._groups = {one["id"]: one for one in self._read(history, "/accessgroup")}
        self._components = self._read(history, "/component")

    @staticmethod
    def _read(history, path):
        return history.simulator.get(path).json()

    def open_to(self, person):
        """The ids of the doors that a person opens at any time."""
        profiles = self._groups[person["accessGroupId"]]["accessZoneTimeProfiles"]
        assert {*profiles.values()} == {"ALWAYS"}
        return {
            one["id"] for one in self._components if {*one["accessZones"]} & {*profiles}
        }


def bookings_have_what_their_rules_want(history, env, now):
    """Each booking has the accesses that its rules want, and no others are wanted."""
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
            (access.method, access.start, access.stop, set(access.lock_ids.ids)),
        )
        for access in env["exivo.access"].search(
            [
                ("is_of_community", "=", False),
                ("is_wanted", "=", True),
                ("stop", ">", now),
            ]
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
    people = booking.partner_ids
    answers = meeting.attendee_ids.filtered(lambda one: one.partner_id in people)
    declined = answers.filtered(lambda one: one.state == "declined").partner_id
    if booking.state == "scheduled" and answers[:1].state == "declined":
        return []
    if not history.may_open(booking, rule):
        return []
    holders = booking.partner_ids
    if rule.holders == "requester":
        holders = _get_requester(booking, declined)
    holders = [one for one in holders if one not in declined]
    promise = (
        rule.method,
        meeting.start - timedelta(minutes=rule.minutes_before),
        meeting.stop + timedelta(minutes=rule.minutes_after),
        set(rule.lock_ids.ids),
    )
    return [(holder, promise) for holder in holders]


def _get_requester(booking, declined):
    """Who holds the booking's access keeps it, or held it last, unless that one does
    not come; else who was invited first has it."""
    people = booking.partner_ids
    invited = booking.meeting_id.attendee_ids.sorted("id").partner_id & people
    accesses = booking.exivo_access_ids.sorted("id")
    held = accesses.filtered("is_wanted").partner_id & people
    last = accesses.sorted("id", reverse=True).partner_id & (people - declined)
    return held[:1] or last[:1] or invited[:1] or people[:1]


def _members_have_what_their_rules_want(history, env, now):
    """One access for each member of each community, renewed in good time.

    Of all communities with an access group, a member has one, which has no end.
    """
    wanted, in_groups = {}, {}
    rules = env["exivo.access.rule"].browse(history.community_rules)
    for rule in rules.filtered("active"):
        community = rule.category_id
        if rule.with_children:
            community |= community.child_ids
        site = rule.lock_ids.site_id
        end = rule.stop_date and site._get_end_of_day(rule.stop_date)
        for partner in community.partner_ids if not end or end > now else ():
            if rule.method == "group":
                rules_before = in_groups.get(partner, rules.browse())
                in_groups[partner] = rules_before | rule
            else:
                wanted[rule.method, rule.category_id, partner] = (
                    end or now + timedelta(days=site.standing_days + 2),
                    now + timedelta(days=site.renew_days),
                    rule.lock_ids,
                )
    for partner, some in in_groups.items():
        wanted["group", some.category_id, partner] = FOREVER, FOREVER, some.lock_ids
    standing = env["exivo.access"].search(
        [("is_of_community", "=", True), ("is_wanted", "=", True), ("stop", ">", now)]
    )
    keys = [(one.method, one.category_ids, one.partner_id) for one in standing]
    assert Counter(map(_readable, keys)) == Counter(map(_readable, wanted))
    promises = {_readable(key): promise for key, promise in wanted.items()}
    for key, access in zip(keys, standing, strict=True):
        latest, earliest, locks = promises[_readable(key)]
        assert set(access.lock_ids.ids) == set(locks.ids)
        assert access.start <= now
        assert min(latest, earliest) <= access.stop <= latest


def _readable(key):
    method, communities, partner = key
    return method, tuple(sorted(communities.mapped("name"))), partner.name


def _guests_are_let_alone(history, env, there):
    """What is not ours is counted, and is as it was."""
    guests = {one["id"]: one for one in there if one["id"] in history.guests}
    assert guests == history.guests
    site = env["exivo.site"].browse(history.office.site_id)
    persons = sum(map(_is_person, guests.values()))
    assert site.foreign_persons == persons
    assert site.foreign_visits == len(guests) - persons


def _nothing_is_made_twice(ours):
    """A person made late opens nothing, and may stay beside the one who does."""
    ours = [one for one in ours if not _is_person(one) or _opens_doors(one)]
    names = Counter(
        TAG.search(one["info"])["member"] if _is_person(one) else one["name"]
        for one in ours
    )
    assert not [name for name, times in names.items() if times > 1]


def _takes_its_own(access, live, opened, now):
    """Take what an access has at Exivo out of all that is there.

    :return: whether there is anything.
    """
    credentials = access.credential_ids.filtered(
        lambda one: one.state in ("creating", "live", "revoking")
    )
    if not (access.is_wanted and not access.withheld and access.stop > now):
        assert not credentials
        assert access.state in ("removed", "expired")
    elif access.method == "app" and not _get_recipient(access):
        assert not credentials
        if access.stop - now > SHORTEST_USE:
            assert (access.state, access.failure_type) == ("failed", "no_recipient")
    elif access.stop - now > SHORTEST_USE or credentials:
        row = live.pop(credentials.remote_id, None)
        assert row, f"believed to live: {_describe(credentials)}"
        _keeps(access, credentials, row, opened, now)
        return True
    return False


def _describe(credentials):
    return [
        (one.kind, one.state, str(one.start), one.remote_id, one.access_id.state)
        for one in credentials
    ]


def _get_recipient(access):
    """Where a key in an app goes to."""
    return access.partner_id.phone or access.partner_id.email


def _keeps(access, credential, row, opened, now):
    """What is at Exivo is what an access promises."""
    assert access.state == "created"
    assert not access.failure_type
    remote_ids = set(access.lock_ids.mapped("remote_id"))
    assert bool(get_link(access)) == (access.method == "link")
    if _is_person(row):
        assert access.method == "group"
        assert opened.open_to(row) == remote_ids
        assert row["hasPinCode"]
        return
    assert credential.token in row["name"]
    assert set(row["components"]) == remote_ids
    start, stop = (
        fields.Datetime.to_datetime(row[name][:19].replace("T", " "))
        for name in ("validFrom", "validTo")
    )
    assert stop == access.stop
    assert start == access.start or max(start, access.start) <= now + SOON
    if "mobileApp" in row:
        assert access.method == "app"
        assert row["publicRegistrationId"] == _get_recipient(access)
        assert row.get("state") != "assignedButPending"
    else:
        assert access.method in ("link", "keypad")
        assert get_link(access) in ("", row["link"])
        assert row["code"] == open_secret(access, "pin")


def _pins_tell_people_apart(kept):
    for one, other in combinations([one for one in kept if open_secret(one, "pin")], 2):
        if (
            open_secret(one, "pin") == open_secret(other, "pin")
            and one.lock_ids & other.lock_ids
            and one.start < other.stop
            and other.start < one.stop
        ):
            raise AssertionError(f"one PIN for two: {one}, {other}")


def _nobody_was_told_the_same_twice(history, kept):
    """Each link is brought by one mail, unless staff say so, and one that works has."""
    brought = history.postman.brought
    told = brought - history.resent
    assert not [link for link, times in told.items() if times > 1], told
    for access in kept:
        if access.method == "link":
            assert bool(brought[get_link(access)]) == bool(access.partner_id.email)


def _what_works_was_told(kept):
    for access in kept:
        if access.partner_id.email:
            assert access.mail_state in ("queued", "sent")
            assert access.told_credential_id == access._get_working_credential()
