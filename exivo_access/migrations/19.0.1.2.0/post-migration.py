# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Bring the mails up to date."""
    _replace_templates(cr)
    _keep_last_mails(cr)


def _replace_templates(cr):
    """Replace the mails, which updates leave alone: the old ones would not say any more
    that something has changed. Odoo loads their translations right after this.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(env, "exivo_access", "data/mail_template_data.xml", {}, mode="init")
    env.flush_all()
    cr.execute(
        """
        UPDATE mail_template
           SET subject = jsonb_build_object('en_US', subject->'en_US'),
               body_html = jsonb_build_object('en_US', body_html->'en_US')
         WHERE id IN (
            SELECT res_id FROM ir_model_data
             WHERE module = 'exivo_access' AND model = 'mail.template')
        """
    )


def _keep_last_mails(cr):
    """Accesses no longer refer to mails: they remember their numbers."""
    if column_exists(cr, "exivo_access", "mail_id"):
        cr.execute(
            "UPDATE exivo_access SET last_mail_number = mail_id"
            " WHERE mail_id IS NOT NULL"
        )
