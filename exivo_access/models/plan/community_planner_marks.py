# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Chooses which members are planned: few at once, many by a scheduled action."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools.transactions import committed, together_or_each, wake
from .collector import BOOKED_MEANWHILE

#: So many members at most are planned in the transaction that concerns them.
AT_ONCE = 100
BATCH_SIZE = 500


class ExivoCommunityPlanner(models.AbstractModel):
    """Few members are planned in the transaction that concerns them.

    Many are marked in it, by their tag, and planned by a scheduled action that goes on
    where it stopped.
    """

    _inherit = "exivo.community.planner"

    # === WHO IS CONCERNED === #

    def _plan_or_mark(self, partner_ids, categories):
        """Plan what has changed now if it concerns few; else have it planned soon.

        :param set partner_ids: contacts of which anything has changed.
        :param categories: ``res.partner.category`` records whose rules have changed.
        """
        partner_ids = set(partner_ids)
        if len(partner_ids) > AT_ONCE:
            partner_ids = self._find_members(partner_ids)
        if len(partner_ids) > AT_ONCE:
            categories |= self.env["exivo.membership"]._get_communities()
            partner_ids = set()
        many = categories.browse()
        for category in categories:
            concerned = partner_ids.union(self._get_concerned_ids(category))
            if len(concerned) > AT_ONCE:
                many |= category
            else:
                partner_ids = concerned
        self._plan(sorted(partner_ids))
        self._mark(many)

    def _find_members(self, partner_ids):
        """Return those of contacts who belong to any community, or did until now.

        :param set partner_ids: of ``res.partner`` records, which may be gone.
        :rtype: set[int]
        """
        communities = self.env["exivo.membership"]._get_communities()
        members = self.env["res.partner"].search(
            Domain("id", "in", partner_ids)
            & Domain("category_id", "child_of", communities.ids)
        )
        theirs = Domain("partner_id", "in", partner_ids)
        theirs &= self._get_concerning_domain()
        return {*members.ids, *self.env["exivo.access"].search(theirs).partner_id.ids}

    def _mark(self, categories):
        """Have the scheduled action plan all members, from the first one on."""
        categories = categories.exists()
        if categories:
            categories.write({"exivo_to_plan": True, "exivo_planned_up_to": 0})
            wake(self.env, "ir_cron_plan_members")

    def _get_concerned_ids(self, categories, after=0):
        """Return who belongs to communities, holds accesses of them or is kept out.

        :param int after: only contacts with a higher id.
        :rtype: list[int]
        """
        members = self.env["res.partner"].search(
            [("category_id", "child_of", categories.ids), ("id", ">", after)],
            order="id",
        )
        holders = self.env["exivo.access"]._read_group(
            self._get_concerning_domain()
            & Domain("category_ids", "in", categories.ids)
            & Domain("partner_id", "!=", False),
            aggregates=["partner_id:array_agg_distinct"],
        )
        later = (one for one in holders[0][0] or () if one > after)
        return sorted({*members._ids, *later})

    def _get_concerning_domain(self):
        """Return the domain of standing accesses that are wanted or were taken away.

        What has ended by itself stays wanted for good, and nothing follows from it.
        """
        wanted = Domain("is_wanted", "=", True)
        wanted &= Domain("stop", ">", fields.Datetime.now())
        return Domain("is_of_community", "=", True) & (
            wanted | Domain("withheld", "=", True)
        )

    # === MANY MEMBERS === #

    def _cron_plan(self):
        """Entry point of the scheduled action: plan the members of marked tags.

        It goes on where it was interrupted; a rule changed meanwhile begins anew.
        """
        progress = self.env["ir.cron"]._commit_progress
        marked = self.env["res.partner.category"].with_context(active_test=False)
        marked = marked.search([("exivo_to_plan", "=", True)])
        progress(remaining=sum(one._count_exivo_left() for one in marked))
        for category in marked:
            more = True
            while more:
                batch = self._get_next_ids(category)
                if not self._plan_batch(category, batch):
                    wake(self.env, "ir_cron_plan_members")  # somebody got in between
                    return
                more = bool(batch)
                if not progress(len(batch)):
                    return

    def _get_next_ids(self, category):
        """Return the next batch of those who are to be planned for a tag."""
        after = category.exivo_planned_up_to
        return self._get_concerned_ids(category, after)[:BATCH_SIZE]

    def _plan_batch(self, category, partner_ids):
        """Plan a batch of the members of a tag. One who is broken, or held, stops none.

        :return: False if it is to be done again, because somebody got in between.
        :rtype: bool
        """
        last = partner_ids[-1] if partner_ids else 0
        marked_at = category.write_date
        try:
            if committed(self.env, self._plan_next, category, partner_ids, last):
                return True
        except Exception:
            self.env.cr.rollback()
        partners = self.env["res.partner"].browse(partner_ids)
        if not together_or_each(self._plan_rows, partners):
            self.env["exivo.collector"]._plan_again_soon(BOOKED_MEANWHILE[:1])
        # if it was marked anew meanwhile, all of them are planned once more
        return category.write_date == marked_at and bool(
            committed(self.env, self._plan_next, category, [], last)
        )

    def _plan_next(self, category, partner_ids, last):
        """Plan some members of a tag, and remember how far that was: both, or neither.

        :param int last: the highest id of the batch; 0 if there was nobody left.
        """
        self._plan(partner_ids)
        category.write({"exivo_to_plan": bool(last), "exivo_planned_up_to": last})

    # === ALL MEMBERS === #

    def _withdraw_lost(self):
        """Withdraw the standing accesses of contacts that are gone."""
        lost = [
            ("is_of_community", "=", True),
            ("is_wanted", "=", True),
            ("partner_id", "=", False),
            ("stop", ">", fields.Datetime.now()),
        ]
        self.env["exivo.access"].search(lost)._withdraw_each()

    def _get_batches(self, after):
        """Return all members, and those with standing accesses or kept out of them.

        :param int after: only contacts with a higher id.
        :return: ids in ascending order.
        :rtype: iterable[list[int]]
        """
        holders = self.env["exivo.access"]._read_group(
            self._get_concerning_domain(),
            aggregates=["partner_id:array_agg_distinct"],
        )
        communities = self.env["exivo.membership"]._get_communities()
        partner_ids = {*self._get_concerned_ids(communities), *(holders[0][0] or ())}
        later = sorted(one for one in partner_ids if one > after)
        return split_every(BATCH_SIZE, later, list)

    def _find_outdated(self, partner_ids):
        """Return those of some contacts that are planned: all of them.

        :param list[int] partner_ids: in ascending order.
        :return: ids in ascending order.
        :rtype: list[int]
        """
        return partner_ids

    def _plan_rows(self, partners):
        """Plan contacts in a scheduled action."""
        self._plan(partners.ids)
