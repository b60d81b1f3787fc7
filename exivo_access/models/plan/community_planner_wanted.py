# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Writes down the standing accesses that members should have, by their rules."""

from odoo import fields, models

from ...pure import rights
from ...tools import period
from ..rule.methods import GROUP, get_strongest


class ExivoCommunityPlanner(models.AbstractModel):
    """Members should have standing accesses, in a way that depends on the method.

    - Other methods than the group: one access for each member, community, site and
      end of rule, whose own end is moved ahead while the membership lasts.
    - Group: one access for each member and site, with the union of all rights.
    """

    _inherit = "exivo.community.planner"

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

    def _get_site_vals(self, site):
        """Return what is the same for all new standing accesses at a site."""
        return {
            "is_of_community": True,
            "site_id": site.id,
            "company_id": site.company_id.id,
            "start": fields.Datetime.now(),
            "tz": site._get_tz(),
        }

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
