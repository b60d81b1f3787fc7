# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares the accesses of bookings with those that are wanted.

What differs is made, changed or withdrawn (``_close`` in ``planner_mixin.py``).
"""

from typing import NamedTuple

from odoo import fields, models

from ..access.exivo_access import WANTED_FIELDS
from .planner_mixin import AccessKey

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

    Nothing in here calls Exivo, nor does it fail because Exivo or a rule is wrong. The
    other parts of the planner are in the files beside this one.
    """

    _name = "exivo.planner"
    _inherit = ["exivo.planner.mixin"]
    _description = "Exivo Planner"

    #: Of which model the rows are that are planned.
    _planned = "resource.booking"

    # === PLANNING AND COMPARING === #

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
        decisions = self._get_decisions(accesses, difference)
        return difference._replace(
            create_vals=self._keep_away(to_come, decisions),
            changes=self._keep_doors_away(difference.changes, decisions),
        )

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
        changed, removed = 0, difference.surplus
        for accesses, vals in difference.changes:
            if vals.get("withheld"):
                removed |= accesses
            elif WANTED_FIELDS & vals.keys():
                changed += len(accesses.filtered(lambda one: one._is_granted()))
        removed = removed.filtered(lambda access: access._is_granted())
        created = [vals for vals in difference.create_vals if not vals.get("withheld")]
        return Effect(
            Counts(len(created), changed, len(removed)),
            looked_at=min(len(found), MOST_PREVIEWED),
            more=len(found) > MOST_PREVIEWED,
        )

    # === HOW ACCESSES ARE FOUND AGAIN === #

    def _get_key(self, access):
        return AccessKey(
            access.partner_id.id,
            access.site_id.id,
            access.method,
            access.booking_id.id,
        )

    def _get_anchor(self, access):
        return access.start, access.stop

    def _get_wanted_anchor(self, vals):
        return vals["start"], vals["stop"]

    def _get_reason_ids(self, access):
        return access.booking_id.ids

    def _get_wanted_reason_ids(self, vals):
        return (vals["booking_id"],)
