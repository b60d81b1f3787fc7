# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Shows the front desk the rest of today, room by room, and has it look again."""

from datetime import datetime, time, timedelta

import pytz

from odoo import fields

from ...tools import period
from ..doors.arrivals import find_arrivals
from ..doors.exivo_site_log import QUIET
from .stays import find_stays

#: What the screens of the front desk are told over the bus: read all anew, and no more.
RELOAD = "exivo.now"


def have_looked_again(env):
    """Have all open screens look again, once this is committed.

    Odoo lets exactly the people in a group hear what is sent to it. Nothing is said but
    that there is news: each of them reads what they may see.

    :param Environment env: of whoever has changed something.
    """
    env.ref("exivo_access.group_user").sudo()._bus_send(RELOAD, {})


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
        room_ids = [self._get_shown_ids(stay, with_doors) for stay in stays]
        rooms = self._get_rooms(with_doors, set().union(*room_ids))
        arrivals = self._find_arrivals(stays, now)
        shown = {room.id: [] for room in rooms}
        for stay, theirs in zip(stays, room_ids, strict=True):
            line = self._describe(stay, now, arrivals)
            for room_id in shown.keys() & theirs:
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

        Those that are archived open their doors for whoever has booked them.

        :rtype: resource.resource
        """
        with_rules = list(self.env["exivo.access.rule"]._get_rules_by_resource())
        rooms = self.env["resource.resource"].with_context(active_test=False)
        return rooms.search(
            [("id", "in", with_rules), ("resource_type", "=", "material")]
        )

    def _get_shown_ids(self, stay, with_doors):
        """Return the ids of the rooms that are shown with what goes on in them.

        Who sees a booking, or an access of it, knows what its rooms are called.

        :param with_doors: see :meth:`_find_rooms_with_doors`.
        :rtype: set[int]
        """
        booked = set(stay.room_ids)
        is_seen = stay.is_visible or stay.accesses
        return booked if is_seen else booked & set(with_doors.ids)

    def _get_rooms(self, with_doors, booked):
        """Return all rooms to show: those with doors, and whatever else is booked.

        :param set[int] booked: see :meth:`_get_shown_ids`.
        :return: in superuser mode.
        :rtype: resource.resource
        """
        in_use = with_doors.filtered("active")
        rooms = with_doors.sudo().with_context(active_test=False)
        return rooms.search(
            [("id", "in", [*in_use.ids, *booked]), ("resource_type", "=", "material")],
            order="name, id",
        )

    def _get_status(self, lines):
        """Return how a room is used, in a few words.

        :param list[dict] lines: what the screen shows of its bookings.
        :rtype: str
        """
        current = [line for line in lines if line["phase"] == "now"]
        leaving = [line for line in lines if line["phase"] == "leaving"]
        open_doors = [line["doors"] for line in leaving if line["doors"]]
        coming = [line for line in lines if line["phase"] == "next"]
        if current:
            return self.env._("In use until %(time)s", time=current[-1]["stop"])
        if open_doors:
            return open_doors[-1]
        if coming:
            return self.env._("Next at %(time)s", time=coming[0]["start"])
        return ""

    # === BOOKINGS === #

    def _describe(self, stay, now, arrivals):
        """Return a booking as the screen shows it.

        :param Stay stay: it, with its accesses.
        :param dict arrivals: see :meth:`_find_arrivals`.
        :rtype: dict
        """
        start, stop = self._format(stay.start), self._format(stay.stop)
        arrival, tone = self._get_arrival(stay, now, arrivals)
        return {
            "reference": stay.reference,
            "booking_id": stay.is_visible and stay.booking.id,
            "phase": stay.get_phase(now),
            "start": start,
            "stop": stop,
            "when": f"{start} – {stop}{self._get_zone_mark(stay)}",
            "who": self._get_who(stay),
            "note": self._get_note(stay),
            "doors": self._get_doors(stay, now),
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

    def _get_doors(self, stay, now):
        """Return how long doors are open before a booking begins, or after its end.

        :rtype: str
        """
        working = stay.accesses.filtered(lambda one: one.state == "created")
        phase = stay.get_phase(now)
        if phase == "next" and any(one.start <= now for one in working):
            since = self._format(min(working.mapped("start")))
            return self.env._("Doors open since %(time)s", time=since)
        if phase == "leaving" and working:
            until = self._format(max(working.mapped("stop")))
            return self.env._("Doors open until %(time)s", time=until)
        return ""

    # === ARRIVALS === #

    def _find_arrivals(self, stays, now):
        """Find who has come to what goes on now, or may have.

        :return: by the ids of the bookings.
        :rtype: dict[int, Arrival]
        """
        open_now = (stay.accesses for stay in stays if stay.is_open_at(now))
        return find_arrivals(self.env["exivo.access"].union(*open_now))

    def _get_arrival(self, stay, now, arrivals):
        """Return whether somebody has come, in words, and the colour that goes with it.

        That nobody has is only said while the booking runs, and where the log of the
        doors was read since.

        :rtype: tuple[str, str]
        """
        arrival = arrivals.get(stay.booking.id)
        if arrival:
            return self._describe_arrival(stay, arrival)
        if not stay.accesses or stay.get_phase(now) != "now":
            return "", ""
        lately = max(stay.start, now - QUIET)
        if all(
            site.reads_events and site.log_read_at and site.log_read_at >= lately
            for site in stay.accesses.site_id
        ):
            return self.env._("Nobody has come yet"), "warning"
        return "", ""

    def _describe_arrival(self, stay, arrival):
        """Return an arrival in words, and the colour that goes with it.

        :rtype: tuple[str, str]
        """
        moment = self._format(arrival.moment)
        if arrival.lock_id:
            locks = stay.accesses.lock_ids.grouped("id")
            text = self.env._(
                "Perhaps arrived: somebody opened %(door)s at %(time)s",
                door=locks[arrival.lock_id].name,
                time=moment,
            )
            return text, "info"
        if arrival.is_guess:
            return self.env._("Arrived %(time)s (a guess)", time=moment), "success"
        return self.env._("Arrived %(time)s", time=moment), "success"

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
                waits = self.env._(
                    "What is there already opens doors; what is new, changed or taken "
                    "back waits."
                )
                who = self._get_who_helps(site)
                alerts.append(f"{site.name}: {reason}{who} {waits}")
        return alerts

    def _get_who_helps(self, site):
        """Return who puts a refused site right, for those who may not.

        :rtype: str
        """
        responsible = self.env["exivo.alarm"]._get_responsible(site.sudo())
        if site.state != "refused" or not responsible or site.has_access("write"):
            return ""
        text = self.env._("Tell %(responsible)s.", responsible=responsible.name)
        return f" {text}"

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
