# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""An opening from before a booking was moved is no arrival at its new time."""


def migrate(cr, _version):
    """Forget arrivals at bookings that were moved before 19.0.1.9.0."""
    cr.execute(
        """
        UPDATE exivo_access
           SET arrived_at = NULL, arrival_is_guess = NULL
         WHERE booking_id IS NOT NULL
           AND arrived_at NOT BETWEEN start AND stop
        """
    )
