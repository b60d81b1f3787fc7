# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.remembered import forget


class ExivoAccessRule(models.Model):
    """Bookings to come and members follow the rules, and a form says how beforehand."""

    _inherit = "exivo.access.rule"

    bookings_left = fields.Integer(
        compute="_compute_bookings_left",
        compute_sudo=True,
        help="How many bookings of the room are still to be planned.",
    )
    exivo_rule_effect = fields.Char(
        string="Effect",
        compute="_compute_exivo_rule_effect",
        help="What saving the form does to the accesses of bookings.",
    )

    def _compute_bookings_left(self):
        for rule in self:
            rule.bookings_left = rule.resource_id and self.env[
                "exivo.planning.backlog"
            ]._count_left(rule.resource_id)

    @api.depends(lambda self: ("resource_id", *self._get_effective_fields()))
    def _compute_exivo_rule_effect(self):
        for rule in self:
            # those of other companies as well
            others = rule.resource_id._origin.sudo().exivo_rule_ids - rule._origin
            rule.exivo_rule_effect = (
                rule != rule._origin
                and bool(rule.resource_id)
                and self._describe_effect(rule.resource_id, [*others, rule])
            )

    def _rules_changed(self, resources, categories):
        result = super()._rules_changed(resources, categories)
        collector = self.env["exivo.collector"]
        collector._communities_changed(categories)
        if resources:
            collector._bookings_matching_changed(
                "combination_id.resource_ids", resources.ids, again=False
            )
            collector._plan_again_soon()  # even without any rule left
        return result

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

    def describe_loss(self):
        """Describe what people lose once these rules are archived or deleted.

        :return: empty if nobody loses anything.
        :rtype: str
        """
        self.check_access("read")
        active = self.filtered("active")
        sentences = active._describe_by_room(
            lambda room, rules: room.sudo().exivo_rule_ids - rules
        )
        for community, rules in (
            active.filtered("category_id").grouped("category_id").items()
        ):
            count = rules._count_members()
            if count:
                sentences.append(
                    self.env._(
                        "Members of %(community)s with an access, who keep only what "
                        "other rules open: %(count)s.",
                        community=community.name,
                        count=count,
                    )
                )
        return "\n".join(sentences)

    def describe_gain(self):
        """Describe what people get once these archived rules are in force again.

        :return: empty if nobody gets anything.
        :rtype: str
        """
        self.check_access("read")
        archived = self - self.filtered("active")
        sentences = archived._describe_by_room(
            lambda room, rules: [
                *room.sudo().exivo_rule_ids,
                *(rule.new({"active": True}, origin=rule) for rule in rules),
            ]
        )
        for community in archived.category_id:
            if gain := community._describe_exivo_gain():
                sentences.append(gain)
        return "\n".join(sentences)

    def _describe_by_room(self, get_rules):
        """Describe, room by room, what changes for bookings with other rules.

        :param get_rules: function from a room and those of these rules that are its
            own to the rules that it would have.
        :rtype: list[str]
        """
        return [
            f"{room.name}: {effect}"
            for room, rules in self.grouped("resource_id").items()
            if room and (effect := self._describe_effect(room, get_rules(room, rules)))
        ]

    def _count_members(self):
        """Count who opens doors of these rules by their community.

        :rtype: int
        """
        accesses = self.env["exivo.access"].sudo()
        ((count,),) = accesses._read_group(
            [
                ("is_of_community", "=", True),
                ("is_wanted", "=", True),
                ("withheld", "=", False),
                ("stop", ">", fields.Datetime.now()),
                ("category_ids", "in", self.category_id.ids),
                ("lock_ids", "in", self.lock_ids.ids),
            ],
            aggregates=["partner_id:count_distinct"],
        )
        return count

    def _describe_effect(self, resource, rules):
        """Describe what would happen to accesses of bookings if a room had these rules.

        :param resource: the room, a ``resource.resource`` record, edited or not.
        :param rules: ``exivo.access.rule`` records, edited or not.
        :return: a sentence, or False if nothing would happen.
        :rtype: str | bool
        """
        room_rules = [rule._as_room_rule() for rule in rules if rule.active]
        effect = self.env["exivo.planner"]._preview(resource._origin, room_rules)
        if not any(effect.counts):
            return False
        facts = effect.counts._asdict()
        if effect.more:
            return self.env._(
                "More than %(most)s upcoming and running bookings. Accesses of the "
                "soonest %(most)s: created %(created)s, changed %(changed)s, removed "
                "%(removed)s. All others follow by themselves, soonest first.",
                most=effect.looked_at,
                **facts,
            )
        return self.env._(
            "Upcoming and running bookings. Accesses: created %(created)s, changed "
            "%(changed)s, removed %(removed)s.",
            **facts,
        )
