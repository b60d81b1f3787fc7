# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""No employee reads at a meeting by which link others' booking is changed."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Let the calendar's mails be their readers', and let no answer quote the link."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        UPDATE mail_message
           SET create_uid = %s, author_id = %s
         WHERE model = 'calendar.event'
           AND message_type = 'user_notification'
           AND body LIKE '%%access_token=%%'
           AND res_id IN (SELECT meeting_id FROM resource_booking)
        """,
        [env.uid, env.user.partner_id.id],
    )
    cr.execute(
        """
        UPDATE mail_message message
           SET body = replace(message.body, booking.access_token, '')
          FROM resource_booking booking
         WHERE message.model = 'calendar.event'
           AND message.message_type != 'user_notification'
           AND message.res_id = booking.meeting_id
           AND message.body LIKE '%access_token%'
           AND booking.access_token != ''
        """
    )
