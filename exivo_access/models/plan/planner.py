# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes wanted accesses out of bookings and rules."""

from collections import deque
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools.remembered import read_anew
from ...tools.transactions import committed, together_or_each
from ..access.exivo_access import WANTED_FIELDS
from ..rule.methods import get_strongest
from .planner_mixin import AccessKey

PLAN_BATCH_SIZE = 200
#: So many are asked at once whether anything about them is different.
LOOK_BATCH_SIZE = 2000
#: Planning a booking begins with these.
FIELDS = ["active", "combination_id", "meeting_id", "start", "state", "type_id"]
#: A form says exactly what happens to so many bookings.
MOST_PREVIEWED = 500


class Counts(NamedTuple):
    """A change creates, changes and removes so many accesses."""

    created: int
    changed: int
    removed: int


class Effect(NamedTuple):
    """A change has this effect on the soonest bookings that it concerns."""

    counts: Counts
    looked_at: int
    #: whether there are more bookings than those
    more: bool


class ExivoPlanner(models.AbstractModel):
    """Makes the accesses of bookings what the rules want, in the booking's transaction.

    Nothing in here calls Exivo, nor does it fail because Exivo or a rule is wrong.
    """

    _name = "exivo.planner"
    _inherit = ["exivo.planner.mixin"]
    _description = "Exivo Planner"

    #: Of which model the rows are that are planned.
    _planned = "resource.booking"

    # === ALL BOOKINGS === #

    @api.model
    def _cron_plan_all(self):
        """Entry point of the scheduled action: find changes that no hook has reported.

        Deletions that cascade in SQL, merged contacts and other modules bypass the
        hooks. So the accesses of bookings and contacts that are gone are withdrawn, all
        bookings to come of which anything is different are planned again, and then all
        members of communities. It goes on where it was interrupted.
        """
        bookings = self.sudo()
        members = self.env["exivo.community.planner"].sudo()
        runs = self.env["ir.cron.progress"]
        reached = runs._take_over_exivo() or {}
        batches = deque()
        for planner in (bookings, members):
            committed(self.env, planner._withdraw_lost)
            after = reached.get(planner._name, 0)
            batches.extend((planner, ids) for ids in planner._get_batches(after))
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=sum(len(ids) for _planner, ids in batches))
        while batches:
            planner, ids = batches.popleft()
            outdated = planner._find_outdated(ids)
            now, later = outdated[:PLAN_BATCH_SIZE], outdated[PLAN_BATCH_SIZE:]
            if later:
                rest = [one for one in ids if one > now[-1]]
                batches.appendleft((planner, rest))
                ids = ids[: -len(rest)]
            rows = planner.env[planner._planned].browse(now)
            if not together_or_each(planner._plan_rows, rows):
                self.env["exivo.collector"]._plan_again_soon()  # somebody got between
            reached[planner._name] = ids[-1]
            runs._leave_exivo(reached)
            if not progress(len(ids)) and batches:
                return
        runs._leave_exivo(None)

    @api.model
    def _get_promised_domain(self):
        """Return the domain of accesses of bookings that are still promised."""
        return Domain(
            [
                ("is_wanted", "=", True),
                ("is_of_community", "=", False),
                ("stop", ">", fields.Datetime.now()),
            ]
        )

    @api.model
    def _withdraw_lost(self):
        """Withdraw the accesses of bookings that are gone; forget rooms of the past."""
        self.env["exivo.occupancy"]._forget_past()
        self.env["exivo.planned"]._forget_past()
        self.env["exivo.access"]._withdraw_lost()

    @api.model
    def _get_batches(self, after):
        """Return all bookings to come, and those with accesses that are still promised.

        :param int after: only bookings with a higher id.
        :return: ids in their order.
        :rtype: iterable[list[int]]
        """
        self.env["exivo.access.rule"]._forget_outdated()
        promised = self.env["exivo.access"]._read_group(
            self._get_promised_domain() & Domain("booking_id", "!=", False),
            aggregates=["booking_id:array_agg_distinct"],
        )
        rooms = list(self.env["exivo.access.rule"]._get_rules_by_resource())
        bookings = self.env["resource.booking"].with_context(active_test=False)
        to_come = bookings.search(
            Domain("combination_id.resource_ids", "in", rooms)
            & self._get_coming_domain()
        )
        in_rooms = self.env["exivo.occupancy"]._get_booking_ids()
        booking_ids = {*to_come._ids, *(promised[0][0] or ()), *in_rooms}
        later = sorted(one for one in booking_ids if one > after)
        return split_every(LOOK_BATCH_SIZE, later, list)

    @api.model
    def _find_outdated(self, booking_ids):
        """Return those of some bookings of which anything is different.

        :param list[int] booking_ids: of ``resource.booking`` records.
        :rtype: list[int]
        """
        self.env["exivo.access.rule"]._forget_outdated()
        return self.env["exivo.planned"]._find_outdated(booking_ids)

    @api.model
    def _plan_rows(self, bookings):
        """Plan bookings some of which may be gone, by the rules that there are now.

        :param bookings: ``resource.booking`` records.
        """
        if bookings:
            read_anew(self.env)  # what is noted is what was planned by
            there = self.env["resource.booking"].browse(bookings.ids).exists()
            self.env["exivo.occupancy"]._occupy(there)
            self._plan(there)
            self.env["exivo.planned"]._note(bookings.ids)

    # === BOOKINGS TO COME === #

    @api.model
    def _search_bookings(self, domain, after=None, limit=None):
        """Return bookings that match a domain and are not over, the soonest first.

        Also archived ones, and whole days some of which may be over: see
        :meth:`_without_past`.

        :param list domain: on ``resource.booking``.
        :param list after: where to go on: see :meth:`_get_place`.
        :param int limit: so many at most.
        :rtype: resource.booking
        """
        bookings = self.env["resource.booking"].sudo().with_context(active_test=False)
        return bookings.search_fetch(
            Domain(domain) & self._get_later_domain(after) & self._get_coming_domain(),
            FIELDS,
            order="start, id",
            limit=limit,
        )

    @api.model
    def _get_place(self, booking):
        """Return the place of a booking in the order of time, as JSON takes it.

        What has no start, because it was cancelled past all hooks, comes last.
        """
        return [fields.Datetime.to_string(booking.start) or "9999", booking.id]

    @api.model
    def _get_later_domain(self, place):
        """Return the domain of bookings that come after a place.

        :param list place: see :meth:`_get_place`; none for all bookings.
        """
        if not place:
            return Domain.TRUE
        start, booking_id = place
        if start == "9999":
            return Domain("start", "=", False) & Domain("id", ">", booking_id)
        return (
            Domain("start", ">", start)
            | (Domain("start", "=", start) & Domain("id", ">", booking_id))
            | Domain("start", "=", False)
        )

    @api.model
    def _get_coming_domain(self):
        """Return the domain of bookings that are not over.

        A booking is not over while its doors stay open for some more minutes.
        """
        now = fields.Datetime.now()
        to_come = Domain("meeting_id.allday", "=", False)
        to_come &= Domain("meeting_id.stop", ">", now)
        # Their end depends on their zones, by less than a day: see `_get_period`.
        whole_days = Domain("meeting_id.allday", "=", True)
        whole_days &= Domain("meeting_id.stop", ">", now - timedelta(days=1))
        in_force = [("is_wanted", "=", True), ("stop", ">", now)]
        return to_come | whole_days | Domain("exivo_access_ids", "any", in_force)

    @api.model
    def _without_past(self, bookings):
        """Return bookings without those whole days that are over.

        :param bookings: what :meth:`_search_bookings` has found.
        """
        over = bookings.filtered(
            lambda one: one.meeting_id.allday and self._is_over(one)
        )
        if over:
            theirs = Domain("booking_id", "in", over.ids)
            promised = self.env["exivo.access"].sudo()
            promised = promised.search(theirs & self._get_promised_domain())
            over -= promised.booking_id
        return bookings - over

    # === PLANNING AND COMPARING === #

    @api.model
    def _plan(self, bookings, are_new=False):
        """Make the accesses of these bookings what the rules want. Idempotent.

        :param bookings: ``resource.booking`` records in superuser mode.
        :param bool are_new: whether this transaction has made them, so that nobody else
            sees them, and they have no accesses yet.
        """
        if not bookings:
            return
        rules_by_resource = self.env["exivo.access.rule"]._get_rules_by_resource()
        difference = self._compare(bookings, rules_by_resource, are_new)
        self._close(difference, None if are_new else "booking_id")

    @api.model
    def _compare(self, bookings, rules_by_resource, are_new=False):
        """Compare the accesses that bookings have with those that rules want.

        :param bookings: ``resource.booking`` records in superuser mode.
        :param dict rules_by_resource: see ``exivo.access.rule``.
        :param bool are_new: see :meth:`_plan`.
        :rtype: Difference
        """
        accesses = self.env["exivo.access"].sudo()
        if not are_new:
            accesses = accesses.search_fetch(
                [("booking_id", "in", bookings.ids)], order="start, stop, id"
            )
        # Not `filtered`: so the fields of all of them are read at once.
        by_is_wanted = accesses.grouped("is_wanted")
        in_force = by_is_wanted.get(True, accesses.browse())
        wanted = {}
        for booking in bookings.with_context(active_test=False):
            wanted.update(self._get_wanted_vals(booking, rules_by_resource))
        difference = self._find_difference(in_force, wanted)
        # Nothing new is made for a booking that is over.
        now = fields.Datetime.now()
        to_come = [one for one in difference.create_vals if one["booking_stop"] > now]
        decisions = self._get_decisions(accesses, difference.surplus)
        return difference._replace(create_vals=self._keep_away(to_come, decisions))

    @api.model
    def _preview(self, resource, rules):
        """Count what these rules would do to the accesses of a room.

        Accesses that staff have taken away stay away, so they are not counted.

        :param resource: the room, a ``resource.resource`` record.
        :param list[RoomRule] rules: all rules that the room would have.
        :rtype: Effect
        """
        found = self._search_bookings(
            [("combination_id.resource_ids", "in", resource.ids)],
            limit=MOST_PREVIEWED + 1,
        )
        bookings = self._without_past(found[:MOST_PREVIEWED])
        current = self.env["exivo.access.rule"]._get_rules_by_resource()
        difference = self._compare(bookings, {**current, resource.id: rules})
        changed = sum(
            len(accesses.filtered(lambda access: access._is_granted()))
            for accesses, vals in difference.changes
            if WANTED_FIELDS & vals.keys()
        )
        removed = difference.surplus.filtered(lambda access: access._is_granted())
        created = [vals for vals in difference.create_vals if not vals.get("withheld")]
        return Effect(
            Counts(len(created), changed, len(removed)),
            looked_at=min(len(found), MOST_PREVIEWED),
            more=len(found) > MOST_PREVIEWED,
        )

    # === WHAT IS WANTED === #

    @api.model
    def _get_key(self, access):
        return AccessKey(
            access.partner_id.id,
            access.site_id.id,
            access.method,
            access.booking_id.id,
        )

    @api.model
    def _get_anchor(self, access):
        return access.start, access.stop

    @api.model
    def _get_wanted_anchor(self, vals):
        return vals["start"], vals["stop"]

    @api.model
    def _get_reason_ids(self, access):
        return access.booking_id.ids

    @api.model
    def _get_wanted_reason_ids(self, vals):
        return (vals["booking_id"],)

    @api.model
    def _get_wanted_vals(self, booking, rules_by_resource):
        """Return the accesses that a booking should have.

        Rules that agree in holder, site, method and minutes share one access.

        :param booking: one ``resource.booking`` in superuser mode, active_test off.
        :param dict rules_by_resource: see ``exivo.access.rule``.
        :return: values for ``exivo.access``, by :meth:`_get_key`.
        :rtype: dict[AccessKey, list[dict]]
        """
        if not self._takes_place(booking):
            return {}
        start, stop = self._get_period(booking)
        rooms = booking.combination_id.resource_ids
        common = {
            "booking_id": booking.id,
            "reference": self._get_reference(booking),
            "room": ", ".join(rooms.mapped("name")),
            "rooms": sorted(rooms.ids),
            "booking_start": start,
            "booking_stop": stop,
            "tz": self._get_tz(booking),
        }
        granted = self._get_granted(booking, rules_by_resource)
        return {
            key: [
                {
                    **common,
                    **self._get_key_vals(key, permissions),
                    "start": start - timedelta(minutes=before),
                    "stop": stop + timedelta(minutes=after),
                    "lock_ids": tuple(sorted(lock_ids)),
                }
                for (before, after), lock_ids in self._unite_windows(permissions)
            ]
            for key, permissions in granted.items()
        }

    @api.model
    def _get_granted(self, booking, rules_by_resource):
        """Return which rules give which locks to whom.

        :return: rules, each with lock ids, by :meth:`_get_key`.
        :rtype: dict[AccessKey, list[tuple[RoomRule, frozenset]]]
        """
        granted = {}
        for rule in self._get_reached_rules(booking, rules_by_resource):
            for partner in self._get_holders(booking, rule):
                for site_id, lock_ids in rule.lock_ids_by_site.items():
                    key = AccessKey(partner.id, site_id, rule.method, booking.id)
                    granted.setdefault(key, []).append((rule, lock_ids))
        return granted

    @api.model
    def _get_key_vals(self, key, permissions):
        """Return what is the same for all accesses of a key, in whichever window."""
        first_rule, _lock_ids = permissions[0]  # a site has one company
        company = self.env["res.company"].browse(first_rule.company_id)
        partner = self.env["res.partner"].browse(key.partner_id)
        return {
            "partner_id": key.partner_id,
            "site_id": key.site_id,
            "company_id": company.id,
            "method": key.method,
            "invitation": get_strongest(
                rule.invitation for rule, _lock_ids in permissions
            ),
            **self._get_holder_vals(key.method, partner, company),
        }

    @api.model
    def _unite_windows(self, permissions):
        """Return the locks of some rules, united where their minutes are the same.

        :return: minutes before and after with lock ids, in the order of the windows.
        :rtype: list[tuple[tuple[int, int], frozenset]]
        """
        by_minutes = {}
        for rule, lock_ids in permissions:
            minutes = rule.minutes_before, rule.minutes_after
            by_minutes[minutes] = by_minutes.get(minutes, frozenset()) | lock_ids
        return sorted(
            by_minutes.items(), key=lambda window: (-window[0][0], window[0][1])
        )

    # === FACTS OF A BOOKING === #

    @api.model
    def _takes_place(self, booking):
        """Tell whether there really is a booking. Its ``start`` alone proves nothing.

        When a slot has just become busy, resource_booking leaves ``start`` set without
        a meeting; an archived meeting leaves the booking confirmed.
        """
        meeting = booking.meeting_id
        return bool(
            booking.active
            and meeting.active
            and booking.combination_id
            and booking.state in ("scheduled", "confirmed")
        )

    @api.model
    def _get_reference(self, booking):
        """Return the name of a booking that is used where nobody's name may stand."""
        return f"B{booking.id:05d}"

    @api.model
    def _is_over(self, booking):
        """Tell whether a booking has ended.

        Its doors may stay open for some minutes.
        """
        return self._get_period(booking)[1] <= fields.Datetime.now()

    @api.model
    def _get_period(self, booking):
        """Return start and end of a booking, naive UTC.

        An all-day event holds 08:00 and 18:00 of no zone: it means whole days of the
        booking's zone.

        :rtype: tuple[datetime, datetime]
        """
        meeting = booking.meeting_id
        if not meeting.allday:
            return meeting.start, meeting.stop
        zone = pytz.timezone(self._get_tz(booking))
        midnights = (
            zone.localize(datetime.combine(day, time.min))
            for day in (meeting.start.date(), meeting.stop.date() + timedelta(days=1))
        )
        return tuple(
            midnight.astimezone(pytz.utc).replace(tzinfo=None) for midnight in midnights
        )

    @api.model
    def _get_tz(self, booking):
        """Return the zone that the times of a booking are meant and told in."""
        return booking.type_id.resource_calendar_id.tz or "UTC"

    @api.model
    def _get_reached_rules(self, booking, rules_by_resource):
        """Return the rules of the booked rooms that the booking has reached.

        :rtype: list[RoomRule]
        """
        return [
            rule
            for room in self._get_rooms(booking)
            for rule in rules_by_resource.get(room.id, ())
            if self._reached(booking, rule)
        ]

    @api.model
    def _get_rooms(self, booking):
        """Return the booked rooms whose doors the booking may open.

        resource_booking lets everybody book every combination, also one with rooms of
        another company. Rooms and types without a company are everybody's.

        :rtype: resource.resource
        """
        company = booking.type_id.company_id
        return booking.combination_id.resource_ids.filtered(
            lambda room: not company or room.company_id in (company, company.browse())
        )

    @api.model
    def _reached(self, booking, rule):
        """Tell whether a booking that takes place has come as far as a rule asks.

        Planner, explainer and opener ask this. Add-ons that ask more of bookings extend
        it, and the explainer's ``_get_hindrances``, which says why not.

        :param booking: one ``resource.booking`` in superuser mode.
        :param RoomRule rule: of a booked room.
        :rtype: bool
        """
        return booking.state == "confirmed" or (
            rule.booking_state == "scheduled" and not booking._waits_for_exivo_staff()
        )

    @api.model
    def _get_holders(self, booking, rule):
        """Return who holds the accesses of a rule. Archived contacts hold none.

        Rights follow the booking's own people, not the meeting's: somebody who is taken
        off the booking stays on the meeting.
        """
        partners = booking.with_context(active_test=True).partner_ids
        if rule.holders == "requester" and len(partners) > 1:
            return self._get_requester(booking, partners)
        if rule.holders == "requester":
            return partners
        return partners | self._get_guests(booking)

    @api.model
    def _get_guests(self, booking):
        """Return the contacts of those whom customers take along to a booking.

        Whoever is taken off it takes no one along any more.

        :rtype: res.partner
        """
        booking = booking.with_context(active_test=True)
        guests = booking.exivo_guest_ids.filtered(
            lambda one: one.host_id in booking.partner_ids
        )
        return guests.partner_id.filtered("active")

    @api.model
    def _get_requester(self, booking, partners):
        """Return the one among the people on a booking that it belongs to.

        Whoever holds its access keeps it, so that inviting somebody, or another name,
        hands nobody's code to anybody else. Otherwise it is the one who has booked.

        :param partners: the ``res.partner`` records of the booking, at least one.
        :rtype: res.partner
        """
        accesses = booking.sudo().exivo_access_ids.sorted("id")
        held = accesses.filtered(lambda access: access.is_wanted).partner_id & partners
        booked = booking.create_uid.partner_id & partners
        # Right after a write, records come in the order in which they were written.
        by_name = partners.search([("id", "in", partners.ids)], limit=1)
        return held[:1] or booked or by_name
