# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""No file that every employee reads keeps the link by which a booking is changed."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Delete the calendar files of bookings that were mailed, and attached to meetings.

    They have done their work: the calendars that took them in have the entry.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        SELECT file.id
          FROM ir_attachment file
          JOIN resource_booking booking ON booking.meeting_id = file.res_id
         WHERE file.res_model = 'calendar.event' AND file.name = 'invitation.ics'
        """
    )
    env["ir.attachment"].browse(id for (id,) in cr.fetchall()).unlink()
