# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .methods import ABILITIES, COMMUNITY_METHODS, GROUP, INVITATIONS


class ExivoAccessRule(models.Model):
    """A rule can have the ways in that all of its locks are marked for."""

    _inherit = "exivo.access.rule"

    method_choices = fields.Json(
        compute="_compute_method_choices",
        help="The methods that the form offers.",
    )

    invitation = fields.Selection(
        selection=INVITATIONS,
        default="odoo",
        required=True,
        help="Exivo can send its own invitation with the link as well, by text message "
        "or e-mail, where the holder has a usable number or address. The PIN never "
        "travels that way: it stands in Odoo's mail and in the portal.",
    )

    @api.depends(
        "resource_id",
        "category_id",
        *(f"lock_ids.{ability}" for ability in ABILITIES.values()),
    )
    def _compute_method_choices(self):
        for rule in self:
            rule.method_choices = [
                method
                for method, _label in self._fields["method"].selection
                if (
                    method in COMMUNITY_METHODS if rule.category_id else method != GROUP
                )
                and rule._is_possible(method)
            ]

    @api.constrains("active", "lock_ids", "method")
    def _check_abilities(self):
        """Check that the locks can do what the method needs. Name those that cannot."""
        for rule in self.filtered("active"):
            locks = rule._get_incapable_locks(rule.method)
            if locks:
                raise ValidationError(rule._word_incapable_locks(rule.method, locks))

    def _word_incapable_locks(self, method, locks):
        methods = dict(self._fields["method"]._description_selection(self.env))
        ability = locks._fields[ABILITIES[method]]
        return self.env._(
            "%(method)s does not work with %(locks)s: not marked with “%(ability)s”. "
            "Choose another method or other locks. What a lock can do is marked under "
            "Exivo, Locks.",
            method=methods[method],
            locks=", ".join(locks.mapped("name")),
            ability=ability._description_string(self.env),
        )

    def _is_possible(self, method):
        """Tell whether the locks, and all that a method needs beside them, are there.

        :rtype: bool
        """
        return not self._get_incapable_locks(method)

    def _get_incapable_locks(self, method):
        """Return the locks of the rule that cannot be opened by a method.

        :rtype: exivo.lock
        """
        self.ensure_one()
        ability = ABILITIES.get(method)
        locks = self.lock_ids
        return locks.filtered(lambda lock: not lock[ability]) if ability else locks[:0]
