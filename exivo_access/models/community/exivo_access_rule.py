# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.remembered import remembered
from ...tools.transactions import wake
from ..rule.methods import COMMUNITY_METHODS, GROUP


class ExivoAccessRule(models.Model):
    """A rule of a community lets those who belong to it open its locks."""

    _inherit = "exivo.access.rule"

    with_children = fields.Boolean(
        string="Child Tags Too",
        help="Members of the tags below this one count as well.",
    )
    hour_ids = fields.One2many(
        comodel_name="exivo.access.hour",
        inverse_name="rule_id",
        string="Weekly Hours",
        copy=True,
        help="When the locks open, in the time of the site; always if left empty.",
    )
    stop_date = fields.Date(
        string="Last Day",
        help="The rule holds until the end of this day; without an end if left empty.",
    )

    is_of_room = fields.Boolean(compute="_compute_is_of")
    is_of_community = fields.Boolean(
        compute="_compute_is_of",
        help="Forms ask this: a community that is not saved yet has no id to ask for.",
    )

    @api.depends("resource_id", "category_id")
    def _compute_is_of(self):
        for rule in self:
            rule.is_of_room = bool(rule.resource_id)
            rule.is_of_community = bool(rule.category_id)

    @api.constrains("resource_id", "category_id", "method")
    def _check_place(self):
        for rule in self:
            if not rule.resource_id and not rule.category_id:
                raise ValidationError(
                    self.env._("Choose the room or the community of the rule.")
                )
            if rule.resource_id and rule.category_id:
                raise ValidationError(
                    self.env._("A rule is for a room or for a community, not for both.")
                )

    @api.constrains("category_id", "method", "hour_ids")
    def _check_community_method(self):
        labels = dict(self._fields["method"]._description_selection(self.env))
        for rule in self:
            if rule.method == GROUP and not rule.category_id:
                raise ValidationError(
                    self.env._(
                        "%(method)s is for members of a community; a booking has "
                        "another method.",
                        method=labels[GROUP],
                    )
                )
            if rule.category_id and rule.method not in COMMUNITY_METHODS:
                raise ValidationError(
                    self.env._(
                        "Members get no %(method)s of their own. Choose %(group)s: "
                        "its PIN is also typed at keypads.",
                        method=labels[rule.method],
                        group=labels[GROUP],
                    )
                )
            if rule.hour_ids and rule.method != GROUP:
                raise ValidationError(
                    self.env._(
                        "Weekly hours need the method %(method)s.",
                        method=labels[GROUP],
                    )
                )

    @remembered
    def _has_community_rules(self):
        """Tell whether any community has a rule. Remembered: every contact asks for it.

        :rtype: bool
        """
        domain = [("category_id", "!=", False), ("active", "=", True)]
        return bool(self.sudo().search_count(domain, limit=1))

    def _get_hours(self):
        """Return the weekly hours of the rule in the form of :mod:`..rights`.

        :rtype: tuple
        """
        self.ensure_one()
        return tuple(sorted(hour._as_minutes() for hour in self.hour_ids))

    def _rules_changed(self, resources, categories):
        """Override to have members planned when a rule ends."""
        result = super()._rules_changed(resources, categories)
        self.exists().filtered("stop_date")._wake_at_end()
        return result

    def _wake_at_end(self):
        """Have members planned when rules end: a group does not end by itself."""
        now = fields.Datetime.now()
        for rule in self:
            ends = {
                site._get_end_of_day(rule.stop_date) for site in rule.lock_ids.site_id
            }
            coming = [end for end in ends if end > now]
            if coming:
                wake(self.env, "ir_cron_plan_all", coming)
