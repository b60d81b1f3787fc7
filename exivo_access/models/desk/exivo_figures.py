# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

#: The first day of each period, and the first one after it, in the user's zone. The
#: reports have filters of these names.
PERIODS = {
    "week": ("today =week_start", "today =week_start +7d"),
    "month": ("today =1d", "today =1d +1m"),
    "last_30": ("today -30d", "today +1d"),
}
#: A tile has so many rows at most; its report has them all.
ROWS = 8
#: These bookings are over, and the doors tell whether somebody came.
TOLD = ("came", "perhaps", "nobody")


class ExivoRoomReport(models.Model):
    """Figures of rooms are shown at a glance, beside those of accesses and doors.

    Each of them opens its report. They are read by the user's own rights, and of a
    bounded period, so that the page comes as quickly after years.
    """

    _inherit = "exivo.room.report"

    @api.model
    def get_figures(self, period):
        """Return all that the page shows of a period.

        :param str period: one of :data:`PERIODS`; another one is the current week.
        :return: ``tiles`` with rows, and ``week`` with how full its hours are.
        :rtype: dict
        """
        first, end = PERIODS.get(period) or PERIODS["week"]
        within = Domain("start", ">=", first) & Domain("start", "<", end)
        rooms = self._count_rooms(within)
        return {
            "tiles": [
                self._get_rooms(rooms),
                self._get_no_shows(rooms),
                self._get_failures(within),
                self._get_minutes(within),
                self._get_refusals(within),
                self._get_openings(within),
            ],
            "week": self._get_week(within),
        }

    # === ROOMS === #

    def _count_rooms(self, within):
        """Count hours and bookings of each room that has any.

        :return: hours that are ``open``, how many of them are ``full``, ``bookings``,
            and how many of them are of each outcome; by ``resource.resource`` record.
        :rtype: dict
        """
        groups = self.env["exivo.room.report"]._read_group(
            within,
            ["room_id", "outcome"],
            ["full_hours:sum", "open_hours:sum", "bookings:sum"],
        )
        rooms = {}
        for room, outcome, full, open_hours, bookings in groups:
            counts = rooms.setdefault(room.sudo(), Counter())
            counts.update({"full": full, "open": open_hours, "bookings": bookings})
            counts[outcome] += bookings
        return rooms

    def _get_rooms(self, rooms):
        """Return how full each room is, and which nobody used in the period."""
        full = [
            (room.name, 100 * counts["full"] / counts["open"])
            for room, counts in rooms.items()
            if counts["open"]
        ]
        unused = sorted(
            self._tell_unused(room, counts)
            for room, counts in rooms.items()
            if counts["bookings"] == counts["nobody"]
        )
        return {
            "title": self.env._("How full each room is"),
            "note": bool(unused)
            and self.env._(
                "Not used in this period: %(rooms)s", rooms=", ".join(unused)
            ),
            "empty": self.env._("No room has a rule yet."),
            **self._list_rows(
                (name, percent, percent, f"{percent:.0f} %") for name, percent in full
            ),
            **_lead_to("room", "fullness", "room_id"),
        }

    def _tell_unused(self, room, counts):
        """Return the name of a room that nobody used, and what is known about it."""
        if not counts["bookings"]:
            return room.name
        return self.env._(
            "%(room)s (booked %(count)s ×, nobody came)",
            room=room.name,
            count=counts["bookings"],
        )

    def _get_no_shows(self, rooms):
        """Return to how many bookings of each room nobody came."""
        told = {
            room: sum(counts[one] for one in TOLD) for room, counts in rooms.items()
        }
        return {
            "title": self.env._("Booked, and nobody came"),
            "empty": self.env._("Somebody came to every booking, as the doors tell.")
            if any(told.values())
            else self.env._("No booking yet of which the doors tell who came."),
            **self._list_rows(
                (
                    room.name,
                    counts["nobody"],
                    100 * counts["nobody"] / told[room],
                    self.env._(
                        "%(count)s of %(all)s",
                        count=counts["nobody"],
                        all=told[room],
                    ),
                )
                for room, counts in rooms.items()
                if counts["nobody"]
            ),
            **_lead_to("room", "no_shows", "room_id", "nobody"),
        }

    def _get_week(self, within):
        """Return how full the hours of the week are, all rooms together.

        :return: ``hours`` of the day that are open or booked; and for each weekday its
            ``name`` and ``cells``, percent for each of the hours, or none if all rooms
            are closed then.
        :rtype: dict
        """
        report = self.env["exivo.room.report"]
        groups = report._read_group(within, ["weekday", "hour"], ["fullness:avg"])
        full = {(weekday, hour): percent for weekday, hour, percent in groups}
        hours = sorted({hour for _weekday, hour in full})
        days = report._fields["weekday"]._description_selection(self.env)
        return {
            "hours": hours,
            "days": [
                {
                    "name": name,
                    "cells": [_round(full.get((value, hour))) for hour in hours],
                }
                for value, name in days
                if hours
            ],
        }

    # === ACCESSES AND DOORS === #

    def _get_failures(self, within):
        """Return how many accesses failed, by the reason."""
        report = self.env["exivo.access.report"]
        failed = within & Domain("failure_type", "!=", False)
        counts = report._read_group(failed, ["failure_type"], ["accesses:sum"])
        names = dict(report._fields["failure_type"]._description_selection(self.env))
        return {
            "title": self.env._("Accesses that failed, or were late"),
            "empty": self.env._("No access has failed."),
            **self._list_counts((names[one], count) for one, count in counts),
            **_lead_to("access", "accesses", "failure_type", "failed"),
        }

    def _get_minutes(self, within):
        """Return how many minutes passed until accesses were made, by method."""
        report = self.env["exivo.access.report"]
        groups = report._read_group(within, ["method"], ["minutes:avg", "minutes:max"])
        groups = [group for group in groups if isinstance(group[1], float)]
        names = dict(report._fields["method"]._description_selection(self.env))
        most = max((average for _method, average, _longest in groups), default=0)
        return {
            "title": self.env._("Minutes until an access was made"),
            "empty": self.env._("No access was made."),
            **self._list_rows(
                (
                    names[method],
                    average,
                    100 * average / most if most else 0,
                    self.env._(
                        "%(average)s (longest: %(longest)s)",
                        average=formatLang(self.env, average, digits=1),
                        longest=formatLang(self.env, longest, digits=1),
                    ),
                )
                for method, average, longest in groups
            ),
            **_lead_to("access", "minutes", "method"),
        }

    def _get_refusals(self, within):
        """Return how often each door refused somebody."""
        denied = within & Domain("kind", "=", "denied")
        counts = self._count_events(denied, "lock_id")
        return {
            "title": self.env._("Refused, by door"),
            "empty": self.env._("No door refused anybody."),
            **self._list_counts(
                (lock.sudo().name or self.env._("A door that is not known"), count)
                for lock, count in counts
            ),
            **_lead_to("door", "events", "lock_id", "denied"),
        }

    def _get_openings(self, within):
        """Return how often doors were opened, by how."""
        opened = within & Domain("kind", "=", "opened")
        field = self.env["exivo.door.report"]._fields["way"]
        names = dict(field._description_selection(self.env))
        counts = self._count_events(opened, "way")
        return {
            "title": self.env._("Opened, by way in"),
            "empty": self.env._("No door was opened."),
            **self._list_counts((names[way], count) for way, count in counts),
            **_lead_to("door", "events", "way", "opened"),
        }

    def _count_events(self, domain, field):
        return self.env["exivo.door.report"]._read_group(
            domain, [field], ["events:sum"]
        )

    # === ROWS === #

    def _list_counts(self, counts):
        """Return rows of names with counts; the longest bar has the highest count."""
        counts = list(counts)
        most = max((count for _name, count in counts), default=0)
        return self._list_rows(
            (name, count, 100 * count / most, str(count)) for name, count in counts
        )

    def _list_rows(self, rows):
        """Return the first rows by value, and say how many more there are.

        :param rows: name, value, percent of the bar's full length, and text of each.
        :return: ``rows`` and ``more``.
        :rtype: dict
        """
        rows = sorted(rows, key=lambda row: (-row[1], row[0]))
        left = len(rows) - ROWS
        return {
            "rows": [
                {"name": name, "bar": min(round(bar), 100), "text": text}
                for name, _value, bar, text in rows[:ROWS]
            ],
            "more": left > 0 and self.env._("%(count)s more", count=left),
        }


def _lead_to(report, measure, field, shown=None):
    """Return where a figure leads: its report, by one field.

    :param str shown: the filter that shows only what the figure counts.
    :rtype: dict
    """
    context = {f"search_default_{shown}": 1} if shown else {}
    return {
        "action": f"exivo_access.exivo_{report}_report_action",
        "context": {
            **context,
            "graph_measure": measure,
            "graph_groupbys": [field],
            "pivot_row_groupby": [field],
        },
    }


def _round(percent):
    """Round percent. Where all rooms are closed, there are none."""
    return round(percent) if isinstance(percent, float) else None
