# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..community.exivo_access_hour import WEEKDAYS

#: Free hours are counted from so long ago until so far ahead; bookings always are.
HOURS_BEFORE = timedelta(days=400)
HOURS_AHEAD = timedelta(days=100)
OUTCOMES = [
    ("coming", "To Come, or Going On"),
    ("came", "Somebody Came"),
    ("perhaps", "Somebody May Have Come"),
    ("nobody", "Nobody Came"),
    ("unknown", "Not Known"),
]


class ExivoRoomReport(models.Model):
    """A row of the figures of rooms is an hour in which a room is booked, or open.

    Hours in which it is open come from the weekly hours of the room, and have all rooms
    with rules in the figures, those that nobody books as well. Hours that are booked
    come from accesses. Both are told in the zone of the room.
    """

    _name = "exivo.room.report"
    _description = "Figures of Rooms"
    _auto = False
    _order = "start desc, id"
    _rec_name = "room_id"
    _depends = {
        "exivo.access": [
            *("arrived_at", "booking_id", "booking_start", "booking_stop"),
            *("company_id", "is_of_community", "is_wanted", "lock_ids", "reference"),
            *("released_at", "rooms", "site_id", "start", "stop", "withheld"),
        ],
        "exivo.access.rule": ["active", "company_id", "resource_id"],
        "exivo.credential": ["access_id", "made_at", "revoked_at"],
        "exivo.door.event": [
            *("access_id", "actor", "booking_id", "kind", "lock_id", "occurred_at"),
            "opening_id",
        ],
        "exivo.site": ["event_days", "log_known_since", "log_read_at"],
        "resource.calendar": ["tz"],
        "resource.calendar.attendance": [
            *("calendar_id", "day_period", "dayofweek", "display_type", "hour_from"),
            *("hour_to", "week_type"),
        ],
        "resource.resource": ["active", "calendar_id", "resource_type", "tz"],
    }

    room_id = fields.Many2one(comodel_name="resource.resource", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    start = fields.Datetime(
        string="Begin", readonly=True, help="When the booking begins."
    )
    weekday = fields.Selection(selection=WEEKDAYS, readonly=True)
    hour = fields.Char(readonly=True, help="Of the day, where the room is.")
    outcome = fields.Selection(
        selection=OUTCOMES,
        string="Who Came",
        readonly=True,
        help="As far as the doors tell. Not known: their log was not read all the "
        "time, its events are deleted by now, or no access worked.",
    )
    booked_hours = fields.Float(readonly=True)
    full_hours = fields.Float(
        string="Open Hours Booked",
        readonly=True,
        help="Booked hours in which the room is open, by its weekly hours.",
    )
    open_hours = fields.Float(
        readonly=True, help="By the room's weekly hours, closed days among them."
    )
    fullness = fields.Float(
        string="How Full (%)",
        readonly=True,
        aggregator="avg",
        help="How many of the open hours are booked.",
    )
    bookings = fields.Integer(readonly=True)
    no_shows = fields.Integer(
        string="Nobody Came", readonly=True, help="Bookings that nobody came to."
    )

    def _read_group_select(self, aggregate_spec, query):
        """Override to say how full rooms are: the average of hours would mislead."""
        if aggregate_spec != "fullness:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "full_hours", query),
            self._field_to_sql(self._table, "open_hours", query),
        )

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._select_booked(), self._select_open())

    # === BOOKED HOURS === #

    def _select_booked(self):
        """Return the hours of bookings; the first of each booking counts it."""
        return SQL(
            """
            SELECT (booking.id::bigint << 24) + (room.number << 14) + slice.number
                    AS id,
                resource.id AS room_id, booking.company_id,
                booking.booking_start AS start,
                (extract(isodow FROM here.moment) - 1)::int::text AS weekday,
                to_char(here.moment, 'HH24:00') AS hour,
                found.outcome,
                part.hours AS booked_hours, (%s)::float AS full_hours,
                0.0::float AS open_hours, NULL::float AS fullness,
                (slice.number = 1)::int AS bookings,
                (slice.number = 1 AND found.outcome = 'nobody')::int AS no_shows
            FROM (%s) AS booking
            CROSS JOIN LATERAL jsonb_array_elements_text(booking.rooms)
                WITH ORDINALITY AS room(id, number)
            JOIN resource_resource AS resource
                ON resource.id = room.id::int AND resource.resource_type = 'material'
            LEFT JOIN resource_calendar AS calendar
                ON calendar.id = resource.calendar_id
            CROSS JOIN LATERAL (
                SELECT COALESCE(calendar.tz, resource.tz, 'UTC') AS name
            ) AS zone
            CROSS JOIN LATERAL (SELECT booking.booking_start AT TIME ZONE 'UTC'
                AT TIME ZONE zone.name AS moment) AS begin
            CROSS JOIN LATERAL generate_series(
                booking.booking_start
                    - (begin.moment - date_trunc('hour', begin.moment)),
                booking.ended_at - interval '1 second', interval '1 hour'
            ) WITH ORDINALITY AS slice(moment, number)
            CROSS JOIN LATERAL (SELECT slice.moment AT TIME ZONE 'UTC'
                AT TIME ZONE zone.name AS moment) AS here
            CROSS JOIN LATERAL (
                SELECT greatest(booking.booking_start, slice.moment) AS first,
                    least(booking.ended_at, slice.moment + interval '1 hour') AS last
            ) AS border
            CROSS JOIN LATERAL (
                SELECT border.first,
                    extract(epoch FROM border.last - border.first)::float / 3600
                    AS hours
            ) AS part
            CROSS JOIN LATERAL (SELECT %s AS outcome) AS found
            WHERE booking.ended_at > booking.booking_start
            """,
            self._select_full_hours(),
            self._select_bookings(),
            self._tell_outcome(),
        )

    def _select_full_hours(self):
        """Return how much of a part of a booking lies in hours that count as open."""
        first, last = self._get_bounds()
        return SQL(
            """
            CASE
                WHEN NOT resource.active OR slice.moment NOT BETWEEN %s AND %s
                    OR NOT EXISTS (
                        SELECT FROM exivo_access_rule
                        WHERE active AND resource_id = resource.id
                    )
                    THEN 0
                WHEN resource.calendar_id IS NULL THEN part.hours
                ELSE (
                    SELECT COALESCE(sum(
                        greatest(
                            least(hour_to, place.hour + part.hours)
                            - greatest(hour_from, place.hour),
                            0
                        ) * CASE WHEN week_type IS NULL THEN 1 ELSE 0.5 END
                    ), 0)
                    FROM resource_calendar_attendance
                    CROSS JOIN LATERAL (SELECT part.first AT TIME ZONE 'UTC'
                        AT TIME ZONE zone.name AS moment) AS there
                    CROSS JOIN LATERAL (SELECT
                        extract(epoch FROM there.moment::time)::float / 3600 AS hour
                    ) AS place
                    WHERE calendar_id = resource.calendar_id
                        AND dayofweek::int = extract(isodow FROM there.moment) - 1
                        AND day_period != 'lunch' AND display_type IS NULL
                )
            END
            """,
            first,
            last,
        )

    def _select_bookings(self):
        """Return the bookings that were held, each once, however many hold accesses.

        One that was released because nobody came was cancelled by that. Whoever has
        come was there until the last credential was revoked, and as long as that is not
        known, all the time; if others have the booking now, they are counted.

        Whether somebody came is known if the log was read all the time, no event of it
        is deleted, and there was an access that worked.
        """
        return SQL(
            """
            SELECT min(access.id) AS id, array_agg(access.id) AS access_ids,
                %(company)s AS company_id, max(access.booking_id) AS booking_id,
                access.booking_start, access.booking_stop, access.rooms,
                min(access.start) AS first, max(access.stop) AS last,
                CASE WHEN bool_or(access.is_wanted) THEN access.booking_stop
                    ELSE least(access.booking_stop, max(credential.revoked_at))
                    END AS ended_at,
                bool_or(access.is_wanted) AS is_held,
                bool_or(access.arrived_at IS NOT NULL) OR EXISTS (
                    SELECT %(same)s AND other.arrived_at IS NOT NULL
                ) AS has_arrived,
                bool_and(COALESCE(
                    site.log_read_at >= access.booking_stop
                    AND site.log_known_since <= access.start
                    AND access.start >= %(now)s - site.event_days * interval '1 day',
                    FALSE
                )) AND bool_or(COALESCE(
                    credential.made_at <= access.booking_stop
                        AND access.withheld IS NOT TRUE,
                    FALSE
                )) AS is_known
            FROM exivo_access AS access JOIN exivo_site AS site
                ON site.id = access.site_id
            CROSS JOIN LATERAL (
                SELECT min(made_at) AS made_at,
                    (array_agg(COALESCE(revoked_at, 'infinity') ORDER BY id DESC)
                        FILTER (WHERE made_at IS NOT NULL))[1] AS revoked_at
                FROM exivo_credential WHERE access_id = access.id
            ) AS credential
            WHERE access.booking_start IS NOT NULL
                AND NOT COALESCE(access.is_of_community, FALSE)
                AND jsonb_typeof(access.rooms) = 'array'
                AND (access.is_wanted OR (
                    (access.released_at IS NOT NULL OR access.arrived_at IS NOT NULL)
                    AND NOT EXISTS (SELECT %(same)s AND other.is_wanted)
                ))
            GROUP BY access.reference, access.booking_start, access.booking_stop,
                access.rooms
            """,
            company=self._choose_company(SQL.identifier("access", "company_id")),
            now=fields.Datetime.now(),
            same=SQL(
                "FROM exivo_access AS other WHERE other.reference = access.reference"
                " AND other.booking_start < access.booking_stop"
                " AND other.booking_stop > access.booking_start"
            ),
        )

    def _choose_company(self, column):
        """Return the one company for which something of several companies counts.

        It is one of the user's, so that they count it, and count it once.
        """
        allowed = self.env.companies.ids
        return SQL(
            "COALESCE(min(%(column)s) FILTER (WHERE %(column)s = ANY(%(allowed)s)),"
            " min(%(column)s))",
            column=column,
            allowed=allowed,
        )

    def _tell_outcome(self):
        """Return whether somebody came, as ``_has_anybody_come`` sees it."""
        return SQL(
            """
            CASE WHEN booking.has_arrived THEN 'came'
                WHEN NOT booking.is_held THEN 'nobody'
                WHEN booking.booking_stop > %(now)s THEN 'coming'
                WHEN NOT booking.is_known THEN 'unknown'
                WHEN EXISTS (
                    SELECT FROM exivo_door_event AS event
                    WHERE event.kind = 'opened'
                        AND event.occurred_at BETWEEN booking.first AND booking.last
                        AND (event.booking_id = booking.booking_id OR (
                            event.access_id IS NULL AND event.booking_id IS NULL
                            AND event.actor IS NULL AND event.opening_id IS NULL
                            AND event.lock_id IN (
                                SELECT exivo_lock_id FROM exivo_access_exivo_lock_rel
                                WHERE exivo_access_id = ANY(booking.access_ids)
                            )
                        ))
                ) THEN 'perhaps'
                ELSE 'nobody' END
            """,
            now=fields.Datetime.now(),
        )

    # === OPEN HOURS === #

    def _get_bounds(self):
        """Return the first and the last hour that is counted as open."""
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        return now - HOURS_BEFORE, now + HOURS_AHEAD

    def _select_open(self):
        """Return the hours in which rooms with rules are open, by their calendars.

        A room without a calendar is always open.
        """
        first, last = self._get_bounds()
        return SQL(
            """
            SELECT -((extract(epoch FROM slot.moment)::bigint / 3600) << 30) - rule.id
                    AS id,
                resource.id AS room_id, rule.company_id, slot.moment AS start,
                (extract(isodow FROM here.moment) - 1)::int::text AS weekday,
                to_char(here.moment, 'HH24:00') AS hour,
                NULL::text AS outcome,
                0.0::float AS booked_hours, 0.0::float AS full_hours,
                COALESCE(week.share, 1)::float AS open_hours,
                NULL::float AS fullness, 0 AS bookings, 0 AS no_shows
            FROM generate_series(%(first)s, %(last)s, interval '1 hour')
                AS slot(moment)
            CROSS JOIN (
                SELECT min(id) AS id, resource_id, %(company)s AS company_id
                FROM exivo_access_rule
                WHERE active AND resource_id IS NOT NULL
                GROUP BY resource_id
            ) AS rule
            JOIN resource_resource AS resource ON resource.id = rule.resource_id
                AND resource.active AND resource.resource_type = 'material'
            LEFT JOIN resource_calendar AS calendar
                ON calendar.id = resource.calendar_id
            CROSS JOIN LATERAL (SELECT slot.moment AT TIME ZONE 'UTC' AT TIME ZONE
                COALESCE(calendar.tz, resource.tz, 'UTC') AS moment) AS here
            LEFT JOIN (%(week)s) AS week ON week.calendar_id = calendar.id
                AND week.weekday = extract(isodow FROM here.moment) - 1
                AND week.hour = extract(hour FROM here.moment)
            WHERE calendar.id IS NULL OR week.share > 0
            """,
            first=first,
            last=last,
            company=self._choose_company(SQL.identifier("company_id")),
            week=self._select_week(),
        )

    def _select_week(self):
        """Return how much of each hour of the week a calendar is open.

        What holds every other week counts half.
        """
        return SQL(
            """
            SELECT calendar_id, dayofweek::int AS weekday, number AS hour,
                sum((least(hour_to, number + 1) - greatest(hour_from, number))
                    * CASE WHEN week_type IS NULL THEN 1 ELSE 0.5 END) AS share
            FROM resource_calendar_attendance
            CROSS JOIN generate_series(0, 23) AS number
            WHERE hour_from < number + 1 AND hour_to > number
                AND day_period != 'lunch' AND display_type IS NULL
            GROUP BY calendar_id, dayofweek, number
            """
        )
