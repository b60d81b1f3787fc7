# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...adapters import zones
from .methods import GROUP


class ExivoAccessRule(models.Model):
    """A rule of an access group may open more doors than its own, and has to say so.

    Exivo gives standing access to zones, and a zone can hold more doors than the rule
    names. Whoever makes the rule has to say that those may be opened, too. Rules that
    open just their own doors do so together as well, so nothing is asked of members of
    several communities; if zones change at Exivo, their accesses fail and say why.
    """

    _inherit = "exivo.access.rule"

    companion_ids = fields.Many2many(
        comodel_name="exivo.lock",
        string="Doors That Come Along",
        compute="_compute_companion_ids",
        help="They are in the same access zones at Exivo as the locks of the rule.",
    )
    zoneless_ids = fields.Many2many(
        comodel_name="exivo.lock",
        string="Doors in No Zone",
        compute="_compute_companion_ids",
        help="Standing access cannot open them.",
    )
    with_companions = fields.Boolean(
        string="Add them to the rule",
        store=False,
        help="Members may open these doors, too.",
    )

    @api.depends("category_id", "method", "lock_ids.zone_ids", "lock_ids.active")
    def _compute_companion_ids(self):
        for rule in self:
            companions = zoneless = rule.lock_ids.browse()
            if rule.category_id and rule.method == GROUP:
                for site, locks in rule.lock_ids._origin.grouped("site_id").items():
                    choice = self._choose_zones(site, locks)
                    companions |= locks.browse(sorted(choice.others))
                    zoneless |= locks.browse(sorted(choice.uncovered))
            rule.companion_ids = companions
            rule.zoneless_ids = zoneless

    def _choose_zones(self, site, locks):
        """Choose zones at a site that open some of its locks, as far as we know them.

        :rtype: zones.Choice
        """
        locks_by_zone = defaultdict(set)
        for lock in site.sudo().lock_ids:
            for zone_id in lock.zone_ids or ():
                locks_by_zone[zone_id].add(lock.id)
        always = tuple((lock_id, ()) for lock_id in locks.ids)
        return zones.choose(always, locks_by_zone)

    @api.onchange("with_companions")
    def _onchange_with_companions(self):
        """Add the missing locks at once.

        The box is a button that needs no saving, because the rule cannot be saved
        before.
        """
        if self.with_companions:
            self.lock_ids |= self.companion_ids
            self.with_companions = False

    @api.constrains("active", "category_id", "method", "lock_ids")
    def _check_zones(self):
        """Check that no door is opened to members that nobody has named."""
        for rule in self.filtered("active"):
            if rule.zoneless_ids:
                raise ValidationError(
                    self.env._(
                        "These locks are in no access zone, so an access group cannot "
                        "open them: %(locks)s. Put them into a zone at Exivo and "
                        "press Synchronise locks on the site, or choose another "
                        "method.",
                        locks=", ".join(rule.zoneless_ids.mapped("name")),
                    )
                )
            if rule.companion_ids:
                raise ValidationError(
                    self.env._(
                        "An access group would open these doors as well, because they "
                        "are in the same access zones at Exivo: %(locks)s. Add them "
                        "to the rule, or choose other locks or another method.",
                        locks=", ".join(rule.companion_ids.mapped("name")),
                    )
                )
