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
    #: when the doors open, for whom if not for who has ordered, what they wait for, or
    #: where the time is chosen
    text: str

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
        told = [
            self._qualify_exivo(one, self._tell_exivo(one))
            for one in to_come.sorted("start")
        ]
        if self.state == "sale":
            without_time = bookings.filtered(lambda one: one.state == "pending")
            told += [self._tell_exivo_choice(one) for one in without_time]
        return [line for line in told if line]

    def _qualify_exivo(self, booking, line):
        """Return a line that claims no more than is true of all doors of a booking."""
        if not line or line.state != "opens":
            return line
        accesses = booking.exivo_access_ids.filtered(
            lambda one: one.is_wanted and one.partner_id == self.partner_id
        )
        if any(one._get_portal_standing() == "planned" for one in accesses):
            return line._replace(state="planned", text="")
        planner = self.env["exivo.planner"]
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        lacking = [
            (room, rule)
            for room in planner._get_rooms(booking)
            for rule in rules.get(room.id, ())
            if not planner._reached(booking, rule)
            and self.partner_id in planner._get_holders(booking, rule)
        ]
        if not lacking:
            return line
        explainer = self.env["exivo.booking.explainer"]
        hindrances = explainer._get_all_hindrances(booking, lacking)
        text = " ".join(one.text for one in hindrances)
        return line._replace(state="partly", text=text)

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
        return DoorLine(", ".join(names), "", "choose", way)

    def _tell_exivo(self, booking):
        """Return the line of a booking; nothing if no doors belong to it.

        Who has ordered reads it, and need not be who comes.
        """
        planner = self.env["exivo.planner"]
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        reached = planner._get_reached_rules(booking, rules)
        accesses = booking.exivo_access_ids.filtered("is_wanted").sorted("start")
        mine = accesses.filtered(lambda one: one.partner_id == self.partner_id)
        standing = {one._get_portal_standing(): one for one in reversed(mine)}
        # What staff have taken away they tell of themselves.
        to_come = (
            booking.partner_ids.browse().union(
                *(planner._get_holders(booking, rule) for rule in reached)
            )
            - accesses.partner_id
        )
        granted = accesses.filtered(lambda one: one._get_portal_standing())
        others = (to_come | granted.partner_id) - self.partner_id
        state, text = "", ""
        if "opens" in standing:
            state, text = "opens", standing["opens"]._format_window()
        elif "planned" in standing or self.partner_id in to_come:
            state = "planned"
        elif others and not mine:
            state, text = "others", self._name_exivo_holders(others)
        elif not reached:
            explainer = self.env["exivo.booking.explainer"]
            hindrances = explainer._get_hindrances_of(booking, booking.partner_ids[:1])
            if hindrances:
                state, text = "waits", " ".join(one.text for one in hindrances)
        rooms = ", ".join(booking._get_exivo_rooms().mapped("name"))
        return state and DoorLine(rooms, booking._format_exivo_booked(), state, text)

    def _name_exivo_holders(self, partners):
        """Return how an order calls those for whom the doors open.

        :rtype: str
        """
        return ", ".join(one.name or one.email or "" for one in partners)

    def _has_exivo_login(self):
        """Tell whether who has ordered can look at *My doors*."""
        return bool(self.partner_id.sudo().user_ids)
