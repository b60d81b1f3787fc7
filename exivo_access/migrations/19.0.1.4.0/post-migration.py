# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

from odoo.addons.exivo_access.waking import wake


def migrate(cr, version):
    """Have all bookings planned soon: each takes its room, and finds who has it too."""
    wake(api.Environment(cr, SUPERUSER_ID, {}), "ir_cron_plan_all")
    _have_credentials_asked_for(cr)


def _have_credentials_asked_for(cr):
    """What was made before is asked for before its start like what is made now."""
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
