# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo import fields, models
from odoo.fields import Domain

from ...tools.transactions import committed, together_or_each, wake
from .collector import BOOKED_MEANWHILE

#: So many bookings are planned in the transaction that changes what they depend on.
AT_ONCE = 100
BATCH_SIZE = 200
#: Of so many changes the next one is chosen.
MOST_CHANGES = 1000


class ExivoPlanningBacklog(models.Model):
    """A change that concerns many bookings is worked off, soonest bookings first.

    Whoever changes a rule waits for the soonest bookings only, those that have begun
    among them. The others are planned by a scheduled action, a batch in each
    transaction, which goes on where it stopped. A booking that somebody makes or
    changes meanwhile is planned at once, by the rules that there are then.
    """

    _name = "exivo.planning.backlog"
    _description = "Exivo Bookings to Plan"
    _log_access = False

    concerned = fields.Json(
        required=True, readonly=True, help="Values that bookings have in these fields."
    )
    reached = fields.Json(readonly=True, help="The last booking that was planned.")

    def _take_soonest(self, concerned):
        """Return the bookings to plan now, and have others planned soon.

        :param dict concerned: ids by the fields of ``resource.booking``.
        :rtype: resource.booking
        """
        planner = self.env["exivo.planner"]
        if not concerned:
            return self.env["resource.booking"]
        concerned = {name: sorted(ids) for name, ids in sorted(concerned.items())}
        found = planner._search_bookings(_get_domain(concerned), limit=AT_ONCE + 1)
        if len(found) > AT_ONCE:
            found = found[:AT_ONCE]
            reached = planner._get_bookmark(found[-1])
            self.env.cr.execute(
                "INSERT INTO exivo_planning_backlog (concerned, reached)"
                " VALUES (%s, %s)",
                [json.dumps(concerned), json.dumps(reached)],
            )
            wake(self.env, "ir_cron_plan_bookings")
        return planner._without_past(found)

    def _cron_plan(self):
        """Entry point of the scheduled action: plan what changes have left over.

        It goes on where it was interrupted. Of several changes the one is next that has
        come least far in time.
        """
        progress = self.env["ir.cron"]._commit_progress
        self._join_same()
        progress(remaining=self._count_left())
        planner, is_held = self.env["exivo.planner"], False
        while left := self.search([], order="id", limit=MOST_CHANGES):
            change = min(left, key=lambda one: one.reached or [])
            found = change._search_next()
            batch, more = found[:BATCH_SIZE], len(found) > BATCH_SIZE
            rows = planner._without_past(batch)
            if not together_or_each(planner._plan_rows, rows) and not is_held:
                is_held = True  # the others go on; all is looked at again, once
                self.env["exivo.collector"]._plan_again_soon(BOOKED_MEANWHILE[:1])
            if not committed(self.env, change._go_on_behind, batch, more):
                wake(self.env, "ir_cron_plan_bookings")  # somebody got in between
                return
            if not progress(len(batch)):
                # Bookings that several changes are about were counted once.
                if self.search_count([], limit=1):
                    wake(self.env, "ir_cron_plan_bookings")
                return

    def _join_same(self):
        """Leave one of the changes that are about the same: the one that is behind."""
        behind = {}
        every = self.search([], order="id", limit=MOST_CHANGES)
        for change in every.sorted(lambda one: one.reached or [], reverse=True):
            behind[json.dumps(change.concerned, sort_keys=True)] = change
        (every - self.browse().union(*behind.values())).unlink()

    def _search_next(self):
        """Return the next batch of bookings, and one more if there are more.

        Some of them may be over.
        """
        self.ensure_one()
        return self.env["exivo.planner"]._search_bookings(
            _get_domain(self.concerned), self.reached, BATCH_SIZE + 1
        )

    def _go_on_behind(self, bookings, more):
        """Remember that a batch of bookings is planned.

        :param bookings: ``resource.booking`` records.
        :param bool more: whether others come after them.
        """
        if more:
            self.reached = self.env["exivo.planner"]._get_bookmark(bookings[-1])
        else:
            self.unlink()

    def _count_left(self, rooms=None):
        """Count the bookings that are still to be planned.

        :param rooms: ``resource.resource`` records, if only theirs count.
        :rtype: int
        """
        of_rooms = Domain.TRUE
        if rooms is not None:
            of_rooms = Domain("combination_id.resource_ids", "in", rooms.ids)
        planner = self.env["exivo.planner"]
        left = Domain.OR(
            _get_domain(change.concerned) & planner._get_later_domain(change.reached)
            for change in self.search([], order="id", limit=MOST_CHANGES)
        )
        if left.is_false():
            return 0
        bookings = self.env["resource.booking"].with_context(active_test=False)
        return bookings.search_count(left & of_rooms & planner._get_coming_domain())


def _get_domain(concerned):
    return Domain.OR(Domain(name, "in", ids) for name, ids in concerned.items())
