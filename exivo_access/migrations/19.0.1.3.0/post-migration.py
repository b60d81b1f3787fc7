# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, fields
from odoo.tools.convert import convert_file


def migrate(cr, version):
    """Bring the mails up to date, and know from now on what was told of a booking."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _replace_templates(env)
    _note_told_bookings(env)


def _replace_templates(env):
    """Replace the mails, which updates leave alone: the old ones would not say any more
    that something has changed. Odoo loads their translations right after this.
    """
    convert_file(env, "exivo_access", "data/mail_template_data.xml", {}, mode="init")
    env.flush_all()
    env.cr.execute(
        """
        UPDATE mail_template
           SET subject = jsonb_build_object('en_US', subject->'en_US'),
               body_html = jsonb_build_object('en_US', body_html->'en_US')
         WHERE id IN (
            SELECT res_id FROM ir_model_data
             WHERE module = 'exivo_access' AND model = 'mail.template')
        """
    )


def _note_told_bookings(env):
    """Holders were told of their bookings as they are now, as far as anybody knows."""
    accesses = env["exivo.access"].search(
        [("booking_id", "!=", False), ("stop", ">", fields.Datetime.now())]
    )
    for access in accesses.with_context(active_test=False):
        access.rooms = sorted(access.booking_id.combination_id.resource_ids.ids)
        if access.told_credential_id or access.mail_state == "announced":
            access.told_booking = access._get_booking_facts()
