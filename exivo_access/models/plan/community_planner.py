# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares the standing accesses of members with those that are wanted.

Who is no member any more has them withdrawn (``_close`` in ``planner_mixin.py``).
"""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class ExivoCommunityPlanner(models.AbstractModel):
    """Makes the standing accesses of contacts what the rules of communities want.

    All members of a batch are planned together, with as many queries as for one. Whom
    a change concerns is in ``community_planner_marks.py``, what members should have in
    ``community_planner_wanted.py``.
    """

    _name = "exivo.community.planner"
    _inherit = ["exivo.planner.mixin"]
    _description = "Exivo Community Planner"

    #: Of which model the rows are that are planned.
    _planned = "res.partner"

    # === PLANNING === #

    def _plan(self, partner_ids):
        """Make the standing accesses of contacts what the rules want. Idempotent.

        :param list[int] partner_ids: of ``res.partner`` records, which may be gone.
        """
        if partner_ids:
            self._close(self._compare(partner_ids), "partner_id")
            self._forget_decisions(partner_ids)

    def _compare(self, partner_ids):
        """Compare the accesses that contacts have with those that rules want.

        :rtype: Difference
        """
        accesses = self._get_accesses(partner_ids)
        wanted = self._get_wanted_vals(partner_ids)
        difference = self._find_difference(accesses.filtered("is_wanted"), wanted)
        missing = [_without(vals, "rule_end") for vals in difference.create_vals]
        decisions = self._get_decisions(accesses, difference)
        return difference._replace(
            create_vals=self._keep_away(missing, decisions),
            changes=self._keep_doors_away(difference.changes, decisions),
        )

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

    def _keep_from(self, access, vals, decisions):
        """Override to let nothing come back by another community, either."""
        added = set(vals.get("category_ids", ())).difference(access.category_ids.ids)
        keys = self._get_keys(access, sorted(added))
        return decisions.keep_out(keys, access.company_id.id, is_new=False) or (
            super()._keep_from(access, vals, decisions)
        )

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
            left = ended.filtered(lambda access: self._has_left(access, members))
            left.write({"withheld": False, "gone_at_exivo": False})

    def _has_left(self, access, members):
        """Tell whether the holder was taken out of all communities of an access.

        :param dict members: ids of contacts by the id of the community.
        :rtype: bool
        """
        return not any(
            access.partner_id.id in members.get(category.id, ())
            for category in access.category_ids
        )

    # === HOW ACCESSES ARE FOUND AGAIN === #

    def _get_key(self, access):
        return self.env["exivo.membership"]._get_key(access)

    def _get_anchor(self, access):
        return frozenset(access.lock_ids.ids)

    def _get_wanted_anchor(self, vals):
        return frozenset(vals["lock_ids"])

    def _get_reason_ids(self, access):
        return access.category_ids.ids

    def _get_wanted_reason_ids(self, vals):
        return vals["category_ids"]

    def _get_changes(self, access, vals):
        """Override to move the end of a standing access only when it is time."""
        lasting = _without(vals, "rule_end", "start", "stop")
        changed = super()._get_changes(access, lasting)
        stop = self._get_stop(access, vals)
        return changed if stop == access.stop else {**changed, "stop": stop}

    def _get_stop(self, access, vals):
        """Return the end of an access. It stays until it is time to renew."""
        end = vals["rule_end"]
        renewal = fields.Datetime.now() + timedelta(days=access.site_id.renew_days)
        if access.stop > end or access.stop < min(renewal, end):
            return vals["stop"]
        return access.stop


def _without(vals, *names):
    return {name: value for name, value in vals.items() if name not in names}
