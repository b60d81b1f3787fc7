# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells customers on pages and in mails about an order when its doors open."""

from typing import NamedTuple

from odoo import models
from odoo.http import request


class DoorLine(NamedTuple):
    """A line tells of one booking of an order whether its doors open."""

    rooms: str
    period: str
    #: ``opens``, ``partly``, ``planned``, ``others``, ``waits`` or ``choose``
    state: str
    #: when the doors open, for whom if not for who has ordered, or what they wait for
    text: str
    #: the address where the time is chosen
    way: str = ""

    @property
    def is_of_buyer(self):
        """Tell whether doors open, or are to open, for who has ordered."""
        return self.state in ("opens", "partly", "planned")


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
        told = [self._tell_exivo(one) for one in to_come.sorted("start")]
        if self.state == "sale":
            without_time = bookings.filtered(lambda one: one.state == "pending")
            told += [self._tell_exivo_choice(one) for one in without_time]
        return [line for line in told if line]

    def _tell_exivo_choice(self, booking):
        """Return the line of a booking without a time; nothing if it has no doors.

        Only who has ordered is led there without a login.
        """
        offered = booking.type_id.combination_rel_ids.combination_id
        rooms = (booking.combination_id or offered).resource_ids
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        if not rules.keys() & {*rooms.ids}:
            return None
        # the page of an order reads it in superuser mode, as another user
        user = (request or self).env.user
        logins = self.partner_id.sudo().user_ids
        way = f"{booking.access_url}/schedule"
        if user in logins or (user._is_public() and not logins):
            way = booking.get_portal_url(suffix="/schedule")
        names = booking._get_exivo_rooms().mapped("name") or [booking.type_id.name]
        return DoorLine(", ".join(names), "", "choose", "", way)

    def _tell_exivo(self, booking):
        """Return the line of a booking; nothing if no doors belong to it.

        Who has ordered reads it, and need not be who comes. It claims no more than is
        true of all doors of the booking.
        """
        planner = self.env["exivo.planner"]
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        reached = planner._get_reached_rules(booking, rules)
        accesses = booking.exivo_access_ids.filtered("is_wanted")
        mine = accesses.filtered(lambda one: one.partner_id == self.partner_id)
        standing = {one._get_portal_standing() for one in mine}
        # What staff have taken away they tell of themselves.
        to_come = (
            booking.partner_ids.browse().union(
                *(planner._get_holders(booking, rule) for rule in reached)
            )
            - accesses.partner_id
        )
        granted = accesses.filtered(lambda one: one._get_portal_standing())
        # Whom these take along is not for who has ordered to know.
        others = (to_come | granted.partner_id) & booking.partner_ids - self.partner_id
        explainer = self.env["exivo.booking.explainer"]
        state, text, hindrances = "", "", []
        if "planned" in standing or self.partner_id in to_come:
            state = "planned"
        elif "opens" in standing:
            lacking = self._get_exivo_lacking(booking, rules)
            hindrances = explainer._get_all_hindrances(booking, lacking)
            state = "partly" if lacking or "" in standing else "opens"
        elif others and not mine:
            state, text = "others", self._name_exivo_holders(others)
        elif not reached:
            hindrances = explainer._get_hindrances_of(booking, booking.partner_ids[:1])
            state = hindrances and "waits"
        if state == "opens":
            text = booking._format_exivo_period(
                max(mine.mapped("start")), min(mine.mapped("stop"))
            )
        elif hindrances:
            text = " ".join(one.text for one in hindrances)
        rooms = ", ".join(booking._get_exivo_rooms().mapped("name"))
        return state and DoorLine(rooms, booking._format_exivo_booked(), state, text)

    def _get_exivo_lacking(self, booking, rules_by_resource):
        """Return the rules for who has ordered that a booking has not reached."""
        planner = self.env["exivo.planner"]
        return [
            (room, rule)
            for room in planner._get_rooms(booking)
            for rule in rules_by_resource.get(room.id, ())
            if not planner._reached(booking, rule)
            and self.partner_id in planner._get_holders(booking, rule)
        ]

    def _name_exivo_holders(self, partners):
        """Return how an order calls those for whom the doors open.

        :rtype: str
        """
        return ", ".join(one.name or one.email or "" for one in partners)

    def _has_exivo_login(self):
        """Tell whether who has ordered can look at *My doors*."""
        return bool(self.partner_id.sudo().user_ids)
