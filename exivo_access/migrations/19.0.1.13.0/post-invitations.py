# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Nobody reads others' link in a mail for having caused it, or for organising."""

from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Let mails of the calendar that have such a link be their readers' alone."""
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
