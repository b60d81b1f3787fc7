# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL, format_time

from odoo.addons.exivo_access.models.access.exivo_access import STATES

#: No booking has so many rooms.
MOST_ROOMS = 1000


class ExivoRoomUse(models.Model):
    """A row is an access in one of the rooms that it was made for, while it is booked.

    A timeline needs its rows as records. An access keeps the ids of its rooms; to store
    them once more would cost every booking a query. PostgreSQL unfolds them when it is
    asked, so there is nothing to keep in line.
    """

    _name = "exivo.room.use"
    _description = "Use of a Room"
    _auto = False
    _order = "start, id"

    access_id = fields.Many2one(comodel_name="exivo.access", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Holder", readonly=True
    )
    room_id = fields.Many2one(comodel_name="resource.resource", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    start = fields.Datetime(string="From", readonly=True)
    stop = fields.Datetime(string="Until", readonly=True)
    state = fields.Selection(selection=STATES, readonly=True)
    arrived_at = fields.Datetime(string="Arrived", readonly=True)

    @property
    def _table_query(self):
        """Override to read it off the accesses whose bookings take place.

        One that staff have taken away still says whose the room is. Where the log names
        none of several holders, any whom that door opens for may have come.

        :rtype: SQL
        """
        return SQL(
            "SELECT access.id::bigint * %(most)s + room.number AS id,"
            " access.id AS access_id, access.partner_id, resource.id AS room_id,"
            " access.company_id, access.booking_start AS start,"
            " access.booking_stop AS stop, access.state,"
            " COALESCE(access.arrived_at, came.at) AS arrived_at"
            " FROM exivo_access access"
            " CROSS JOIN LATERAL jsonb_array_elements_text("
            "CASE WHEN jsonb_typeof(access.rooms) = 'array' THEN access.rooms END)"
            " WITH ORDINALITY AS room (id, number)"
            " JOIN resource_resource resource ON resource.id = room.id::int"
            " AND resource.resource_type = 'material'"
            " LEFT JOIN LATERAL ("
            "SELECT min(occurred_at) AS at FROM exivo_door_event"
            " WHERE kind = 'opened' AND booking_id = access.booking_id"
            " AND access_id IS NULL AND site_id = access.site_id"
            " AND occurred_at BETWEEN access.start AND access.stop"
            " AND lock_id IN (SELECT exivo_lock_id FROM exivo_access_exivo_lock_rel"
            " WHERE exivo_access_id = access.id)"
            ") AS came ON access.arrived_at IS NULL"
            " AND access.state IN ('created', 'expired')"
            " WHERE access.is_wanted"
            " AND (access.state <> 'removed' OR access.withheld)",
            most=MOST_ROOMS,
        )

    @api.depends("partner_id", "state", "arrived_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        """Compute what stands in the timeline: its colour is not all that tells."""
        for use in self:
            access = use.sudo().access_id
            shown, _tone = access._describe_state()
            if use.arrived_at:
                moment = format_time(self.env, use.arrived_at, time_format="short")
                if access.arrived_at and not access.arrival_is_guess:
                    arrived = self.env._("Arrived %(time)s", time=moment)
                else:
                    arrived = self.env._("Arrived %(time)s (a guess)", time=moment)
                # That says all where the access works, or is over.
                works = use.state in ("created", "expired")
                shown = arrived if works else f"{shown} · {arrived}"
            holder = access.partner_id.display_name
            use.display_name = " · ".join(filter(None, (holder, shown)))

    @api.model
    def check_access_rights(self, operation, raise_exception=True):
        """Override to answer web_timeline, which asks by a name of old, without a log.

        :rtype: bool
        """
        if raise_exception:
            self.check_access(operation)
        return self.has_access(operation)
