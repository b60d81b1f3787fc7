# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError


class ResourceCalendarLeaves(models.Model):
    """Only those who look after rooms say when a room with doors is closed.

    In Odoo every employee may write the leaves of every resource. Whose bookings fall
    into one, staff are told.
    """

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._check_exivo_rooms()
        self._exivo_rooms_changed()
        return leaves

    def write(self, vals):
        """Override to ask for the right to leaves again, as they are afterwards.

        Odoo asks only before, so that anybody could make one's own the whole house's.

        :raise AccessError: the user may not make such a leave, or not of this room.
        """
        self._check_exivo_rooms()
        result = super().write(vals)
        if not self._may_close_exivo_rooms():
            self.check_access("write")
        self._check_exivo_rooms()
        self._exivo_rooms_changed()
        return result

    def unlink(self):
        self._check_exivo_rooms()
        result = super().unlink()
        self._exivo_rooms_changed()
        return result

    def _exivo_rooms_changed(self):
        self.env["exivo.trouble"].sudo()._rooms_closed_or_opened()

    def _may_close_exivo_rooms(self):
        """Tell whether the user looks after rooms, or nobody has to be asked.

        :rtype: bool
        """
        return self.env.su or self.env["resource.resource"].has_access("write")

    def _check_exivo_rooms(self):
        """Check that the user may close these rooms.

        :raise AccessError: a room has doors, and the user may not edit rooms.
        """
        if self._may_close_exivo_rooms():
            return
        rules_by_resource = self.env["exivo.access.rule"]._get_rules_by_resource()
        if any(leave.resource_id.id in rules_by_resource for leave in self.sudo()):
            raise AccessError(
                self.env._(
                    "This room has doors that open for its bookings. Ask whoever looks "
                    "after the rooms to close or to open it."
                )
            )
