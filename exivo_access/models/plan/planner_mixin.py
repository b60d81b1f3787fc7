# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares what there is with what is wanted, in the same way for both planners."""

import json
from typing import Any, NamedTuple

from odoo import models

from ...tools.serialise import serialise
from ...tools.transactions import wake
from ..rule.methods import APP


class AccessKey(NamedTuple):
    """An access is found again by this key when everything is planned anew."""

    partner_id: int
    site_id: int
    method: str
    #: of the booking, or of the community if it is there for just one
    reason_id: int | bool


class Difference(NamedTuple):
    """Lists how the accesses that there are differ from those that are wanted."""

    create_vals: list
    #: accesses that change in the same way, with the values
    changes: list
    #: accesses that nothing wants any more
    surplus: Any


class Decisions:
    """Remembers whom staff keep out of a site, so that no new access lets them in.

    Whoever is kept out by one access that is still wanted gets no other one for the
    same reason. Else the last access that ended decides, of the same method if there is
    any. Of what is gone at Exivo nobody has decided yet, and that stays so.

    What was decided at a site that doors leave counts at a new one of the same company:
    they may have moved there, be it rule by rule, and at once or one after the other.
    """

    def __init__(self):
        self._kept_out = {}
        self._last = {}
        self._doors = {}
        self._known = set()
        self._left = {}
        self._left_before = {}

    def note(
        self, key, decided, lock_ids, company_id, is_wanted, leaves, left_before, ends
    ):
        """Note what was decided about an access. Later accesses have to be noted later.

        :param AccessKey key: with one reason, also where an access has several.
        :param dict decided: the values that keep it away; empty if nothing does.
        :param lock_ids: the ids of the locks that were taken away with it.
        :param int company_id: of its site.
        :param bool is_wanted: whether it has been wanted so far.
        :param bool leaves: whether it ends, or opens less from now on.
        :param bool left_before: whether it opens less since it was decided.
        :param bool ends: whether nothing wants it any more.
        """
        anyhow = key._replace(method=None)
        if decided:
            if is_wanted:
                self._kept_out[anyhow] = decided
            self._doors.setdefault(anyhow, {}).update(dict.fromkeys(lock_ids, decided))
        if ends:
            self._last[key] = self._last[anyhow] = decided
        self._known.add(anyhow)
        for noted in [self._left] * leaves + [self._left_before] * left_before:
            for one in (key, anyhow):
                anywhere = company_id, one._replace(site_id=None)
                noted.setdefault(anywhere, {})[anyhow] = decided

    def keep_out(self, keys, company_id, is_new=True):
        """Return the values by which somebody is kept out for one of these reasons.

        :param keys: iterable of :class:`AccessKey`.
        :param int company_id: of their site.
        :param bool is_new: whether it is for an access that is to be made. One that is
            there knows no doors that others have left before.
        :return: for an ``exivo.access``; empty if nobody keeps them out.
        :rtype: dict
        """
        found = (self._keep_out(key, company_id, is_new) for key in keys)
        return next(filter(None, found), {})

    def _keep_out(self, key, company_id, is_new):
        anyhow = key._replace(method=None)
        if anyhow not in self._known:
            left = {}
            for noted in [self._left_before] * is_new + [self._left]:
                for one in (anyhow, key):  # the same method has the last word
                    left |= noted.get((company_id, one._replace(site_id=None)), {})
            found = (self._kept_out.get(site) or one for site, one in left.items())
            return next(filter(None, found), {})
        return self._kept_out.get(anyhow) or self._last.get(
            key, self._last.get(anyhow, {})
        )

    def keep_from(self, keys, lock_ids):
        """Return the same for some locks, if they were taken away for such a reason.

        :param keys: iterable of :class:`AccessKey`.
        :param lock_ids: what somebody would get in addition.
        :rtype: dict
        """
        for key in keys:
            doors = self._doors.get(key._replace(method=None), {})
            for lock_id in doors.keys() & lock_ids:
                return doors[lock_id]
        return {}


