# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""From bookings and rules to wanted accesses."""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..serialise import serialise
from .exivo_access import WANTED_FIELDS
from .methods import APP, get_strongest

PLAN_BATCH_SIZE = 200


class Difference(NamedTuple):
    """What separates the accesses that there are from those that are wanted."""

    create_vals: list
    #: accesses, each with the values that have to change
    changes: list
    #: accesses that nothing wants any more
    surplus: Any


class Counts(NamedTuple):
    """How many accesses a change creates, changes and removes."""

    created: int
    changed: int
    removed: int


class ExivoPlanner(models.AbstractModel):
    """Makes the accesses of bookings what the rules want, in the booking's transaction.

    Nothing in here calls Exivo, nor does it fail because Exivo or a rule is wrong.
    """

    _name = "exivo.planner"
    _description = "Exivo Planner"

    @api.model
    def _search_bookings(self, domain):
        """Bookings that fulfil a domain and are not over, archived ones included.

        Nor are those whose doors stay open for some more minutes.

        :rtype: resource.booking
        """
        now = fields.Datetime.now()
        in_force = [("stands", "=", True), ("stop", ">", now)]
        return (
            self.env["resource.booking"]
            .sudo()
            .with_context(active_test=False)
            .search(
                Domain(domain)
                & (
                    Domain("meeting_id.stop", ">", now)
                    | Domain("exivo_access_ids", "any", in_force)
                )
            )
        )

    # === COMPARING === #

    @api.model
    def _cron_plan_all(self):
        """Entry point of the scheduled action: find what has bypassed every hook.

        Deletions that cascade in SQL, merged contacts, other modules: the accesses of
        bookings that are gone are withdrawn, all bookings to come are planned again,
        and then all members of communities.
        """
        planner = self.sudo()
        accesses = self.env["exivo.access"].sudo()
        standing = accesses.search(
            [
                ("stands", "=", True),
                ("is_standing", "=", False),
                ("stop", ">", fields.Datetime.now()),
            ]
        )
        standing.filtered(lambda access: not access.booking_id)._withdraw_and_wake()
        resource_ids = list(self.env["exivo.access.rule"]._get_rules_by_resource())
        bookings = standing.booking_id | self._search_bookings(
            [("combination_id.resource_ids", "in", resource_ids)]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(bookings))
        for batch in split_every(PLAN_BATCH_SIZE, bookings.ids, bookings.browse):
            # a batch in which somebody gets in between waits for the next time
            self.env["exivo.synchroniser"]._committed(planner._plan, batch.exists())
            if not progress(len(batch)):
                return
        self.env["exivo.community.planner"].sudo()._plan_all(progress)

    # === PLANNING === #

    @api.model
    def _plan(self, bookings):
        """Make the accesses of these bookings what the rules want. Idempotent.

        :param bookings: ``resource.booking`` records in superuser mode.
        """
        if not bookings:
            return
        rules_by_resource = self.env["exivo.access.rule"]._get_rules_by_resource()
        difference = self._compare(bookings, rules_by_resource)
        if difference.create_vals:
            # others may be planning the same bookings, because of other changes
            serialise(
                bookings.browse({vals["booking_id"] for vals in difference.create_vals})
            )
            self.env["exivo.access"].sudo().create(difference.create_vals)
        for access, changes in difference.changes:
            access._change_wanted(changes)
        difference.surplus._withdraw()
        if any(difference):
            self.env["exivo.synchroniser"]._wake()

    @api.model
    def _compare(self, bookings, rules_by_resource):
        """Compare the accesses that bookings have with those that rules want.

        :param bookings: ``resource.booking`` records in superuser mode.
        :param dict rules_by_resource: see ``exivo.access.rule``.
        :rtype: Difference
        """
        bookings = bookings.with_context(active_test=False)
        Access = self.env["exivo.access"].sudo()
        existing = Access.search_fetch(
            [("booking_id", "in", bookings.ids)], order="start, stop, id"
        ).grouped("booking_id")
        create_vals, changes, surplus = [], [], []
        for booking in bookings:
            wanted = self._get_wanted_vals(booking, rules_by_resource)
            by_stands = existing.get(booking, Access).grouped("stands")
            over = by_stands.get(False, Access)
            spare = by_stands.get(True, Access).grouped(self._access_key)
            lacking = []
            for key, vals_list in wanted.items():
                accesses, missing = self._pair(
                    spare.pop(key, Access), vals_list, changes
                )
                over += accesses
                lacking += missing
            over = over.union(*spare.values())
            surplus += over
            if lacking and not self._is_over(booking):
                create_vals += self._keep_away(lacking, over)
        return Difference(create_vals, changes, Access.union(*surplus)._in_force())

    @api.model
    def _pair(self, accesses, vals_list, changes):
        """Find out which access shall have which of the wanted values.

        Those whose window stays are paired first, the others by the order of their
        windows, so that as few as possible have to be replaced at Exivo.

        :param accesses: ``exivo.access`` records that differ in window and locks only.
        :param list[dict] vals_list: what is wanted, both in the order of the windows.
        :param list changes: receives pairs of access and values that have to change.
        :return: accesses and values that are left over.
        :rtype: tuple[exivo.access, list[dict]]
        """
        by_window = {(access.start, access.stop): access for access in accesses}
        others = []
        pairs = []
        for vals in vals_list:
            access = by_window.get((vals["start"], vals["stop"]))
            if access:
                pairs.append((access, vals))
                accesses -= access
            else:
                others.append(vals)
        pairs += zip(accesses, others, strict=False)
        paired = min(len(accesses), len(others))
        for access, vals in pairs:
            changed = access._get_changes(vals)
            if changed:
                changes.append((access, changed))
        return accesses[paired:], others[paired:]

    @api.model
    def _keep_away(self, vals_list, over):
        """Have what staff took away stay away, also where another access follows it.

        :param list[dict] vals_list: of accesses of a booking that are to be made.
        :param over: all accesses of the booking that nothing wants any more.
        :return: the values, with what staff have decided.
        :rtype: list[dict]
        """
        before = {}
        for access in over.sorted("id"):
            partner_id, site_id, method = self._access_key(access)
            before[partner_id, site_id] = before[partner_id, site_id, method] = access
        decided = []
        for vals in vals_list:
            key = vals["partner_id"], vals["site_id"], vals["method"]
            access = before.get(key) or before.get(key[:2])
            withheld = access and access.withheld
            decided.append({**vals, "withheld": True} if withheld else vals)
        return decided

    @api.model
    def _preview(self, resource, rules):
        """Count what these rules would do to the accesses of a room.

        Accesses that staff have taken away stay away, so they are not counted.

        :param resource: the room, a ``resource.resource`` record.
        :param list[RoomRule] rules: all rules that the room would have.
        :rtype: Counts
        """
        bookings = self._search_bookings(
            [("combination_id.resource_ids", "in", resource.ids)]
        )
        current = self.env["exivo.access.rule"]._get_rules_by_resource()
        difference = self._compare(bookings, {**current, resource.id: rules})
        changed = [
            access
            for access, vals in difference.changes
            if WANTED_FIELDS & vals.keys() and access._is_granted()
        ]
        removed = difference.surplus.filtered(lambda access: access._is_granted())
        created = [vals for vals in difference.create_vals if not vals.get("withheld")]
        return Counts(len(created), len(changed), len(removed))

    @api.model
    def _access_key(self, access):
        return access.partner_id.id, access.site_id.id, access.method

    @api.model
    def _get_wanted_vals(self, booking, rules_by_resource):
        """The accesses that a booking should have.

        Rules that agree in holder, site, method and minutes share one access.

        :param booking: one ``resource.booking`` in superuser mode, active_test off.
        :param dict rules_by_resource: see ``exivo.access.rule``.
        :return: values for ``exivo.access``, by :meth:`_access_key`.
        :rtype: dict[tuple, list[dict]]
        """
        if not self._takes_place(booking):
            return {}
        start, stop = self._get_period(booking)
        locks, companies, invitations = {}, {}, {}
        for resource in booking.combination_id.resource_ids:
            for rule in rules_by_resource.get(resource.id, ()):
                if not self._reached(booking, rule):
                    continue
                minutes = rule.minutes_before, rule.minutes_after
                for partner in self._get_holders(booking, rule):
                    for site_id, lock_ids in rule.lock_ids_by_site.items():
                        key = partner.id, site_id, rule.method
                        windows = locks.setdefault(key, {})
                        windows[minutes] = windows.get(minutes, frozenset()) | lock_ids
                        companies[site_id] = rule.company_id
                        invitations.setdefault(key, set()).add(rule.invitation)
        common = {
            "booking_id": booking.id,
            "reference": f"B{booking.id:05d}",
            "room": ", ".join(booking.combination_id.resource_ids.mapped("name")),
            "booking_start": start,
            "booking_stop": stop,
            "tz": self._get_tz(booking),
        }
        return {
            key: [
                {
                    **common,
                    **self._get_holder_vals(key, companies[key[1]]),
                    "partner_id": key[0],
                    "site_id": key[1],
                    "company_id": companies[key[1]],
                    "method": key[2],
                    "invitation": get_strongest(invitations[key]),
                    "start": start - timedelta(minutes=before),
                    "stop": stop + timedelta(minutes=after),
                    "lock_ids": tuple(sorted(lock_ids)),
                }
                for (before, after), lock_ids in sorted(
                    windows.items(), key=lambda window: (-window[0][0], window[0][1])
                )
            ]
            for key, windows in locks.items()
        }

    @api.model
    def _get_holder_vals(self, key, company_id):
        """What an access says of its holder; a key follows a new phone number.

        :param tuple key: see :meth:`_access_key`.
        :rtype: dict
        """
        partner_id, _site_id, method = key
        if method != APP:
            return {}
        partner = self.env["res.partner"].browse(partner_id)
        company = self.env["res.company"].browse(company_id)
        recipient = self.env["exivo.app.holder"]._get_recipient(partner, company)
        return {"holder_mark": recipient}

    @api.model
    def _takes_place(self, booking):
        """Whether there really is a booking: its ``start`` alone proves nothing.

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
    def _is_over(self, booking):
        """Whether a booking has ended; its doors may stay open for some minutes."""
        return self._get_period(booking)[1] <= fields.Datetime.now()

    @api.model
    def _get_period(self, booking):
        """Start and end of a booking, naive UTC.

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
        return booking.type_id.resource_calendar_id.tz or "UTC"

    @api.model
    def _reached(self, booking, rule):
        return booking.state == "confirmed" or rule.booking_state == "scheduled"

    @api.model
    def _get_holders(self, booking, rule):
        """The people who hold the accesses of a rule; archived contacts hold none.

        Rights follow the booking's own people: somebody taken off the booking stays on
        the meeting.
        """
        partners = booking.with_context(active_test=True).partner_ids
        if rule.holders == "requester" and len(partners) > 1:
            # right after a write they come in the order in which they were written
            return partners.search([("id", "in", partners.ids)], limit=1)
        return partners
