# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ...tools.remembered import forget


class ExivoAccessRule(models.Model):
    """Bookings to come and members follow the rules, and a form says how beforehand."""

    _inherit = "exivo.access.rule"

    def _rules_changed(self, resources, categories):
        result = super()._rules_changed(resources, categories)
        collector = self.env["exivo.collector"]
        collector._communities_changed(categories)
        if resources:
            collector._bookings_matching_changed(
                [("combination_id.resource_ids", "in", resources.ids)]
            )
            collector._plan_again_soon()
        return result

    @api.model
    def _forget_outdated(self):
        """Have what is remembered of rules read anew, if it is outdated.

        Whoever began before a change was committed may have read the rules after it.
        """
        communities = self.env["exivo.membership"]._get_communities()
        if (
            self._get_rules_by_resource() != self._read_rules_by_resource()
            or self._has_community_rules() != bool(communities)
        ):
            forget(self.env)

    @api.model
    def _describe_effect(self, resource, rules):
        """Describe what would happen to accesses of bookings if a room had these rules.

        :param resource: the room, a ``resource.resource`` record, edited or not.
        :param rules: ``exivo.access.rule`` records, edited or not.
        :return: a sentence, or False if nothing would happen.
        :rtype: str | bool
        """
        room_rules = [rule._as_room_rule() for rule in rules if rule.active]
        counts = self.env["exivo.planner"]._preview(resource._origin, room_rules)
        return any(counts) and self.env._(
            "Bookings to come and running ones: %(created)s accesses are created, "
            "%(changed)s changed and %(removed)s removed.",
            created=counts.created,
            changed=counts.changed,
            removed=counts.removed,
        )
