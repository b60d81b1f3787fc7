# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells somebody who need not be who comes whether the doors of a booking open."""

from typing import NamedTuple

from odoo import models


class DoorLine(NamedTuple):
    """A line tells somebody of a booking whether its doors open for them."""

    rooms: str
    period: str
    #: ``opens``, ``renewed``, ``partly``, ``planned``, ``others`` or ``waits``; add-ons
    #: have more
    state: str
    #: when the doors open, or what they wait for
    text: str = ""
    #: for whom the doors are, if not for who is told
    others: models.BaseModel | None = None
    #: the address where something can be done about it
    way: str = ""

    @property
    def is_of_reader(self):
        """Tell whether doors open, or are to open, for who is told."""
        return self.state in ("opens", "renewed", "partly", "planned")


class ResourceBooking(models.Model):
    """A booking tells of its doors, without what opens them: no PIN, no link."""

    _inherit = "resource.booking"

    def _tell_exivo_doors(self, partner):
        """Return what there is to tell somebody of the doors of a booking to come.

        It claims no more than is true of all of them.

        :param partner: the ``res.partner`` who is told.
        :return: nothing if no doors belong to it, staff have taken them away, or it
            is not known what they wait for.
        :rtype: DoorLine | None
        """
        planner = self.env["exivo.planner"]
        explainer = self.env["exivo.booking.explainer"]
        booking = explainer._as_planned(self)
        if not planner._takes_place(booking) or planner._is_over(booking):
            return None
        reached = planner._get_reached_rules(booking)
        accesses = booking.exivo_access_ids.filtered("is_wanted")
        mine = accesses.filtered(lambda one: one.partner_id == partner)
        standing = {
            "renewed" if one._is_renewed() else one._get_portal_standing()
            for one in mine
        }
        holders = booking.partner_ids.browse().union(
            *(planner._get_holders(booking, rule) for rule in reached)
        )
        # What staff have taken away they tell of themselves.
        to_come = holders - accesses.partner_id
        granted = accesses.filtered(lambda one: one._get_portal_standing())
        # Whom these take along is not for everybody to know.
        others = (to_come | granted.partner_id) & booking.partner_ids - partner
        rooms, period = booking._format_exivo_rooms(), booking._format_exivo_booked()
        line = DoorLine(rooms, period, "waits")
        if partner in to_come:
            standing.add("planned")
        if standing & {"opens", "renewed"}:
            hindrances = explainer._get_hindrances_of(booking, partner, partner)
            if hindrances or standing & {"", "planned"}:
                return line._replace(state="partly", text=_join(hindrances))
            if "renewed" in standing:
                return line._replace(state="renewed")
            text = booking._format_exivo_period(
                max(mine.mapped("start")), min(mine.mapped("stop"))
            )
            return line._replace(state="opens", text=text)
        if "planned" in standing:
            return line._replace(state="planned")
        if others and not mine:
            return line._replace(state="others", others=others)
        if reached:
            return None
        if explainer._get_people(booking):
            requester = explainer._get_requester(booking)
            hindrances = explainer._get_hindrances_of(booking, requester, partner)
        else:  # nobody is on it yet, as on that of a guest who pays later
            rules = planner._get_rules(booking)
            hindrances = explainer._get_all_hindrances(booking, rules)
        return line._replace(text=_join(hindrances)) if hindrances else None


def _join(hindrances):
    return " ".join(one.text for one in hindrances)
