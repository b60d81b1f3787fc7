# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""From communities and their rules to the standing accesses of members."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

from .. import period, rights
from ..serialise import serialise
from ..waking import wake
from .methods import APP, GROUP, get_strongest
from .planner import Difference

#: Up to so many members are planned in the transaction that concerns them.
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
    _description = "Exivo Community Planner"

    # === WHO IS CONCERNED === #

    @api.model
    def _plan_or_mark(self, partner_ids, categories):
        """Plan what has changed now if it concerns few; else have it planned soon.

        :param set partner_ids: contacts of which anything has changed.
        :param categories: ``res.partner.category`` records whose rules have changed.
        """
        partner_ids = set(partner_ids)
        if len(partner_ids) > AT_ONCE:
            categories |= self._get_communities()
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
            self._wake()

    @api.model
    def _wake(self):
        wake(self.env, "ir_cron_plan_members")

    @api.model
    def _get_communities(self):
        """The tags that have rules.

        :rtype: res.partner.category
        """
        rules = self.env["exivo.access.rule"].sudo()
        return rules.search([("category_id", "!=", False)]).category_id

    @api.model
    def _get_concerned_ids(self, categories, after=0):
        """Those who belong to communities, and those who hold accesses of them.

        :param int after: only contacts with a higher id.
        :rtype: list[int]
        """
        members = self.env["res.partner"].search(
            [("category_id", "child_of", categories.ids), ("id", ">", after)],
            order="id",
        )
        holders = self.env["exivo.access"]._read_group(
            [
                ("is_standing", "=", True),
                ("stands", "=", True),
                ("category_ids", "in", categories.ids),
                ("partner_id", "!=", False),
            ],
            aggregates=["partner_id:array_agg_distinct"],
        )
        later = (one for one in holders[0][0] or () if one > after)
        return sorted({*members._ids, *later})

    # === SCHEDULED ACTIONS === #

    @api.model
    def _cron_plan(self):
        """Entry point of the scheduled action: plan the members of marked tags.

        It goes on where it was interrupted; a rule changed meanwhile begins anew.
        """
        progress = self.env["ir.cron"]._commit_progress
        committed = self.env["exivo.synchroniser"]._committed
        marked = self.env["res.partner.category"].with_context(active_test=False)
        marked = marked.search([("exivo_to_plan", "=", True)])
        progress(remaining=sum(one._count_exivo_left() for one in marked))
        for category in marked:
            more = True
            while more:
                batch = self._get_next_ids(category)
                if not committed(self._plan_next, category, batch):
                    self._wake()  # somebody got in between
                    return
                more = bool(batch)
                if not progress(len(batch)):
                    return

    @api.model
    def _get_next_ids(self, category):
        after = category.exivo_planned_up_to
        return self._get_concerned_ids(category, after)[:BATCH_SIZE]

    @api.model
    def _plan_next(self, category, partner_ids):
        """Plan a batch of the members of a tag, and remember how far that was."""
        self._plan(partner_ids)
        last = partner_ids[-1] if partner_ids else 0
        category.write({"exivo_to_plan": bool(last), "exivo_planned_up_to": last})

    @api.model
    def _plan_all(self, progress):
        """Find what has bypassed every hook, and renew what ends soon.

        :param progress: function that takes how many were planned, and returns
            whether there is time left.
        """
        accesses = self.env["exivo.access"]
        standing = [("is_standing", "=", True), ("stands", "=", True)]
        accesses.search([*standing, ("partner_id", "=", False)])._withdraw_and_wake()
        holders = accesses._read_group(standing, aggregates=["partner_id:array_agg"])
        partner_ids = {
            *self._get_concerned_ids(self._get_communities()),
            *(holders[0][0] or ()),
        }
        for batch in split_every(BATCH_SIZE, sorted(partner_ids), list):
            # a batch in which somebody gets in between waits for the next time
            self.env["exivo.synchroniser"]._committed(self._plan, batch)
            if not progress(len(batch)):
                break

    # === PLANNING === #

    @api.model
    def _plan(self, partner_ids):
        """Make the standing accesses of contacts what the rules want. Idempotent.

        :param list[int] partner_ids: of ``res.partner`` records, which may be gone.
        """
        if not partner_ids:
            return
        difference = self._compare(partner_ids)
        if difference.create_vals:
            # others may be planning the same members, because of other changes
            serialise(
                self.env["res.partner"].browse(
                    {vals["partner_id"] for vals in difference.create_vals}
                )
            )
            self.env["exivo.access"].create(difference.create_vals)
        for accesses, changes in difference.changes:
            accesses._change_wanted(changes)
        difference.surplus._withdraw()
        if any(difference):
            self.env["exivo.synchroniser"]._wake()

    @api.model
    def _compare(self, partner_ids):
        """Compare the accesses that contacts have with those that rules want.

        :rtype: Difference
        """
        accesses = self.env["exivo.access"]
        existing = accesses.search(
            [
                ("is_standing", "=", True),
                ("stands", "=", True),
                ("partner_id", "in", partner_ids),
            ],
            order="stop, id",
        ).grouped(self._access_key)
        create_vals, changes, surplus = [], {}, accesses
        for key, vals_list in self._get_wanted_vals(partner_ids).items():
            spare, missing = self._pair(existing.pop(key, accesses), vals_list, changes)
            surplus |= spare
            create_vals += missing
        surplus = surplus.union(*existing.values())
        return Difference(
            create_vals,
            [(one, changed) for one, changed in changes.values()],
            surplus._in_force(),
        )

    @api.model
    def _access_key(self, access):
        """By what an access is found again; a group is for all communities."""
        category_id = access.method != GROUP and access.category_ids[:1].id
        return access.partner_id.id, access.site_id.id, access.method, category_id

    @api.model
    def _pair(self, accesses, vals_list, changes):
        """Find out which access shall have which of the wanted values.

        Those whose locks stay are paired first, so that as few as possible have to be
        replaced at Exivo.

        :param accesses: ``exivo.access`` records that differ in end and locks only.
        :param list[dict] vals_list: what is wanted, by the order of its end.
        :param dict changes: receives accesses that change, with the values; those that
            change in the same way stand together.
        :return: accesses and values that are left over.
        :rtype: tuple[exivo.access, list[dict]]
        """
        by_locks = {frozenset(access.lock_ids.ids): access for access in accesses}
        pairs, others = [], []
        for vals in vals_list:
            access = by_locks.pop(frozenset(vals["lock_ids"]), None)
            if access:
                pairs.append((access, vals))
                accesses -= access
            else:
                others.append(vals)
        pairs += zip(accesses, others, strict=False)
        for access, vals in pairs:
            self._note_changes(access, vals, changes)
        paired = min(len(accesses), len(others))
        missing = [self._without(vals, "rule_end") for vals in others[paired:]]
        return accesses[paired:], missing

    @api.model
    def _note_changes(self, access, vals, changes):
        changed = access._get_changes(self._without(vals, "rule_end", "start", "stop"))
        stop = self._get_stop(access, vals)
        if stop != access.stop:
            changed["stop"] = stop
        if changed:
            same = json.dumps(changed, sort_keys=True, default=str)
            accesses, _changed = changes.get(same, (access, changed))
            changes[same] = accesses | access, changed

    @api.model
    def _get_stop(self, access, vals):
        """The end of an access: it stays until it is time to renew, as rules allow."""
        end = vals["rule_end"]
        renewal = fields.Datetime.now() + timedelta(days=access.site_id.renew_days)
        if access.stop > end or access.stop < min(renewal, end):
            return vals["stop"]
        return access.stop

    @api.model
    def _without(self, vals, *names):
        return {name: value for name, value in vals.items() if name not in names}

    # === WHAT IS WANTED === #

    @api.model
    def _get_wanted_vals(self, partner_ids):
        """The standing accesses that contacts should have.

        :return: values for ``exivo.access``, by :meth:`_access_key`.
        :rtype: dict[tuple, list[dict]]
        """
        granted = self._get_granted(partner_ids)
        sites = self.env["exivo.site"].browse({key[1] for key in granted})
        common = {
            site.id: {
                "is_standing": True,
                "site_id": site.id,
                "company_id": site.company_id.id,
                "start": fields.Datetime.now(),
                "tz": site._get_tz(),
            }
            for site in sites
        }
        horizons = {site.id: site._get_horizon() for site in sites}
        wanted = {}
        for key, grants in granted.items():
            partner_id, site_id, method, category_id = key
            vals = {**common[site_id], "partner_id": partner_id, "method": method}
            partner = self.env["res.partner"].browse(partner_id)
            partner = partner.with_prefetch(partner_ids)
            site = self.env["exivo.site"].browse(site_id)
            if method == APP:
                vals["holder_mark"] = self.env["exivo.app.holder"]._get_recipient(
                    partner, site.company_id
                )
            if method == GROUP:
                group_vals = self._get_group_vals(partner, site, grants)
                wanted[key] = [{**vals, **group_vals}]
                continue
            by_end = {}
            for _rule, end, lock_ids in grants:
                by_end[end] = by_end.get(end, frozenset()) | lock_ids
            wanted[key] = [
                {
                    **vals,
                    "reference": f"C{category_id:05d}",
                    "category_ids": (category_id,),
                    "lock_ids": tuple(sorted(lock_ids)),
                    "invitation": get_strongest(rule.invitation for rule, *_ in grants),
                    "stop": min(end, horizons[site_id]),
                    "rule_end": end,
                }
                for end, lock_ids in sorted(by_end.items())
            ]
        return wanted

    @api.model
    def _get_group_vals(self, partner, site, grants):
        """What all rules of a member with a group add up to, at one site."""
        every = rights.union(
            *(
                [(lock_id, rule._get_hours()) for lock_id in lock_ids]
                for rule, _end, lock_ids in grants
            )
        )
        person = self.env["exivo.person"]
        return {
            "reference": person._get_reference(partner),
            "holder_mark": person._get_mark_of_facts(site, partner),
            "category_ids": tuple(
                sorted({rule.category_id.id for rule, _end, _lock_ids in grants})
            ),
            "lock_ids": tuple(lock_id for lock_id, _hours in every),
            "rights": rights.to_json(every),
            "stop": period.FOREVER,
            "rule_end": period.FOREVER,
        }

    @api.model
    def _get_granted(self, partner_ids):
        """Which rules give which locks to whom, until when.

        :return: rule, end (naive UTC) and lock ids, by :meth:`_access_key`.
        :rtype: dict[tuple, list[tuple]]
        """
        members = self._get_members(partner_ids)
        granted = {}
        for rule, locks_by_site in self._get_rules_in_force():
            for site, end, lock_ids in locks_by_site:
                category_id = rule.method != GROUP and rule.category_id.id
                for partner_id in members(rule):
                    key = partner_id, site.id, rule.method, category_id
                    granted.setdefault(key, []).append((rule, end, lock_ids))
        return granted

    @api.model
    def _get_rules_in_force(self):
        """The rules of communities that are not over, read anew.

        They are not cached: a long pass must not go on with what others have changed.

        :return: rules, each with site, end (naive UTC) and lock ids.
        :rtype: list[tuple]
        """
        now = fields.Datetime.now()
        rules = self.env["exivo.access.rule"].with_context(active_test=False)
        in_force = []
        for rule in rules.search(
            [("active", "=", True), ("category_id.active", "=", True)], order="id"
        ):
            by_site = []
            for site, locks in rule.lock_ids.grouped("site_id").items():
                day = rule.stop_date
                end = site._get_end_of_day(day) if day else period.FOREVER
                if end > now:
                    by_site.append((site, end, frozenset(locks.ids)))
            in_force.append((rule, by_site))
        return in_force

    @api.model
    def _get_members(self, partner_ids):
        """Who of these contacts belongs to which community.

        Archived contacts and those with an archived tag do not.

        :return: function that takes a rule and returns the ids of its members.
        """
        direct, below = {}, {}
        partners = self.env["res.partner"].with_context(active_test=True)
        groups = partners._read_group(
            [("id", "in", partner_ids), ("category_id", "!=", False)],
            ["category_id"],
            ["id:array_agg"],
        )
        for category, ids in groups:
            if category.active:
                direct[category.id] = set(ids)
                for ancestor in category.parent_path.strip("/").split("/"):
                    below.setdefault(int(ancestor), set()).update(ids)

        def members(rule):
            found = below if rule.with_children else direct
            return found.get(rule.category_id.id, ())

        return members
