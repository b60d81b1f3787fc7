# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Command


class ResourceResource(models.Model):
    """Another company of a room changes its bookings; a rule's form makes rooms."""

    _inherit = "resource.resource"

    @api.onchange("company_id")
    def _onchange_company_id(self):
        """Override to leave a room alone that is made on the form of a rule."""
        if self.env.context.get("exivo_new_room"):
            return None
        return super()._onchange_company_id()

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override for a room that is made on the form of a rule: no human, no hours.

        Odoo would have it work as the company does. What a room may be booked for, its
        booking type says.
        """
        values = super().default_get(fields)
        if self.env.context.get("exivo_new_room"):
            values.update(resource_type="material", calendar_id=False)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give a room that is made on a rule's form a calendar.

        There staff change when it is open; without one it never closes.
        """
        if not self.env.context.get("exivo_new_room"):
            return super().create(vals_list)
        rooms = super().create(vals_list)
        for room in rooms.filtered(lambda one: not one.calendar_id):
            room.calendar_id = room._get_exivo_calendar()
        return rooms

    def _get_exivo_calendar(self):
        """Return the calendar of a room that never closes; make it if there is none."""
        name = self.env._("Round the clock")
        calendars = self.env["resource.calendar"].sudo()
        company = self.company_id or self.env.company
        own = [("company_id", "=", company.id), ("name", "=", name)]
        days = [
            {
                "name": name,
                "dayofweek": str(day),
                "hour_from": 0,
                "hour_to": 24,
                "day_period": "morning",
            }
            for day in range(7)
        ]
        return calendars.search(own, limit=1) or calendars.create(
            {
                "name": name,
                "company_id": company.id,
                "tz": self.tz,
                "attendance_ids": [Command.create(day) for day in days],
            }
        )

    def write(self, vals):
        """Override to plan anew: a room opens to no booking of another company."""
        result = super().write(vals)
        if "company_id" in vals:
            if not self.env.su:
                self.check_access("write")  # the room as it is now
                self.sudo().exivo_rule_ids._check_company()
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed(
                "combination_id.resource_ids", self.ids
            )
        return result
