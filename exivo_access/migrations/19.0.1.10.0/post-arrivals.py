# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""An opening from before a booking was moved is no arrival at its new time."""


def migrate(cr, _version):
    """Look anew who came to bookings that were moved before 19.0.1.9.0.

    The opening from before kept any later one from being noted.
    """
    cr.execute(
        """
        UPDATE exivo_access AS access
           SET arrived_at = opened.occurred_at,
               arrival_is_guess = opened.certainty = 'guess'
          FROM exivo_access AS moved
          LEFT JOIN LATERAL (
                SELECT occurred_at, certainty
                  FROM exivo_door_event
                 WHERE access_id = moved.id AND kind = 'opened'
                   AND occurred_at BETWEEN moved.start AND moved.stop
                 ORDER BY occurred_at, id
                 LIMIT 1
               ) AS opened ON TRUE
         WHERE moved.id = access.id AND moved.booking_id IS NOT NULL
           AND moved.arrived_at NOT BETWEEN moved.start AND moved.stop
        """
    )
