# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells customers on pages and in mails about an order when its doors open."""

from typing import NamedTuple

from odoo import models


class DoorLine(NamedTuple):
    """A line tells of one booking of an order whether its doors open."""

    rooms: str
    period: str
    #: ``opens``, ``planned`` or ``waits``
    state: str
    #: when the doors open, or what they wait for
    text: str


class SaleOrder(models.Model):
    """An order tells of its doors, without what opens them: no PIN, no link."""

    _inherit = "sale.order"

    def _get_exivo_door_lines(self):
        """Return what there is to say of the bookings that are still to come.

        :rtype: list[DoorLine]
        """
        self.ensure_one()
        planner = self.env["exivo.planner"]
        lines = self.order_line.sudo()
        bookings = lines.resource_booking_ids.with_context(active_test=False)
        to_come = bookings.filtered(
            lambda one: planner._takes_place(one) and not planner._is_over(one)
        )
        return [
            line for one in to_come.sorted("start") if (line := self._tell_exivo(one))
        ]

    def _tell_exivo(self, booking):
        """Return the line of a booking; nothing if no doors belong to it."""
        planner = self.env["exivo.planner"]
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        state, text = "", ""
        accesses = booking.exivo_access_ids.filtered("is_wanted").sorted("start")
        standing = {one._get_portal_standing(): one for one in reversed(accesses)}
        reached = planner._get_reached_rules(booking, rules)
        if "opens" in standing:
            state, text = "opens", standing["opens"]._format_window()
        elif "planned" in standing or (reached and not accesses):
            state = "planned"
        elif reached:
            pass  # staff have taken it away, and tell why themselves
        else:
            explainer = self.env["exivo.booking.explainer"]
            hindrances = explainer._get_hindrances_of(booking, booking.partner_ids[:1])
            if hindrances:
                state, text = "waits", " ".join(one.text for one in hindrances)
        rooms = ", ".join(booking._get_exivo_rooms().mapped("name"))
        return state and DoorLine(rooms, booking._format_exivo_booked(), state, text)
