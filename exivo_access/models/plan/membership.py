# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Knows who belongs to which community, and what its rules give to members."""

from typing import Any, NamedTuple

from odoo import fields, models

from ...tools import period
from ..rule.methods import GROUP
from .planner_mixin import AccessKey


class Permission(NamedTuple):
    """A rule of a community gives these locks at one site, until that end."""

    #: ``exivo.access.rule`` record
    rule: Any
    site_id: int
    #: naive UTC
    end: Any
    lock_ids: frozenset


class ExivoMembership(models.AbstractModel):
    """Says which rules of communities hold for whom, now. In superuser mode.

    Nothing is cached: a long pass must not go on with what others have changed.
    """

    _name = "exivo.membership"
    _description = "Exivo Membership"

    def _get_communities(self):
        """Return the tags that have rules.

        :rtype: res.partner.category
        """
        rules = self.env["exivo.access.rule"].sudo()
        return rules.search([("category_id", "!=", False)]).category_id

    def _get_key(self, access):
        """Return the key by which a standing access is found: see :meth:`_get_granted`.

        :rtype: AccessKey
        """
        category_id = access.method != GROUP and access.category_ids[:1].id
        return AccessKey(
            access.partner_id.id, access.site_id.id, access.method, category_id
        )

    def _get_granted(self, partner_ids):
        """Return which rules give which locks to whom, until when.

        An access group is made for all communities together. Otherwise each community
        has its own access.

        :param list[int] partner_ids: of ``res.partner`` records, which may be gone.
        :rtype: dict[AccessKey, list[Permission]]
        """
        members = self._get_members(partner_ids)
        granted = {}
        for permission in self._get_permissions():
            rule = permission.rule
            category_id = rule.method != GROUP and rule.category_id.id
            for partner_id in members[rule.with_children].get(rule.category_id.id, ()):
                key = AccessKey(
                    partner_id, permission.site_id, rule.method, category_id
                )
                granted.setdefault(key, []).append(permission)
        return granted

    def _get_permissions(self):
        """Return what the rules of communities give, without rules that are over.

        :rtype: list[Permission]
        """
        now = fields.Datetime.now()
        rules = self.env["exivo.access.rule"].with_context(active_test=False)
        rules = rules.search(
            [("active", "=", True), ("category_id.active", "=", True)], order="id"
        )
        permissions = []
        for rule in rules:
            for site, locks in rule.lock_ids.grouped("site_id").items():
                day = rule.stop_date
                end = site._get_end_of_day(day) if day else period.FOREVER
                if end > now:
                    permissions.append(
                        Permission(rule, site.id, end, frozenset(locks.ids))
                    )
        return permissions

    def _get_members(self, partner_ids, with_archived=False):
        """Return which of these contacts belong to which community.

        :param list[int] partner_ids: of ``res.partner`` records.
        :param bool with_archived: whether archived contacts do, and those with an
            archived tag; they are let in nowhere.
        :return: contacts by the id of the community: by ``with_children`` of its rule,
            once with the members of the tags below it, once without.
        :rtype: dict[bool, dict[int, set[int]]]
        """
        direct, below = {}, {}
        partners = self.env["res.partner"].with_context(active_test=not with_archived)
        groups = partners._read_group(
            [("id", "in", partner_ids), ("category_id", "!=", False)],
            ["category_id"],
            ["id:array_agg"],
        )
        for category, ids in groups:
            if category.active or with_archived:
                direct[category.id] = set(ids)
                for ancestor in category.parent_path.strip("/").split("/"):
                    below.setdefault(int(ancestor), set()).update(ids)
        return {False: direct, True: below}
