# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Accesses know the place that holders were told, and what calendars have of it."""

from odoo import SUPERUSER_ID, api
from odoo.tools.sql import column_exists


def migrate(cr, _version):
    """Note the place of bookings, and the entries of those whose doors are shut.

    Nobody is mailed for that: it is what mails have said.
    """
    api.Environment(cr, SUPERUSER_ID, {}).flush_all()  # what scripts before this note
    cr.execute(
        """
        UPDATE exivo_access access
           SET place = booking.location,
               told_booking = CASE
                   WHEN access.told_booking ? 'time' THEN access.told_booking
                       || jsonb_build_object('place', COALESCE(booking.location, ''))
                   ELSE access.told_booking
               END
          FROM resource_booking booking
         WHERE booking.id = access.booking_id
           AND access.stop > now() AT TIME ZONE 'UTC'
        """
    )
    if not column_exists(cr, "exivo_access", "calendar_number"):
        return  # the version is older than calendar files that follow
    cr.execute(
        """
        UPDATE exivo_access access
           SET calendar_start = meeting.start, calendar_stop = meeting.stop
          FROM resource_booking booking
          JOIN calendar_event meeting ON meeting.id = booking.meeting_id
         WHERE booking.id = access.booking_id
           AND access.state = 'removed'
           AND access.calendar_number > 0
           AND booking.active AND meeting.active
           AND meeting.stop > now() AT TIME ZONE 'UTC'
           AND EXISTS (
               SELECT FROM res_partner_resource_booking_rel rel
                WHERE rel.resource_booking_id = booking.id
                  AND rel.res_partner_id = access.partner_id
           )
        """
    )
