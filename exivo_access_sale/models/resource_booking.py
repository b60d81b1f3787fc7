# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.exivo_access.tools.mark import Mark

#: Asks to write on bookings only what changes them.
ONLY_CHANGES = Mark("exivo_only_changes")


class ResourceBooking(models.Model):
    """A booking that was ordered belongs to its order, and nobody organises it."""

    _inherit = "resource.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to make no customer the organiser of what they order.

        When staff move an event, the calendar takes back its organiser's acceptance,
        and with it the access.
        """
        if self.env.user.share:
            vals_list = [
                {"user_id": False, **vals} if vals.get("sale_order_line_id") else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """Override to leave alone what has all of this already, if asked to."""
        if ONLY_CHANGES.get_from(self.env):
            self = self.with_context(**ONLY_CHANGES.off()).filtered(
                lambda one: one._changes_by(vals)
            )
        return super().write(vals)

    def _changes_by(self, vals):
        """Tell whether writing values would change anything.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            self._fields[name].convert_to_write(self[name], self) != value
            for name, value in vals.items()
        )
