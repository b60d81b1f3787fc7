# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Shows the front desk the rest of today, room by room, and has it look again."""

from datetime import datetime, time, timedelta

import pytz

from odoo import fields

from ...tools import period
from ..doors.exivo_site_log import QUIET
from .stays import find_stays

#: What the screens of the front desk are told over the bus: look again, and no more.
LOOK_AGAIN = "exivo.now"


def have_looked_again(env):
    """Have all open screens look again, once this is committed.

    Odoo lets exactly the people in a group hear what is sent to it. Nothing is said but
    that there is news: each of them reads what they may see.

    :param Environment env: of whoever has changed something.
    """
    env.ref("exivo_access.group_user").sudo()._bus_send(LOOK_AGAIN, {})


class FrontDesk:
    """Reads at once what the screen shows, with as many queries however much it is.

    Whoever sees an access sees its line; of a booking that one may not see, one sees
    only that the room is taken.

    :param Environment env: of the user.
    """

    def __init__(self, env):
        self.env = env

    def get_rooms(self):
        """Return what the screen shows.

        :rtype: dict
        :raise AccessError: the user is none of the staff.
        """
        accesses = self.env["exivo.access"]
        accesses.check_access("read")
        now = fields.Datetime.now()
        with_doors = self._find_rooms_with_doors()
        stays = find_stays(self.env, with_doors.ids, now, self._get_end_of_day())
        rooms = self._get_rooms(with_doors, stays)
        openings = self._find_openings(stays, now)
        shown = {room.id: [] for room in rooms}
        for stay in stays:
            line = self._describe(stay, now, openings)
            for room_id in shown.keys() & set(stay.room_ids):
                shown[room_id].append(line)
        return {
            "as_of": self._format(now),
            "alerts": self._get_alerts(now),
            "members_failed": accesses.search_count(
                [("is_of_community", "=", True), ("state", "=", "failed")]
            ),
            "rooms": [
                {
                    "id": room.id,
                    "name": room.name,
                    "status": self._get_status(shown[room.id]),
                    "stays": shown[room.id],
                }
                for room in rooms
            ],
            "help": "" if rooms else accesses.get_empty_list_help(""),
        }

    # === ROOMS === #

    def _find_rooms_with_doors(self):
        """Find the rooms with rules that the user may see.

        :rtype: resource.resource
        """
        with_rules = list(self.env["exivo.access.rule"]._get_rules_by_resource())
        return self.env["resource.resource"].search(
            [("id", "in", with_rules), ("resource_type", "=", "material")]
        )

    def _get_rooms(self, with_doors, stays):
        """Return all rooms to show: those with doors, and whatever else is booked.

        :return: in superuser mode: who sees a booking knows what its rooms are called.
        :rtype: resource.resource
        """
        booked = {room_id for stay in stays for room_id in stay.room_ids}
        rooms = with_doors.sudo().with_context(active_test=False)
        return rooms.search(
            [
                ("id", "in", [*with_doors.ids, *booked]),
                ("resource_type", "=", "material"),
            ],
            order="name, id",
        )

    def _get_status(self, lines):
        """Return how a room is used, in a few words.

        :param list[dict] lines: what the screen shows of its bookings.
        :rtype: str
        """
        current = [line for line in lines if line["phase"] == "now"]
        coming = [line for line in lines if line["phase"] == "next"]
        if current:
            return self.env._("In use until %(time)s", time=current[-1]["stop"])
        if coming:
            return self.env._("Next at %(time)s", time=coming[0]["start"])
        return ""

    # === BOOKINGS === #

    def _describe(self, stay, now, openings):
        """Return a booking as the screen shows it.

        :param Stay stay: it, with its accesses.
        :param openings: ``exivo.door.event`` records; see :meth:`_find_openings`.
        :rtype: dict
        """
        phase = "now" if stay.runs_at(now) else "next" if stay.booking else "over"
        start, stop = self._format(stay.start), self._format(stay.stop)
        arrival, tone = self._get_arrival(stay, now, openings)
        return {
            "reference": stay.reference,
            "booking_id": stay.is_visible and stay.booking.id,
            "phase": phase,
            "start": start,
            "stop": stop,
            "when": f"{start} – {stop}{self._get_zone_mark(stay)}",
            "who": self._get_who(stay),
            "note": self._get_note(stay),
            "arrival": arrival,
            "arrival_tone": tone,
            "accesses": [
                {
                    **access._describe_for_desk(),
                    "arrived": self._format(access.arrived_at),
                }
                for access in stay.accesses
            ],
        }

    def _get_who(self, stay):
        """Return who has booked, where no access says so."""
        if stay.accesses or not stay.is_visible:
            return ""
        return ", ".join(stay.booking.partner_ids.mapped("display_name"))

    def _get_note(self, stay):
        """Return what is to know of a booking as a whole, if anything."""
        if not stay.booking:
            return self.env._("It does not take place any more.")
        if stay.accesses:
            return ""
        others = stay.booking.exivo_access_ids
        if not stay.is_visible or any(others.mapped("is_wanted")):
            return self.env._("Booked")  # more is not this user's business
        states = stay.booking._fields["state"]._description_selection(self.env)
        return self.env._(
            "No access (%(state)s)", state=dict(states)[stay.booking.state]
        )

    # === ARRIVALS === #

    def _find_openings(self, stays, now):
        """Find the openings by which somebody may have come to what goes on now.

        :rtype: exivo.door.event
        """
        accesses = self.env["exivo.access"].union(
            *(stay.accesses for stay in stays if stay.runs_at(now))
        )
        events = self.env["exivo.door.event"]
        if not accesses:
            return events
        return events.search(accesses._get_openings_domain(), order="occurred_at, id")

    def _get_arrival(self, stay, now, openings):
        """Return whether somebody has come, in words, and the colour that goes with it.

        That nobody has is only said where the log of the doors was read since.

        :rtype: tuple[str, str]
        """
        if not (stay.runs_at(now) and stay.accesses):
            return "", ""
        began = min(stay.accesses.mapped("start"))
        since = openings.filtered(lambda one: one.occurred_at >= began)
        theirs = since.filtered(lambda one: one.booking_id.id == stay.booking.id)
        if theirs:
            first, moment = theirs[0], self._format(theirs[0].occurred_at)
            if first.certainty == "guess":
                return self.env._("Arrived %(time)s (a guess)", time=moment), "success"
            return self.env._("Arrived %(time)s", time=moment), "success"
        unknown = since.filtered(
            lambda one: not one.booking_id and one.lock_id in stay.accesses.lock_ids
        )
        if unknown:
            text = self.env._(
                "Perhaps arrived: somebody opened %(door)s at %(time)s",
                door=unknown[0].lock_id.name,
                time=self._format(unknown[0].occurred_at),
            )
            return text, "info"
        lately = max(stay.start, now - QUIET)
        if all(
            site.reads_events and site.log_read_at and site.log_read_at >= lately
            for site in stay.accesses.site_id
        ):
            return self.env._("Nobody has come yet"), "warning"
        return "", ""

    # === WHAT CONCERNS A WHOLE SITE === #

    def _get_alerts(self, now):
        """Return why sites are not called, in words; until then nothing changes there.

        :rtype: list[str]
        """
        alerts = []
        for site in self.env["exivo.site"].search([("state", "!=", "draft")]):
            is_paused = site.paused_until and site.paused_until > now
            if site.state == "refused" or is_paused or site.hindrance:
                reason = (
                    site.hindrance
                    or site.failure_reason
                    or self.env._("It is not called at the moment.")
                )
                alerts.append(f"{site.name}: {reason}")
        return alerts

    # === TIMES === #

    def _get_end_of_day(self):
        """Return when the user's day ends, naive UTC."""
        midnight = datetime.combine(self._get_today() + timedelta(days=1), time.min)
        local = self.env.tz.localize(midnight)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_today(self):
        return fields.Date.context_today(self.env["exivo.access"])

    def _format(self, moment):
        """Write a moment by the user's clock."""
        tz, today = str(self.env.tz), self._get_today()
        return period.format_clock(self.env, moment, tz, today) if moment else ""

    def _get_zone_mark(self, stay):
        """Return the user's zone where the clocks of the room show another time."""
        moment = pytz.utc.localize(stay.start)
        here, there = self.env.tz, pytz.timezone(stay.tz or "UTC")
        same = (
            moment.astimezone(here).utcoffset() == moment.astimezone(there).utcoffset()
        )
        return "" if same else f" ({here})"
