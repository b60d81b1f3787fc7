# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import RedirectWarning


class ExivoSite(models.Model):
    """Once there are locks, a rule is the next step with a site."""

    _inherit = "exivo.site"

    def _find_next_step(self):
        step = super()._find_next_step()
        rules = self.env["exivo.access.rule"]
        opens = [("lock_ids", "in", self.lock_ids.ids)]
        if not step and not rules.search_count(opens, limit=1):
            return "rule"
        return step

    def action_add_rule(self):
        """Open the form for the first rule."""
        return self._open_new("exivo.access.rule", self.env._("New rule"))

    def action_book(self):
        """Override to say what is missing if no room with a rule can be booked.

        :raise RedirectWarning: no booking type has such a room.
        """
        types = self.env["resource.booking.type"]
        ruled = "combination_rel_ids.combination_id.resource_ids.exivo_rule_ids"
        if not types.search_count([(ruled, "!=", False)], limit=1):
            raise RedirectWarning(
                self.env._(
                    "There is nothing to book yet. Make a booking type, and choose the "
                    "room of your rule there as one of its resource combinations: "
                    "then it can be booked."
                ),
                self.env.ref("resource_booking.resource_booking_type_action").id,
                self.env._("Open the booking types"),
            )
        return super().action_book()
