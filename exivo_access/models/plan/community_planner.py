# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes standing accesses of members out of communities and their rules."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...pure import rights
from ...tools import period
from ...tools.transactions import committed, isolated, wake
from ..rule.methods import GROUP, get_strongest

#: So many members at most are planned in the transaction that concerns them.
AT_ONCE = 100
BATCH_SIZE = 500


class ExivoCommunityPlanner(models.AbstractModel):
    """Makes the standing accesses of contacts what the rules of communities want.

    All members of a batch are planned together, with as many queries as for one. Few
    are planned in the transaction that concerns them; many are marked in it, and
    planned by a scheduled action that goes on where it stopped.

    - Other methods than the group: one access for each member, community, site and
      end of rule, whose own end is moved ahead while the membership lasts.
    - Group: one access for each member and site, with the union of all rights.
    """

    _name = "exivo.community.planner"
    _inherit = ["exivo.planner.mixin"]
    _description = "Exivo Community Planner"

    #: Of which model the rows are that are planned.
    _planned = "res.partner"

    # === WHO IS CONCERNED === #

    @api.model
    def _plan_or_mark(self, partner_ids, categories):
        """Plan what has changed now if it concerns few; else have it planned soon.

        :param set partner_ids: contacts of which anything has changed.
        :param categories: ``res.partner.category`` records whose rules have changed.
        """
        partner_ids = set(partner_ids)
        if len(partner_ids) > AT_ONCE:
            categories |= self.env["exivo.membership"]._get_communities()
            partner_ids = set()
        many = categories.browse()
        for category in categories:
            concerned = self._get_concerned_ids(category)
            if len(concerned) > AT_ONCE:
                many |= category
            else:
                partner_ids.update(concerned)
        self._plan(sorted(partner_ids))
        self._mark(many)

    @api.model
    def _mark(self, categories):
        """Have the scheduled action plan all members, from the first one on."""
        categories = categories.exists()
        if categories:
            categories.write({"exivo_to_plan": True, "exivo_planned_up_to": 0})
            wake(self.env, "ir_cron_plan_members")

    @api.model
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

    @api.model
    def _get_concerning_domain(self):
        """Return the domain of standing accesses that are wanted or were taken away."""
        return Domain("is_of_community", "=", True) & (
            Domain("is_wanted", "=", True) | Domain("withheld", "=", True)
        )

    # === SCHEDULED ACTIONS === #

    @api.model
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

    @api.model
    def _get_next_ids(self, category):
        """Return the next batch of those who are to be planned for a tag."""
        after = category.exivo_planned_up_to
        return self._get_concerned_ids(category, after)[:BATCH_SIZE]

    @api.model
    def _plan_batch(self, category, partner_ids):
        """Plan a batch of the members of a tag. One who is broken stops no other.

        :return: False if it was rolled back, because somebody got in between.
        :rtype: bool
        """
        last = partner_ids[-1] if partner_ids else 0
        try:
            return committed(self.env, self._plan_next, category, partner_ids, last)
        except Exception:
            self.env.cr.rollback()
        members = self.env["res.partner"].browse(partner_ids)
        sound = members.filtered(lambda one: isolated(self.env, self._plan_rows, one))
        return committed(self.env, self._plan_next, category, sound.ids, last)

    @api.model
    def _plan_next(self, category, partner_ids, last):
        """Plan some members of a tag, and remember how far that was: both, or neither.

        :param int last: the highest id of the batch; 0 if there was nobody left.
        """
        self._plan(partner_ids)
        category.write({"exivo_to_plan": bool(last), "exivo_planned_up_to": last})

    # === ALL MEMBERS === #

    @api.model
    def _withdraw_lost(self):
        """Withdraw the standing accesses of contacts that are gone."""
        lost = [
            ("is_of_community", "=", True),
            ("is_wanted", "=", True),
            ("partner_id", "=", False),
        ]
        self.env["exivo.access"].search(lost)._withdraw_and_wake()

    @api.model
    def _get_batches(self, after):
        """Return all members, and those with standing accesses or kept out of them.

        :param int after: only contacts with a higher id.
        :return: ids in their order.
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

    @api.model
    def _find_outdated(self, partner_ids):
        """Return those of some contacts that are planned: all of them."""
        return partner_ids

    @api.model
    def _plan_rows(self, partners):
        """Plan contacts in a scheduled action."""
        self._plan(partners.ids)

    # === PLANNING === #

    @api.model
    def _plan(self, partner_ids):
        """Make the standing accesses of contacts what the rules want. Idempotent.

        :param list[int] partner_ids: of ``res.partner`` records, which may be gone.
        """
        if partner_ids:
            self._close(self._compare(partner_ids), "partner_id")
            self._forget_decisions(partner_ids)

    @api.model
    def _compare(self, partner_ids):
        """Compare the accesses that contacts have with those that rules want.

        :rtype: Difference
        """
        accesses = self._get_accesses(partner_ids)
        wanted = self._get_wanted_vals(partner_ids)
        difference = self._find_difference(accesses.filtered("is_wanted"), wanted)
        missing = [_without(vals, "rule_end") for vals in difference.create_vals]
        decisions = self._get_decisions(accesses, difference.surplus)
        return difference._replace(
            create_vals=self._keep_away(missing, decisions),
            changes=self._keep_doors_away(difference.changes, decisions),
        )

    @api.model
    def _get_accesses(self, partner_ids):
        """Return the standing accesses of contacts that are wanted.

        Of the few contacts from whom staff have taken one away, all of them are
        returned.

        :rtype: exivo.access
        """
        accesses = self.env["exivo.access"]
        theirs = Domain("is_of_community", "=", True)
        theirs &= Domain("partner_id", "in", partner_ids)
        kept_out = accesses._search(theirs & Domain("withheld", "=", True))
        return accesses.search(
            theirs
            & (
                Domain("is_wanted", "=", True)
                | Domain("partner_id", "in", kept_out.subselect("partner_id"))
            ),
            order="stop, id",
        )

    # === WHAT STAFF HAVE DECIDED === #

    @api.model
    def _keep_doors_away(self, changes, decisions):
        """Make sure that what staff took away does not come back by another community.

        :param list changes: see :class:`Difference`.
        :param Decisions decisions: what staff have decided so far.
        :return: the changes, with what that means for them.
        :rtype: list
        """
        decided = []
        for accesses, vals in changes:
            category_ids = set(vals.get("category_ids", ()))
            away = accesses.filtered(
                lambda access, ids=category_ids: decisions.keeps_out(
                    self._get_key(access)._replace(reason_id=category_id)
                    for category_id in ids.difference(access.category_ids.ids)
                )
            )
            decided.append((accesses - away, vals))
            decided.append((away, {**vals, "withheld": True}))
        return [(accesses, vals) for accesses, vals in decided if accesses]

    @api.model
    def _forget_decisions(self, partner_ids):
        """Let those in again who have left a community and come back.

        Whoever has the tag is a member all the while, be it or the contact archived.
        """
        ended = self.env["exivo.access"].search(
            [
                ("is_of_community", "=", True),
                ("is_wanted", "=", False),
                ("withheld", "=", True),
                ("partner_id", "in", partner_ids),
            ]
        )
        if ended:
            members = self.env["exivo.membership"]._get_members(
                ended.partner_id.ids, with_archived=True
            )[True]
            left = ended.filtered(
                lambda access: not any(
                    access.partner_id.id in members.get(category.id, ())
                    for category in access.category_ids
                )
            )
            left.write({"withheld": False, "gone_at_exivo": False})

    # === WHAT IS THERE, AND WHAT IS WANTED === #

    @api.model
    def _get_key(self, access):
        return self.env["exivo.membership"]._get_key(access)

    @api.model
    def _get_anchor(self, access):
        return frozenset(access.lock_ids.ids)

    @api.model
    def _get_wanted_anchor(self, vals):
        return frozenset(vals["lock_ids"])

    @api.model
    def _get_reason_ids(self, access):
        return access.category_ids.ids

    @api.model
    def _get_wanted_reason_ids(self, vals):
        return vals["category_ids"]

    @api.model
    def _get_changes(self, access, vals):
        """Override to move the end of a standing access only when it is time."""
        lasting = _without(vals, "rule_end", "start", "stop")
        changed = super()._get_changes(access, lasting)
        stop = self._get_stop(access, vals)
        return changed if stop == access.stop else {**changed, "stop": stop}

    @api.model
    def _get_stop(self, access, vals):
        """Return the end of an access. It stays until it is time to renew."""
        end = vals["rule_end"]
        renewal = fields.Datetime.now() + timedelta(days=access.site_id.renew_days)
        if access.stop > end or access.stop < min(renewal, end):
            return vals["stop"]
        return access.stop

    @api.model
    def _get_wanted_vals(self, partner_ids):
        """Return the standing accesses that contacts should have.

        Their values include one that is no field: ``rule_end``, see :meth:`_get_stop`.

        :return: values for ``exivo.access``, by :meth:`_get_key`.
        :rtype: dict[AccessKey, list[dict]]
        """
        granted = self.env["exivo.membership"]._get_granted(partner_ids)
        sites = self.env["exivo.site"].browse({key.site_id for key in granted})
        vals_by_site = {site.id: self._get_site_vals(site) for site in sites}
        horizons = {site.id: site._get_horizon() for site in sites}
        wanted = {}
        for key, permissions in granted.items():
            partner = self.env["res.partner"].browse(key.partner_id)
            partner = partner.with_prefetch(partner_ids)
            site = self.env["exivo.site"].browse(key.site_id)
            if key.method == GROUP:
                parts = [self._get_group_vals(partner, site, permissions)]
            else:
                parts = self._get_community_vals(
                    key.reason_id, permissions, horizons[site.id]
                )
            vals = {
                **vals_by_site[site.id],
                "partner_id": partner.id,
                "method": key.method,
                **self._get_holder_vals(key.method, partner, site.company_id),
            }
            wanted[key] = [{**vals, **part} for part in parts]
        return wanted

    @api.model
    def _get_site_vals(self, site):
        """Return what is the same for all new standing accesses at a site."""
        return {
            "is_of_community": True,
            "site_id": site.id,
            "company_id": site.company_id.id,
            "start": fields.Datetime.now(),
            "tz": site._get_tz(),
        }

    @api.model
    def _get_community_vals(self, category_id, permissions, horizon):
        """Return what the rules of one community give, separately for each end.

        :param datetime horizon: naive UTC; until when what is made now lasts at most.
        :rtype: list[dict]
        """
        return [
            {
                "reference": f"C{category_id:05d}",
                "category_ids": (category_id,),
                "lock_ids": tuple(sorted(lock_ids)),
                "invitation": get_strongest(
                    permission.rule.invitation for permission in permissions
                ),
                "stop": min(end, horizon),
                "rule_end": end,
            }
            for end, lock_ids in self._get_windows(permissions)
        ]

    @api.model
    def _get_windows(self, permissions):
        """Return the locks of some rules by their ends.

        Each lock is there once, with the latest of its ends.

        :return: ends with lock ids, the first end first.
        :rtype: list[tuple[datetime, set]]
        """
        ends = {}
        for permission in permissions:
            for lock_id in permission.lock_ids:
                ends[lock_id] = max(permission.end, ends.get(lock_id, permission.end))
        by_end = {}
        for lock_id, end in ends.items():
            by_end.setdefault(end, set()).add(lock_id)
        return sorted(by_end.items())

    @api.model
    def _get_group_vals(self, partner, site, permissions):
        """Return what all rules of a member with a group add up to, at one site."""
        every = rights.union(
            *(
                [
                    (lock_id, permission.rule._get_hours())
                    for lock_id in permission.lock_ids
                ]
                for permission in permissions
            )
        )
        person = self.env["exivo.person"]
        return {
            "reference": person._get_reference(partner),
            "holder_digest": person._get_mark_of_facts(site, partner),
            "category_ids": tuple(
                sorted({permission.rule.category_id.id for permission in permissions})
            ),
            "lock_ids": tuple(lock_id for lock_id, _hours in every),
            "rights": rights.to_json(every),
            "stop": period.FOREVER,
            "rule_end": period.FOREVER,
        }


def _without(vals, *names):
    return {name: value for name, value in vals.items() if name not in names}
