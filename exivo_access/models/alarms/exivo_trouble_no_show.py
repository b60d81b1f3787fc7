# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models

from ..doors.arrivals import find_arrivals
from .exivo_trouble_kinds import NO_SHOW


class ExivoTrouble(models.Model):
    """It is a trouble that nobody came to a booking, where a rule asks for it."""

    _inherit = "exivo.trouble"

    def _watch_no_shows(self):
        """See at once who has come and who has not, since the logs were just read."""
        self._watch(NO_SHOW)

    def _find_no_show(self):
        """Return the first holder's access of each booking that nobody came to."""
        accesses = self.env["exivo.access"]
        patience = self._get_patience_by_room()
        if not patience:
            return accesses
        now = fields.Datetime.now()
        running = accesses.search(
            [
                ("state", "=", "created"),
                ("booking_id", "!=", False),
                ("booking_start", "<=", now),
                ("booking_stop", ">", now),
            ],
            order="start, id",
        )
        arrivals = find_arrivals(running)
        return accesses.union(
            *(
                mine[0]
                for booking, mine in running.grouped("booking_id").items()
                if booking.id not in arrivals
                and self._is_overdue(booking, mine, patience)
            )
        )

    def _get_patience_by_room(self):
        """Return how long each room waits for somebody, where rules ask for it.

        :return: by the ids of the rooms.
        :rtype: dict[int, timedelta]
        """
        rules_by_room = self.env["exivo.access.rule"]._get_rules_by_resource()
        minutes = {
            room_id: max(rule.others["no_show_minutes"] for rule in rules)
            for room_id, rules in rules_by_room.items()
        }
        return {
            room_id: timedelta(minutes=most)
            for room_id, most in minutes.items()
            if most
        }

    def _is_overdue(self, booking, accesses, patience):
        """Tell whether somebody should have come to a booking by now.

        It is only said where the log of the doors has been read since.

        :param accesses: the ``exivo.access`` records of the booking.
        :param dict patience: see :meth:`_get_patience_by_room`.
        :rtype: bool
        """
        rooms = self.env["exivo.planner"]._get_booked_rooms(booking)
        waits = [patience[room.id] for room in rooms if room.id in patience]
        if not waits:
            return False
        due = accesses[0].booking_start + max(waits)
        return all(
            site.log_read_at and site.log_read_at >= due for site in accesses.site_id
        )
