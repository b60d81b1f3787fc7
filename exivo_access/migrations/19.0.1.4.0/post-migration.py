# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

from odoo.addons.exivo_access.tools.transactions import wake


def migrate(cr, version):
    """Have all bookings planned soon: each takes its room, and finds who has it too."""
    wake(api.Environment(cr, SUPERUSER_ID, {}), "ir_cron_plan_all")
    _have_credentials_asked_for(cr)
    _follow_mails(cr)


def _have_credentials_asked_for(cr):
    """Have older credentials asked for before their start, as new ones are."""
    cr.execute(
        "UPDATE exivo_credential SET ask_at = start - interval '75 minutes'"
        " WHERE state = 'live'"
        " AND start > now() AT TIME ZONE 'UTC' + interval '75 minutes'"
    )
    cr.execute(
        "UPDATE exivo_access SET due_at = LEAST(due_at, asked.moment)"
        " FROM (SELECT access_id, min(ask_at) AS moment FROM exivo_credential"
        " WHERE ask_at IS NOT NULL GROUP BY access_id) AS asked"
        " WHERE asked.access_id = exivo_access.id"
    )


def _follow_mails(cr):
    """Mails that Odoo has not sent yet are followed, those that failed tried again."""
    cr.execute(
        """
        INSERT INTO exivo_mail (
            number, message_id, has_news, is_new, state, tries, until,
            create_date, write_date, create_uid, write_uid)
        SELECT mail.id, message.message_id, TRUE, FALSE, 'queued', 0,
               max(access.stop), now() AT TIME ZONE 'UTC',
               now() AT TIME ZONE 'UTC', 1, 1
          FROM exivo_access access
          JOIN mail_mail mail ON mail.id = access.last_mail_number
          JOIN mail_message message ON message.id = mail.mail_message_id
         GROUP BY mail.id, message.message_id
        ON CONFLICT DO NOTHING
        """
    )
    cr.execute(
        "UPDATE exivo_access SET mail_due_at = now() AT TIME ZONE 'UTC'"
        " WHERE mail_state = 'failed' AND stop > now() AT TIME ZONE 'UTC'"
    )
