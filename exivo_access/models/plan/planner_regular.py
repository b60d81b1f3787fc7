# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds every hour, in all bookings and members, what no hook has reported."""

from bisect import bisect_right
from collections import deque

from odoo import models
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools.remembered import forget, read_anew
from ...tools.transactions import isolated, together_or_each
from .collector import BOOKED_MEANWHILE

PLAN_BATCH_SIZE = 200
#: So many are asked at once whether anything about them is different.
LOOK_BATCH_SIZE = 2000


class ExivoPlanner(models.AbstractModel):
    """The regular comparison plans again what has changed behind the hooks' back."""

    _inherit = "exivo.planner"

    def _cron_plan_all(self):
        """Entry point of the scheduled action: find changes that no hook has reported.

        Deletions that cascade in SQL, what a merge of contacts writes in SQL, and other
        modules bypass the hooks. So the accesses of bookings and contacts that are gone
        are withdrawn, all bookings to come of which anything is different are planned
        again, and then all members of communities. It goes on where it was interrupted.
        """
        bookings = self.sudo()
        members = self.env["exivo.community.planner"].sudo()
        runs = self.env["ir.cron.progress"]
        reached = runs._take_over_exivo() or {}
        batches, is_held = deque(), False
        for planner in (bookings, members):
            planner._withdraw_lost()
            after = reached.get(planner._name, 0)
            batches.extend((planner, ids) for ids in planner._get_batches(after))
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=sum(len(ids) for _planner, ids in batches))
        while batches:
            planner, ids = batches.popleft()
            outdated = planner._find_outdated(ids)
            batch, waiting = outdated[:PLAN_BATCH_SIZE], outdated[PLAN_BATCH_SIZE:]
            if waiting:  # and all behind the batch is looked at once more
                cut = bisect_right(ids, batch[-1])
                batches.appendleft((planner, ids[cut:]))
                ids = ids[:cut]
            rows = planner.env[planner._planned].browse(batch)
            if not together_or_each(planner._plan_rows, rows) and not is_held:
                is_held = True  # somebody got between; all is looked at again, once
                self.env["exivo.collector"]._plan_again_soon(BOOKED_MEANWHILE[:1])
            reached[planner._name] = ids[-1]
            runs._leave_exivo(reached)
            if not progress(len(ids)) and batches:
                return
        runs._leave_exivo(None)

    def _withdraw_lost(self):
        """Withdraw the accesses of bookings that are gone; forget rooms of the past."""
        for model in self.env["exivo.occupancy"], self.env["exivo.planning.digest"]:
            isolated(self.env, type(model)._forget_past, model)
        self.env["exivo.access"]._find_lost()._withdraw_each()

    def _get_batches(self, after):
        """Return all bookings to come, and those with accesses that are still promised.

        :param int after: only bookings with a higher id.
        :return: ids in ascending order.
        :rtype: iterable[list[int]]
        """
        # Another process may remember rules as they were before a change, and nothing
        # tells it so: only who changes them has all of them forget.
        forget(self.env)
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

    def _find_outdated(self, booking_ids):
        """Return those of some bookings of which anything is different.

        :param list[int] booking_ids: of ``resource.booking`` records.
        :return: ids in ascending order.
        :rtype: list[int]
        """
        self.env["exivo.access.rule"]._forget_outdated()
        return self.env["exivo.planning.digest"]._find_outdated(booking_ids)

    def _plan_rows(self, bookings):
        """Plan bookings some of which may be gone, by the rules that there are now.

        :param bookings: ``resource.booking`` records.
        """
        if bookings:
            read_anew(self.env)  # what is noted is what was planned by
            there = self.env["resource.booking"].browse(bookings.ids).exists()
            self.env["exivo.occupancy"]._occupy(there)
            self._plan(there)
            self.env["exivo.planning.digest"]._note(bookings.ids)