class ExivoPlannerMixin(models.AbstractModel):
    """A planner finds out how accesses differ from what is wanted, and mends that.

    Each planner decides for itself which accesses are wanted.
    """

    _name = "exivo.planner.mixin"
    _description = "Exivo Planner Mixin"

    # === WHAT A PLANNER SAYS === #

    def _get_key(self, access):
        """Return the key by which an access is found again.

        :rtype: AccessKey
        """
        raise NotImplementedError

    def _get_anchor(self, access):
        """Return what to match on first when several accesses share a key.

        It is chosen so that as few as possible are replaced.
        """
        raise NotImplementedError

    def _get_wanted_anchor(self, vals):
        """Return the same of wanted values."""
        raise NotImplementedError

    def _get_reason_ids(self, access):
        """Return the booking or communities that an access was made for, by their ids.

        :rtype: iterable[int]
        """
        raise NotImplementedError

    def _get_wanted_reason_ids(self, vals):
        """Return the same of wanted values."""
        raise NotImplementedError

    def _get_changes(self, access, vals):
        """Return those of the wanted values that the access does not have yet.

        :rtype: dict
        """
        return access._get_changes(vals)

    def _get_holder_vals(self, method, partner, company):
        """Return what an access says of its holder. A key follows a new phone number.

        :param str method: of the access.
        :param partner: its holder, a ``res.partner`` record.
        :param company: the ``res.company`` of its site.
        :rtype: dict
        """
        if method != APP:
            return {}
        return {"app_recipient": partner._get_exivo_recipient(company)}

    # === FINDING THE DIFFERENCE === #

    def _find_difference(self, accesses, wanted):
        """Compare accesses with those that are wanted.

        :param accesses: ``exivo.access`` records in the order of their windows.
        :param dict wanted: lists of values in that order, by :meth:`_get_key`.
        :rtype: Difference
        """
        none = accesses.browse()
        unwanted = accesses.grouped(self._get_key)
        create_vals, changes, surplus = [], {}, []
        for key, vals_list in wanted.items():
            pairs, spare, missing = self._pair(unwanted.pop(key, none), vals_list)
            for access, vals in pairs:
                changed = self._get_changes(access, vals)
                if changed:
                    same = json.dumps(changed, sort_keys=True, default=str)
                    others, _changed = changes.get(same, (none, changed))
                    changes[same] = others | access, changed
            surplus.append(spare)
            create_vals += missing
        surplus = none.union(*surplus, *unwanted.values())
        return Difference(
            create_vals,
            # All of them are read together, however many different changes there are.
            [(one.with_prefetch(accesses.ids), vals) for one, vals in changes.values()],
            surplus._in_force(),
        )

    def _pair(self, accesses, vals_list):
        """Find out which access shall have which of the wanted values.

        Those whose anchor stays are paired first, the others by their order, so that as
        few as possible have to be replaced at Exivo.

        :param accesses: ``exivo.access`` records with the same key.
        :param list[dict] vals_list: what is wanted, in the order of the accesses.
        :return: pairs of access and values, and those of both that are left over.
        :rtype: tuple[list[tuple], exivo.access, list[dict]]
        """
        by_anchor = {self._get_anchor(access): access for access in accesses}
        pairs, others = [], []
        for vals in vals_list:
            access = by_anchor.pop(self._get_wanted_anchor(vals), None)
            if access:
                pairs.append((access, vals))
                accesses -= access
            else:
                others.append(vals)
        pairs += zip(accesses, others, strict=False)
        paired = min(len(accesses), len(others))
        return pairs, accesses[paired:], others[paired:]

    # === WHAT STAFF HAVE DECIDED === #

    def _get_decisions(self, accesses, difference):
        """Return what staff have decided about accesses.

        :param accesses: ``exivo.access`` records, those that have ended included.
        :param Difference difference: what is about to become of them.
        :rtype: Decisions
        """
        decisions = Decisions()
        surplus_ids = set(difference.surplus.ids)
        losing_ids = {
            access.id
            for some, vals in difference.changes
            for access in some
            if any(
                set(access[name].ids).difference(vals[name])
                for name in {"lock_ids", "category_ids"} & vals.keys()
            )
        }
        for access in accesses.sorted("id"):
            decided = access._get_decision()
            ends = not access.is_wanted or access.id in surplus_ids
            leaves = ends or access.id in losing_ids
            before = decided and access.credential_ids.sorted("id")[-1:].lock_ids
            left_before = bool(before and before - access.lock_ids)
            for key in self._get_keys(access, self._get_reason_ids(access)):
                decisions.note(
                    key,
                    decided,
                    access.lock_ids.ids if decided else (),
                    access.company_id.id,
                    is_wanted=access.is_wanted,
                    leaves=leaves,
                    left_before=left_before,
                    ends=ends,
                )
        return decisions

    def _get_keys(self, access, reason_ids):
        """Return the keys of an access, one for each of some reasons.

        :rtype: list[AccessKey]
        """
        of_holder = access.partner_id.id, access.site_id.id, access.method
        return [AccessKey(*of_holder, reason_id) for reason_id in reason_ids]

    def _keep_away(self, vals_list, decisions):
        """Keep away what staff took away, also where another access is made.

        :param list[dict] vals_list: of accesses that are to be made.
        :param Decisions decisions: what staff have decided so far.
        :return: the values, with what that means for them.
        :rtype: list[dict]
        """
        return [
            vals
            | decisions.keep_out(
                (
                    AccessKey(vals["partner_id"], vals["site_id"], vals["method"], one)
                    for one in self._get_wanted_reason_ids(vals)
                ),
                vals["company_id"],
            )
            for vals in vals_list
        ]

    def _keep_doors_away(self, changes, decisions):
        """Make sure that doors staff took away do not come back by another access.

        What is away already stays away as it was decided.

        :param list changes: see :class:`Difference`.
        :param Decisions decisions: what staff have decided so far.
        :return: the changes, with what that means for them.
        :rtype: list
        """
        decided = []
        for accesses, vals in changes:
            apart = accesses.filtered(
                lambda one, vals=vals: (
                    not one.withheld and self._keep_from(one, vals, decisions)
                )
            )
            decided.append((accesses - apart if apart else accesses, vals))
            for one in apart:
                decided.append((one, vals | self._keep_from(one, vals, decisions)))
        return [(accesses, vals) for accesses, vals in decided if accesses]

    def _keep_from(self, access, vals, decisions):
        """Return the values that keep an access away which is about to be changed.

        :param dict vals: of the change.
        :param Decisions decisions: what staff have decided so far.
        :rtype: dict
        """
        if "lock_ids" not in vals:
            return {}
        added = set(vals["lock_ids"]).difference(access.lock_ids.ids)
        return decisions.keep_from(
            self._get_keys(access, self._get_reason_ids(access)), added
        )

    # === CLOSING IT === #

    def _close(self, difference, reason):
        """Change accesses into what is wanted.

        :param Difference difference: what separates them from that.
        :param str reason: the field with the record by which planning is serialised;
            none if nobody else can plan for the same one.
        """
        Access = self.env["exivo.access"].sudo()
        if reason:
            # Others may be planning for the same record, because of other changes: who
            # makes accesses must not miss that others withdraw them. Who takes away
            # what they go by, while there is none yet, serialises it there.
            made = {vals[reason] for vals in difference.create_vals}
            serialise(Access[reason].browse(made) | difference.surplus[reason])
        created = Access.create(difference.create_vals)
        undecided = Access.union(
            *(
                one
                for one, vals in zip(created, difference.create_vals, strict=True)
                if vals.get("gone_at_exivo")
            )
        )
        for accesses, changes in difference.changes:
            accesses._change_wanted(changes)
            if changes.get("gone_at_exivo"):
                undecided |= accesses
        if difference.surplus:
            difference.surplus._withdraw()
        if undecided:
            # The same is asked of staff anew: what it was asked about has ended.
            undecided._gone_at_exivo()
        if any(difference):
            wake(self.env, "ir_cron_synchronise")
