# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fills a database with very many bookings and accesses, past Odoo.

Thousands of real bookings would take hours to make. One real one is copied in SQL.
"""

from odoo.tools import SQL

from .workplace import book, make_ruled_room

#: What a row must not take over from the one that it is copied from.
OWN = {
    "resource_booking": ("access_token",),
    "calendar_event": ("access_token",),
    "exivo_access": ("pin", "pin_digest"),
}


def fill_rooms(office, rooms, count):
    """Make rooms with rules, each with so many bookings to come that have accesses.

    :return: the ids of the rooms.
    :rtype: list[int]
    """
    room_ids = []
    for number in range(rooms):
        type_id, customer_id = make_ruled_room(office, f"Room {number}", email=False)
        with office.env() as env:
            booking = book(env, type_id, customer_id, 0, 1)
            room_ids += booking.combination_id.resource_ids.ids
            env.cr.flush()
            copy_booking(env, booking, count - 1)
    with office.registry.cursor() as cursor:
        cursor.execute(
            "ANALYZE resource_booking, calendar_event, exivo_access,"
            " exivo_access_exivo_lock_rel, exivo_occupancy,"
            " res_partner_resource_booking_rel"
        )
    return room_ids


def copy_booking(env, booking, count):
    """Copy a booking with all that belongs to it, each an hour later than the last."""
    access = env["exivo.access"].search([("booking_id", "=", booking.id)])
    env.cr.execute(
        "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT number,"
        " nextval('resource_booking_id_seq')::int AS booking_id,"
        " nextval('calendar_event_id_seq')::int AS event_id,"
        " nextval('exivo_access_id_seq')::int AS access_id"
        " FROM generate_series(1, %s) AS number",
        [count],
    )
    _copy(env, "calendar_event", booking.meeting_id.id, {"id": "event_id"})
    _copy(
        env,
        "resource_booking",
        booking.id,
        {"id": "booking_id", "meeting_id": "event_id"},
    )
    _copy(
        env, "exivo_access", access.id, {"id": "access_id", "booking_id": "booking_id"}
    )
    env.cr.execute(
        """
        INSERT INTO exivo_access_exivo_lock_rel
            SELECT access_id, lock_id FROM copied, unnest(%(locks)s) AS lock_id;
        INSERT INTO res_partner_resource_booking_rel
            (resource_booking_id, res_partner_id)
            SELECT booking_id, %(partner)s FROM copied;
        INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
            SELECT event_id, %(partner)s FROM copied;
        UPDATE exivo_access SET reference = 'B' || lpad(booking_id::text, 5, '0')
            WHERE id IN (SELECT access_id FROM copied);
        INSERT INTO exivo_occupancy (booking_id, resource_id, start, stop, is_doubled)
            SELECT copied.booking_id, resource_id,
                start + number * interval '1 hour', stop + number * interval '1 hour',
                false
            FROM copied, exivo_occupancy mine WHERE mine.booking_id = %(booking)s;
        DROP TABLE copied
        """,
        {
            "locks": access.lock_ids.ids,
            "partner": booking.partner_ids[:1].id,
            "booking": booking.id,
        },
    )
    env.invalidate_all()


def _copy(env, table, record_id, values):
    """Copy a row for each of those that are copied; its times are an hour later."""
    env.cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    columns, selected = [], []
    moved = ("start", "stop", "booking_start", "booking_stop")
    for column, _kind in env.cr.fetchall():
        if column in OWN.get(table, ()):
            continue
        columns.append(SQL.identifier(column))
        if column in values:
            selected.append(SQL.identifier("copied", values[column]))
        elif column in moved:
            selected.append(
                SQL("%s + number * interval '1 hour'", SQL.identifier("mine", column))
            )
        else:
            selected.append(SQL.identifier("mine", column))
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM copied, %s AS mine WHERE mine.id = %s",
            SQL.identifier(table),
            SQL(", ").join(columns),
            SQL(", ").join(selected),
            SQL.identifier(table),
            record_id,
        )
    )
