# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rule.methods import APP


class ExivoAccessRule(models.Model):
    """A rule for keys in an app needs sites that say which app takes them."""

    _inherit = "exivo.access.rule"

    app_hint = fields.Char(
        compute="_compute_app_hint",
        help="Why a key in the app cannot be chosen, where half of it is there.",
    )

    @api.depends("lock_ids.has_mobile_access", "lock_ids.site_id.app_id")
    def _compute_app_hint(self):
        for rule in self:
            locks = rule._get_incapable_locks(APP)
            sites = rule._get_sites_without_app()
            hint = False
            if rule.lock_ids and sites and not locks:
                hint = rule._word_missing_app(sites)
            elif rule.lock_ids and locks and not sites:
                hint = rule._word_incapable_locks(APP, locks)
            rule.app_hint = hint

    @api.depends("lock_ids.site_id.app_id")
    def _compute_method_choices(self):
        return super()._compute_method_choices()

    def _is_possible(self, method):
        """Override to ask for sites that say which app takes the keys."""
        lacks_app = method == APP and self._get_sites_without_app()
        return super()._is_possible(method) and not lacks_app

    @api.constrains("active", "lock_ids", "method")
    def _check_app(self):
        for rule in self.filtered(lambda one: one.active and one.method == APP):
            sites = rule._get_sites_without_app()
            if sites:
                raise ValidationError(rule._word_missing_app(sites))

    def _get_sites_without_app(self):
        """Return the sites of the rule's locks that name no app for their keys.

        :rtype: exivo.site
        """
        self.ensure_one()
        return self.lock_ids.site_id.filtered(lambda site: not site.app_id)

    def _word_missing_app(self, sites):
        methods = dict(self._fields["method"]._description_selection(self.env))
        return self.env._(
            "%(method)s needs the app ID of %(sites)s, which is not set. Enter it "
            "under Exivo, Sites.",
            method=methods[APP],
            sites=", ".join(sites.mapped("name")),
        )

    def _give_keys_in_app(self):
        """Tell whether the bookings of any room get keys in an app.

        :rtype: bool
        """
        rules = self._get_rules_by_resource()
        return any(rule.method == APP for some in rules.values() for rule in some)
